"""Every measurement runs in a process of its own, so that none inherits the memory or the caches of another."""

import hashlib
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
SETTINGS = "ecosystem.settings.dev"  # what `make run` serves with

Answer = dict[str, Any]


def environment(folder: Path, database_url: str = "", **more: str) -> dict[str, str]:
    """The village in ``folder``, whatever ``.env`` says: SQLite unless told otherwise, no shared cache, no details of errors."""
    return os.environ | {
        "DJANGO_SETTINGS_MODULE": SETTINGS,
        "VAR_DIR": str(folder),
        "DATABASE_URL": database_url or f"sqlite:///{folder / 'village.sqlite3'}",
        "CACHE_URL": "locmemcache://village",
        "DEBUG": "0",
        "HOST": "127.0.0.1",
        "BASE_URL": "http://127.0.0.1:8000",
        "ALLOWED_HOSTS": "127.0.0.1,localhost,testserver",
        **more,
    }


def fingerprint(made_of: Sequence[str], size: int) -> str:
    """Changes with the files that decide how a corpus of ``size`` looks."""
    digest = hashlib.sha256(str(size).encode())
    for path in sorted(path for pattern in made_of for path in ROOT.glob(pattern)):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def run(module: str, arguments: list[str], environment: dict[str, str]) -> Answer:
    """Run ``tests.bench.<module>`` and return what it answers. Raises SystemExit where it fails."""
    with tempfile.TemporaryDirectory(prefix="village-bench-") as folder:
        answer = Path(folder) / "answer.json"
        command = [sys.executable, "-m", f"tests.bench.{module}", str(answer), *arguments]
        done = subprocess.run(command, cwd=ROOT, env=environment, check=False)
        if done.returncode:
            raise SystemExit(f"The measurement “{module}” ended with status {done.returncode}; see above.")
        found: Answer = json.loads(answer.read_text())
        return found


def part(measure: Callable[[list[str]], Answer]) -> None:
    """The other end of ``run``: set Django up, measure, and write the answer where it is waited for."""
    import django

    django.setup()
    path, *arguments = sys.argv[1:]
    Path(path).write_text(json.dumps(measure(arguments)))
