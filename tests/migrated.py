"""Databases as the migrations leave them: applied once, which takes half a minute, and copied, which takes none.

A copy is migrated again by whoever uses it. Where the migrations are those it was made of, there is nothing left to apply.
"""

import fcntl
import os
import secrets
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import psycopg

from tests.bench import parts

MADE_OF = ("*/migrations/*.py", "uv.lock")
KEPT_IN = Path(os.environ.get("VAR_DIR") or parts.ROOT / "var").resolve() / "cache"


def copy_file(path: Path) -> None:
    """Make ``path`` a migrated database of SQLite, in the place of whatever it was."""
    with _turn():
        shutil.copyfile(_file(), path)
    for more in ("-wal", "-shm"):  # of the database that was there
        path.with_name(path.name + more).unlink(missing_ok=True)


def copy_database(url: str, name: str) -> None:
    """Make ``name`` a migrated database on the PostgreSQL server of ``url``, in the place of whatever it was."""
    with _turn(), _server(url) as server:
        template = _template(url)
        server.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        server.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')


@contextmanager
def database_of_its_own(folder: Path) -> Iterator[str]:
    """The address of a migrated database that other processes can open: of the kind that ``DATABASE_URL`` names."""
    url = os.environ.get("DATABASE_URL", "")
    if not url.startswith("postgres"):
        copy_file(folder / "village.sqlite3")
        yield f"sqlite:///{folder / 'village.sqlite3'}"
        return
    name = f"village_{secrets.token_hex(6)}"
    copy_database(url, name)
    try:
        yield _beside(url, name)
    finally:
        drop_database(url, name)


def drop_database(url: str, name: str) -> None:
    with _server(url) as server:
        server.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


# ---- what is copied -------------------------------------------------------------------------------------------------
def _file() -> Path:
    made = KEPT_IN / f"migrated-{_fingerprint()}.sqlite3"
    if not made.exists():
        for old in KEPT_IN.glob("migrated-*.sqlite3*"):
            old.unlink()
        unfinished = made.with_suffix(".unfinished")
        unfinished.unlink(missing_ok=True)
        _migrate(f"sqlite:///{unfinished}")
        unfinished.rename(made)
    return made


def _template(url: str) -> str:
    name = f"village_migrated_{_fingerprint()}"
    with _server(url) as server:
        if not server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
            unfinished = f"{name}_unfinished"
            server.execute(f'DROP DATABASE IF EXISTS "{unfinished}"')
            server.execute(f'CREATE DATABASE "{unfinished}"')
            _migrate(_beside(url, unfinished))
            server.execute(f'ALTER DATABASE "{unfinished}" RENAME TO "{name}"')
    return name


def _migrate(url: str) -> None:
    command = [sys.executable, "manage.py", "migrate", "--verbosity=0"]
    subprocess.run(command, cwd=parts.ROOT, env=parts.environment(KEPT_IN, url), check=True)


def _fingerprint() -> str:
    return parts.fingerprint(MADE_OF, 0)[:16]


# ---- means ----------------------------------------------------------------------------------------------------------
@contextmanager
def _turn() -> Iterator[None]:
    """One process makes what is copied; the others wait for it."""
    KEPT_IN.mkdir(parents=True, exist_ok=True)
    with (KEPT_IN / "migrated.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@contextmanager
def _server(url: str) -> Iterator[psycopg.Connection]:
    with psycopg.connect(url.replace("postgres:", "postgresql:", 1), autocommit=True) as server:
        yield server


def _beside(url: str, name: str) -> str:
    return urlsplit(url)._replace(path=f"/{name}").geturl()
