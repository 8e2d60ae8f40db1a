"""What the tests of this folder look at: the files that git tracks, and the order of the apps."""

import ast
import subprocess
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


@cache
def tracked() -> tuple[Path, ...]:
    """Every file of the project: tracked, or new and not ignored."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
        text=True,
    ).stdout
    files = tuple(sorted(ROOT / name for name in listed.split("\0") if name and (ROOT / name).is_file()))
    assert len(files) > 200, "git lists next to nothing: these tests would pass without having looked"
    return files


@cache
def apps_from_high_to_low() -> tuple[str, ...]:
    """Our apps as the import contract orders them; an app knows those that stand after it."""
    tools = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]
    contract = next(found for found in tools["importlinter"]["contracts"] if found["id"] == "apps")
    return tuple(contract["layers"])


def modules(*, of_tests: bool = False) -> Iterator[Path]:
    """Our own Python files, without migrations; those of the suite only when asked for."""
    for path in tracked():
        folder = path.relative_to(ROOT).parts[0]
        if path.suffix != ".py" or "migrations" in path.parts:
            continue
        if folder in apps_from_high_to_low() or (of_tests and folder == "tests"):
            yield path


@cache
def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(), filename=str(path))


def named(path: Path) -> str:
    """A path as it is written in the project."""
    return path.relative_to(ROOT).as_posix()
