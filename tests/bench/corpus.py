"""A village of as many organisations as are asked for, scaled up from the demonstration's own.

Each new organisation has the kind, terms and needs of a real one and sentences of several, under an invented name: words
are as common as in the real directory, and rare ones stay rare. The same number gives the same village.
"""

import io
import random
from collections.abc import Iterator
from contextlib import nullcontext, redirect_stdout
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

from . import parts
from .parts import Answer, part

CHUNK = 500
SEED = 2027
STARTS = (
    *("Aire", "Ash", "Beck", "Bramley", "Calder", "Chapel", "Clar", "Dale", "Ever", "Fern", "Gled", "Harew", "Hols"),
    *("Ilk", "Keld", "Kirk", "Lark", "Ling", "Mel", "Nidder", "Otter", "Pen", "Quarm", "Roth", "Scar", "Swin", "Thorn"),
    *("Ure", "Wharfe", "Wood", "Yar", "Zell"),
)
MIDDLES = ("an", "bar", "cot", "den", "e", "fir", "gar", "hol", "i", "king", "lan", "mer", "ning", "o", "ster", "ver")
ENDS = ("beck", "by", "croft", "dale", "field", "gate", "holme", "ley", "mere", "royd", "thorpe", "wick", "worth", "a")
TRADES = (
    *("Analytics", "Biologics", "Biosciences", "Care", "Clinical", "Devices", "Diagnostics", "Digital", "Genomics"),
    *(
        "Health",
        "Imaging",
        "Implants",
        "Informatics",
        "Instruments",
        "Laboratories",
        "Medical",
        "Monitoring",
        "Oncology",
    ),
    *("Orthopaedics", "Partners", "Pathology", "Pharma", "Research", "Robotics", "Sensing", "Surgical", "Systems"),
    *("Therapeutics", "Trust", "Ventures"),
)
# What decides how a corpus looks; when one of these changes, it is made anew.
MADE_OF = (
    "assets/demonstration/*.yaml",
    "tests/bench/corpus.py",
    "*/migrations/*.py",
    "directory/documents/*.py",
    "directory/models/*.py",
    "search/documents.py",
    "search/indexing.py",
    "search/analysis.py",
    "search/models.py",
    "search/full_text.py",
)


def fingerprint(size: int) -> str:
    return parts.fingerprint(MADE_OF, size)


def make(arguments: list[str]) -> Answer:
    """``make([size, folder])``: fill the database of this process up to ``size`` organisations, and index them.

    A corpus that was made of the same things is kept; static files are collected anew where they changed.
    """
    from django.core.management import call_command
    from django.db import connection
    from tqdm import tqdm

    from directory.models import OrganisationPage
    from search.indexing import rebuild
    from search.receivers import paused

    size, made = int(arguments[0]), Path(arguments[1]) / "corpus"
    kept = made.exists() and made.read_text() == fingerprint(size)
    with redirect_stdout(io.StringIO()), paused() if kept else nullcontext():
        call_command("prepare_village")
    if kept:
        return {"organisations": OrganisationPage.objects.count()}
    with paused():
        missing = size - OrganisationPage.objects.count()
        with tqdm(total=missing, desc=f"{size:,} organisations", unit="", leave=False, disable=None) as bar:
            for written in _organisations(missing):
                bar.update(written)
    call_command("update_index", verbosity=0, chunk_size=1000)  # the CMS's own
    with tqdm(desc="Search", unit="", leave=False, disable=None) as bar:

        def show(type_: str, done: int, total: int) -> None:
            if done < bar.n:  # the next type
                bar.reset()
            bar.total = total
            bar.set_description(f"Search: {type_}", refresh=False)
            bar.update(done - bar.n)

        rebuild(show)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")  # statistics decide between plans: here they are true, not what an earlier size left
    made.write_text(fingerprint(size))
    return {"organisations": OrganisationPage.objects.count()}


def _organisations(count: int) -> Iterator[int]:
    """Write ``count`` of them, in transactions of CHUNK; yields how many were written."""
    from django.contrib.contenttypes.models import ContentType
    from django.db import transaction
    from django.utils import timezone
    from wagtail.models import Page

    from directory.models import DirectoryIndexPage, OrganisationPage

    parent = DirectoryIndexPage.objects.get()
    kind_of_page = ContentType.objects.get_for_model(OrganisationPage)
    chance, now = random.Random(SEED), timezone.now()
    invent = Invention(chance)
    places = parent.numchild
    while count > 0:
        batch = [invent.organisation() for _ in range(min(CHUNK, count))]
        with transaction.atomic():
            pages = Page.objects.bulk_create(
                Page(
                    path=Page._get_path(parent.path, parent.depth + 1, places + number),
                    depth=parent.depth + 1,
                    title=made["title"],
                    draft_title=made["title"],
                    slug=made["slug"],
                    url_path=f"{parent.url_path}{made['slug']}/",
                    content_type=kind_of_page,
                    locale_id=parent.locale_id,
                    translation_key=uuid4(),
                    live=True,
                    first_published_at=now,
                    last_published_at=now,
                )
                for number, made in enumerate(batch, 1)
            )
            for page, made in zip(pages, batch, strict=True):
                organisation = OrganisationPage(page_ptr=page, **made["fields"])
                organisation.save_base(raw=True, force_insert=True)  # the row of this table; the page's own is there
            _belongings(pages, batch)
            invent.made += [page.pk for page in pages]
            places += len(batch)
            Page.objects.filter(pk=parent.pk).update(numchild=places)
        count -= len(batch)
        yield len(batch)


def _belongings(pages: list[Any], batch: list[dict[str, Any]]) -> None:
    """Terms, other names, identifiers, offers, seeks and relations of these pages."""
    from directory.models import (
        Offer,
        OrganisationIdentifier,
        OrganisationName,
        OrganisationPage,
        OrganisationRelation,
        Seek,
    )

    both = list(zip(pages, batch, strict=True))
    for name in ("sectors", "themes", "places"):
        through = getattr(OrganisationPage, name).through
        column = f"{OrganisationPage._meta.get_field(name).related_model._meta.model_name}_id"
        through.objects.bulk_create(
            through(**{"organisationpage_id": page.pk, column: pk}) for page, made in both for pk in made[name]
        )
    OrganisationName.objects.bulk_create(
        OrganisationName(organisation_id=page.pk, name=name, sort_order=order)
        for page, made in both
        for order, name in enumerate(made["names"])
    )
    OrganisationIdentifier.objects.bulk_create(
        OrganisationIdentifier(organisation_id=page.pk, scheme=scheme, value=value, sort_order=0)
        for page, made in both
        for scheme, value in made["identifiers"]
    )
    OrganisationRelation.objects.bulk_create(
        OrganisationRelation(organisation_id=page.pk, kind_id=kind, to_id=to, sort_order=order)
        for page, made in both
        for order, (kind, to) in enumerate(made["relations"])
    )
    for model, name in ((Offer, "offers"), (Seek, "seeks")):
        statements = [(page, statement) for page, made in both for statement in made[name]]
        rows = model.objects.bulk_create(
            model(organisation_id=page.pk, need_id=need, words=words, sort_order=0)
            for page, (need, words, _) in statements
        )
        through = model.stages.through
        through.objects.bulk_create(
            through(**{f"{model._meta.model_name}_id": row.pk, "stage_id": stage})
            for row, (_, (_, _, stages)) in zip(rows, statements, strict=True)
            for stage in stages
        )


class Invention:
    """Makes organisations out of those that are there."""

    def __init__(self, chance: random.Random) -> None:
        from directory.documents.organisations import plain
        from directory.models import OrganisationPage, RelationKind, Stage

        self.chance = chance
        self.models = list(
            OrganisationPage.objects.prefetch_related("sectors", "themes", "places", "offers__stages", "seeks__stages")
        )
        self.sentences = [s.strip() for m in self.models for s in plain(m.description).split(". ") if s.strip()]
        self.summaries = [m.summary for m in self.models if m.summary]
        self.stages = list(Stage.objects.values_list("pk", flat=True))
        self.relation_kinds = list(RelationKind.objects.values_list("pk", flat=True))
        self.titles: set[str] = set()
        self.made: list[int] = []  # whom the next may be related to: real profiles stay as they are

    def organisation(self) -> dict[str, Any]:
        chance, model = self.chance, self.chance.choice(self.models)
        title = self._title()
        said = chance.sample(self.sentences, chance.randint(3, 6))
        related = set(chance.sample(self.made, chance.choice((0, 0, 1, 2, 3)))) if self.made else set()
        return {
            "title": title,
            "slug": title.lower().replace(" ", "-"),
            "fields": {
                "kind_id": model.kind_id,
                "role": model.role,
                "summary": chance.choice(self.summaries),
                "description": "".join(f"<p>{title}: {s.rstrip('.')}.</p>" for s in said),
                "website": f"https://{title.lower().replace(' ', '-')}.village.example/",
                "founded": chance.randint(1995, 2026),
                "stage_id": chance.choice((None, *self.stages)),
                "checked_on": date(2026, 9, 30) - timedelta(days=chance.randint(0, 500)),
                "parent_organisation_id": chance.choice(self.made) if self.made and chance.random() < 0.1 else None,
                "demonstration": True,
            },
            "sectors": [t.pk for t in model.sectors.all()],
            "themes": [t.pk for t in model.themes.all()],
            "places": [t.pk for t in model.places.all()],
            "names": ["".join(w[0] for w in title.split()) + title[1:3].upper()] if chance.random() < 0.3 else [],
            "identifiers": [("GB-COH", f"{90_000_000 + len(self.titles)}")],
            "offers": [(o.need_id, o.words, [s.pk for s in o.stages.all()]) for o in model.offers.all()],
            "seeks": [(s.need_id, s.words, [t.pk for t in s.stages.all()]) for s in model.seeks.all()],
            "relations": [(chance.choice(self.relation_kinds), pk) for pk in sorted(related)],
        }

    def _title(self) -> str:
        chance = self.chance
        while True:
            middle = chance.choice(MIDDLES) if chance.random() < 0.7 else ""
            title = f"{chance.choice(STARTS)}{middle}{chance.choice(ENDS)} {chance.choice(TRADES)}"
            if title not in self.titles:
                self.titles.add(title)
                return title


if __name__ == "__main__":
    part(make)
