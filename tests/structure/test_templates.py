"""Templates: each is used, each finds the others, and none lets through what a Content-Security-Policy forbids."""

import ast
import re
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.template import engines
from django.template.loader import get_template
from wagtail.blocks import Block
from wagtail.models import get_page_models

from core.letters import ENDINGS as LETTER_ENDINGS
from tests.structure.house import ROOT, apps_from_high_to_low, modules, parsed, tracked

FOLDER = ROOT / "templates"
TEMPLATES = {path.relative_to(FOLDER).as_posix(): path for path in tracked() if path.is_relative_to(FOLDER)}
EACH = pytest.mark.parametrize("name", TEMPLATES)

DJANGO_ASKS_FOR = {"400.html", "403.html", "403_csrf.html", "404.html", "500.html"}
QUOTED = re.compile(r"""["']([\w./-]+\.(?:html|txt|xml|svg))["']""")
COMMENTS = re.compile(r"{#.*?#}|{%\s*comment.*?endcomment\s*%}", re.DOTALL)

UNESCAPED = re.compile(r"\|\s*safe(?:seq)?\b|{%\s*autoescape\s+off\s*%}")
REASON = re.compile(r"{#[^#]*\bsafe: \w[^#]+#}")

INLINE_SCRIPT = re.compile(r"<script(?![^>]*\bsrc=)(?![^>]*\btype=[\"']application/(?:ld\+)?json[\"'])", re.IGNORECASE)
INLINE_STYLE = re.compile(r"<style\b|\sstyle\s*=\s*[\"']", re.IGNORECASE)
A_LETTERS_OWN = {"core/email/layout.html"}  # opened by a mail program, far from our policy and our style sheet
INLINE_HANDLER = re.compile(r"<[^>]*\son[a-z]+\s*=\s*[\"']|[\"']javascript:", re.IGNORECASE)
ELSEWHERE = re.compile(
    r"<(?:script|img|iframe|source|audio|video)[^>]*\ssrc=[\"'](?:https?:)?//|<link[^>]*rel=[\"']stylesheet[\"'][^>]*//"
)


def words(name: str) -> str:
    """A template without its comments."""
    return COMMENTS.sub("", TEMPLATES[name].read_text())


def test_there_are_templates() -> None:
    assert len(TEMPLATES) > 50


@EACH
def test_it_compiles(name: str) -> None:
    get_template(name)


@EACH
def test_what_it_names_exists(name: str) -> None:
    for other in QUOTED.findall(words(name)):
        if other.endswith(".html"):
            get_template(other)


def test_each_is_used() -> None:
    """Named by a template or by code, or looked for by Django, Wagtail or allauth under this name."""
    by_templates = {other for name in TEMPLATES for other in QUOTED.findall(words(name)) if other != name}
    by_code = {
        text
        for path in modules()
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
        for text in ([node.value] if node.value in TEMPLATES else QUOTED.findall(f"'{node.value}'"))
        + [node.value + ending for ending in LETTER_ENDINGS]
    }
    by_status = {name for name in TEMPLATES if re.fullmatch(r"4\d\d\.html", name)} if "handler404" in _urls() else set()
    by_pages = {model.template for model in get_page_models() if isinstance(model.template, str)}
    used = by_templates | by_code | by_status | by_pages | DJANGO_ASKS_FOR
    unused = {name for name in TEMPLATES if name not in used and not _replaces_a_packages_own(name)}
    assert not unused, "\n".join(sorted(unused))


def test_each_block_has_something_to_show() -> None:
    blocks = [block for block in _blocks() if getattr(block._meta_class, "template", None)]
    assert len(blocks) >= 5
    for block in blocks:
        get_template(block._meta_class.template)


@EACH
def test_nothing_goes_out_unescaped_without_a_reason(name: str) -> None:
    """``{# safe: … #}`` in the line, or anywhere above, says what may and why."""
    lines = TEMPLATES[name].read_text().splitlines()
    bare = [
        f"{number}: {line.strip()}"
        for number, line in enumerate(lines, 1)
        if UNESCAPED.search(COMMENTS.sub("", line)) and not REASON.search("".join(lines[:number]))
    ]
    assert bare == []


@EACH
@pytest.mark.parametrize(
    "forbidden",
    [INLINE_SCRIPT, INLINE_STYLE, INLINE_HANDLER, ELSEWHERE],
    ids=["script", "style", "handler", "elsewhere"],
)
def test_nothing_that_the_policy_forbids(name: str, forbidden: re.Pattern[str]) -> None:
    if forbidden is INLINE_STYLE and name in A_LETTERS_OWN:
        return
    assert [match.group() for match in forbidden.finditer(words(name))] == []


def _urls() -> str:
    return (ROOT / settings.ROOT_URLCONF.replace(".", "/")).with_suffix(".py").read_text()


def _replaces_a_packages_own(name: str) -> bool:
    """Whether an installed package has a template of this name, which ours stands before."""
    folders = [Path(config.path) / "templates" for config in apps.get_app_configs()]
    folders += [Path(folder) for folder in engines["django"].template_dirs if Path(folder) != ROOT / "templates"]
    return any((folder / name).is_file() for folder in folders if not folder.is_relative_to(ROOT / "core"))


def _blocks() -> list[type[Block]]:
    found, waiting = [], [Block]
    while waiting:
        block = waiting.pop()
        waiting += block.__subclasses__()
        if block.__module__.split(".")[0] in apps_from_high_to_low():
            found.append(block)
    return found
