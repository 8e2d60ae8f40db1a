"""Loading organisations: what a row may say, and what it does to a page."""

from datetime import date

import pytest
import time_machine
from wagtail.models import PageLogEntry, Revision

from directory.importing.demonstration import load_lists
from directory.importing.loading import load_organisations
from directory.importing.reports import Report
from directory.models import DirectoryIndexPage, Kind, OrganisationPage
from tests.factories.directory import DirectoryIndexPageFactory, OrganisationFactory
from tests.factories.pages import publish

pytestmark = pytest.mark.django_db

NEXUS = b"""
- slug: nexus
  name: Nexus
  kind: Property and work space
  role: partner
  summary: An innovation community with laboratories.
  description: >-
    First paragraph with <b>angle brackets</b>.

    Second paragraph.
  website: https://nexus.example/
  founded: 2019
  team: 20-49
  sectors: [Medical devices, digital-health]
  themes: [devices-diagnostics]
  places: [nexus]
  aliases: [Nexus Leeds]
  former_names: [{name: Old Nexus, until: 2018-12-31}]
  identifiers: {ukprn: "10007795", companies_house: 1234567}
  offers:
    - {need: work-space, stages: [solution-development], words: "Offices and laboratories."}
  seeks:
    - {need: evaluation}
  relations:
    - {kind: works with, to: Old Medical School, source: strategy}
  people:
    - {name: Ada Example, role: Manager, consented_on: 2026-05-01}
  source: prospectus
  checked_on: 2026-10-01
- {slug: old-medical-school, name: Old Medical School, parent: nexus}
"""


@pytest.fixture(autouse=True)
def village() -> DirectoryIndexPage:
    load_lists()
    return DirectoryIndexPageFactory()


def load(data: bytes | str, name: str = "organisations.yaml", **options: object) -> Report:
    return load_organisations(name, data.encode() if isinstance(data, str) else data, **options)  # type: ignore[arg-type]


def organisation(slug: str) -> OrganisationPage:
    return OrganisationPage.objects.get(slug=slug)


# ---- what a row makes -----------------------------------------------------------------------------------------------
def test_row_becomes_a_published_page_with_all_it_says() -> None:
    report = load(NEXUS)

    page = organisation("nexus")
    assert str(report) == "2 created, 0 updated, 0 unchanged"
    assert (page.live, page.has_unpublished_changes, page.title, page.kind.slug) == (
        True,
        False,
        "Nexus",
        "property-and-work-space",
    )
    assert (page.summary, page.website, page.founded, page.team_size) == (
        "An innovation community with laboratories.",
        "https://nexus.example/",
        2019,
        "20-49",
    )
    assert page.description == (
        "<p>First paragraph with &lt;b&gt;angle brackets&lt;/b&gt;.</p><p>Second paragraph.</p>"
    )
    assert {term.slug for term in page.sectors.all()} == {"digital-health", "medical-devices"}
    assert [term.slug for term in page.themes.all()] == ["devices-diagnostics"]
    assert [term.slug for term in page.places.all()] == ["nexus"]
    assert [(name.kind, name.name, name.until) for name in page.names.all()] == [
        ("alias", "Nexus Leeds", None),
        ("former", "Old Nexus", date(2018, 12, 31)),
    ]
    assert {(row.scheme, row.value) for row in page.identifiers.all()} == {
        ("GB-UKPRN", "10007795"),
        ("GB-COH", "01234567"),
    }
    (offer,) = page.offers.all()
    assert (offer.need.slug, [stage.number for stage in offer.stages.all()], offer.words) == (
        "work-space",
        [2],
        "Offices and laboratories.",
    )
    (seek,) = page.seeks.all()
    assert (seek.need.slug, [stage.number for stage in seek.stages.all()]) == ("evaluation", [6, 7])  # the usual ones
    (relation,) = page.relations.all()
    assert (relation.kind.name, relation.to.slug, relation.source.slug) == (
        "works with",
        "old-medical-school",
        "strategy",
    )
    (person,) = page.people.all()
    assert (person.name, person.role, person.consented_on) == ("Ada Example", "Manager", date(2026, 5, 1))
    assert (page.source.slug, page.checked_on) == ("prospectus", date(2026, 10, 1))
    assert organisation("old-medical-school").parent_organisation == page


def test_second_run_changes_nothing() -> None:
    load(NEXUS)
    revisions = Revision.objects.count()

    report = load(NEXUS)

    assert str(report) == "0 created, 0 updated, 2 unchanged"
    assert Revision.objects.count() == revisions


def test_update_touches_only_the_changed_page_and_field() -> None:
    load(NEXUS)
    before = {page.slug: page.revisions.count() for page in OrganisationPage.objects.all()}

    report = load("slug,summary\nnexus,Laboratories and offices.\nold-medical-school,\n", "organisations.csv")

    page = organisation("nexus")
    assert [(change.slug, change.what, change.fields) for change in report.changes] == [
        ("nexus", "updated", ("summary",)),
        ("old-medical-school", "unchanged", ()),
    ]
    assert (page.summary, page.title, page.website) == ("Laboratories and offices.", "Nexus", "https://nexus.example/")
    assert page.offers.count() == 1
    assert page.revisions.count() == before["nexus"] + 1
    assert organisation("old-medical-school").revisions.count() == before["old-medical-school"]


def test_dry_run_says_what_would_happen_and_writes_nothing() -> None:
    OrganisationFactory(title="Nexus", slug="nexus")
    revisions, kinds = Revision.objects.count(), Kind.objects.count()

    report = load(NEXUS, dry_run=True)

    assert [(change.slug, change.what) for change in report.changes] == [
        ("nexus", "updated"),
        ("old-medical-school", "created"),
    ]
    assert not OrganisationPage.objects.filter(slug="old-medical-school").exists()
    assert not organisation("nexus").offers.exists()
    assert (Revision.objects.count(), Kind.objects.count()) == (revisions, kinds)
    assert not PageLogEntry.objects.filter(action="directory.import").exists()


@pytest.mark.parametrize(
    ("row", "slug", "title"),
    [
        ("slug\nbright-idea\n", "bright-idea", "Bright idea"),
        ("name\nBright Idea Ltd\n", "bright-idea-ltd", "Bright Idea Ltd"),
    ],
)
def test_slug_or_name_is_enough(row: str, slug: str, title: str) -> None:
    load(row, "new.csv")

    page = organisation(slug)
    assert (page.title, page.kind.name, page.role, page.live) == (title, "Kind not stated", "partner", True)


def test_name_alone_finds_the_page_that_has_it() -> None:
    OrganisationFactory(title="National Pathology Imaging Co-operative", slug="npic")

    report = load("name,founded\nnational pathology imaging co-operative,2019\n", "new.csv")

    assert [(change.slug, change.what) for change in report.changes] == [("npic", "updated")]


def test_empty_cells_take_nothing_away() -> None:
    load(NEXUS)

    report = load("slug,summary,website,sectors,needs\nnexus,,,,\n", "new.csv")

    assert str(report) == "0 created, 0 updated, 1 unchanged"


# ---- needs, stages, facts -------------------------------------------------------------------------------------------
def test_needs_become_offers_at_the_usual_stages() -> None:
    load("slug,needs\nnpic,data-and-ai;Work space\n", "new.csv")

    offers = {
        offer.need.slug: [stage.number for stage in offer.stages.all()] for offer in organisation("npic").offers.all()
    }
    assert offers == {"data-and-ai": [1, 2, 7], "work-space": [2, 3, 4]}


def test_stages_say_when_the_needs_are_met() -> None:
    load("slug,needs\nnpic,data-and-ai\n", "new.csv")

    report = load("slug,needs,stages\nnpic,data-and-ai,2;validating-concept\n", "new.csv")

    (offer,) = organisation("npic").offers.all()
    assert [stage.number for stage in offer.stages.all()] == [2, 3]
    assert report.count("updated") == 1


def test_one_stage_without_needs_is_how_far_it_has_got() -> None:
    load("slug,stages\nnew-company,post-launch\n", "new.csv")

    assert organisation("new-company").stage.slug == "post-launch"


def test_needs_leave_an_offer_in_the_organisations_own_words_alone() -> None:
    load(NEXUS)

    report = load("slug,needs\nnexus,work-space;seed-investment\n", "new.csv")

    page = organisation("nexus")
    assert [(offer.need.slug, offer.words) for offer in page.offers.all()] == [
        ("work-space", "Offices and laboratories."),
        ("seed-investment", ""),
    ]
    assert report.changes[0].fields == ("offers",)


def test_offer_of_the_same_need_is_corrected_and_others_stay() -> None:
    load(NEXUS)
    offer = organisation("nexus").offers.get()

    load('- {slug: nexus, offers: [{need: work-space, words: "Desks too."}, {need: market-access}]}')

    offers = organisation("nexus").offers.all()
    assert [(row.need.slug, row.words) for row in offers] == [("work-space", "Desks too."), ("market-access", "")]
    assert [stage.number for stage in offers[0].stages.all()] == [2]
    assert offers[0].pk == offer.pk


def test_facts_fill_an_empty_description_only() -> None:
    load("- {slug: npic, facts: [digital pathology, a < b]}")
    assert organisation("npic").description == "<ul><li>Digital pathology</li><li>A &lt; b</li></ul>"

    report = load("- {slug: npic, facts: [something else]}")

    assert report.count("unchanged") == 1


def test_description_with_the_editors_markup_around_the_same_words_is_unchanged() -> None:
    load("- {slug: npic, description: One line.}")
    page = organisation("npic")
    page.description = '<p data-block-key="a1b2c">One line.</p>'
    publish(page)

    assert load("- {slug: npic, description: One line.}").count("unchanged") == 1


# ---- what editors wrote ---------------------------------------------------------------------------------------------
def test_draft_that_waits_is_neither_published_nor_lost() -> None:
    load(NEXUS)
    draft = organisation("nexus")
    draft.summary = "Not approved yet."
    draft.save_revision()

    load("slug,founded\nnexus,2015\n", "new.csv")

    page = organisation("nexus")
    newest = page.get_latest_revision_as_object()
    assert (page.summary, page.founded, page.has_unpublished_changes) == (
        "An innovation community with laboratories.",
        2015,
        True,
    )
    assert (newest.summary, newest.founded) == ("Not approved yet.", 2015)
    assert load("slug,founded\nnexus,2015\n", "new.csv").count("unchanged") == 1


def test_hidden_page_stays_hidden() -> None:
    load(NEXUS)
    organisation("nexus").unpublish()

    load("slug,founded\nnexus,2015\n", "new.csv")

    page = organisation("nexus")
    assert (page.live, page.get_latest_revision_as_object().founded) == (False, 2015)
    assert load("slug,founded\nnexus,2015\n", "new.csv").count("unchanged") == 1


def test_names_and_people_of_editors_stay() -> None:
    load(NEXUS)
    page = organisation("nexus")
    page.names.add(page.names.model(kind="alias", name="The editors' name"))
    publish(page)

    report = load(NEXUS)

    assert report.count("updated") == 0
    assert organisation("nexus").names.filter(name="The editors' name").exists()


@time_machine.travel("2026-11-24T12:00:00Z", tick=False)
def test_day_of_checking_that_counts_from_today_is_set_once() -> None:
    row = "- {slug: npic, checked_on: {in_days: -10}}"
    load(row)

    with time_machine.travel("2026-12-24T12:00:00Z", tick=False):
        assert load(row).count("unchanged") == 1

    assert organisation("npic").checked_on == date(2026, 11, 14)


# ---- people ---------------------------------------------------------------------------------------------------------
def test_only_people_who_agreed_are_stored() -> None:
    load(
        """
- slug: invented
  demonstration: true
  people:
    - {name: Shown Person, role: Founder, shown: true, email: shown@village.example}
    - {name: Hidden Person, shown: false}
    - {name: Silent Person}
"""
    )

    assert [person.name for person in organisation("invented").people.all()] == ["Shown Person"]
