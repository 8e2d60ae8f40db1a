"""Loads the editors' synonym table of the search. What exists is left as it is: the table belongs to the editors."""

from django.core.exceptions import ValidationError
from django.db import transaction

from search.models import Synonym

from .cells import plain_text, texts
from .faults import Fault, Refused, did_you_mean
from .files import read_rows
from .values import Mapping

FIELDS = ("terms", "from", "to", "note")


def load_synonyms(name: str, data: bytes, *, dry_run: bool = False) -> str:
    """Add the missing groups of ``data``: ``{terms: [...]}`` works both ways, ``{from: x, to: [...]}`` one way.

    A group is there already when one of its kind begins with the same term. Returns what was done in words; raises Refused,
    having written nothing, with all that is wrong with the file.
    """
    rows, faults, found = read_rows(name, data), [], []
    for row in rows:
        try:
            found.append(_synonym(row))
        except ValidationError as error:
            faults.append(Fault(row.line, " ".join(error.messages)))
        except ValueError as error:
            faults.append(Fault(row.line, str(error)))
    if faults:
        raise Refused(faults)
    with transaction.atomic():
        known = {_key(synonym) for synonym in Synonym.objects.all()}
        new = [synonym for synonym in found if _key(synonym) not in known]
        if not dry_run:
            for synonym in new:
                synonym.save()  # one by one: the search forgets its copy of the table on each
    return f"{len(new)} created, {len(found) - len(new)} unchanged"


def _key(synonym: Synonym) -> tuple[str, str]:
    # By the first term, so that a group an editor has shortened or extended does not come back beside it.
    return synonym.one_way_from.casefold(), "" if synonym.one_way_from else synonym.phrases[0].casefold()


def _synonym(row: Mapping) -> Synonym:
    for field in row:
        if field not in FIELDS:
            raise ValueError(f"“{field[:60]}” is not a field here. {did_you_mean(field, FIELDS)}")
    terms = texts(row.get("to") if row.get("from") else row.get("terms"))
    if any("," in term for term in terms):
        raise ValueError("a term can't hold a comma: commas separate the terms in the CMS.")
    synonym = Synonym(
        terms=", ".join(terms), one_way_from=plain_text(row.get("from")), note=plain_text(row.get("note"))
    )
    synonym.full_clean()
    return synonym
