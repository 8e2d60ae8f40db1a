"""Taking a load back, and the files that wait for it."""

import os
import time

import pytest
from wagtail.models import Revision

from directory.importing import uploads
from directory.importing.demonstration import load_lists
from directory.importing.loading import load_organisations
from directory.importing.undoing import recent_runs, undo
from directory.models import OrganisationPage
from tests.factories.directory import CohortFactory, CohortMembershipFactory, DirectoryIndexPageFactory

BEFORE = b"slug,name,summary,needs\nalpha,Alpha,As it was.,work-space\nbeta,Beta,Stays.,\n"
LOAD = b"""
- {slug: alpha, summary: As the file says., needs: [evaluation], relations: [{kind: hosts, to: gamma}]}
- {slug: beta}
- {slug: gamma, name: Gamma}
"""


@pytest.fixture
def run() -> str:
    load_lists()
    DirectoryIndexPageFactory()
    load_organisations("before.csv", BEFORE)
    return load_organisations("load.yaml", LOAD).run


def organisation(slug: str) -> OrganisationPage:
    return OrganisationPage.objects.get(slug=slug)


@pytest.mark.django_db
def test_undo_gives_back_what_was_and_removes_what_is_new(run: str) -> None:
    undone = undo(run, by=None)

    alpha = organisation("alpha")
    assert (undone.removed, undone.restored, undone.kept) == (["Gamma"], ["Alpha"], {})
    assert (alpha.summary, alpha.live, alpha.has_unpublished_changes) == ("As it was.", True, False)
    assert [offer.need.slug for offer in alpha.offers.all()] == ["work-space"]
    assert not alpha.relations.exists()
    assert not OrganisationPage.objects.filter(slug="gamma").exists()
    assert organisation("beta").summary == "Stays."


@pytest.mark.django_db
def test_undoing_twice_changes_nothing_more(run: str) -> None:
    undo(run, by=None)
    revisions = organisation("alpha").revisions.count()

    undone = undo(run, by=None)

    assert (undone.removed, undone.restored) == ([], [])
    assert undone.kept == {"Alpha": "somebody has edited it since", "Gamma": "it was deleted since"}
    assert organisation("alpha").revisions.count() == revisions


@pytest.mark.django_db
def test_page_edited_since_stays(run: str) -> None:
    alpha = organisation("alpha")
    alpha.summary = "By an editor."
    alpha.save_revision().publish()

    undone = undo(run, by=None)

    assert undone.kept["Alpha"] == "somebody has edited it since"
    assert organisation("alpha").summary == "By an editor."


@pytest.mark.django_db
def test_new_page_that_a_cohort_names_stays(run: str) -> None:
    CohortMembershipFactory(cohort=CohortFactory(), organisation=organisation("gamma"))

    undone = undo(run, by=None)

    assert undone.kept == {"Gamma": "a programme or cohort names it by now"}
    assert organisation("gamma").live


@pytest.mark.django_db
def test_draft_that_waited_waits_again() -> None:
    load_lists()
    DirectoryIndexPageFactory()
    load_organisations("before.csv", BEFORE)
    draft = organisation("alpha")
    draft.summary = "Waiting for approval."
    draft.save_revision()
    run = load_organisations("load.csv", b"slug,founded\nalpha,2015\n").run

    undo(run, by=None)

    alpha = organisation("alpha")
    newest = alpha.get_latest_revision_as_object()
    assert (alpha.summary, alpha.founded, alpha.has_unpublished_changes) == ("As it was.", None, True)
    assert (newest.summary, newest.founded) == ("Waiting for approval.", None)


@pytest.mark.django_db
def test_recent_runs_are_the_loads_that_wrote(run: str) -> None:
    load_organisations("load.yaml", LOAD)  # changes nothing

    assert [(found.file, found.pages) for found in recent_runs()] == [("load.yaml", 2), ("before.csv", 2)]
    assert recent_runs()[0].run == run


# ---- files that wait ------------------------------------------------------------------------------------------------
@pytest.fixture
def _own_folder(tmp_path: os.PathLike[str], settings: pytest.FixtureRequest) -> None:
    settings.VAR_DIR = tmp_path  # type: ignore[attr-defined]


@pytest.mark.usefixtures("_own_folder")
def test_upload_is_kept_under_a_name_that_cannot_be_guessed(settings) -> None:  # type: ignore[no-untyped-def]
    token = uploads.keep("../../etc/organisations.csv", b"slug\n")

    (path,) = (settings.VAR_DIR / "imports").iterdir()
    assert uploads.kept(token) == b"slug\n"
    assert path.name == f"{token}.csv"
    assert len(token) >= 32
    assert path.stat().st_mode & 0o077 == 0
    assert path.parent.stat().st_mode & 0o077 == 0


@pytest.mark.usefixtures("_own_folder")
@pytest.mark.parametrize("token", ["", "*", "../secret", "a" * 24 + "/..", "x" * 32])
def test_no_other_file_can_be_reached(token: str) -> None:
    uploads.keep("a.csv", b"slug\n")

    assert uploads.kept(token) is None


@pytest.mark.usefixtures("_own_folder")
def test_upload_is_gone_after_an_hour(settings) -> None:  # type: ignore[no-untyped-def]
    token = uploads.keep("a.csv", b"slug\n")
    (path,) = (settings.VAR_DIR / "imports").iterdir()
    os.utime(path, (time.time() - 3601,) * 2)

    assert uploads.kept(token) is None

    uploads.keep("b.csv", b"slug\n")
    assert not path.exists()


@pytest.mark.django_db
def test_page_whose_former_version_is_no_longer_kept_stays_as_it_is(run: str) -> None:
    Revision.objects.exclude(pk__in=OrganisationPage.objects.values("latest_revision")).delete()

    undone = undo(run, by=None)

    assert set(undone.kept.values()) == {"the version before it is too old to be kept"}
    assert undone.restored == []
