"""Puts what a profile says into a page in memory, and says which fields that changed. Saves nothing.

Plain fields and the lists of terms become what the file says. Names, identifiers, offers, seeks, relations and people are
added and corrected; none is taken away, because what a file leaves out may be an editor's work.
"""

from collections.abc import Callable, Iterable
from typing import Any

from django.utils import timezone
from django.utils.html import escape, strip_tags

from directory.choices import NameKind
from directory.models import (
    Need,
    Offer,
    OrganisationIdentifier,
    OrganisationName,
    OrganisationPage,
    OrganisationPerson,
    OrganisationRelation,
    Seek,
    Stage,
)

from .profiles import Profile, Statement

Find = Callable[[str], OrganisationPage]  # the page with this slug, which may not be saved yet


def apply(profile: Profile, page: OrganisationPage, find: Find) -> list[str]:
    """Write ``profile`` into ``page`` and return the names of the fields that are now different."""
    changed = [name for name, value in _plain_values(profile, page, find).items() if _set(page, name, value)]
    for name in ("sectors", "themes", "places"):
        if _set_terms(page, name, getattr(profile, name)):
            changed.append(name)
    if _add_names(profile, page):
        changed.append("names")
    if _add_identifiers(profile, page):
        changed.append("identifiers")
    if _add_statements(page.offers, Offer, [*profile.offers, *_from_needs(profile, page)]):
        changed.append("offers")
    if _add_statements(page.seeks, Seek, profile.seeks):
        changed.append("seeks")
    if _add_relations(profile, page, find):
        changed.append("relations")
    if _add_people(profile, page):
        changed.append("people")
    return changed


def rich_text(text: str) -> str:
    """Return plain ``text`` as paragraphs, one a line."""
    return "".join(f"<p>{escape(line.strip())}</p>" for line in text.splitlines() if line.strip())


def bullet_list(lines: Iterable[str]) -> str:
    return f"<ul>{''.join(f'<li>{escape(line[:1].upper() + line[1:])}</li>' for line in lines)}</ul>"


# ---- fields of the page ---------------------------------------------------------------------------------------------
def _plain_values(profile: Profile, page: OrganisationPage, find: Find) -> dict[str, Any]:
    values = dict(profile.plain)
    if profile.name:
        values["title"] = profile.name
    if profile.kind:
        values["kind"] = profile.kind
    if profile.parent:
        values["parent_organisation"] = find(profile.parent)
    if profile.description:
        values["description"] = rich_text(profile.description)
    elif profile.facts and not page.description:
        values["description"] = bullet_list(profile.facts)
    if profile.checked_on and not (profile.checked_in_days and page.checked_on):
        values["checked_on"] = profile.checked_on
    return values


def _set(page: OrganisationPage, name: str, value: Any) -> bool:
    old = getattr(page, name)
    if old == value or (
        name == "description" and _words(old) == _words(value)
    ):  # the editor marks up the same words anew
        return False
    setattr(page, name, value)
    return True


def _words(html: str) -> list[str]:
    return strip_tags(html.replace("<", " <")).split()


def _set_terms(page: OrganisationPage, name: str, terms: list[Any]) -> bool:
    manager = getattr(page, name)
    if not terms or {term.pk for term in manager.all()} == {term.pk for term in terms}:
        return False
    manager.set(terms)
    return True


# ---- what belongs to the page ---------------------------------------------------------------------------------------
def _rows(manager: Any) -> list[Any]:
    """The rows as the page holds them in memory; ``all()`` would read copies whose changes are lost."""
    return list(manager.get_object_list())


def _add(manager: Any, row: Any) -> None:
    row.sort_order = len(_rows(manager))
    manager.add(row)


def _add_names(profile: Profile, page: OrganisationPage) -> bool:
    changed, known = False, {name.name.casefold(): name for name in _rows(page.names)}
    for other in profile.names:
        name = known.get(other.name.casefold())
        if name is None:
            if other.name == page.title:
                continue
            name = OrganisationName(kind=other.kind, name=other.name, until=other.until)
            known[other.name.casefold()] = name
            _add(page.names, name)
            changed = True
            continue
        # “Also known as” is the least that can be said of a name; it does not overrule a former or legal name.
        kind = name.kind if other.kind == NameKind.ALIAS else other.kind
        until = other.until or name.until
        if (name.kind, name.until) != (kind, until):
            name.kind, name.until, changed = kind, until, True
    return changed


def _add_identifiers(profile: Profile, page: OrganisationPage) -> bool:
    changed, known = False, {identifier.scheme: identifier for identifier in _rows(page.identifiers)}
    for scheme, value in profile.identifiers.items():
        if scheme not in known:
            _add(page.identifiers, OrganisationIdentifier(scheme=scheme, value=value))
            changed = True
        elif known[scheme].value != value:
            known[scheme].value = value
            changed = True
    return changed


def _from_needs(profile: Profile, page: OrganisationPage) -> list[Statement]:
    """``needs`` are offers without words: new ones, and old ones too where the row states their stages."""
    spoken = {statement.need.pk for statement in profile.offers}
    had = {offer.need_id for offer in _rows(page.offers)}
    return [
        Statement(need, tuple(profile.stages))
        for need in profile.needs
        if need.pk not in spoken and (profile.stages or need.pk not in had)
    ]


def _add_statements(manager: Any, model: type[Offer] | type[Seek], statements: list[Statement]) -> bool:
    """A statement corrects the one about the same need; a second about one need corrects the second, and so on."""
    changed = False
    waiting: dict[int, list[Any]] = {}
    for row in _rows(manager):
        waiting.setdefault(row.need_id, []).append(row)
    for statement in statements:
        stages = statement.stages or _usual_stages(statement.need)
        if not waiting.get(statement.need.pk):
            row = model(need=statement.need, words=statement.words, expires_on=statement.expires_on)
            row.stages.set(stages)
            _add(manager, row)
            changed = True
            continue
        row = waiting[statement.need.pk].pop(0)
        if statement.stages and {stage.pk for stage in row.stages.all()} != {stage.pk for stage in stages}:
            row.stages.set(stages)
            changed = True
        for name in ("words", "expires_on"):
            value = getattr(statement, name)
            if value and getattr(row, name) != value:
                setattr(row, name, value)
                changed = True
    return changed


def _usual_stages(need: Need) -> tuple[Stage, ...]:
    return tuple(need.stages.all())


def _add_relations(profile: Profile, page: OrganisationPage, find: Find) -> bool:
    changed, known = False, {(row.kind_id, row.to.slug): row for row in _rows(page.relations)}
    for relation in profile.relations:
        row = known.get((relation.kind.pk, relation.to))
        if row is None:
            row = OrganisationRelation(kind=relation.kind, to=find(relation.to), source=relation.source)
            known[relation.kind.pk, relation.to] = row
            _add(page.relations, row)
            changed = True
        elif relation.source and row.source_id != relation.source.pk:
            row.source = relation.source
            changed = True
    return changed


def _add_people(profile: Profile, page: OrganisationPage) -> bool:
    changed, known = False, {person.name: person for person in _rows(page.people)}
    for person in profile.people:
        row = known.get(person.name)
        if row is None:
            consented_on = person.consented_on or timezone.localdate()
            _add(page.people, OrganisationPerson(name=person.name, role=person.role, consented_on=consented_on))
            changed = True
            continue
        for name in ("role", "consented_on"):
            value = getattr(person, name)
            if value and getattr(row, name) != value:
                setattr(row, name, value)
                changed = True
    return changed
