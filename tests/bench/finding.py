"""Does a company's own sentence find it? Its record is indexed without that sentence, in a scratch database."""

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest import mock

from .parts import Answer, part

DEPTH = 10
Company = dict[str, Any]


def measure(arguments: list[str]) -> Answer:
    """``measure([file, half])``: where each company stands in each list of answers, 0 where it is not among the first ten.

    ``held_out`` says of each whether it is of the half by which nothing was chosen.
    """
    from django.core.management import call_command

    from search.engine import engine, search
    from search.indexing import rebuild
    from search.query import Query

    from .plain import plain

    file, half = arguments
    call_command("migrate", verbosity=0)
    companies = [json.loads(line) for line in Path(file).read_text(encoding="utf-8").split("\n") if line]
    asked = [c for c in companies if c["one_liner"] and half in ("both", half_of(c))]
    other = plain(engine().name)
    with _only(companies) as documents:
        rebuild()
        _analyse()
        other.index(documents)

        def ours(text: str) -> list[str]:
            return [hit.key for hit in search(Query(text=text, facets=(), page_size=DEPTH)).hits]

        return {
            "engine": engine().name,
            "plain": other.name,
            "documents": len(companies),
            "held_out": [half_of(c) == "held-out" for c in asked],
            "places": {
                "ours": [_place(c, ours(c["one_liner"])) for c in asked],
                "plain": [_place(c, other.find(c["one_liner"], DEPTH)) for c in asked],
            },
        }


def half_of(company: Company) -> str:
    """The ranking may be tuned on one half; the other shows what that is worth among companies that nobody looked at."""
    return "tuning" if hashlib.sha256(str(company["id"]).encode()).digest()[0] % 2 == 0 else "held-out"


def _analyse() -> None:
    """True statistics, as the database keeps them by itself where there is time: words weigh by them."""
    from django.db import connection

    from search import rarity

    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    rarity.forget()


def _place(company: Company, keys: list[str]) -> int:
    key = str(company["id"])
    return keys.index(key) + 1 if key in keys else 0


@contextmanager
def _only(companies: list[Company]) -> Iterator[list[Any]]:
    """Nothing but these companies can be found. Search wants a record behind each document: a tag will do."""
    from django.db.models import QuerySet
    from taggit.models import Tag

    from search import documents
    from search.documents import Document, DocumentSource

    by_key = {str(company["id"]): company for company in companies}

    class CompanySource(DocumentSource):
        type, label, label_plural, model = "company", "Company", "Companies", Tag

        def queryset(self) -> QuerySet[Tag]:
            return Tag.objects.all()

        def document(self, obj: Tag) -> Document:
            company = by_key[str(obj.pk)]
            return Document(
                type="company",
                key=str(obj.pk),
                title=company["name"],
                url=f"/companies/{obj.pk}/",
                keywords=tuple(dict.fromkeys([*company["industries"], *company["tags"]])),
                body=company["long_description"] or "",
            )

    Tag.objects.all().delete()
    Tag.objects.bulk_create(Tag(pk=c["id"], name=f"{c['name']} {c['id']}", slug=c["id"]) for c in companies)
    source = CompanySource()
    with mock.patch.object(documents, "_sources", {"company": source}):
        yield [source.document(tag) for tag in source.queryset()]


if __name__ == "__main__":
    part(measure)
