"""The suite as ``make test`` runs it: whole on SQLite, what a database could change on PostgreSQL, Elasticsearch, a browser.

PostgreSQL: ``TEST_DATABASE_URL`` names a server; else a private one is started from the installed programs in a
temporary folder, on a free port, and stopped by its process id. Elasticsearch: ``TEST_ELASTICSEARCH_URL``, or one that is
assembled with Maven (``tests.elasticsearch_server``). What is missing is named at the end, never passed over.
"""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests import elasticsearch_server, made_once

ROOT = Path(__file__).resolve().parents[1]
SQLITE = (
    f"sqlite:///{Path(os.environ.get('VAR_DIR') or ROOT / 'var').resolve() / 'village.sqlite3'}"  # whatever .env says
)
PYTEST = [sys.executable, "-m", "pytest", "-q"]
IN_THE_DATABASE = "not browser and not elasticsearch"
PROCESSES = ["-n", str(min(os.cpu_count() or 1, 2))]
IN_PARALLEL = [*PROCESSES, "--dist", "loadfile", "--no-loadscope-reorder"]  # a file shares what it has loaded
# What no database changes is looked at on SQLite alone: files, who may open which address, where links lead, what letters,
# feeds, single pages and forms of the CMS say, how many statements a page takes. That every address answers on PostgreSQL too,
# opened and sent to, is seen by `tests/core/test_nul.py`.
SEEN_ONCE = [
    *("--ignore=tests/structure", "--ignore=tests/matrix", "--ignore=tests/home"),
    *("--ignore-glob=*letters*", "--ignore-glob=*feed*", "--ignore-glob=*_page.py", "--ignore-glob=*_pages.py"),
    *("--ignore-glob=*_in_cms.py", "--ignore=tests/directory/test_cms.py"),
    # A file to import is read, refused in words and shown before anything is written.
    *("--ignore-glob=*test_importing_files.py", "--ignore-glob=*test_importing_refusals.py"),
    *("--ignore-glob=*test_imports_view.py", "--ignore=tests/accounts/test_one_door.py"),
    # Reckoned in Python from what is booked; what is free is asked of both in the tests of availability.
    "--ignore=tests/spaces/test_alternatives.py",
    # The process, its memory and its files.
    *("--ignore=tests/core/test_build_assets.py", "--ignore=tests/core/test_garbage.py"),
    *("--ignore=tests/core/test_page_cache.py", "--ignore=tests/core/test_pictures.py"),
    *("-k", "large_index or not (costs_the_same or cost_the_same or costs_as or cost_as or every_link)"),
]
OUTAGE = "tests/search/test_outage.py"
# Elasticsearch over PostgreSQL is what production has. What depends on the two together is in these. Two dozen strange texts
# are understood before any engine, and a large index takes long to fill.
WITH_BOTH = [
    "tests/search/test_engine_contract.py",
    "tests/search/test_taken_back.py",
    "tests/search/test_elasticsearch.py::test_nothing_that_is_written_during_a_rebuild_is_lost_and_readers_notice_nothing",
    "tests/search/test_elasticsearch.py::test_changes_of_an_outage_arrive_with_the_next_tick",
    *("-k", "not hostile and not no_text and not large_index"),
]
NO_POSTGRESQL = "no server programs found; on Debian: apt-get install postgresql, or name a server in TEST_DATABASE_URL"
NO_CHROMIUM = "no Chromium found; on Debian: apt-get install chromium, or name the program in CHROMIUM"


def main() -> int:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that the server is stopped on the way out
    ends: list[tuple[str, str, int]] = []

    def run(name: str, arguments: list[str], **environment: str) -> None:
        print(f"\n== {name}", flush=True)
        started = time.monotonic()
        command = [*PYTEST, *arguments, *sys.argv[1:]]
        status = subprocess.run(command, cwd=ROOT, env={**os.environ, **environment}, check=False).returncode
        ended = "passed" if status == 0 else f"FAILED (pytest ended with {status})"
        ends.append((name, f"{ended} in {time.monotonic() - started:.0f} s", status))

    def skip(name: str, reason: str) -> None:
        ends.append((name, f"SKIPPED: {reason}", 0))

    with postgresql() as url:
        if not sys.argv[1:]:
            prepare([SQLITE, url] if url else [SQLITE])
        run("SQLite", [*IN_PARALLEL, "-m", IN_THE_DATABASE], DATABASE_URL=SQLITE)
        if url:
            run("PostgreSQL", [*IN_PARALLEL, "-m", IN_THE_DATABASE, *SEEN_ONCE], DATABASE_URL=url)
        else:
            skip("PostgreSQL", NO_POSTGRESQL)
        with elasticsearch() as server:
            if server:
                asked = ["-m", "elasticsearch", f"--ignore={OUTAGE}"]
                run("Elasticsearch", [*IN_PARALLEL, *asked], DATABASE_URL=SQLITE, TEST_ELASTICSEARCH_URL=server)
                # By itself: it puts a server under load, and counts who waits too long.
                run("Outage", [OUTAGE], DATABASE_URL=SQLITE, TEST_ELASTICSEARCH_URL=server)
            else:
                skip("Elasticsearch", elasticsearch_server.NO_ELASTICSEARCH)
            if server and url:
                both = [*IN_PARALLEL, "-m", "elasticsearch", *WITH_BOTH]
                run("Both", both, DATABASE_URL=url, TEST_ELASTICSEARCH_URL=server)
            else:
                skip("Both", "Elasticsearch over PostgreSQL needs the two")
    if chromium():
        # The files of most tests first: the two that look at every page take half of the time each.
        run("Browser", [*PROCESSES, "--dist", "loadfile", "-m", "browser"], DATABASE_URL=SQLITE)
    else:
        skip("Browser", NO_CHROMIUM)

    print()
    for name, ended, _ in ends:
        print(f"{name:<15}{ended}")
    return int(any(status for _, _, status in ends))


def prepare(urls: list[str]) -> None:
    """Make the databases that tests copy, all kinds at once: left to the tests, all of them would wait for each."""
    print("\n== Databases to copy", flush=True)
    started = time.monotonic()
    with ThreadPoolExecutor() as threads:
        for url, made in [(url, threads.submit(made_once.make, made_once.LOADED, url)) for url in urls]:
            if error := made.exception():
                print(f"{url} could not be prepared, and the tests will say so: {error}")
    print(f"{time.monotonic() - started:.0f} s")


def chromium() -> str | None:
    """The browser that the tests drive, or None."""
    return os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")


@contextmanager
def postgresql() -> Iterator[str]:
    """The address of a PostgreSQL server, or nothing where there is none."""
    if url := os.environ.get("TEST_DATABASE_URL"):
        yield url
        return
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda path: int(path.parts[4]))
    if not found:
        yield ""
        return
    programs = found[-1].parent
    folder = Path(tempfile.mkdtemp(prefix="village-postgresql-"))  # not in var/: the server's user must get there
    owner = _owner(folder)
    port = free_port()
    _initialise(programs, folder / "data", owner)
    # Nothing here outlives the run, so nothing needs to reach the disk.
    options = {
        "port": port,
        "listen_addresses": "127.0.0.1",
        "unix_socket_directories": folder,
        "fsync": "off",
        "synchronous_commit": "off",
        "full_page_writes": "off",
    }
    command = [str(programs / "postgres"), "-D", str(folder / "data")]
    for name, value in options.items():
        command += ["-c", f"{name}={value}"]
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen(command, stdout=log, stderr=log, **owner)
    try:
        _wait_for(programs, port, server, folder / "log")
        yield f"postgres://village@127.0.0.1:{port}/postgres"
    finally:
        server.send_signal(signal.SIGINT)  # fast shutdown: ends sessions that a broken test left open
        server.wait(timeout=30)
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def elasticsearch() -> Iterator[str]:
    """The address of an Elasticsearch server, or nothing where there is none and none can be assembled."""
    if url := os.environ.get("TEST_ELASTICSEARCH_URL"):
        yield url
    elif not elasticsearch_server.can_be_had():
        yield ""
    else:
        with elasticsearch_server.running(free_port()) as url:
            yield url


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _owner(folder: Path) -> dict[str, Any]:
    """Whom the server runs as: it refuses root, so root hands over to the user that Debian's package made."""
    if os.geteuid() != 0:
        return {"cwd": "/"}
    person = pwd.getpwnam("postgres")
    os.chown(folder, person.pw_uid, person.pw_gid)
    return {"user": "postgres", "group": "postgres", "extra_groups": [], "cwd": "/"}


def _initialise(programs: Path, data: Path, owner: dict[str, Any]) -> None:
    command = [
        "initdb",
        "-D",
        str(data),
        "-U",
        "village",
        "--auth=trust",
        "-E",
        "UTF8",
        "--locale=C.UTF-8",
        "--no-sync",
    ]
    done = subprocess.run(
        [str(programs / "initdb"), *command[1:]], capture_output=True, text=True, check=False, **owner
    )
    if done.returncode:
        raise SystemExit(f"PostgreSQL could not be prepared:\n{done.stderr}")


def _wait_for(programs: Path, port: int, server: "subprocess.Popen[bytes]", log: Path) -> None:
    for _ in range(150):
        if server.poll() is not None:
            break
        ready = subprocess.run([programs / "pg_isready", "-q", "-h", "127.0.0.1", "-p", str(port)], check=False)
        if ready.returncode == 0:
            return
        time.sleep(0.1)
    raise SystemExit(f"PostgreSQL did not start:\n{log.read_text(errors='replace')[-2000:]}")


if __name__ == "__main__":
    sys.exit(main())
