"""The commands that load files: what they print, and when they fail."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from directory.importing.demonstration import folder, load_lists
from directory.models import Kind, OrganisationPage
from search.receivers import paused
from tests.factories.directory import CohortIndexPageFactory, DirectoryIndexPageFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def village() -> None:
    load_lists()
    DirectoryIndexPageFactory()
    CohortIndexPageFactory()


def run(command: str, *args: object) -> str:
    out = StringIO()
    call_command(command, *(str(arg) for arg in args), stdout=out)
    return out.getvalue()


def write(folder: Path, name: str, data: bytes) -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


def test_command_loads_and_counts(village: None, tmp_path: Path) -> None:
    path = write(tmp_path, "new.csv", b"slug,name,needs\nalpha,Alpha,work-space\nbeta,Beta,\n")

    assert run("load_directory", path) == "Organisations: 2 created, 0 updated, 0 unchanged, 0 refused.\n"
    assert run("load_directory", path) == "Organisations: 0 created, 0 updated, 2 unchanged, 0 refused.\n"


def test_dry_run_tells_every_row(village: None, tmp_path: Path) -> None:
    path = write(tmp_path, "new.csv", b"slug,name,needs\nalpha,Alpha,work-space\n")

    assert run("load_directory", path, "--dry-run") == (
        "line 2: alpha created (offers)\n"
        "Organisations: 1 created, 0 updated, 0 unchanged, 0 refused.\n"
        "This was a dry run: nothing was written.\n"
    )
    assert not OrganisationPage.objects.exists()


def test_refusal_names_every_row_and_fails(village: None, tmp_path: Path) -> None:
    path = write(tmp_path, "bad.csv", b"slug,sectors,website\nalpha,Onclogy,nowhere\nbeta,,\nbeta,,\n")
    err = StringIO()

    with pytest.raises(CommandError, match=r"bad.csv was refused for 3 reasons. Nothing was written.") as failure:
        call_command("load_directory", str(path), stderr=err)

    assert failure.value.returncode == 1
    assert err.getvalue() == (
        "line 2, sectors: “Onclogy” is not a sector we know. Did you mean “Oncology”?\n"
        "line 2, website: “nowhere” is not a web address. Write it whole, such as https://example.org/.\n"
        "line 4, slug: “beta” stands on line 3 already. Keep one row for an organisation.\n"
    )
    assert not OrganisationPage.objects.exists()


def test_thousands_of_faults_are_cut_short(village: None, tmp_path: Path) -> None:
    path = write(tmp_path, "bad.csv", b"slug\n" + b"Bad Slug\n" * 5000)
    err = StringIO()

    with pytest.raises(CommandError, match=r"refused for 5,000 reasons"):
        call_command("load_directory", str(path), stderr=err)

    lines = err.getvalue().splitlines()
    assert (len(lines), lines[-1]) == (201, "and 4,800 more")


def test_missing_file_is_said_plainly(village: None, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"none.csv was refused for 1 reason. Nothing was written."):
        call_command("load_directory", str(tmp_path / "none.csv"), stderr=StringIO())


def test_the_whole_demonstration_loads_and_changes_nothing_the_second_time(village: None) -> None:
    data = folder()

    with paused():  # what is loaded is found: that is tested with the whole village
        first = [
            run("load_taxonomy", data / "taxonomy.yaml"),
            run("load_synonyms", data / "synonyms.yaml"),
            run("load_directory", data / "organisations.yaml"),
            run("load_directory", data / "tenants.yaml"),
            run("load_cohorts", data / "cohorts.yaml"),
        ]
        second = [
            run("load_synonyms", data / "synonyms.yaml"),
            run("load_directory", data / "organisations.yaml"),
            run("load_directory", data / "tenants.yaml"),
            run("load_cohorts", data / "cohorts.yaml"),
        ]

    assert "needs: 0 added" in first[0]  # the fixture has loaded them
    assert first[2:] == [
        "Organisations: 56 created, 0 updated, 0 unchanged, 0 refused.\n",
        "Organisations: 16 created, 0 updated, 0 unchanged, 0 refused.\n",
        "Programmes and cohorts: 11 created, 0 unchanged.\n",
    ]
    assert [line.split(": ")[1].split(",")[0] for line in second] == ["0 created"] * 4
    assert not Kind.objects.filter(slug="not-stated").exists()
    assert OrganisationPage.objects.filter(demonstration=True).count() == 16
    assert not OrganisationPage.objects.filter(role="tenant", demonstration=False).exists()
    assert not OrganisationPage.objects.filter(description="").exists()
