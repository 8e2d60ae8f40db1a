"""Loading the controlled lists, synonyms, programmes and cohorts: what is missing is added, what exists stays."""

from datetime import UTC, date, datetime

import pytest
import time_machine

from directory.importing.cohorts import COHORT, load_cohorts
from directory.importing.demonstration import load_lists, read
from directory.importing.faults import Refused
from directory.importing.loading import load_organisations
from directory.importing.synonyms import load_synonyms
from directory.importing.taxonomy import load_suggestions, load_taxonomy
from directory.models import CohortPage, Kind, Need, NeedSuggestion, ProgrammePage, Sector, Stage
from search.models import Synonym
from tests.factories.directory import CohortIndexPageFactory, DirectoryIndexPageFactory

pytestmark = pytest.mark.django_db

COHORTS = b"""
programmes:
  - {slug: incubator, name: Incubator, run_by: alpha, status: planned, summary: Helps., description: "One.\\nTwo.",
     needs: [work-space], for: Companies, source: strategy}
mentors:
  - {slug: ada, name: Ada Example, demonstration: true, role: Founder, words: First hires., email: ada@village.example}
cohorts:
  - slug: first
    name: First steps
    demonstration: true
    programme: incubator
    status: open
    theme: health-inequalities
    themes: [health-inequalities]
    summary: Six months.
    description: Six months of work.
    stages: [solution-development]
    places: 8
    dates:
      applications_open: {in_days: -14, "on": Monday}
      applications_close: {in_days: 30, "on": Friday, at: "17:00"}
      starts: {in_days: 72, "on": Thursday}
      ends: 2027-09-30
    companies: [{slug: alpha, status: enrolled}]
    mentors: [ada]
    offers: [{need: work-space, words: Two desks.}]
    timetable: [{month: 1, words: Name the problem.}]
    how_to_apply:
      intro: Two hours.
      questions: [{words: Which problem?, limit: 250}]
      criteria: [{words: It is real, weight: 35}]
      decision: Three people read it.
      cost: None.
      access: Tell us.
    outcomes: [{company: alpha, in_days: -10, words: A pilot., measure: contracts, value: 1}]
"""


@pytest.fixture
def village() -> None:
    load_lists()
    DirectoryIndexPageFactory()
    CohortIndexPageFactory()
    load_organisations("a.csv", b"slug,name\nalpha,Alpha\n")


# ---- controlled lists -----------------------------------------------------------------------------------------------
def test_lists_of_the_demonstration_are_complete() -> None:
    added = load_lists()

    assert added == {
        "stages": 7, "needs": 12, "themes": 5, "kinds": 13, "sectors": 12, "relation_kinds": 7, "places": 8, "sources": 5,
    }  # fmt: skip
    need = Need.objects.get(slug="data-and-ai")
    assert need.name == "Health data, AI and secure computing"
    assert [stage.number for stage in need.stages.all()] == [1, 2, 7]
    assert need.answer.startswith("Ask for an answer before you ask for a dataset.")
    assert [row.words for row in need.preparations.all()] == [
        "What data you need, in one sentence",
        "Who would use the result",
        "Any approvals you already hold",
    ]
    assert Stage.objects.get(number=1).short_name == "Needs and knowledge"
    assert Kind.objects.get(slug="healthtech-or-life-science-company").short_name == "Company"


def test_lists_loaded_again_leave_the_editors_words_alone() -> None:
    load_lists()
    Sector.objects.filter(slug="oncology").update(name="Cancer")
    Need.objects.filter(slug="data-and-ai").update(answer="Ours.")
    Sector.objects.get(slug="diabetes").delete()

    added = load_lists()

    assert {key: n for key, n in added.items() if n} == {"sectors": 1}
    assert Sector.objects.get(slug="oncology").name == "Cancer"
    assert Need.objects.get(slug="data-and-ai").answer == "Ours."


def test_lists_dry_run_writes_nothing() -> None:
    added = load_taxonomy("taxonomy.yaml", read("taxonomy.yaml"), dry_run=True)

    assert added["needs"] == 12
    assert not Need.objects.exists()


def test_bad_lists_are_refused_with_every_fault() -> None:
    with pytest.raises(Refused) as refused:
        load_taxonomy(
            "taxonomy.yaml",
            b"""
stages: [{slug: one, name: One}]
kinds: [{name: Investor, tone: monney}]
relation_kinds: [{name: hosts}]
sectors: [{slug: a, name: A}, {slug: a, name: B}, {nam: C}]
themess: []
""",
        )

    assert str(refused.value) == (
        "line 2, stages: a stage needs its number.\n"
        "line 3, kinds: “monney” is not a colour of the tile. Did you mean “money”?\n"
        "line 4, relation_kinds: “inverse_name” is missing: how it reads from the other side, such as “hosted by”.\n"
        "line 5, sectors: the name is missing.\n"
        "line 5, sectors, nam: there is no such field. Did you mean “name”?\n"
        "line 5, sectors: “a” stands on line 5 already.\n"
        "line 6, themess: there is no such list. Did you mean “themes”?"
    )
    assert not Stage.objects.exists()


def test_unknown_stage_of_a_need_is_refused() -> None:
    with pytest.raises(Refused, match=r"line 2, needs, stages: “twoo” is not a stage. Did you mean “two”?"):
        load_taxonomy("t.yaml", b"stages: [{slug: two, number: 2, name: Two}]\nneeds: [{name: Desk, stages: [twoo]}]")


def test_suggestions_fill_only_needs_without_any(village: None) -> None:
    data = b"needs: [{slug: work-space, name: Work space, see: [alpha, nobody]}, {slug: evaluation, name: E, see: [alpha]}]"
    alpha = DirectoryIndexPageFactory().get_children().get().specific
    NeedSuggestion.objects.create(need=Need.objects.get(slug="evaluation"), organisation=alpha)

    assert load_suggestions("t.yaml", data) == 1
    assert load_suggestions("t.yaml", data) == 0
    assert [row.organisation.slug for row in Need.objects.get(slug="work-space").suggestions.all()] == ["alpha"]


# ---- synonyms -------------------------------------------------------------------------------------------------------
def test_synonyms_are_added_once_and_stay_as_editors_leave_them() -> None:
    data = b"- {terms: [AI, artificial intelligence], note: Why.}\n- {from: patent, to: [intellectual property]}\n"
    assert load_synonyms("s.yaml", data) == "2 created, 0 unchanged"
    Synonym.objects.filter(one_way_from="").update(terms="AI, artificial intelligence, machine intelligence")

    assert load_synonyms("s.yaml", data) == "0 created, 2 unchanged"
    assert list(Synonym.objects.values_list("terms", "one_way_from", "note")) == [
        ("AI, artificial intelligence, machine intelligence", "", "Why."),
        ("intellectual property", "patent", ""),
    ]


def test_bad_synonyms_are_refused() -> None:
    with pytest.raises(Refused) as refused:
        load_synonyms("s.yaml", b"- {terms: [AI]}\n- {terms: [a, b], nots: x}\n- {terms: ['a, b', c]}\n- {from: x}\n")

    assert str(refused.value) == (
        "line 1: Give at least two words or phrases, separated by a comma.\n"
        "line 2: “nots” is not a field here. Did you mean “note”?\n"
        "line 3: a term can't hold a comma: commas separate the terms in the CMS.\n"
        "line 4: This field cannot be blank."
    )
    assert not Synonym.objects.exists()


# ---- programmes and cohorts -----------------------------------------------------------------------------------------
@time_machine.travel("2026-11-24T12:00:00Z", tick=False)
def test_programme_and_cohort_become_pages(village: None) -> None:
    report = load_cohorts("cohorts.yaml", COHORTS)

    programme, cohort = ProgrammePage.objects.get(), CohortPage.objects.get()
    assert str(report) == "2 created, 0 unchanged"
    assert (programme.live, programme.run_by.slug, programme.audience, programme.description) == (
        True,
        "alpha",
        "Companies",
        "<p>One.</p><p>Two.</p>",
    )
    assert (cohort.live, cohort.demonstration, cohort.programme, cohort.status, cohort.places) == (
        True,
        True,
        programme,
        "open",
        8,
    )
    assert (cohort.applications_open_on, cohort.starts_on, cohort.ends_on) == (
        date(2026, 11, 16),
        date(2027, 2, 4),
        date(2027, 9, 30),
    )
    assert cohort.applications_close_at == datetime(2026, 12, 25, 17, tzinfo=UTC)
    assert [(row.organisation.slug, row.status) for row in cohort.memberships.all()] == [("alpha", "enrolled")]
    assert [(row.name, row.consented_on) for row in cohort.mentors.all()] == [("Ada Example", date(2026, 11, 24))]
    assert [(row.need.slug, row.words) for row in cohort.offers.all()] == [("work-space", "Two desks.")]
    assert [(row.value["month"], row.value["words"]) for row in cohort.months] == [(1, "Name the problem.")]
    assert [(row.value["words"], row.value["limit"]) for row in cohort.questions] == [("Which problem?", 250)]
    assert [(row.value["words"], row.value["weight"]) for row in cohort.criteria] == [("It is real", 35)]
    assert [(row.organisation.slug, row.on, row.measure, row.value) for row in cohort.outcomes.all()] == [
        ("alpha", date(2026, 11, 14), "contracts", 1)
    ]


def test_cohort_loaded_again_does_not_move(village: None) -> None:
    with time_machine.travel("2026-11-24T12:00:00Z", tick=False):
        load_cohorts("cohorts.yaml", COHORTS)
    before = CohortPage.objects.get()

    with time_machine.travel("2027-01-24T12:00:00Z", tick=False):
        report = load_cohorts("cohorts.yaml", COHORTS)

    after = CohortPage.objects.get()
    assert str(report) == "0 created, 2 unchanged"
    assert (after.starts_on, after.latest_revision_id) == (before.starts_on, before.latest_revision_id)


def test_bad_cohorts_are_refused_with_every_fault(village: None) -> None:
    bad = (
        COHORTS.replace(b"status: open", b"status: opne")
        .replace(b"status: planned", b"status: planed")
        .replace(b"places: 8", b"places: 8\n    colour: red")
    )

    with pytest.raises(Refused) as refused:
        load_cohorts("cohorts.yaml", bad)

    assert str(refused.value).splitlines() == [
        "line 3, incubator, status: Value 'planed' is not a valid choice.",
        "line 12, first, status: Value 'opne' is not a valid choice.",
        f"line 19, colour: there is no such field. The fields are: {', '.join(COHORT)}.",
    ]
    assert not ProgrammePage.objects.exists()


@pytest.mark.parametrize(
    ("was", "becomes", "words"),
    [
        (
            b"run_by: alpha",
            b"run_by: alhpa",
            "line 3, incubator: “alhpa” is not in the directory. Did you mean “alpha”?",
        ),
        (
            b"programme: incubator",
            b"programme: incubtor",
            "line 8, first: “incubtor” is not a programme. Did you mean “incubator”?",
        ),
        (b"starts:", b"stats:", "line 8, first: “stats” is not a date of a cohort. Did you mean “starts”?"),
        (
            b"mentors: [ada]",
            b"mentors: [eve]",
            "line 8, first: “eve” is not among the mentors of this file. Choose one of: “ada”.",
        ),
        (
            b"need: work-space",
            b"need: workspace",
            "line 8, first: “workspace” is not a need we know. Did you mean “work-space”?",
        ),
        (b"value: 1", b"value: one", "line 8, first, value: “one” value must be a decimal number."),
        (b"ends: 2027-09-30", b"ends: soon", "line 8, first: “soon” is not a date. Write it as 2027-05-20."),
    ],
)
def test_bad_cohort_is_refused_with_remedy(village: None, was: bytes, becomes: bytes, words: str) -> None:
    with pytest.raises(Refused) as refused:
        load_cohorts("cohorts.yaml", COHORTS.replace(was, becomes, 1))

    assert words in str(refused.value)
    assert not ProgrammePage.objects.exists()


def test_real_mentor_is_refused(village: None) -> None:
    with pytest.raises(
        Refused, match=r"Ada Example is not marked as invented. Add real mentors in the CMS, with their consent."
    ):
        load_cohorts("cohorts.yaml", COHORTS.replace(b"name: Ada Example, demonstration: true", b"name: Ada Example"))

    assert not CohortPage.objects.exists()
