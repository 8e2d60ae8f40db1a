"""Rules that the database itself holds, in triggers that a model can't say; installed after every migration.

Rebuilding a table on SQLite drops its triggers without a word, so that they have to be put back, and looked for: a system
check refuses to run without them, and ``/readyz`` says no.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pkgutil import iter_modules
from typing import Any

from django.apps import apps
from django.core.checks import CheckMessage, Error, Tags
from django.core.checks import register as register_check
from django.core.exceptions import ImproperlyConfigured
from django.db import DEFAULT_DB_ALIAS, OperationalError, connections
from django.db.migrations.recorder import MigrationRecorder

_guards: list["Guard"] = []


@dataclass(frozen=True, kw_only=True)
class Guard:
    """Triggers by name, each as what follows ``CREATE TRIGGER <name>``; and constraints that have to be there too.

    ``exclusions`` are constraints that PostgreSQL alone has and no migration makes: by name, their table and what they say.
    """

    app: str
    what: str
    sqlite: Mapping[str, str]
    postgresql: Mapping[str, str]
    functions: Sequence[str] = ()
    constraints: Sequence[tuple[str, str]] = field(default=())  # table, name
    exclusions: Mapping[str, tuple[str, str]] = field(default_factory=dict)

    def install(self, using: str = DEFAULT_DB_ALIAS, **kwargs: Any) -> None:
        """Make every trigger anew, as it is written here; a receiver of ``post_migrate``."""
        if not is_migrated(self.app, using):
            return  # on the way back to where there were no such tables
        connection = connections[using]
        with connection.cursor() as cursor:
            if connection.vendor == "sqlite":
                for name, body in self.sqlite.items():
                    cursor.execute(f"DROP TRIGGER IF EXISTS {name}")
                    cursor.execute(f"CREATE TRIGGER {name} {body}")
                return
            for function in self.functions:
                cursor.execute(function)
            for name, body in self.postgresql.items():
                table = body.split(" ON ", 1)[1].split()[0]
                constraint = "CONSTRAINT " if "DEFERRABLE" in body else ""
                cursor.execute(f"DROP TRIGGER IF EXISTS {name} ON {table}")
                cursor.execute(f"CREATE {constraint}TRIGGER {name} {body}")
            there = self._constraints(using)
            for name, (table, body) in self.exclusions.items():
                if name not in there:  # it stays: to make it looks at every row
                    cursor.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} {body}")

    def missing(self, using: str = DEFAULT_DB_ALIAS) -> list[str]:
        """Names of what should hold the rule and is not in the database, or is switched off."""
        connection = connections[using]
        if connection.vendor == "sqlite":
            wanted, found = {*self.sqlite}, "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        else:
            wanted, found = (
                {*self.postgresql, *self.exclusions},
                "SELECT tgname FROM pg_trigger WHERE tgenabled IN ('O', 'A')",
            )
        with connection.cursor() as cursor:
            cursor.execute(found)
            there = {row[0] for row in cursor.fetchall()}
        wanted |= {name for _, name in self.constraints}
        return sorted(wanted - there - self._constraints(using))

    def _constraints(self, using: str) -> set[str]:
        connection = connections[using]
        tables = {table for table, _ in self.constraints}
        if connection.vendor == "postgresql":
            tables |= {table for table, _ in self.exclusions.values()}
        with connection.cursor() as cursor:
            return {name for table in tables for name in connection.introspection.get_constraints(cursor, table)}


def register(guard: Guard) -> None:
    """Have ``guard`` looked for at every start. Its app installs it in ``post_migrate``."""
    _guards.append(guard)


def is_migrated(app: str, using: str) -> bool:
    """Whether the newest migration of ``app`` was applied: before that nothing can be said of its tables."""
    package = apps.get_app_config(app).module.__path__[0]  # type: ignore[union-attr]
    newest = max((module.name for module in iter_modules([f"{package}/migrations"])), default="")
    recorder = MigrationRecorder(connections[using])
    return recorder.has_table() and recorder.migration_qs.filter(app=app, name=newest).exists()


@register_check(Tags.database)
def the_database_holds_the_rules(databases: Sequence[str] | None = None, **kwargs: Any) -> list[CheckMessage]:
    return [
        Error(
            f"The database does not guard {guard.what}: it lacks {', '.join(missing)}.",
            hint="Run: python manage.py migrate, which puts it back.",
            id="core.E001",
        )
        for using in databases or []
        for guard in _guards
        if is_migrated(guard.app, using) and (missing := guard.missing(using))
    ]


def readiness() -> bool:
    """Whether every rule is held, as ``/readyz`` asks."""
    return not any(guard.missing() for guard in _guards)


def refuse_unguarded() -> None:
    """Raise ImproperlyConfigured where the database does not hold the rules; one that can't be reached is not judged."""
    try:
        found = the_database_holds_the_rules(databases=[DEFAULT_DB_ALIAS])
    except OperationalError:
        return
    if found:
        raise ImproperlyConfigured(f"{found[0].msg} {found[0].hint}")
