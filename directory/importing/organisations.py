"""Checks a file of organisations, all of it, before anything is written."""

from dataclasses import dataclass, field

from django.utils.text import slugify

from directory.models import DirectoryIndexPage

from .cells import read_cells
from .columns import COLUMNS, ELSEWHERE, IDENTIFIERS, SYNONYMS
from .faults import Fault, Refused, did_you_mean
from .profiles import Profile
from .values import Mapping
from .vocabulary import Vocabulary

REGISTERS: dict[str, str] = {scheme: column for column, scheme in IDENTIFIERS.items()}


@dataclass(frozen=True)
class Known:
    """An organisation that the directory already has, as far as checking needs it."""

    pk: int
    slug: str
    title: str
    parent_id: int | None
    identifiers: tuple[tuple[str, str], ...] = ()


@dataclass
class Checked:
    profiles: list[Profile]
    notes: list[str] = field(default_factory=list)


def check_organisations(rows: list[Mapping], vocabulary: Vocabulary, directory: list[Known]) -> Checked:
    """Read every row and return what they say, with parents and relations as slugs.

    Raises Refused with all that is wrong: columns, cells, rows that stand twice, parents and relations to nobody.
    """
    faults, notes = _faults_of_columns(rows)
    if faults:
        raise Refused(faults)
    names = {known.title.casefold(): known.slug for known in directory}
    profiles = []
    for row in rows:
        profile, wrong = _read(row, vocabulary, names)
        faults += wrong
        if profile:
            profiles.append(profile)
            notes += profile.notes
    faults += _faults_of_repetition(profiles, directory)
    faults += _resolve(profiles, directory)
    if faults:
        raise Refused(faults)
    return Checked(profiles, notes)


def _column(key: str) -> str:
    return "_".join(key.strip().casefold().replace("-", " ").split())


def _faults_of_columns(rows: list[Mapping]) -> tuple[list[Fault], list[str]]:
    """Rename every row's keys to those of COLUMNS, and complain once about each that is none of them."""
    faults, notes, seen = [], [], set()
    for row in rows:
        for key in list(row):
            column = _column(key)
            if column not in COLUMNS and column not in seen:
                seen.add(column)
                if column in ELSEWHERE:
                    notes.append(f"“{key}” is not read here: {ELSEWHERE[column]}.")
                elif column in SYNONYMS:
                    faults.append(
                        Fault(row.line_naming(key), f"this column is called “{SYNONYMS[column]}” here.", key[:60])
                    )
                else:
                    hint = did_you_mean(column, COLUMNS, otherwise=f"The columns are: {', '.join(COLUMNS)}.")
                    faults.append(
                        Fault(row.line_naming(key), f"there is no such column. {hint}", key[:60] or "(no name)")
                    )
            if column != key and column not in ELSEWHERE:
                line = row.line_of(key)
                if column in row:
                    faults.append(
                        Fault(
                            row.line_naming(key), f"this column is given twice, also as “{column}”. Keep one.", key[:60]
                        )
                    )
                row.add(column, row.pop(key), line)
    return faults, notes


def _read(row: Mapping, vocabulary: Vocabulary, names: dict[str, str]) -> tuple[Profile | None, list[Fault]]:
    profile = Profile(row=row, slug="")
    faults = read_cells(row, COLUMNS, profile, vocabulary, but=ELSEWHERE)
    if not profile.slug and profile.name:
        profile.slug = names.get(profile.name.casefold()) or slugify(profile.name)[:255]
    if not profile.slug and not faults:
        faults.append(Fault(row.line, "give the organisation’s slug or its name."))
    if profile.slug in DirectoryIndexPage.parts:
        words = f"“{profile.slug}” is the address of a page of the directory itself. Give another slug."
        faults.append(Fault(row.line, words, "slug"))
    if profile.stages and not profile.needs:
        faults += _lone_stages(profile)
    return (profile if profile.slug else None), faults


def _lone_stages(profile: Profile) -> list[Fault]:
    """``stages`` belong to ``needs``; alone they can only mean how far the organisation itself has got."""
    if len(profile.stages) == 1:
        profile.plain.setdefault("stage", profile.stages[0])
        return []
    words = (
        "at which stages it meets which need? Add the column “needs”, or give the one “stage” it has reached itself."
    )
    return [Fault(profile.row.line_of("stages"), words, "stages")]


def _faults_of_repetition(profiles: list[Profile], directory: list[Known]) -> list[Fault]:
    faults: list[Fault] = []
    names = {known.title.casefold(): known.slug for known in directory}
    owners = {identifier: known.slug for known in directory for identifier in known.identifiers}
    slugs: dict[str, int] = {}
    titles: dict[str, int] = {}
    numbers: dict[tuple[str, str], int] = {}
    for profile in profiles:
        line, title = profile.line, profile.name.casefold()
        if profile.slug in slugs:
            words = f"“{profile.slug}” stands on line {slugs[profile.slug]} already. Keep one row for an organisation."
            faults.append(Fault(line, words, "slug"))
        elif title and title in titles:
            words = f"“{profile.name}” stands on line {titles[title]} already. Keep one row for an organisation."
            faults.append(Fault(line, words, "name"))
        elif title and names.get(title, profile.slug) != profile.slug:
            words = f"“{profile.name}” is in the directory as “{names[title]}”. Use that slug, or another name."
            faults.append(Fault(line, words, "name"))
        slugs.setdefault(profile.slug, line)
        if title:
            titles.setdefault(title, line)
        for identifier in profile.identifiers.items():
            if identifier in numbers:
                words = f"{identifier[1]} stands on line {numbers[identifier]} already. A number belongs to one organisation."
                faults.append(Fault(line, words, REGISTERS[identifier[0]]))
            elif (owner := owners.get(identifier, profile.slug)) != profile.slug:
                words = f"{identifier[1]} is the number of “{owner}” in the directory. A number belongs to one organisation."
                faults.append(Fault(line, words, REGISTERS[identifier[0]]))
            numbers.setdefault(identifier, line)
    return faults


def _resolve(profiles: list[Profile], directory: list[Known]) -> list[Fault]:
    """Turn the names of parents and relations into slugs, and see that nothing is part of itself."""
    slug_of: dict[str, str] = {}
    for known in directory:
        slug_of |= {known.title.casefold(): known.slug}
    slug_of |= {profile.name.casefold(): profile.slug for profile in profiles if profile.name}
    slug_of |= {known.slug: known.slug for known in directory} | {profile.slug: profile.slug for profile in profiles}
    faults = []
    for profile in profiles:
        if profile.parent:
            found = slug_of.get(profile.parent.casefold())
            if found is None:
                words = f"“{profile.parent[:80]}” is neither in the directory nor in this file. {_who(profile.parent, slug_of)}"
                faults.append(Fault(profile.row.line_of("parent"), words, "parent"))
            profile.parent = found or ""
        for number, relation in enumerate(profile.relations):
            found = slug_of.get(relation.to.casefold())
            if found is None:
                words = (
                    f"“{relation.to[:80]}” is neither in the directory nor in this file. {_who(relation.to, slug_of)}"
                )
                faults.append(Fault(relation.line, words, "relations"))
            elif found == profile.slug:
                faults.append(Fault(relation.line, "an organisation can't be related to itself.", "relations"))
            else:
                profile.relations[number] = type(relation)(relation.kind, found, relation.line, relation.source)
    return faults + _faults_of_circles(profiles, directory)


def _who(word: str, slug_of: dict[str, str]) -> str:
    return did_you_mean(word, slug_of, otherwise="Add it to the file, or write its slug.")


def _faults_of_circles(profiles: list[Profile], directory: list[Known]) -> list[Fault]:
    slug_by_pk = {known.pk: known.slug for known in directory}
    parents = {known.slug: slug_by_pk.get(known.parent_id or 0, "") for known in directory}
    parents |= {profile.slug: profile.parent for profile in profiles if profile.parent}
    faults = []
    for profile in profiles:
        if not profile.parent:
            continue
        chain, step = [profile.slug], profile.parent
        while step and step not in chain:
            chain.append(step)
            step = parents.get(step, "")
        if step == profile.slug:
            words = f"it would be part of itself: {' → '.join([*chain, step])}."
            faults.append(Fault(profile.row.line_of("parent"), words, "parent"))
    return faults
