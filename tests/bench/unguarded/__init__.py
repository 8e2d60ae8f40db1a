"""The village without what keeps places from being given twice, so that a race can show that it needs it.

``WITHOUT=lock``: nobody takes turns, and nothing is one transaction. ``WITHOUT=lock,guard``: nor does the database count.
"""
