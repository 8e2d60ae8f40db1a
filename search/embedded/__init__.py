"""The engine inside the database: SQLite FTS5 or PostgreSQL full text over the same plain tables; needs no other service.

A search asks which documents match, and for the sets of those that have each value of a facet, in one statement. What
filters leave and what each value would give are operations on bits. Only what may come to the page is ranked.
"""
