"""Takes away the triggers by which the database guards a rule: to see that it is they who hold it, or to empty a ledger."""

from django.db import connection

from core.guards import Guard


def drop_triggers(guard: Guard) -> None:
    """Until ``guard.install()`` puts them back."""
    is_sqlite = connection.vendor == "sqlite"
    with connection.cursor() as cursor:
        for name, body in (guard.sqlite if is_sqlite else guard.postgresql).items():
            table = body.split(" ON ", 1)[1].split()[0]
            cursor.execute(f"DROP TRIGGER IF EXISTS {name}" + ("" if is_sqlite else f" ON {table}"))
