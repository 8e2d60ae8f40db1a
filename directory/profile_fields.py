"""What an organisation may propose of its own profile: each field read from the page, said in words, and written back.

Values are plain (text, numbers, lists of keys), so that a proposal can keep them and two of them can be compared.
"""

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from bs4 import BeautifulSoup, Tag
from django.db.models import Model
from django.utils.html import escape

from core.templatetags.village import short_date

from . import logos
from .choices import TeamSize
from .models import Need, Offer, OrganisationPage, Place, Sector, Seek, Stage, Theme
from .word_diff import Line, marked

Values = dict[str, Any]  # by the name of a field
Lines = list[str]

_bullet = re.compile(r"^(?:[-*•]|\d+[.)])\s+")


@dataclass(frozen=True)
class Field:
    label: str
    read: Callable[[OrganisationPage], Any]
    say: Callable[[Any], Lines]
    write: Callable[[OrganisationPage, Any], None]


# ---- text ----------------------------------------------------------------------------------------------------------
def text_of(html: str) -> str:
    """Rich text as it is typed in a plain box: a blank line between paragraphs, a dash before each item of a list."""
    return tidy("\n".join(line for line, _ in _blocks(html)))


def _blocks(html: str) -> list[tuple[str, Tag]]:
    """Each paragraph, heading and item of a list as a line of the plain box, and as it stands in the rich text."""
    found = []
    for block in BeautifulSoup(html, "html.parser").find_all(["p", "h2", "h3", "h4", "li"]):
        in_one_line = BeautifulSoup(str(block).replace("<br/>", " "), "html.parser")
        words = " ".join(in_one_line.get_text().split())
        found.append((f"- {words}" if block.name == "li" else words, block))
    return found


def tidy(text: str) -> str:
    """The same words always spaced alike, so that only what was really changed differs."""
    lines = [" ".join(_bullet.sub("- ", line.strip()).split()) for line in text.splitlines()]
    said, last = "", ""
    for line in filter(None, lines):
        both_items = line.startswith("- ") and last.startswith("- ")
        said += ("\n" if both_items else "\n\n" if said else "") + line
        last = line
    return said


def html_of(text: str, *, before: str = "") -> str:
    """What was typed in a plain box, as rich text. Lines that say the same ``before`` keep their links and bold words."""
    kept = {tidy(line): str(block) for line, block in _blocks(before)}
    html, items = "", ""
    for line in filter(None, tidy(text).splitlines()):
        if line.startswith("- "):
            items += kept.get(line) or f"<li>{escape(line[2:])}</li>"
            continue
        html, items = html + (f"<ul>{items}</ul>" if items else ""), ""
        html += kept.get(line) or f"<p>{escape(line)}</p>"
    return html + (f"<ul>{items}</ul>" if items else "")


def _write_description(page: OrganisationPage, text: str) -> None:
    if text_of(page.description) != text:
        page.description = html_of(text, before=page.description)


def _lines(value: Any) -> Lines:
    return str(value).splitlines() if value not in (None, "") else []


# ---- terms ---------------------------------------------------------------------------------------------------------
def _named(model: type[Model], keys: Iterable[int]) -> list[Any]:
    """In the order of the list; a term that an editor took away meanwhile is left out."""
    return list(model._default_manager.filter(pk__in=list(keys)))


def _terms(name: str, label: str, model: type[Model]) -> Field:
    return Field(
        label,
        read=lambda page: sorted(term.pk for term in getattr(page, name).all()),
        say=lambda keys: [str(term) for term in _named(model, keys)],
        write=lambda page, keys: getattr(page, name).set(_named(model, keys)),
    )


def _plain(name: str, label: str) -> Field:
    return Field(
        label,
        read=lambda page: getattr(page, name),
        say=_lines,
        write=lambda page, value: setattr(page, name, value),
    )


def _write_stage(page: OrganisationPage, key: int | None) -> None:
    page.stage = Stage.objects.filter(pk=key).first() if key else None


# ---- offers and seeks ----------------------------------------------------------------------------------------------
def _read_statements(page: OrganisationPage, name: str) -> list[dict[str, Any]]:
    rows = list(getattr(page, name).get_object_list())
    stages = _stages_of(rows)
    return [
        {
            "need": row.need_id,
            "stages": sorted(stages[position]),
            "words": row.words,
            "expires_on": row.expires_on.isoformat() if row.expires_on else "",
        }
        for position, row in enumerate(rows)
    ]


def _stages_of(rows: list[Any]) -> list[list[int]]:
    """Keys of the stages of each row: in one statement where they are as stored, from memory in a draft."""
    stored: dict[int, list[int]] = {
        row.pk: [] for row in rows if row.pk and not hasattr(row, "_cluster_related_objects")
    }
    if stored:
        through = type(rows[0]).stages.through
        source = f"{type(rows[0])._meta.model_name}_id"
        for key, stage in through.objects.filter(**{f"{source}__in": stored}).values_list(source, "stage_id"):
            stored[key].append(stage)
    return [stored[row.pk] if row.pk in stored else [stage.pk for stage in row.stages.all()] for row in rows]


def _say_statements(statements: list[dict[str, Any]]) -> Lines:
    needs = Need.objects.in_bulk([one["need"] for one in statements])
    numbers = dict(Stage.objects.values_list("pk", "number"))
    said = []
    for one in statements:
        stages = ", ".join(map(str, sorted(numbers[key] for key in one["stages"] if key in numbers)))
        parts = [f"{needs.get(one['need'], 'A need that is no longer in the list')}, at stage {stages or '–'}"]
        if one["words"]:
            parts.append(f": “{one['words']}”")
        if one["expires_on"]:
            parts.append(f" (until {short_date(date.fromisoformat(one['expires_on']))})")
        said.append("".join(parts))
    return said


def _statements(name: str, label: str, model: type[Offer] | type[Seek]) -> Field:
    def write(page: OrganisationPage, statements: list[dict[str, Any]]) -> None:
        """A row about the same need stays the same row."""
        manager = getattr(page, name)
        had: dict[int, list[Any]] = {}
        for row in manager.get_object_list():
            had.setdefault(row.need_id, []).append(row)
        stages, rows = Stage.objects.in_bulk(), list[Any]()
        known = set(Need.objects.values_list("pk", flat=True))
        for one in statements:
            if one["need"] not in known:
                continue
            row = had[one["need"]].pop(0) if had.get(one["need"]) else model(need_id=one["need"])
            row.words, row.sort_order = one["words"], len(rows)
            row.expires_on = date.fromisoformat(one["expires_on"]) if one["expires_on"] else None
            row.stages.set([stages[key] for key in one["stages"] if key in stages])
            rows.append(row)
        manager.set(rows)

    return Field(label, read=lambda page: _read_statements(page, name), say=_say_statements, write=write)


# ---- all of them ---------------------------------------------------------------------------------------------------
FIELDS: Mapping[str, Field] = {
    "title": _plain("title", "Name"),
    "abbreviation": _plain("abbreviation", "Abbreviation"),
    "summary": _plain("summary", "Summary"),
    "description": Field("About it", lambda page: text_of(page.description), _lines, _write_description),
    "website": _plain("website", "Website"),
    "logo": Field("Logo", logos.value_of, logos.lines_of, logos.put_on),
    "founded": _plain("founded", "Founded"),
    "team_size": Field(
        "Team",
        read=lambda page: page.team_size,
        say=lambda code: [str(TeamSize(code).label)] if code in TeamSize.values else _lines(code),
        write=lambda page, code: setattr(page, "team_size", code),
    ),
    "stage": Field(
        "Stage of its product",
        read=lambda page: page.stage_id,
        say=lambda key: [str(stage) for stage in Stage.objects.filter(pk=key)] if key else [],
        write=_write_stage,
    ),
    "places": _terms("places", "Places", Place),
    "sectors": _terms("sectors", "Sectors", Sector),
    "themes": _terms("themes", "Themes", Theme),
    "offers": _statements("offers", "Offers", Offer),
    "seeks": _statements("seeks", "Seeks", Seek),
}


def read(page: OrganisationPage) -> Values:
    return {name: field.read(page) for name, field in FIELDS.items()}


def write(page: OrganisationPage, values: Values) -> None:
    """Into the page in memory; saves nothing."""
    for name, value in values.items():
        FIELDS[name].write(page, value)


def differing(before: Values, after: Values) -> list[str]:
    return [name for name in FIELDS if name in after and before.get(name) != after[name]]


def fingerprint(values: Values) -> str:
    """The same for the same values: by it a form says what somebody saw when they decided."""
    return hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()[:16]


@dataclass(frozen=True)
class Fact:
    label: str
    lines: Lines


def facts(page: OrganisationPage) -> list[Fact]:
    """What the public profile says, field by field; what it does not say is left out."""
    found = [Fact(field.label, field.say(field.read(page))) for field in FIELDS.values()]
    return [fact for fact in (*found, *_facts_of_editors(page)) if fact.lines]


def _facts_of_editors(page: OrganisationPage) -> list[Fact]:
    """What comms look after: to be confirmed as well, and put right by asking them."""
    return [
        Fact("Kind", [page.kind.name]),
        Fact("Role in the village", [str(page.get_role_display())]),
        Fact("Part of", [page.parent_organisation.title] if page.parent_organisation else []),
        Fact("Other names", [f"{one.name} ({one.get_kind_display().lower()})" for one in page.names.all()]),
        Fact("Numbers", [f"{one.get_scheme_display()}: {one.value}" for one in page.identifiers.all()]),
        Fact("People", [", ".join(filter(None, (one.name, one.role))) for one in page.people.all()]),
    ]


@dataclass(frozen=True)
class Row:
    """One line of the comparison."""

    name: str
    label: str
    before: list[Line]
    after: list[Line]
    now: list[Line] | None = None  # what is live, where somebody changed it meanwhile
    draft: list[Line] | None = None  # what a draft in the CMS says, where it says something else than what is live
    pictures: tuple[logos.Seen | None, logos.Seen | None] = (None, None)  # of a logo: the one before and the one after


def compared(before: Values, after: Values, *, live: Values | None = None, draft: Values | None = None) -> list[Row]:
    """The fields in which ``after`` differs from ``before``, with what became of them meanwhile."""
    rows = []
    for name in differing(before, after):
        field = FIELDS[name]
        changed = live is not None and live[name] not in (before[name], after[name])
        drafted = live is not None and draft is not None and draft[name] not in (live[name], after[name])
        old, new = marked(field.say(before[name]), field.say(after[name]))
        now = marked((), field.say(live[name]))[1] if live is not None and changed else None
        in_draft = marked((), field.say(draft[name]))[1] if draft is not None and drafted else None
        pictures = (logos.seen(before[name]), logos.seen(after[name])) if name == "logo" else (None, None)
        rows.append(Row(name, field.label, old, new, now, in_draft, pictures))
    return rows
