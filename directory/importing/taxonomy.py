"""Loads the controlled lists. Editors own them: what is missing is added, what exists is left as it is."""

from typing import Any

from django.db import transaction
from django.utils.text import slugify

from directory.choices import Tone
from directory.models import (
    Kind,
    Need,
    NeedPreparation,
    NeedSuggestion,
    OrganisationPage,
    Place,
    RelationKind,
    Sector,
    Source,
    Stage,
    Term,
    Theme,
)

from .cells import plain_text, texts
from .faults import Fault, Refused, did_you_mean
from .files import read_tree
from .values import Items, Mapping

# In the order in which they are added: needs name stages.
LISTS: dict[str, tuple[type[Term], tuple[str, ...]]] = {
    "stages": (Stage, ("number", "short_name", "words")),
    "needs": (Need, ("short_name", "answer", "stages", "have_ready", "see")),
    "themes": (Theme, ()),
    "kinds": (Kind, ("short_name", "tone")),
    "sectors": (Sector, ()),
    "relation_kinds": (RelationKind, ("inverse_name",)),
    "places": (Place, ("address", "postcode", "demonstration")),
    "sources": (Source, ("dated", "website")),
}
LISTED = {"stages", "have_ready", "see"}  # of a need, added after it


def load_taxonomy(name: str, data: bytes, *, dry_run: bool = False) -> dict[str, int]:
    """Add the missing entries of every list in ``data``, and return how many that were, by list.

    Raises Refused, having written nothing, with all that is wrong with the file.
    """
    tree = read_tree(name, data)
    if not isinstance(tree, Mapping):
        raise Refused([Fault(1, f"name the lists: {', '.join(LISTS)}.")])
    faults = [
        Fault(tree.line_of(key), f"there is no such list. {did_you_mean(key, LISTS)}", key[:60])
        for key in tree
        if key not in LISTS
    ]
    for key, (model, own) in LISTS.items():
        faults += _faults_of_list(key, tree.get(key), model, ("slug", "name", *own))
    if not faults:
        faults = _faults_of_stages(tree)
    if faults:
        raise Refused(faults)
    with transaction.atomic():
        return {key: _add_missing(key, tree[key], dry_run=dry_run) for key in LISTS if tree.get(key)}


def load_suggestions(name: str, data: bytes) -> int:
    """Name the organisations of ``see`` first in each need's answer, where nobody has chosen any; return how many needs.

    Apart from ``load_taxonomy``, because organisations are loaded after the lists that they need.
    """
    tree = read_tree(name, data)
    done = 0
    for entry in tree.get("needs") or [] if isinstance(tree, Mapping) else []:
        if not isinstance(entry, Mapping) or not entry.get("see"):
            continue
        need = Need.objects.filter(slug=entry.get("slug"), suggestions=None).first()
        pages = {page.slug: page for page in OrganisationPage.objects.filter(slug__in=texts(entry["see"]))}
        chosen = [pages[slug] for slug in texts(entry["see"]) if slug in pages]
        if need and chosen:
            for order, page in enumerate(chosen):
                NeedSuggestion.objects.create(need=need, organisation=page, sort_order=order)
            done += 1
    return done


def _faults_of_kind(key: str, entry: Mapping, model: type[Term], line: int) -> list[Fault]:
    """What only one kind of list asks of its entries."""
    if model is Stage and not str(entry.get("number") or "").isdecimal():
        return [Fault(line, "a stage needs its number.", key)]
    if model is RelationKind and not entry.get("inverse_name"):
        words = "“inverse_name” is missing: how it reads from the other side, such as “hosted by”."
        return [Fault(line, words, key)]
    if model is Kind and entry.get("tone") and entry["tone"] not in Tone.values:
        words = f"“{entry['tone']}” is not a colour of the tile. {did_you_mean(str(entry['tone']), Tone.values)}"
        return [Fault(entry.line_of("tone"), words, key)]
    return []


def _faults_of_list(key: str, value: Any, model: type[Term], known: tuple[str, ...]) -> list[Fault]:
    if value is None:
        return []
    if not isinstance(value, Items):
        return [Fault(0, "a list is expected here.", key)]
    faults = []
    slugs: dict[str, int] = {}
    for number, entry in enumerate(value):
        line = value.line_of(number)
        if not isinstance(entry, Mapping):
            faults.append(Fault(line, "an entry must name its fields: slug and name.", key))
            continue
        faults += [
            Fault(entry.line_of(field), f"there is no such field. {did_you_mean(field, known)}", f"{key}, {field[:60]}")
            for field in entry
            if field not in known
        ]
        for field in entry.keys() - LISTED:
            if isinstance(entry[field], (Items, Mapping)):
                faults.append(Fault(entry.line_of(field), "one text is expected here.", f"{key}, {field}"))
                continue
            limit = getattr(model._meta.get_field(field), "max_length", None) if field in known else None
            if limit and len(str(entry[field] or "")) > limit:
                faults.append(Fault(entry.line_of(field), f"at most {limit} characters fit.", f"{key}, {field}"))
        if not entry.get("name"):
            faults.append(Fault(line, "the name is missing.", key))
            continue
        slug = str(entry.get("slug") or slugify(str(entry["name"])))
        if slug in slugs:
            faults.append(Fault(line, f"“{slug}” stands on line {slugs[slug]} already.", key))
        slugs.setdefault(slug, line)
        faults += _faults_of_kind(key, entry, model, line)
    return faults


def _faults_of_stages(tree: Mapping) -> list[Fault]:
    in_file = {str(entry.get("slug")) for entry in tree.get("stages") or [] if isinstance(entry, Mapping)}
    known = in_file | set(Stage.objects.values_list("slug", flat=True))
    return [
        Fault(entry.line_of("stages"), f"“{slug}” is not a stage. {did_you_mean(slug, known)}", "needs, stages")
        for entry in tree.get("needs") or []
        if isinstance(entry, Mapping)
        for slug in texts(entry.get("stages"))
        if slug not in known
    ]


def _add_missing(key: str, entries: Any, *, dry_run: bool) -> int:
    model, own = LISTS[key]
    slugs = set(model._default_manager.values_list("slug", flat=True))
    names = {name.casefold() for name in model._default_manager.values_list("name", flat=True)}
    added = 0
    for order, entry in enumerate(entries, start=1):
        name = plain_text(entry["name"])
        slug = plain_text(entry.get("slug")) or slugify(name)
        if slug in slugs or name.casefold() in names:
            continue
        added += 1
        if dry_run:
            continue
        values: dict[str, Any] = {
            field: plain_text(entry[field]) for field in own if field not in LISTED and entry.get(field)
        }
        if "demonstration" in values:
            values["demonstration"] = values["demonstration"] == "true"
        term = model._default_manager.create(slug=slug, name=name, sort_order=order * 10, **values)
        if isinstance(term, Need):
            _complete(term, entry)
    return added


def _complete(need: Need, entry: Mapping) -> None:
    need.stages.set(Stage.objects.filter(slug__in=texts(entry.get("stages"))))
    for order, words in enumerate(texts(entry.get("have_ready"))):
        need.preparations.add(NeedPreparation(words=words[:200], sort_order=order))
    need.save()
