"""Every variable that is read is explained and the other way round; production asks for what it lacks."""

import ast
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.structure.house import ROOT, modules, named, parsed

NOT_OURS = {"DJANGO_SETTINGS_MODULE", "PATH"}  # Django's own, and the system's
WHOLE = {
    "SECRET_KEY": "x" * 60,
    "BASE_URL": "https://village.example.org",
    "ALLOWED_HOSTS": "village.example.org",
    "DATABASE_URL": "postgres://village:secret@database:5432/village",
    "CACHE_URL": "redis://cache:6379/0",
    "EMAIL_URL": "smtp+tls://village:secret@mail.example.org:587",
    "DEFAULT_FROM_EMAIL": "hello@village.example.org",
}


def explained() -> dict[str, str]:
    """The variables of ``.env.example`` with the comment above each."""
    found, comment = {}, ""
    for line in (ROOT / ".env.example").read_text().splitlines():
        if line.startswith("#"):
            comment = f"{comment} {line.lstrip('# ')}".strip()
        elif "=" in line:
            found[line.split("=")[0]] = comment
            comment = ""
        else:
            comment = ""
    return found


def read() -> dict[str, str]:
    """The variables that the code reads, with the place of one reading."""
    found = {}
    for path in [*modules(), ROOT / "manage.py"]:
        for node in ast.walk(parsed(path)):
            if (name := _variable(node)) and name not in NOT_OURS:
                found[name] = f"{named(path)}:{node.lineno}"
    return found


def _variable(node: ast.AST) -> str | None:
    """The variable that an expression reads or sets, if it does."""
    if isinstance(node, ast.Subscript) and ast.unparse(node.value) == "os.environ":
        return _text(node.slice)
    if not isinstance(node, ast.Call) or not node.args:
        return None
    called = ast.unparse(node.func)
    if called == "required" or re.fullmatch(r"(env|os\.environ)(\.\w+)?|os\.getenv", called):
        return _text(node.args[0])
    return None


def _text(node: ast.AST) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def test_every_variable_that_is_read_is_explained() -> None:
    assert len(read()) > 15
    assert {name: where for name, where in read().items() if name not in explained()} == {}


def test_every_variable_that_is_explained_is_read() -> None:
    assert set(explained()) - set(read()) == set()
    assert [name for name, comment in explained().items() if not comment] == []


def test_a_copy_of_the_example_changes_nothing() -> None:
    lines = (ROOT / ".env.example").read_text().splitlines()
    copied = dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))
    settings = (
        "VAR_DIR",
        "DATABASES",
        "CACHES",
        "BASE_URL",
        "EMAIL_BACKEND",
        "SECRET_KEY",
        "DEBUG",
        "STAFF_MFA_REQUIRED",
    )
    asked = f"{{name: str(getattr(s, name)) for name in {settings}}}, sorted(set(s.ALLOWED_HOSTS))"
    answers = [
        subprocess.run(
            [sys.executable, "-c", f"import ecosystem.settings.dev as s; print({asked})"],
            cwd=ROOT,
            env={"PATH": os.environ["PATH"], **variables},
            capture_output=True,
            text=True,
            check=False,
        )
        for variables in (dict.fromkeys(copied, ""), copied)
    ]
    assert answers[0].returncode == 0, answers[0].stderr
    assert answers[1].stdout == answers[0].stdout
    assert str(ROOT / "var") in answers[0].stdout


# ---- production -----------------------------------------------------------------------------------------------------
def import_production(environment: dict[str, str], folder: Path) -> subprocess.CompletedProcess[str]:
    """Load the settings of production in a process that knows these variables only."""
    absent = dict.fromkeys(explained(), "")  # whatever a developer's own .env says
    return subprocess.run(
        [sys.executable, "-c", "import ecosystem.settings.production"],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], **absent, **environment, "VAR_DIR": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_production_starts_with_what_it_asks_for(tmp_path: Path) -> None:
    done = import_production(WHOLE, tmp_path)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("missing", WHOLE)
def test_production_names_what_is_missing_and_how_to_mend_it(missing: str, tmp_path: Path) -> None:
    done = import_production(WHOLE | {missing: ""}, tmp_path)
    said = done.stderr.strip().splitlines()[-1]
    assert done.returncode != 0
    assert f"{missing} is not set." in said
    assert re.search(r"is not set\. (Give|Generate|List) .+See \.env\.example\.", said)
