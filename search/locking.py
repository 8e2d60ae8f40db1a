"""Who writes to the index waits for their turn. Readers never wait."""

from django.db import connection

WRITERS = 7_367_268  # of PostgreSQL's advisory locks, the one that we use


def wait_for_turn() -> None:
    """Wait until no other transaction writes to the index, and be the one that does until this one ends.

    So no two can wait for each other's rows, and a set of documents can be read, changed and written back. SQLite has one
    writer anyway.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [WRITERS])
