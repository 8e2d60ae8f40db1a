"""The columns of a file of organisations: what each is called, what may stand in it and how it is read.

A reader takes the cell and returns what it means; it raises ``Unreadable`` with the rule and the remedy.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils import timezone

from directory.choices import IdentifierScheme, NameKind, Role, TeamSize
from directory.identifiers import normalise_identifier
from directory.models import OrganisationPage
from directory.validators import at_most_25_words

from .cells import Unreadable, address_part, chosen, day_of, entries, limited, plain_text, reading, texts, truth
from .faults import did_you_mean
from .profiles import OtherName, Person, Profile, Relation, Statement
from .values import Items, Mapping, Value
from .vocabulary import Vocabulary

FLOORS = {floor: f"old-medical-school-{floor}-floor" for floor in ("ground", "first", "second", "third")}
IDENTIFIERS = {
    "companies_house": IdentifierScheme.COMPANIES_HOUSE,
    "charity": IdentifierScheme.CHARITY,
    "ror": IdentifierScheme.ROR,
    "ods": IdentifierScheme.ODS,
    "ukprn": IdentifierScheme.UKPRN,
    "lei": IdentifierScheme.LEI,
}
# What people write instead.
SYNONYMS = {
    "title": "name",
    "organisation": "name",
    "url": "website",
    "web": "website",
    "type": "kind",
    "about": "description",
}
# Known and left alone, with the place where it belongs.
ELSEWHERE = {"cohorts": "a cohort names its companies: load_cohorts"}


Reader = Callable[[Value, Profile, Vocabulary], None]


@dataclass(frozen=True)
class Column:
    read: Reader
    hint: str


def _length_of(name: str) -> int:
    return int(OrganisationPage._meta.get_field(name).max_length or 0)


# ---- readers, one a column ------------------------------------------------------------------------------------------
def _slug(value: Value, profile: Profile, vocabulary: Vocabulary) -> None:
    profile.slug = address_part(value, _length_of("slug"))


def _name(value: Value, profile: Profile, vocabulary: Vocabulary) -> None:
    profile.name = limited(" ".join(plain_text(value).split()), _length_of("title"))


def _kind(value: Value, profile: Profile, vocabulary: Vocabulary) -> None:
    profile.kind = vocabulary.find("kind", plain_text(value))


def _parent(value: Value, profile: Profile, vocabulary: Vocabulary) -> None:
    profile.parent = plain_text(value)


def _summary(value: Value, profile: Profile, vocabulary: Vocabulary) -> None:
    text = " ".join(plain_text(value).split())
    try:
        at_most_25_words(text)
    except ValidationError as error:
        raise Unreadable(error.messages[0]) from error
    profile.plain["summary"] = limited(text, _length_of("summary"))


def _description(value: Value, profile: Profile, vocabulary: Vocabulary) -> None:
    profile.description = limited(plain_text(value), 20_000)


def _website(value: Value, profile: Profile, vocabulary: Vocabulary) -> None:
    text = plain_text(value)
    try:
        URLValidator(schemes=["http", "https"])(text)
    except ValidationError as error:
        raise Unreadable(
            f"“{text[:80]}” is not a web address. Write it whole, such as https://example.org/."
        ) from error
    profile.plain["website"] = limited(text, _length_of("website"))


def _founded(value: Value, profile: Profile, vocabulary: Vocabulary) -> None:
    text, this_year = plain_text(value), timezone.localdate().year
    if not (text.isdecimal() and len(text) == 4 and 1000 <= int(text) <= this_year):
        raise Unreadable(f"“{text[:40]}” is not a year up to {this_year}.")
    profile.plain["founded"] = int(text)


def _abbreviation(value: Value, profile: Profile, vocabulary: Vocabulary) -> None:
    profile.plain["abbreviation"] = limited(plain_text(value), _length_of("abbreviation"))


def _role(value: Value, profile: Profile, vocabulary: Vocabulary) -> None:
    profile.plain["role"] = chosen(plain_text(value), Role)


def _team(value: Value, profile: Profile, vocabulary: Vocabulary) -> None:
    profile.plain["team_size"] = chosen(plain_text(value), TeamSize)


def _stage(value: Value, profile: Profile, vocabulary: Vocabulary) -> None:
    profile.plain["stage"] = vocabulary.find("stage", plain_text(value))


def _source(value: Value, profile: Profile, vocabulary: Vocabulary) -> None:
    profile.plain["source"] = vocabulary.find("source", plain_text(value))


def _demonstration(value: Value, profile: Profile, vocabulary: Vocabulary) -> None:
    profile.plain["demonstration"] = truth(plain_text(value))


def _checked_on(value: Value, profile: Profile, vocabulary: Vocabulary) -> None:
    day = day_of(value)
    if day > timezone.localdate():
        raise Unreadable(f"{day.isoformat()} is still to come. Give the day somebody last confirmed the profile.")
    profile.checked_on, profile.checked_in_days = day, isinstance(value, Mapping)


def _facts(value: Value, profile: Profile, vocabulary: Vocabulary) -> None:
    profile.facts = texts(value)


def _terms(column: str, list_name: str) -> Reader:
    def read(value: Value, profile: Profile, vocabulary: Vocabulary) -> None:
        setattr(profile, column, [vocabulary.find(list_name, word) for word in texts(value)])

    return read


def _places(value: Value, profile: Profile, vocabulary: Vocabulary) -> None:
    profile.places += [vocabulary.find("place", word) for word in texts(value)]


def _floor(value: Value, profile: Profile, vocabulary: Vocabulary) -> None:
    text = plain_text(value).casefold()
    if text not in FLOORS:
        raise Unreadable(f"“{text[:40]}” is not a floor of the Old Medical School. {did_you_mean(text, FLOORS)}")
    profile.places += [vocabulary.find("place", "old-medical-school"), vocabulary.find("place", FLOORS[text])]


def _names(kind: NameKind) -> Reader:
    def read(value: Value, profile: Profile, vocabulary: Vocabulary) -> None:
        if isinstance(value, Items) and any(isinstance(item, Mapping) for item in value):
            for entry in entries(value, "name", "until", needed="name"):
                until = day_of(entry["until"]) if entry.get("until") else None
                profile.names.append(OtherName(kind, limited(plain_text(entry["name"]), 200), until))
        else:
            profile.names += [OtherName(kind, limited(text, 200)) for text in texts(value)]

    return read


def _identifier(scheme: IdentifierScheme) -> Reader:
    def read(value: Value, profile: Profile, vocabulary: Vocabulary) -> None:
        try:
            profile.identifiers[scheme] = normalise_identifier(scheme, plain_text(value))
        except ValidationError as error:
            raise Unreadable(error.messages[0]) from error

    return read


def _identifiers(value: Value, profile: Profile, vocabulary: Vocabulary) -> None:
    if not isinstance(value, Mapping):
        raise Unreadable(
            f"name the register and the number, such as {{ror: 024mrxd33}}. Registers: {', '.join(IDENTIFIERS)}."
        )
    for register, number in value.items():
        if register not in IDENTIFIERS:
            raise Unreadable(f"“{register[:40]}” is not a register we know. {did_you_mean(register, IDENTIFIERS)}")
        _identifier(IDENTIFIERS[register])(number, profile, vocabulary)


def _statements(column: str) -> Reader:
    def read(value: Value, profile: Profile, vocabulary: Vocabulary) -> None:
        found = []
        for entry in entries(value, "need", "stages", "words", "expires_on", needed="need", notes=profile.notes):
            with reading(entry):
                need = vocabulary.find("need", plain_text(entry["need"]))
                stages = tuple(vocabulary.find("stage", word) for word in texts(entry.get("stages")))
                expires_on = day_of(entry["expires_on"]) if entry.get("expires_on") else None
                found.append(Statement(need, stages, limited(plain_text(entry.get("words")), 240), expires_on))
        setattr(profile, column, found)

    return read


def _relations(value: Value, profile: Profile, vocabulary: Vocabulary) -> None:
    for entry in entries(value, "kind", "to", "source", needed="to", notes=profile.notes):
        with reading(entry):
            kind = vocabulary.find("relation", plain_text(entry.get("kind")))
            source = vocabulary.find("source", plain_text(entry["source"])) if entry.get("source") else None
            profile.relations.append(Relation(kind, plain_text(entry["to"]), entry.line, source))


def _people(value: Value, profile: Profile, vocabulary: Vocabulary) -> None:
    """Only people who agreed. Slug and e-mail may stand in the file for others to use; a profile holds neither."""
    keys = ("name", "role", "consented_on", "shown", "slug", "email")
    for entry in entries(value, *keys, needed="name", notes=profile.notes):
        with reading(entry):
            if entry.get("consented_on") or truth(plain_text(entry.get("shown")) or "false"):
                profile.people.append(_person(entry, is_invented=profile.row.get("demonstration") == "true"))


def _person(entry: Mapping, *, is_invented: bool) -> Person:
    name = limited(plain_text(entry["name"]), 120)
    consented_on = day_of(entry["consented_on"]) if entry.get("consented_on") else None
    if consented_on is None and not is_invented:
        raise Unreadable(
            f"{name}: “consented_on” is missing: the day they agreed to be named. Nobody is shown without it."
        )
    if consented_on and consented_on > timezone.localdate():
        raise Unreadable(f"{name} can't have agreed on a day to come ({consented_on.isoformat()}).")
    return Person(name, limited(plain_text(entry.get("role")), 120), consented_on)


COLUMNS: dict[str, Column] = {
    "slug": Column(_slug, "the last part of the address"),
    "name": Column(_name, "the name it goes by"),
    "abbreviation": Column(_abbreviation, "such as NPIC"),
    "kind": Column(_kind, "a kind of organisation"),
    "role": Column(_role, "partner, tenant, company or funder"),
    "parent": Column(_parent, "slug or name of what it is part of"),
    "summary": Column(_summary, "at most 25 words"),
    "description": Column(_description, "a line break begins a paragraph"),
    "facts": Column(_facts, "a list; becomes the description where there is none"),
    "website": Column(_website, "the whole address"),
    "founded": Column(_founded, "a year"),
    "team": Column(_team, "such as 5-9"),
    "stage": Column(_stage, "how far its own product has got"),
    "places": Column(_places, "a list"),
    "floor": Column(_floor, "of the Old Medical School: ground, first, second or third"),
    "sectors": Column(_terms("sectors", "sector"), "a list"),
    "themes": Column(_terms("themes", "theme"), "a list"),
    "aliases": Column(_names(NameKind.ALIAS), "a list of other names"),
    "former_names": Column(_names(NameKind.FORMER), "a list of earlier names"),
    "trading_names": Column(_names(NameKind.TRADING), "a list"),
    "legal_name": Column(_names(NameKind.LEGAL), "as in the register"),
    "needs": Column(_terms("needs", "need"), "a list of needs that it meets"),
    "stages": Column(_terms("stages", "stage"), "a list of the stages at which it meets them"),
    "offers": Column(_statements("offers"), "need, stages and words; not in CSV"),
    "seeks": Column(_statements("seeks"), "need, stages and words; not in CSV"),
    "relations": Column(_relations, "kind, to and source; not in CSV"),
    "people": Column(_people, "name, role and consented_on; not in CSV"),
    "identifiers": Column(_identifiers, "register and number; in CSV a column for each register"),
    "source": Column(_source, "the document the facts come from"),
    "checked_on": Column(_checked_on, "a date"),
    "demonstration": Column(_demonstration, "true when it is invented"),
    **{name: Column(_identifier(scheme), str(scheme.label)) for name, scheme in IDENTIFIERS.items()},
}
