"""Files of spaces: read as written, refused as a whole, changed only in what they state; the demonstration's own among them."""

from decimal import Decimal
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.auth.models import Group
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from accounts.models import User
from directory.importing.faults import Refused
from directory.models import Place
from search.models import IndexedDocument
from spaces.choices import Takes, Tier
from spaces.importing.loading import load_spaces
from spaces.importing.rates import rate
from spaces.models import Allowance, Area, Floor, Gate, OpeningHours, SpaceIndexPage, SpacePage, Unit
from tests.factories.directory import PlaceFactory
from tests.factories.pages import publish
from tests.factories.spaces import (
    AccessFeatureFactory,
    AllowanceFactory,
    AreaFactory,
    DesksFactory,
    GateFactory,
    OpeningHoursFactory,
    SpaceFactory,
    SpaceIndexPageFactory,
    UnitFactory,
)

pytestmark = pytest.mark.django_db
CSV = b"""slug,name,kind,capacity,units
aire,Aire,meeting-room,10,aire
calder,Calder,meeting-room,10,calder
both,Aire and Calder,combined-room,24,aire;calder
desks,Window desks,hot-desks,3,3
"""
WHOLE = (Path(settings.BASE_DIR) / "assets" / "demonstration" / "spaces.yaml").read_bytes()


@pytest.fixture(autouse=True)
def _index(home: object) -> None:
    SpaceIndexPageFactory()


def faults(data: bytes | str, name: str = "spaces.csv") -> list[str]:
    with pytest.raises(Refused) as refused:
        load_spaces(name, data if isinstance(data, bytes) else data.encode())
    return [str(fault) for fault in refused.value.faults]


def slugs(space: str) -> list[str]:
    return [unit.slug for unit in SpacePage.objects.get(slug=space).units.all()]


# ---- what is read ---------------------------------------------------------------------------------------------------
def test_a_table_becomes_spaces_over_units() -> None:
    report = load_spaces("spaces.csv", CSV)

    assert str(report) == "4 created, 0 updated, 0 unchanged"
    aire = SpacePage.objects.get(slug="aire")
    assert (aire.title, aire.kind, aire.capacity, aire.takes, aire.live) == (
        *("Aire", "meeting-room", 10, Takes.ALL),
        True,
    )
    assert (slugs("aire"), slugs("both")) == (["aire"], ["aire", "calder"])
    desks = SpacePage.objects.get(slug="desks")
    assert (desks.takes, slugs("desks")) == (Takes.ANY, ["desks-1", "desks-2", "desks-3"])
    assert Unit.objects.get(slug="aire").label == "Aire"


def test_what_a_new_space_leaves_out_is_said() -> None:
    report = load_spaces("spaces.csv", b"name\nThe Snug\n")

    snug = SpacePage.objects.get(slug="the-snug")
    assert snug.open_to == ["tenants", "partners", "cohort-members"]  # not everybody, unless it is said
    assert slugs("the-snug") == ["the-snug"]
    assert [note.partition(",")[0] for note in report.notes] == [
        "line 2: no kind is stated",
        "line 2: nobody is named who may book “The Snug”",
        "line 2: no hours are stated",
    ]


def test_a_name_that_is_there_already_names_that_space() -> None:
    publish(SpaceFactory(title="Aire", slug="the-aire-room", capacity=8))
    assert str(load_spaces("spaces.csv", b"name,capacity\naire,10\n")) == "0 created, 1 updated, 0 unchanged"
    assert SpacePage.objects.get(slug="the-aire-room").capacity == 10


def test_the_same_as_json_and_yaml() -> None:
    OpeningHoursFactory(name="Staffed")
    AccessFeatureFactory(name="Hearing loop")
    AllowanceFactory(name="Room hours", slug="room-hours")
    json = (
        '[{"slug": "a", "hours": "staffed", "access": ["hearing-loop"], "layouts": {"theatre": 16},'
        ' "allowance": {"from": "room-hours", "rate": "2 an hour"}, "approval": true}]'
    )
    table = (
        "slug,hours,access,layouts,allowance,approval\na,Staffed,hearing-loop,theatre: 16,room-hours: 2 an hour,yes\n"
    )
    assert str(load_spaces("s.json", json.encode())) == "1 created, 0 updated, 0 unchanged"
    assert str(load_spaces("s.csv", table.encode())) == "0 created, 0 updated, 1 unchanged"
    space = SpacePage.objects.get(slug="a")
    assert (space.charge, space.layouts[0].value["people"], space.approval) == (2, 16, True)


@pytest.mark.parametrize(
    ("words", "charge", "minutes", "begun", "most"),
    [
        ("1 an hour", "1", 60, False, None),
        ("0.5 up to 300 minutes, 1 above", "0.5", 300, True, "1"),
        ("2 for each 240 minutes begun", "2", 240, True, None),
        ("1 for each booking up to 300 minutes", "1", 300, True, None),
    ],
)
def test_a_rate_is_read_as_people_write_it(
    words: str, charge: str, minutes: int, begun: bool, most: str | None
) -> None:
    assert rate(words) == {
        "charge": Decimal(charge),
        "charge_minutes": minutes,
        "charge_begun": begun,
        "charge_most": Decimal(most) if most else None,
    }


def test_a_price_in_pounds_is_read_beside_its_words() -> None:
    load_spaces("s.yaml", b"- {slug: a, price: {words: By the day., rate: '9 up to 300 minutes, 18 above'}}\n")
    load_spaces("s.csv", "slug,fee\nb,£24.50 an hour\n".encode())

    found = SpacePage.objects.order_by("slug").values_list("fee", "fee_minutes", "fee_begun", "fee_most", "price")
    assert list(found) == [(9, 300, True, 18, "By the day."), (Decimal("24.50"), 60, False, None, "")]
    assert "is not a rate" in faults("slug,fee\nc,a lot\n")[0]


@pytest.mark.parametrize(
    ("file", "column"),
    [
        ("slug,price,fee\na,£25 an hour,24 an hour\n", "price"),
        ("slug,fee\nthere,24 an hour\n", "fee"),
        ("slug,price\ncharged,£25 an hour\n", "price"),
    ],
    ids=["of one row", "of the page’s words", "of the page’s pounds"],
)
def test_words_of_a_price_that_name_other_pounds_than_are_charged_are_refused(file: str, column: str) -> None:
    SpaceFactory(slug="there", price="£25 an hour")
    SpaceFactory(slug="charged", fee=24, fee_minutes=60)

    (fault,) = faults(file)

    assert column in fault
    assert "The words say £25, and what is charged is £24 an hour" in fault
    assert not load_spaces("s.csv", b"slug,capacity\nthere,7\n").count("created")


# ---- what a load leaves alone ---------------------------------------------------------------------------------------
def test_a_second_run_changes_nothing() -> None:
    PlaceFactory(slug="old-medical-school")
    load_spaces("spaces.yaml", WHOLE)
    before = list(SpacePage.objects.order_by("pk").values_list("latest_revision", "last_published_at"))
    counts = [model.objects.count() for model in (Unit, Area, Floor, Gate, Allowance, OpeningHours)]
    index = SpaceIndexPage.objects.get().latest_revision_id

    assert str(load_spaces("spaces.yaml", WHOLE)) == "0 created, 0 updated, 32 unchanged"
    assert list(SpacePage.objects.order_by("pk").values_list("latest_revision", "last_published_at")) == before
    assert [model.objects.count() for model in (Unit, Area, Floor, Gate, Allowance, OpeningHours)] == counts
    assert SpaceIndexPage.objects.get().latest_revision_id == index


def test_a_dry_run_writes_nothing_at_all() -> None:
    PlaceFactory(slug="old-medical-school")
    assert load_spaces("spaces.yaml", WHOLE, dry_run=True).count("created") == 32
    for model in (SpacePage, Unit, Area, Floor, Gate, Allowance, OpeningHours):
        assert not model.objects.exists()
    assert SpaceIndexPage.objects.get().access == ""


def test_only_what_is_stated_changes_and_a_draft_stays_one() -> None:
    space = publish(SpaceFactory(slug="x", description="As it was.", price="£10"))
    space.description = "Not yet said."
    space.save_revision()
    load_spaces("s.csv", b"slug,capacity,price\nx,12,\n")

    found = SpacePage.objects.get(slug="x")
    assert (found.capacity, found.description, found.price) == (12, "As it was.", "£10")
    draft = found.get_latest_revision_as_object()
    assert (draft.capacity, draft.description) == (12, "Not yet said.")


def test_lists_belong_to_editors_once_they_are_there() -> None:
    OpeningHoursFactory(slug="staffed", name="When we are in", days=[])
    tree = (
        "hours: [{slug: staffed, name: Staffed, days: {monday: '08:00-18:30'}}]\nspaces: [{slug: a, hours: staffed}]\n"
    )
    load_spaces("s.yaml", tree.encode())
    hours = OpeningHours.objects.get()
    assert (hours.name, hours.days.count(), SpacePage.objects.get().hours) == ("When we are in", 0, hours)


def test_a_gate_without_an_event_is_given_the_one_that_the_file_names_and_keeps_its_own() -> None:
    bare = GateFactory(slug="bench", name="Bench", words="Ours.", valid_days=30)
    own = GateFactory(slug="fire", event="fire-drill")
    entries = (f"{{slug: {slug}, name: X{slug}, words: Theirs., event: induction}}" for slug in ("bench", "fire"))

    load_spaces("s.yaml", f"gates: [{', '.join(entries)}]\nspaces: [{{slug: a}}]\n".encode())

    bare.refresh_from_db()
    own.refresh_from_db()
    assert (bare.event, bare.words, bare.valid_days, own.event) == ("induction", "Ours.", 30, "fire-drill")


def test_minutes_until_a_space_is_given_back_may_be_an_editors_own() -> None:
    publish(SpaceFactory(slug="x", release_minutes=45))
    load_spaces("s.csv", b"slug,rules\nx,no-show;prime-time\ny,no-show\nz,lone-working\n")
    found = {
        space.slug: (space.release_minutes, space.prime_time, space.lone_working) for space in SpacePage.objects.all()
    }
    assert found == {"x": (45, True, False), "y": (20, False, False), "z": (None, False, True)}


@pytest.mark.indexed
def test_what_was_loaded_is_found(django_capture_on_commit_callbacks: object) -> None:
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        load_spaces("spaces.csv", CSV)
    assert IndexedDocument.objects.filter(type="space").count() == 4


# ---- the demonstration's file ---------------------------------------------------------------------------------------
@pytest.fixture
def school() -> Place:
    school: Place = PlaceFactory(slug="old-medical-school")
    load_spaces("spaces.yaml", WHOLE)
    return school


def test_the_old_medical_school_is_whole(school: Place) -> None:
    assert SpacePage.objects.count() == 32
    assert [floor.name for floor in school.floors.all()] == ["Ground floor", "First floor", "Second floor"]
    desks = SpacePage.objects.filter(kind="hot-desks")
    assert sum(desk.units.count() for desk in desks) == 40
    assert Unit.objects.filter(slug__startswith="g", area__slug="ground-desks").count() == 12
    assert [*Unit.objects.filter(adjustable=True, area__slug="ground-desks").values_list("label", flat=True)] == [
        *("G1", "G2", "G12"),
    ]
    g7 = Unit.objects.get(slug="g7")
    assert (g7.label, g7.row, g7.column) == ("G7", 2, 3)
    index = SpaceIndexPage.objects.get()
    assert "powered door" in index.access and "invented" in index.note


def test_a_room_in_two_spaces_is_one_unit_in_the_area_of_its_own_room(school: Place) -> None:
    assert slugs("aire-and-calder") == ["aire", "calder"]
    assert Unit.objects.get(slug="aire").area == Area.objects.get(slug="aire")
    assert sorted(space.slug for space in Unit.objects.get(slug="hall-middle").spaces.all()) == [
        *("hall-middle", "hall-middle-and-east", "hall-two-thirds", "hall-whole"),
    ]
    assert SpacePage.objects.get(slug="hall-whole").takes == Takes.ALL


def test_its_rules_and_terms_are_read(school: Place) -> None:
    aire, bench = SpacePage.objects.get(slug="aire"), SpacePage.objects.get(slug="bench-4")
    assert (aire.release_minutes, aire.prime_time, aire.lone_working) == (20, True, False)
    assert (bench.release_minutes, bench.lone_working, bench.containment) == (None, True, "level 2")
    assert sorted(gate.slug for gate in bench.gates.all()) == [
        "containment-2",
        "laboratory-induction",
        "risk-assessment",
    ]
    assert [gate.slug for gate in Gate.objects.get(slug="containment-2").needs.all()] == ["laboratory-induction"]
    assert Gate.objects.get(slug="laboratory-induction").event == "laboratory-induction"
    rooms = Allowance.objects.get(slug="room-hours")
    assert (rooms.carries_months, rooms.units, rooms.tiers.get(tier=Tier.GROWTH).monthly) == (1, "hours", 24)
    members = OpeningHours.objects.get(slug="members")
    assert (f"{members.holiday_opens:%H:%M}", members.days.count()) == ("09:00", 6)
    assert OpeningHours.objects.get(slug="staffed").holiday_opens is None


# ---- what is refused ------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("columns", "row", "said"),
    [
        ("name,kind", "A,meeting", "line 2, kind: “meeting” is not known here. Did you mean “meeting-room”"),
        ("name,capacity", "A,many", "line 2, capacity: “many” is not a whole number from 1 to 10,000."),
        ("name,capacity", "A,0", "line 2, capacity: “0” is not a whole number from 1 to 10,000."),
        ("slug,kind", ",meeting-room", "line 2, slug: give “slug” or “name”. Every space needs one of them."),
        ("slug", "Not a slug", "line 2, slug: “Not a slug” can't stand in an address"),
        ("slug", "availability", "line 2, slug: another page of ours has the address “availability”."),
        ("slug,hours", "a,always", "line 2, hours: “always” is not a list of hours that we know."),
        ("slug,min_minutes,max_minutes", "a,60,30", "line 2, max_minutes: the longest booking (30 minutes)"),
        ("slug,who", "a,tenant", "line 2, who: “tenant” is not known here. Did you mean “tenants”"),
        ("slug,rules", "a,no-shows", "line 2, rules: “no-shows” is not a rule. Did you mean “no-show”"),
        ("slug,allowance", "a,room-hours", "line 2, allowance: “room-hours” is not an allowance that we know."),
        ("slug,approval", "a,perhaps", "line 2, approval: “perhaps” is neither true nor false."),
        ("slug,units", "a,900", "line 2, units: “900” is not a whole number from 1 to 500."),
    ],
)
def test_a_bad_row_is_named_with_line_rule_and_remedy(columns: str, row: str, said: str) -> None:
    found = faults(f"{columns}\n{row}\n")
    assert len(found) == 1
    assert found[0].startswith(said)


def test_all_faults_at_once_and_nothing_is_half_loaded() -> None:
    data = CSV + b"aire,Again,meeting-room,9,aire\nx,X,lab,9,x\n"
    assert [fault.split(":")[0] for fault in faults(data)] == ["line 6, slug", "line 7, kind"]
    assert not SpacePage.objects.exists()
    assert not Unit.objects.exists()


def test_a_fault_in_a_row_keeps_the_lists_out_too() -> None:
    tree = "gates: [{slug: g, name: Induction, words: Two hours.}]\nspaces:\n  - {slug: a, gates: [h]}\n"
    assert "line 3, gates: “h” is not a gate that we know." in faults(tree, "s.yaml")[0]
    assert not Gate.objects.exists()


def test_columns_are_named_as_they_are_here() -> None:
    assert faults("name,people\nA,3\n") == ["line 1, people: this column is called “capacity” here."]
    assert "Did you mean “capacity”?" in faults("name,capcity\nA,3\n")[0]


def test_two_pools_never_count_off_the_same_pieces() -> None:
    tree = "- {slug: a, units: {prefix: G, count: 3}}\n- {slug: b, units: {prefix: G, count: 2}}\n"
    assert faults(tree, "s.yaml") == ["line 2, units: “g1” belongs to “a” already. Count them off with another prefix."]
    DesksFactory(slug="c", units=[Unit.objects.create(slug="h1", label="H1")])
    assert "“h1” belongs to “c” already" in faults("- {slug: a, units: {prefix: H, count: 1}}\n", "s.yaml")[0]


@pytest.mark.parametrize(
    ("tree", "said"),
    [
        ("hours: [{slug: h, name: H, days: {monday: '18:00-08:00'}}]", "hours, days: “18:00-08:00” would close before"),
        (
            "hours: [{slug: h, name: H, days: {mnday: '08:00-18:00'}}]",
            "hours, days: “mnday” is not a day. Did you mean",
        ),
        ("gates: [{slug: g, name: G, needs: [x]}]", "gates, needs: “x” is not a gate."),
        ("gates: [{slug: g}]", "gates, name: “name” is missing."),
        (
            "allowances: [{slug: a, name: A, unit: hour, monthly: {gold: 1}}]",
            "allowances, monthly: “gold” is not known",
        ),
        ("allowances: [{slug: a, name: A, unit: hour, carry_over: a year}]", "allowances, carry_over: “a year” is not"),
        ("floors: [{slug: f, name: F}]", "floors: name the “building” that has these floors."),
        ("building: {slug: nowhere}", "building, slug: “nowhere” is no place that we know."),
        ("flors: []\nhours: []", "flors: there is no such list. Did you mean “floors”?"),
        (
            "building: {slug: school}\nfloors:\n"
            "- {slug: f, name: F, areas: [{slug: a, label: A, kind: lift, x: 90, y: 0, w: 20, h: 9}]}",
            "floors, areas: “a” does not lie on the plan",
        ),
    ],
)
def test_a_bad_list_is_refused_before_anything_is_written(tree: str, said: str) -> None:
    PlaceFactory(slug="school")
    found = faults(f"{tree}\nspaces: [{{slug: a}}]\n", "s.yaml")
    assert said in found[0]
    assert not OpeningHours.objects.exists()
    assert not Floor.objects.exists()


def test_without_the_page_of_spaces_nothing_is_loaded() -> None:
    SpaceIndexPage.objects.get().delete()
    assert "there is no page for spaces" in faults(CSV)[0]


# ---- the command and the CMS ----------------------------------------------------------------------------------------
def test_the_command_loads_and_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "spaces.csv"
    path.write_bytes(CSV)
    call_command("load_spaces", str(path), "--dry-run")
    assert not SpacePage.objects.exists()
    call_command("load_spaces", str(path))
    assert "Spaces: 4 created, 0 updated, 0 unchanged, 0 refused." in capsys.readouterr().out


def test_the_command_fails_with_the_faults(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "spaces.csv"
    path.write_bytes(b"slug,capacity\nx,never\n")
    with pytest.raises(CommandError, match="refused for 1 reason"):
        call_command("load_spaces", str(path))
    assert "line 2, capacity" in capsys.readouterr().err


@pytest.fixture
def cms(client: Client, settings: object) -> Client:
    settings.STAFF_MFA_REQUIRED = False  # type: ignore[attr-defined]
    user = User.objects.create_user("comms@village.example", name="Ada")
    user.groups.add(Group.objects.get(name="Comms"))
    client.force_login(user)
    return client


def test_in_the_cms_a_file_is_looked_at_before_it_is_loaded(cms: Client) -> None:
    upload = reverse("spaces_import:upload")
    assert "capacity" in cms.get(upload).content.decode()
    answer = cms.post(upload, {"file": SimpleUploadedFile("spaces.csv", CSV)}, follow=True)
    assert "4 new, 0 changed, 0 as they are" in answer.content.decode()
    assert not SpacePage.objects.exists()

    cms.post(reverse("spaces_import:review"))
    assert SpacePage.objects.get(slug="both").live


def test_in_the_cms_who_may_not_publish_may_not_import(cms: Client) -> None:
    editor = User.objects.create_user("editor@village.example")
    editor.groups.add(Group.objects.get(name="Editors"))
    cms.force_login(editor)
    assert cms.get(reverse("spaces_import:upload")).status_code in (302, 403)
    assert "Import spaces" not in cms.get("/cms/").content.decode()


def test_editors_keep_the_lists_of_spaces(cms: Client) -> None:
    records = [
        OpeningHoursFactory(),
        AccessFeatureFactory(),
        GateFactory(),
        AllowanceFactory(),
        AreaFactory().floor,
        UnitFactory(),
    ]
    for record in records:
        name = f"wagtailsnippets_spaces_{record._meta.model_name}"
        assert str(record) in cms.get(reverse(f"{name}:list")).content.decode()
        assert cms.get(reverse(f"{name}:edit", args=[record.pk])).status_code == 200
