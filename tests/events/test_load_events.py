"""Files of events: read as written, refused as a whole, changed only in what they state."""

from pathlib import Path

import pytest
import time_machine
from django.core.management import CommandError, call_command

from directory.importing.faults import Refused
from events.choices import PlaceKind
from events.importing.loading import load_events
from events.models import EventPage
from search.models import IndexedDocument
from tests.factories.directory import OrganisationFactory, ThemeFactory
from tests.factories.events import EventFactory, EventIndexPageFactory, JoiningLinkFactory, london
from tests.factories.pages import publish

pytestmark = pytest.mark.django_db
CSV = b"""slug,title,summary,starts_at,ends_at,kind,places,space,online
open-evening,Open evening,See the building.,2027-05-20T17:00,2027-05-20T20:00,tour,180,The hall,false
how-hospitals-buy,How hospitals buy,Four questions.,2027-01-14T12:00:00+00:00,2027-01-14 13:00,talk,300,,true
both,,,2027-05-21T09:00,2027-05-21T10:00,,,Aire,yes
"""


@pytest.fixture(autouse=True)
def _stand_in_time() -> object:
    with time_machine.travel(london(2026, 11, 26, 9), tick=False):
        yield


@pytest.fixture(autouse=True)
def _index(home: object) -> None:
    EventIndexPageFactory()


def faults(data: bytes, name: str = "events.csv") -> list[str]:
    with pytest.raises(Refused) as refused:
        load_events(name, data)
    return [str(fault) for fault in refused.value.faults]


# ---- what is read ---------------------------------------------------------------------------------------------------
def test_a_table_becomes_events(client: object) -> None:
    report = load_events("events.csv", CSV)

    assert str(report) == "3 created, 0 updated, 0 unchanged"
    tour = EventPage.objects.get(slug="open-evening")
    assert (tour.title, tour.kind, tour.places, tour.space, tour.live) == (
        "Open evening",
        "tour",
        180,
        "The hall",
        True,
    )
    assert tour.starts_at == london(2027, 5, 20, 17)
    assert tour.place_kind == PlaceKind.SPACE
    talk = EventPage.objects.get(slug="how-hospitals-buy")
    assert talk.place_kind == PlaceKind.ONLINE
    assert talk.starts_at == london(2027, 1, 14, 12)
    both = EventPage.objects.get(slug="both")
    assert (both.title, both.place_kind, both.summary) == ("Both", PlaceKind.HYBRID, "")
    assert both.calendar_entry.uid


def test_the_same_as_json_and_yaml() -> None:
    text = '[{"slug": "a", "starts_at": "2027-05-20T17:00", "ends_at": "2027-05-20T18:00", "online": true}]'
    assert str(load_events("events.json", text.encode())) == "1 created, 0 updated, 0 unchanged"
    yaml = "events:\n  - {slug: a, starts_at: 2027-05-20T17:00, ends_at: 2027-05-20T18:00, online: true}\n"
    assert str(load_events("events.yaml", yaml.encode())) == "0 created, 0 updated, 1 unchanged"


def test_a_second_run_changes_nothing() -> None:
    load_events("events.csv", CSV)
    before = list(EventPage.objects.order_by("pk").values_list("latest_revision", "last_published_at"))
    assert str(load_events("events.csv", CSV)) == "0 created, 0 updated, 3 unchanged"
    assert list(EventPage.objects.order_by("pk").values_list("latest_revision", "last_published_at")) == before


def test_a_dry_run_writes_nothing() -> None:
    report = load_events("events.csv", CSV, dry_run=True)
    assert report.count("created") == 3
    assert not EventPage.objects.exists()


def test_lists_are_looked_up_and_hosts_only_added() -> None:
    theme, host, other = ThemeFactory(name="Data"), OrganisationFactory(slug="npic"), OrganisationFactory(slug="nexus")
    row = "slug,starts_at,ends_at,themes,hosts\nx,2027-05-20T17:00,2027-05-20T18:00,{},{}\n"
    load_events("e.csv", row.format("data", "npic").encode())
    load_events("e.csv", row.format("", "nexus").encode())
    event = EventPage.objects.get(slug="x")
    assert list(event.themes.all()) == [theme]
    assert [one.organisation_id for one in event.hosts.all()] == [host.pk, other.pk]


def test_only_what_is_stated_changes_and_a_draft_stays_one() -> None:
    event = publish(EventFactory(slug="x", summary="As it was.", price="£10", starts_at=london(2027, 5, 20, 17)))
    JoiningLinkFactory(event=event)
    event.summary = "Not yet said."
    event.save_revision()
    load_events("e.csv", b"slug,starts_at,ends_at,places\nx,2027-05-20T17:00,2027-05-20T18:00,12\n")

    found = EventPage.objects.get(slug="x")
    assert (found.places, found.summary, found.price) == (12, "As it was.", "£10")
    draft = found.get_latest_revision_as_object()
    assert (draft.places, draft.summary) == (12, "Not yet said.")
    assert found.joining_link


def test_a_moved_event_keeps_its_name_in_calendars() -> None:
    load_events("events.csv", CSV)
    before = EventPage.objects.get(slug="open-evening").calendar_entry
    load_events("events.csv", CSV.replace(b"2027-05-20T17:00", b"2027-05-20T18:00"))
    after = EventPage.objects.get(slug="open-evening").calendar_entry
    assert (after.uid, after.sequence) == (before.uid, before.sequence + 1)


@pytest.mark.indexed
def test_what_was_loaded_is_found(django_capture_on_commit_callbacks: object) -> None:
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        load_events("events.csv", CSV)
    assert IndexedDocument.objects.filter(type="event").count() == 3


# ---- what is refused ------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("x,2027-05-20T18:00,2027-05-20T17:00,,", "line 2, ends_at: it would end before it starts"),
        ("x,2027-05-20,2027-05-20T17:00,,", "line 2, starts_at: “2027-05-20” has no time"),
        ("x,2027-02-30T17:00,2027-05-20T17:00,,", "line 2, starts_at: “2027-02-30T17:00” is not a date and time"),
        ("x,,2027-05-20T17:00,,", "line 2, starts_at: “starts_at” is missing"),
        (",2027-05-20T17:00,2027-05-20T18:00,,", "line 2, slug: “slug” is missing"),
        ("Not a slug,2027-05-20T17:00,2027-05-20T18:00,,", "line 2, slug: “Not a slug” can't stand in an address"),
        ("series,2027-05-20T17:00,2027-05-20T18:00,,", "line 2, slug: calendars of series stand below"),
        ("x,2027-05-20T17:00,2027-05-20T18:00,tlak,", "line 2, kind: “tlak” is not known here. Did you mean “talk”?"),
        ("x,2027-05-20T17:00,2027-05-20T18:00,,many", "line 2, places: “many” is not a number of places"),
        ("x,2027-05-20T17:00,2027-05-20T18:00,,0", "line 2, places: “0” is not a number of places"),
    ],
)
def test_a_bad_row_is_named_with_line_rule_and_remedy(row: str, said: str) -> None:
    found = faults(f"slug,starts_at,ends_at,kind,places\n{row}\n".encode())
    assert len(found) == 1
    assert found[0].startswith(said)


def test_all_faults_at_once_and_nothing_is_half_loaded() -> None:
    data = (
        CSV
        + b"x,X,,2027-05-20T18:00,2027-05-20T17:00,,,,\nopen-evening,Y,,2027-05-20T18:00,2027-05-20T19:00,,,,maybe\n"
    )
    found = faults(data)
    assert [fault.split(":")[0] for fault in found] == ["line 5, ends_at", "line 6, online", "line 6, slug"]
    assert not EventPage.objects.exists()


def test_columns_are_named_as_they_are_here() -> None:
    assert faults(b"slug,start,ends_at\nx,2027-05-20T17:00,2027-05-20T18:00\n") == [
        "line 1, start: this column is called “starts_at” here."
    ]
    assert "Did you mean “places”?" in faults(b"slug,placs\nx,3\n")[0]


def test_nobody_is_told_that_it_is_off_without_why() -> None:
    found = faults(b"slug,starts_at,ends_at,status\nx,2027-05-20T17:00,2027-05-20T18:00,cancelled\n")
    assert "say in “notice” why" in found[0]


def test_a_time_that_does_not_exist_is_read_and_told() -> None:
    report = load_events("e.csv", b"slug,starts_at,ends_at\nx,2027-03-28T01:30,2027-03-28T03:30\n")
    assert report.notes == [
        "line 2: 01:30 does not exist in the night in which the clocks go forward; it was read as 02:30."
    ]


# ---- the command ----------------------------------------------------------------------------------------------------
def test_the_command_loads_and_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "events.csv"
    path.write_bytes(CSV)
    call_command("load_events", str(path), "--dry-run")
    assert not EventPage.objects.exists()
    call_command("load_events", str(path))
    assert "Events: 3 created, 0 updated, 0 unchanged, 0 refused." in capsys.readouterr().out


def test_the_command_fails_with_the_faults(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "events.csv"
    path.write_bytes(b"slug,starts_at\nx,never\n")
    with pytest.raises(CommandError, match="refused for 2 reasons"):
        call_command("load_events", str(path))
    assert "line 2, starts_at" in capsys.readouterr().err
