"""The server as ``make run`` starts it: how many profiles it renders in a second, and what memory it keeps."""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

from tests.run import free_port

from .parts import ROOT, Answer, environment, part

CONNECTIONS = 8
WORKERS = 2
SECONDS = 10
READY_WITHIN = 60

REQUESTS = 10_000  # to one process, while its memory is watched
STEPS = 20

# wrk's own script: it asks for the paths in turn, and {n} makes each address one that nobody has asked for.
TURNS = """
local paths, n = {}, 0
for path in io.lines(os.getenv("BENCH_PATHS")) do paths[#paths + 1] = path end
function request()
  n = n + 1
  return wrk.format("GET", (paths[n % #paths + 1]:gsub("{n}", tostring(n))))
end
"""


def measure(arguments: list[str]) -> Answer:
    from .answering import profiles

    folder, what = Path(arguments[0]), arguments[1]
    slugs = profiles()
    if what == "memory":
        return _memory(folder, slugs)
    # A number in the address: nobody has asked for the page before, so it is rendered, and kept, like any first reader's.
    paths = {
        "uncached": [f"/directory/{slug}/?n={{n}}" for slug in slugs],
        "heaviest": ["/directory/leeds-teaching-hospitals/?n={n}"],
        "cached": [f"/directory/{slug}/" for slug in slugs],
        "listing": [
            "/directory/?q=health&n={n}",
            "/directory/?n={n}",
            "/directory/?need=funding&stage=solution-development&n={n}",
        ],
    }
    found: Answer = {}
    with server(folder, WORKERS) as (port, process):
        for listed in paths.values():
            throughput(listed, port, seconds=2)
        for name, listed in paths.items():
            before = _processor_time(process.pid)
            found[name] = throughput(listed, port, seconds=SECONDS)
            found[name]["processor"] = (_processor_time(process.pid) - before) / found[name]["answered"]
    return found


# ---- the server -----------------------------------------------------------------------------------------------------
@contextmanager
def server(folder: Path, workers: int, **more: str) -> Iterator[tuple[int, "subprocess.Popen[bytes]"]]:
    port = free_port()
    made = environment(
        folder,
        os.environ["DATABASE_URL"],
        PORT=str(port),
        BASE_URL=f"http://127.0.0.1:{port}",
        WEB_WORKERS=str(workers),
        **more,
    )
    words = "from ecosystem.management.commands.run_village import web_server; print(*web_server(), sep='\\n')"
    setup = f"import django; django.setup(); {words}"
    command = subprocess.run(
        [sys.executable, "-c", setup], cwd=ROOT, env=made, capture_output=True, text=True, check=True
    )
    process = subprocess.Popen([sys.executable, "-m", *command.stdout.split()], cwd=ROOT, env=made)
    try:
        _wait_for(port, process)
        yield port, process
    finally:
        process.terminate()
        process.wait(timeout=30)


def _wait_for(port: int, process: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + READY_WITHIN
    while time.monotonic() < until and process.poll() is None:
        try:
            connection = HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", "/readyz")
            if connection.getresponse().status == 200:
                return
        except OSError:
            pass  # not listening yet
        time.sleep(0.1)
    raise SystemExit("The server that was to be measured did not start.")


# ---- requests in a second -------------------------------------------------------------------------------------------
def throughput(paths: Sequence[str], port: int, *, seconds: float) -> dict[str, Any]:
    """By wrk where it is installed, else by our own client, which takes more of the processor from the server."""
    with tempfile.TemporaryDirectory(prefix="village-bench-") as folder:
        listed = Path(folder) / "paths"
        listed.write_text("\n".join(paths) + "\n")
        if wrk := shutil.which("wrk"):
            return _by_wrk(wrk, listed, port, seconds)
        return _by_asking(listed, port, seconds)


def _by_wrk(wrk: str, listed: Path, port: int, seconds: float) -> dict[str, Any]:
    script = listed.with_name("turns.lua")
    script.write_text(TURNS)
    command = [wrk, "-t1", f"-c{CONNECTIONS}", f"-d{seconds:.0f}s", "--latency", "-s", str(script)]
    done = subprocess.run(
        [*command, f"http://127.0.0.1:{port}/"],
        env=os.environ | {"BENCH_PATHS": str(listed)},
        capture_output=True,
        text=True,
        check=True,
    )
    rate = re.search(r"Requests/sec:\s+([\d.]+)", done.stdout)
    if not rate or "Non-2xx" in done.stdout or "Socket errors" in done.stdout:
        raise SystemExit(f"Not every request was answered:\n{done.stdout}")
    latency = re.search(r"99%\s+([\d.]+)(us|ms|s)", done.stdout)
    scale = {"us": 0.001, "ms": 1, "s": 1000}
    p99 = float(latency[1]) * scale[latency[2]] if latency else None
    answered = re.search(r"(\d+) requests in", done.stdout)
    assert answered
    return {"by": "wrk", "rate": float(rate[1]), "p99": p99, "answered": int(answered[1])}


def _by_asking(listed: Path, port: int, seconds: float) -> dict[str, Any]:
    found = asked(listed, port, seconds=seconds)
    took = sorted(found["took"])
    rate = len(took) / found["seconds"]
    return {"by": "tests.bench.asking", "rate": rate, "p99": took[int(len(took) * 0.99)] * 1000, "answered": len(took)}


def asked(
    listed: Path, port: int, *, seconds: float = 600, most: int = 10**9, may_miss: bool = False
) -> dict[str, Any]:
    command = [sys.executable, "-m", "tests.bench.asking", listed, port, CONNECTIONS, seconds, most]
    done = subprocess.run([str(word) for word in command], cwd=ROOT, capture_output=True, text=True, check=True)
    found: dict[str, Any] = json.loads(done.stdout)
    allowed = {"200", "404"} if may_miss else {"200"}
    if wrong := set(found["statuses"]) - allowed:
        raise SystemExit(f"The server answered {', '.join(sorted(wrong))}.")
    return found


def _processor_time(pid: int) -> float:
    """Seconds that the workers of the server have computed: how busy the machine is with others changes it little."""
    if not Path(f"/proc/{pid}").exists():
        return 0.0  # not Linux
    return sum(_ticks(child) for child in _children(pid)) / os.sysconf("SC_CLK_TCK")


def _ticks(pid: int) -> int:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return int(fields[11]) + int(fields[12])  # in user mode and in the system's


def _children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


# ---- memory ---------------------------------------------------------------------------------------------------------
def _memory(folder: Path, slugs: list[str]) -> Answer:
    """The resident memory of one process after each of STEPS parts of REQUESTS requests, over pages of every kind."""
    paths = [
        *(f"/directory/{slug}/?n={{n}}" for slug in slugs),
        *(f"/directory/{slug}/" for slug in slugs[:20]),
        *("/", "/?n={n}", "/directory/", "/directory/?n={n}", "/support/?n={n}", "/cohorts/?n={n}", "/stories/?n={n}"),
        *("/directory/?q=health&n={n}", "/directory/?q=patholgy&n={n}", "/directory/?q=data&page=7&n={n}"),
        *("/directory/?need=funding&stage=solution-development&n={n}", "/directory/?q=w{n}", "/search/?q=trial&n={n}"),
        *("/search/?q={n}", "/support/?need=funding&stage=solution-development&n={n}", "/api/v1/search?q=care&n={n}"),
        *("/api/v1/suggest?q=le&n={n}", "/accounts/login/?n={n}", "/nothing-here-{n}/", "/sitemap.xml", "/readyz"),
    ]
    with server(folder, 1) as (port, process), tempfile.TemporaryDirectory(prefix="village-bench-") as kept:
        listed = Path(kept) / "paths"
        resident = [resident_of_worker(process.pid)]
        for step in range(STEPS):
            listed.write_text("\n".join(path.replace("{n}", f"{step}-{{n}}") for path in paths))
            asked(listed, port, most=REQUESTS // STEPS, may_miss=True)
            resident.append(resident_of_worker(process.pid))
    return {"resident": resident, "requests": REQUESTS}


def resident_of_worker(pid: int) -> float:
    """Megabytes that the one worker of a server holds."""
    return _resident(_worker_of(pid))


def _worker_of(pid: int) -> int:
    """The one child of the server's main process that serves; the other, if any, tracks its resources."""
    return max(_children(pid), key=_resident)


def _resident(pid: int) -> float:
    found = re.search(r"VmRSS:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())
    return int(found[1]) / 1024 if found else 0.0


if __name__ == "__main__":
    part(measure)
