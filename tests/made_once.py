"""Databases that are made once and copied: as the migrations leave them, and with the demonstration village in them.

Each takes a minute or two to make, and a copy takes none. What they are made of is in their names, so that a change makes
them anew. They stay in ``var/cache``; those of PostgreSQL on its server, with their pictures there.
"""

import fcntl
import os
import secrets
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import psycopg

from tests.bench import parts

KEPT_IN = Path(os.environ.get("VAR_DIR") or parts.ROOT / "var").resolve() / "cache"
PASSWORD = "a-password-for-tests"  # of everybody in the demonstration village
MIGRATIONS = ("*/migrations/*.py", "uv.lock")
APPS = ("accounts", "core", "directory", "ecosystem", "events", "home", "impact", "search", "spaces", "tenancy")
VILLAGE = (*MIGRATIONS, *(f"{app}/**/*.py" for app in APPS), "assets/demonstration/**/*.*")


@dataclass(frozen=True)
class State:
    """What a database holds: what ``command`` makes of one in the state ``before``."""

    name: str
    made_of: tuple[str, ...]
    command: str
    before: "State | None" = None
    changes_by_the_day: bool = False

    def named(self, url: str) -> str:
        day = time.strftime("_%Y_%m_%d") if self.changes_by_the_day else ""
        return f"{self.name}_{_kind(url)}_{parts.fingerprint(self.made_of, 0)[:16]}{day}"


MIGRATED = State("migrated", MIGRATIONS, "migrate")
LOADED = State("loaded", VILLAGE, "load_demonstration", before=MIGRATED, changes_by_the_day=True)


def copy(state: State, url: str, name: str | Path) -> None:
    """Make ``name`` a database in this state, in the place of whatever it was: a file, or on the PostgreSQL server of ``url``."""
    made = make(state, url)
    drop(url, name)
    if _is_file(url):
        shutil.copyfile(made / "village.sqlite3", name)
    else:
        with _server(url) as server:
            server.execute(f'CREATE DATABASE "{name}" TEMPLATE "{made.name}"')


def drop(url: str, name: str | Path) -> None:
    """Take away a copy, if it is there."""
    if _is_file(url):
        for more in ("", "-wal", "-shm"):
            Path(f"{name}{more}").unlink(missing_ok=True)
    else:
        with _server(url) as server:
            server.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def copy_pictures(state: State, url: str, folder: Path) -> None:
    """Put what people uploaded into ``folder``, beside what is there."""
    shutil.copytree(make(state, url) / "media", folder, dirs_exist_ok=True)


@contextmanager
def database_of_its_own(folder: Path) -> Iterator[str]:
    """The address of a migrated database that other processes can open: of the kind that ``DATABASE_URL`` names."""
    url = os.environ.get("DATABASE_URL", "")
    if _is_file(url):
        copy(MIGRATED, url, folder / "village.sqlite3")
        yield f"sqlite:///{folder / 'village.sqlite3'}"
        return
    name = f"village_{secrets.token_hex(6)}"
    copy(MIGRATED, url, name)
    try:
        yield _beside(url, name)
    finally:
        drop(url, name)


# ---- what is copied -------------------------------------------------------------------------------------------------
def make(state: State, url: str) -> Path:
    """What is copied, made if it is not there: a folder with the pictures and the database, or one on the server called like it."""
    name = state.named(url)
    made = KEPT_IN / name
    with _one_after_another(f"{state.name}_{_kind(url)}"):
        if not (made.exists() and _has_its_database(made, url)):
            for old in KEPT_IN.glob(f"{state.name}_{_kind(url)}_*"):
                shutil.rmtree(old)
            unfinished = KEPT_IN / f"{state.name}_{_kind(url)}_unfinished"
            (unfinished / "media").mkdir(parents=True)
            _make(state, url, unfinished)
            unfinished.rename(made)
    return made


def _has_its_database(made: Path, url: str) -> bool:
    if _is_file(url):
        return True
    with _server(url) as server:
        return bool(server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [made.name]).fetchone())


def _make(state: State, url: str, folder: Path) -> None:
    name = str(folder / "village.sqlite3") if _is_file(url) else folder.name
    drop(url, name)
    if state.before:
        copy(state.before, url, name)
    elif not _is_file(url):
        with _server(url) as server:
            server.execute(f'CREATE DATABASE "{name}"')
    command = [sys.executable, "-m", "tests.made_once", state.command, str(folder / "media")]
    environment = {
        "DJANGO_SETTINGS_MODULE": "ecosystem.settings.test",
        "DATABASE_URL": f"sqlite:///{name}" if _is_file(url) else _beside(url, name),
        "VILLAGE_DEMO_PASSWORD": PASSWORD,
    }
    subprocess.run(command, cwd=parts.ROOT, env={**os.environ, **environment}, check=True)
    if not _is_file(url):
        with _server(url) as server:
            server.execute(f'ALTER DATABASE "{name}" RENAME TO "{state.named(url)}"')


def main() -> None:
    """The other end of ``_make``: ``python -m tests.made_once COMMAND MEDIA``."""
    import django
    from django.core.management import call_command
    from django.test import override_settings

    command, media = sys.argv[1:]
    django.setup()
    with override_settings(MEDIA_ROOT=media):
        call_command(command, verbosity=0)


# ---- means ----------------------------------------------------------------------------------------------------------
def _is_file(url: str) -> bool:
    return not url.startswith("postgres")


def _kind(url: str) -> str:
    return "sqlite" if _is_file(url) else "postgresql"


@contextmanager
def _one_after_another(what: str) -> Iterator[None]:
    """One process makes what is copied; the others wait for it."""
    KEPT_IN.mkdir(parents=True, exist_ok=True)
    with (KEPT_IN / f"{what}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@contextmanager
def _server(url: str) -> Iterator[psycopg.Connection]:
    with psycopg.connect(url.replace("postgres:", "postgresql:", 1), autocommit=True) as server:
        yield server


def _beside(url: str, name: str) -> str:
    return urlsplit(url)._replace(path=f"/{name}").geturl()


if __name__ == "__main__":
    main()
