"""Documents: links lead somewhere, commands exist, tables are complete."""

import re
from pathlib import Path

import pytest
from django.core.management import get_commands

from tests.structure.house import ROOT, apps_from_high_to_low, modules, named, tracked
from tests.structure.test_settings import explained

DOCUMENTS = {named(path): path for path in tracked() if path.suffix == ".md"}
EACH = pytest.mark.parametrize("name", DOCUMENTS)
LINK = re.compile(r"!?\[([^\]]*)\]\(([^)\s]+)\)")
CODE = re.compile(r"```.*?```|`[^`\n]+`", re.DOTALL)


def links(name: str) -> list[tuple[str, str]]:
    """Words and target of each link that stays in the project."""
    text = CODE.sub("", DOCUMENTS[name].read_text())
    return [(words, target) for words, target in LINK.findall(text) if not re.match(r"https?:|mailto:", target)]


def anchors(path: Path) -> set[str]:
    """The headings of a document as they stand in addresses."""
    headings = re.findall(r"^#+ (.+)$", path.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in headings}


def test_the_documents_are_there() -> None:
    expected = {"README.md", "CONTRIBUTING.md", "docs/architecture.md", "docs/operations.md", "docs/privacy.md"}
    assert expected | {"docs/accessibility.md", "docs/editors/README.md", "docs/decisions/README.md"} <= set(DOCUMENTS)
    assert (ROOT / "LICENSE").read_text().startswith("MIT License")


@EACH
def test_links_lead_somewhere(name: str) -> None:
    broken = []
    for _, target in links(name):
        file, _, anchor = target.partition("#")
        path = (DOCUMENTS[name].parent / file).resolve() if file else DOCUMENTS[name]
        if not path.exists() or (anchor and anchor not in anchors(path)):
            broken.append(target)
    assert broken == []


@EACH
def test_pictures_say_what_they_show(name: str) -> None:
    pictures = re.findall(r"!\[([^\]]*)\]\(", DOCUMENTS[name].read_text())
    assert [words for words in pictures if len(words.split()) < 4] == []


def test_every_document_is_found_from_the_readme() -> None:
    seen, waiting = set(), ["README.md"]
    while waiting:
        name = waiting.pop()
        seen.add(name)
        for _, target in links(name):
            path = (DOCUMENTS[name].parent / target.partition("#")[0]).resolve()
            if path.is_relative_to(ROOT) and named(path) in DOCUMENTS and named(path) not in seen:
                waiting.append(named(path))
    assert set(DOCUMENTS) - seen == set()


@EACH
def test_commands_exist(name: str) -> None:
    code = "\n".join(CODE.findall(DOCUMENTS[name].read_text()))
    targets = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert set(re.findall(r"(?:^|[`;&]\s*|_URL=\S+ )make ([a-z-]+)", code, re.MULTILINE)) - set(targets) == set()
    assert set(re.findall(r"manage\.py\s+([a-z_]+)", code)) - set(get_commands()) == set()


def test_commands_that_messages_name_exist() -> None:
    """A remedy that can't be typed is none."""
    said = "\n".join(path.read_text() for path in (*modules(), ROOT / ".env.example"))
    assert set(re.findall(r"manage\.py ([a-z_]+)", said)) - set(get_commands()) == set()
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert set(re.findall(r"`make ([a-z-]+)", said)) - targets == set()


@EACH
def test_files_that_are_named_exist(name: str) -> None:
    """Paths in code type that begin with a folder of ours."""
    folders = "|".join((*apps_from_high_to_low(), "templates", "tests", "docs", r"assets(?!/dist|/node_modules)"))
    paths = re.findall(rf"`((?:{folders})/[\w./-]*)`", DOCUMENTS[name].read_text())
    assert [path for path in paths if not (ROOT / path).exists()] == []


def test_modules_that_the_architecture_names_exist() -> None:
    for name in ("docs/architecture.md", *(other for other in DOCUMENTS if other.startswith("docs/decisions/"))):
        named_there = re.findall(rf"`((?:{'|'.join(apps_from_high_to_low())})(?:\.\w+)+)", DOCUMENTS[name].read_text())
        assert [dotted for dotted in named_there if not _exists(dotted)] == [], name


def _exists(dotted: str) -> bool:
    """Whether a module, or something in a module, has this name."""
    parts = dotted.split(".")
    for length in range(len(parts), 0, -1):
        path = ROOT.joinpath(*parts[:length])
        rest = parts[length:]
        source = path.with_suffix(".py") if path.with_suffix(".py").is_file() else path / "__init__.py"
        if source.is_file():
            return not rest or bool(re.search(rf"\b{rest[0]}\b", source.read_text()))
    return False


def test_operations_explain_every_variable() -> None:
    rows = re.findall(r"^\| `([A-Z_]+)` \|", (ROOT / "docs" / "operations.md").read_text(), re.MULTILINE)
    assert sorted(rows) == sorted(explained())


def test_decisions_are_numbered_and_listed() -> None:
    pages = sorted(path for path in (ROOT / "docs" / "decisions").glob("0*.md"))
    listed = re.findall(r"^(\d+)\. \[(.+)\]\((.+)\)$", DOCUMENTS["docs/decisions/README.md"].read_text(), re.MULTILINE)
    assert [path.name for path in pages] == [file for _, _, file in listed]
    for number, (path, (_, title, _)) in enumerate(zip(pages, listed, strict=True), 1):
        assert path.name.startswith(f"{number:04}-")
        assert path.read_text().startswith(f"# {number}. {title}\n")
        assert {"Question", "Considered", "Decision", "Costs"} <= set(re.findall(r"^## (.+)$", path.read_text(), re.M))
