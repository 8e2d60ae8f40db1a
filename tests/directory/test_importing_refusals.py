"""Loading organisations: a row that is wrong is refused with the rule and a remedy, and then nothing is loaded."""

import json

import pytest
import time_machine
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from directory.importing.columns import COLUMNS
from directory.importing.demonstration import load_lists
from directory.importing.faults import Refused
from directory.importing.loading import load_organisations
from directory.importing.reports import Report
from directory.models import DirectoryIndexPage, OrganisationPage
from tests.factories.directory import DirectoryIndexPageFactory, OrganisationFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def village() -> DirectoryIndexPage:
    load_lists()
    return DirectoryIndexPageFactory()


def load(data: bytes | str, name: str = "organisations.yaml", **options: object) -> Report:
    return load_organisations(name, data.encode() if isinstance(data, str) else data, **options)  # type: ignore[arg-type]


def refusal(data: bytes | str, name: str = "organisations.yaml") -> str:
    with pytest.raises(Refused) as refused:
        load(data, name)
    return str(refused.value)


# ---- refusals -------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("data", "words"),
    [
        ("slug,nam\na,b\n", "line 1, nam: there is no such column. Did you mean “name”?"),
        ("slug,url\na,b\n", "line 1, url: this column is called “website” here."),
        ("summary\nx\n", "line 2: give the organisation’s slug or its name."),
        (
            "slug\nBad Slug\n",
            "line 2, slug: “Bad Slug” can't stand in an address. Small letters, digits and hyphens: “bad-slug”.",
        ),
        (
            "slug,sectors\na,Diagnostics;Onclogy\n",
            "line 2, sectors: “Onclogy” is not a sector we know. Did you mean “Oncology”?",
        ),
        (
            "slug,kind\na,Investers\n",
            "line 2, kind: “Investers” is not a kind of organisation we know. Did you mean “Investor”?",
        ),
        ("slug,role\na,parter\n", "line 2, role: “parter” is not known here. Did you mean “partner”?"),
        (
            "slug,needs\na,work-spaces\n",
            "line 2, needs: “work-spaces” is not a need we know. Did you mean “work-space”?",
        ),
        (
            f"slug,summary\na,{'word ' * 26}\n",
            "line 2, summary: At most 25 words fit on a card; this has 26. Take out 1.",
        ),
        (
            "slug,website\na,example.org\n",
            "line 2, website: “example.org” is not a web address. Write it whole, such as https://example.org/.",
        ),
        (
            "slug,website\na,javascript:alert(1)\n",
            "line 2, website: “javascript:alert(1)” is not a web address. Write it whole, such as https://example.org/.",
        ),
        (
            "slug,ror\na,024mrxd34\n",
            "line 2, ror: “024mrxd34” is not a ROR: expected 0, six letters or digits and two check digits, such as 024mrxd33.",
        ),
        ("slug,founded\na,2199\n", "line 2, founded: “2199” is not a year up to 2026."),
        ("slug,checked_on\na,1/2/2026\n", "line 2, checked_on: “1/2/2026” is not a date. Write it as 2027-05-20."),
        (
            "slug,checked_on\na,2031-01-01\n",
            "line 2, checked_on: 2031-01-01 is still to come. Give the day somebody last confirmed the profile.",
        ),
        (
            "slug,parent\na,nobody\n",
            "line 2, parent: “nobody” is neither in the directory nor in this file. Add it to the file, or write its slug.",
        ),
        (
            "slug,parent\nalpha,beta\nbeta,alpha\n",
            "line 2, parent: it would be part of itself: alpha → beta → alpha.\n"
            "line 3, parent: it would be part of itself: beta → alpha → beta.",
        ),
        ("slug,parent\nalpha,alpha\n", "line 2, parent: it would be part of itself: alpha → alpha."),
        (
            "slug,name\na,One\nb,Two\na,Three\n",
            "line 4, slug: “a” stands on line 2 already. Keep one row for an organisation.",
        ),
        (
            "slug,name\na,One\nb,one\n",
            "line 3, name: “one” stands on line 2 already. Keep one row for an organisation.",
        ),
        (
            "slug,ods\na,RR8\nb,rr8\n",
            "line 3, ods: RR8 stands on line 2 already. A number belongs to one organisation.",
        ),
        (
            "slug,offers\na,work-space\n",
            "line 2, offers: a list of entries is expected here, each with need, stages, words, expires_on. In CSV this can't "
            "be written.",
        ),
        (
            "slug,stages\na,1;2\n",
            "line 2, stages: at which stages it meets which need? Add the column “needs”, or give the one “stage” it has "
            "reached itself.",
        ),
        (
            "slug,abbreviation\na,ABCDEFGHIJKLMNOPQRSTU\n",
            "line 2, abbreviation: it has 21 characters; at most 20 fit. Shorten it.",
        ),
    ],
)
@time_machine.travel("2026-11-24T12:00:00Z", tick=False)
def test_bad_row_is_refused_with_rule_and_remedy(data: str, words: str) -> None:
    assert refusal(data, "bad.csv") == words
    assert not OrganisationPage.objects.exists()


def test_real_person_needs_the_day_of_consent() -> None:
    words = refusal("- {slug: real, people: [{name: Ada Example, shown: true}]}")

    assert words == (
        "line 1, people: Ada Example: “consented_on” is missing: the day they agreed to be named. Nobody is shown without it."
    )


def test_structured_mistakes_name_entry_and_line() -> None:
    words = refusal(
        """
- slug: a
  offers:
    - {need: work-space, stage: [1]}
  relations:
    - {kind: works with, to: nexus}
    - {kind: workswith, to: nexus}
  identifiers: {rorr: 024mrxd33}
- slug: nexus
"""
    )

    assert words == (
        "line 4, offers: “stage” is not a field here. Did you mean “stages”?\n"
        "line 7, relations: “workswith” is not a kind of relation we know. Did you mean “works-with”?\n"
        "line 8, identifiers: “rorr” is not a register we know. Did you mean “ror”?"
    )


def test_relations_to_nobody_and_to_itself_are_refused() -> None:
    words = refusal("""
- slug: alpha
  relations:
    - {kind: works with, to: alpha}
    - {kind: works with, to: Beta}
""")

    assert words == (
        "line 4, relations: an organisation can't be related to itself.\n"
        "line 5, relations: “Beta” is neither in the directory nor in this file. Add it to the file, or write its slug."
    )


def test_every_bad_row_is_told_and_the_good_ones_are_not_loaded() -> None:
    words = refusal(
        "slug,sectors,website\ngood,Oncology,https://good.example/\nbad,X-rays,\nworse,,nowhere\n", "mixed.csv"
    )

    assert [line.split(":")[0] for line in words.splitlines()] == ["line 3, sectors", "line 4, website"]
    assert not OrganisationPage.objects.exists()


def test_name_of_another_page_is_refused() -> None:
    OrganisationFactory(title="Leeds City Council", slug="leeds-city-council")

    assert refusal("slug,name\nlcc,Leeds City council\n", "new.csv") == (
        "line 2, name: “Leeds City council” is in the directory as “leeds-city-council”. Use that slug, or another name."
    )


def test_number_of_another_page_is_refused() -> None:
    load("slug,ods\nleeds-teaching-hospitals,RR8\n", "new.csv")

    assert refusal("slug,ods\nother,rr8\n", "new.csv") == (
        "line 2, ods: RR8 is the number of “leeds-teaching-hospitals” in the directory. A number belongs to one organisation."
    )


def test_without_a_directory_page_it_says_what_to_do() -> None:
    DirectoryIndexPage.objects.get().delete()

    assert refusal("slug\na\n", "new.csv") == (
        "the file: there is no directory page to load into. Run “manage.py load_demonstration”, or add one in the CMS."
    )


def test_failure_half_way_leaves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """The database refuses the second page; the first must be gone too."""

    def refuse(page: OrganisationPage, *args: object, **kwargs: object) -> None:
        if page.slug == "second":
            raise RuntimeError("disk full")
        return save_revision(page, *args, **kwargs)

    save_revision = OrganisationPage.save_revision
    monkeypatch.setattr(OrganisationPage, "save_revision", refuse)

    with pytest.raises(RuntimeError, match="disk full"):
        load("slug\nfirst\nsecond\n", "new.csv")

    assert not OrganisationPage.objects.exists()
    assert DirectoryIndexPage.objects.get().numchild == 0


# ---- rows that nobody thought of ------------------------------------------------------------------------------------
CELLS = st.text(max_size=20) | st.lists(
    st.text(max_size=8) | st.dictionaries(st.text(max_size=8), st.text(max_size=8)), max_size=3
)


@given(
    rows=st.lists(
        st.dictionaries(st.sampled_from([*COLUMNS, "cohorts", "Slug", "other"]), CELLS, max_size=6), max_size=4
    )
)
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_rows_are_planned_or_refused_in_words(rows: list[dict[str, object]]) -> None:
    try:
        report, faults = load(json.dumps(rows), "any.json", dry_run=True), None
    except Refused as refused:
        report, faults = None, refused.faults

    if faults is None:
        assert len(report.changes) == len(rows)
    else:
        assert faults
        assert all(fault.words for fault in faults)
