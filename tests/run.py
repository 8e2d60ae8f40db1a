"""The whole suite as ``make test`` runs it: on SQLite, on PostgreSQL where there is a server, in a browser where there is one.

PostgreSQL: ``TEST_DATABASE_URL`` names a server, or else a private one is started from the installed programs in a
temporary folder, on a free port, and stopped by its process id. What is missing is named at the end, never passed over.
"""

import os
import pwd
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PYTEST = [sys.executable, "-m", "pytest", "-q"]


def main() -> int:
    skipped: list[str] = []
    print("== SQLite", flush=True)
    arguments = ["-n", "2", "-m", "not browser"]
    failed = run(arguments)
    print("== PostgreSQL", flush=True)
    with postgresql() as url:
        if url:
            failed |= run(arguments, DATABASE_URL=url)
        else:
            skipped.append("PostgreSQL: no server programs found (Debian: apt-get install postgresql)")
    print("== Browser", flush=True)
    if chromium():
        failed |= run(["-m", "browser"])
    else:
        skipped.append("Browser: no Chromium found (Debian: apt-get install chromium)")
    for line in skipped:
        print(f"SKIPPED {line}")
    return failed


def run(arguments: list[str], **environment: str) -> int:
    return int(subprocess.run([*PYTEST, *arguments, *sys.argv[1:]], env={**os.environ, **environment}).returncode != 0)


def chromium() -> str | None:
    return os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")


@contextmanager
def postgresql() -> Iterator[str]:
    """The address of a PostgreSQL server, or nothing where there is none."""
    if url := os.environ.get("TEST_DATABASE_URL"):
        yield url
        return
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"))
    if not found:
        yield ""
        return
    programs = found[-1].parent
    folder = Path(tempfile.mkdtemp(prefix="village-postgresql-"))
    owner: dict[str, object] = {}
    if os.geteuid() == 0:  # the server refuses to run as root
        person = pwd.getpwnam("postgres")
        os.chown(folder, person.pw_uid, person.pw_gid)
        owner = {"user": "postgres", "group": "postgres", "extra_groups": [], "cwd": "/"}
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    data = folder / "data"
    subprocess.run(
        [programs / "initdb", "-D", data, "-U", "village", "--auth=trust", "-E", "UTF8", "--locale=C.UTF-8"],
        check=True, stdout=subprocess.DEVNULL, **owner,  # type: ignore[call-overload] -- user and group as a mapping
    )
    # Nothing here outlives the run, so nothing needs to reach the disk.
    options = ["-c", f"port={port}", "-c", "listen_addresses=127.0.0.1", "-c", f"unix_socket_directories={folder}",
               "-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off"]
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen([programs / "postgres", "-D", data, *options], stdout=log, stderr=log, **owner)  # type: ignore[call-overload]
    try:
        for _ in range(100):
            if subprocess.run([programs / "pg_isready", "-q", "-h", "127.0.0.1", "-p", str(port)]).returncode == 0:
                break
            time.sleep(0.1)
        yield f"postgres://village@127.0.0.1:{port}/postgres"
    finally:
        server.terminate()
        server.wait(timeout=30)
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
