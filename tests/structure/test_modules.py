"""Where code may stand: known packages, modules of a size that can be read, names that say what is inside."""

import ast
import re

import pytest

from tests.structure.house import ROOT, apps_from_high_to_low, modules, named, parsed, tracked

LONGEST = 400  # lines; near it a module becomes a package, split by noun
LONGEST_TEST = 600  # a table of cases may be longer
DRAWERS = re.compile(
    r"(^|_)(utils?|helpers?|services?|misc|common|tools)$"
)  # names that say nothing about what is inside
FOLDERS = {"assets", "docs", "templates", "tests", ".ci"}


def test_no_module_is_too_long() -> None:
    lengths = {path: len(path.read_text().splitlines()) for path in modules(of_tests=True)}
    assert len(lengths) > 100
    too_long = {
        named(path): lines
        for path, lines in lengths.items()
        if lines > (LONGEST_TEST if named(path).startswith("tests/") else LONGEST)
    }
    assert too_long == {}


def test_no_module_is_a_drawer_for_anything() -> None:
    assert [named(path) for path in modules(of_tests=True) if DRAWERS.search(path.stem)] == []
    packages = {path.parent for path in modules() if path.name == "__init__.py"}
    assert [named(path) for path in packages if DRAWERS.search(path.name)] == []


def test_no_module_is_empty() -> None:
    """A file that holds nothing promises something that isn't there; a package needs none either."""
    empty = [path for path in modules() if path.name != "__init__.py" and not _does_something(path)]
    assert [named(path) for path in empty] == []
    packages = [path.parent for path in modules() if path.name == "__init__.py"]
    assert [
        named(p) for p in packages if not any(q for q in p.iterdir() if q.name not in {"__init__.py", "__pycache__"})
    ] == []


def test_a_new_top_level_folder_has_its_decision() -> None:
    """Each app is a layer; anything else needs a page that says why it stands here."""
    decisions = "".join(path.read_text() for path in (ROOT / "docs" / "decisions").glob("*.md"))
    found = {path.relative_to(ROOT).parts[0] for path in tracked() if path.parent != ROOT}
    assert found > FOLDERS - {"docs"}
    unknown = found - FOLDERS - set(apps_from_high_to_low())
    assert {name for name in unknown if f"`{name}/`" not in decisions} == set()


@pytest.mark.parametrize("app", apps_from_high_to_low())
def test_each_app_says_what_it_is(app: str) -> None:
    """In the map of the folders and in the order of the layers."""
    assert f"`{app}/`" in (ROOT / "README.md").read_text()
    assert re.search(rf"^{app}\b", (ROOT / "docs" / "architecture.md").read_text(), re.MULTILINE)


def _does_something(path: object) -> bool:
    body = parsed(path).body  # type: ignore[arg-type]
    return any(not (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)) for node in body)
