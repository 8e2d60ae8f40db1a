"""What is held about one person is all in their bundle, with nothing of another; and all gone when they are forgotten."""

import io
import json
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from accounts.models import User
from core import subject_access
from core.privacy import personal_data
from directory.models import Claim, Invitation, ProfileChange, ProfileQuestion
from events.attendance.models import Certificate, WalkIn
from events.bookings.choices import BookingStatus, NeedKind
from search.models import SavedSearch, Subscriber
from spaces.models import Booking, Visitor
from tenancy import actions
from tenancy.models import Private, SupportRequest
from tests import space_bookings
from tests.booking_forms import words
from tests.factories import tenancy as make
from tests.factories.accounts import UserFactory
from tests.factories.bookings import OrganisationMemberFactory, QuestionFactory, book, bookable
from tests.factories.directory import OrganisationFactory

SignIn = Callable[[User], Client]


# ---- the register ---------------------------------------------------------------------------------------------------
def test_every_table_about_people_is_given_or_says_why_not() -> None:
    given, not_given = set(subject_access.given()), set(subject_access.not_given())
    described = {entry.model for entry in personal_data()}
    private = {model._meta.label for model in apps.get_models() if issubclass(model, Private)}

    assert len(given) > 25
    assert given & not_given == set()
    assert given | not_given == described | private
    assert all(len(why) > 10 for why in subject_access.not_given().values())


def test_no_field_that_is_given_opens_something() -> None:
    for label, ways in subject_access.given().items():
        for way in ways:
            for name in way.fields:
                assert apps.get_model(label)._meta.get_field(name)
                assert name not in subject_access.SECRET


# ---- planting -------------------------------------------------------------------------------------------------------
class Planted:
    """Somebody with a record in every table; each string about them is marked and remembered."""

    def __init__(self, mark: str, company: Any, event: Any, room: Any, days: int) -> None:
        self.mark, self.words = mark, []  # type: ignore[var-annotated]
        self.address = self.say("at") + "@example.org"
        self.user = UserFactory(email=self.address, name=self.say("name"))
        OrganisationMemberFactory(user=self.user, organisation=company.organisation)
        self.plant_bookings(event, room, days)
        self.plant_letters(company)
        self.plant_dealings(company)

    def say(self, what: str) -> str:
        self.words.append(f"{self.mark}{what}")
        return self.words[-1]

    def plant_bookings(self, event: Any, room: Any, days: int) -> None:
        self.booking = book(
            event,
            self.address,
            name=self.say("booker"),
            organisation_name=self.say("house"),
            needs={NeedKind.ACCESS: self.say("need")},
            answers={event.questions.get().pk: self.say("answer")},
        )
        certificate = Certificate(event=event, attendee=self.booking.attendees.get(), name=self.say("certified"))
        certificate.minutes = 60
        certificate.save()
        WalkIn.objects.create(event=event, name=self.say("walkin"), email=self.address)
        begins = (timezone.now() + timedelta(days=days)).replace(hour=11, minute=0, second=0, microsecond=0)
        self.space = space_bookings.book(room, begins, self.address, name=self.say("desk"), words=self.say("purpose"))
        Visitor.objects.create(booking=self.space, name="A guest", email="guest@example.org")
        other = space_bookings.book(room, begins + timedelta(hours=2), "host@example.org", name="A host")
        Visitor.objects.create(booking=other, name=self.say("visitor"), email=self.address, needs=self.say("ramp"))

    def plant_letters(self, company: Any) -> None:
        subscriber = Subscriber.objects.create(email=self.address)
        SavedSearch.objects.create(
            subscriber=subscriber, query_string=f"q={self.say('sought')}", frequency="weekly", asked_at=timezone.now()
        )
        Invitation.objects.create(organisation=company.organisation, email=self.address)
        self.plant_profile(company.organisation)
        make.UpdatesSubscriptionFactory(email=self.address)
        DBTaskResult.objects.create(
            args_kwargs={"args": [], "kwargs": {"to": self.address}},
            task_path="a.letter",
            backend_name="default",
            run_after=timezone.now(),
            exception_class_path="SMTPRecipientsRefused",
            traceback=f"refused: {self.address}",
        )

    def plant_profile(self, page: Any) -> None:
        ProfileQuestion.objects.create(organisation=page, email=self.address)
        ProfileChange.objects.create(organisation=page, by=self.user, words=self.say("why"), state="withdrawn")
        Claim.objects.create(organisation=page, user=self.user, name=self.say("claimer"), words=self.say("whothere"))

    def plant_dealings(self, company: Any) -> None:
        make.EnquiryFactory(name=self.say("asker"), email=self.address, message=self.say("message"))
        contact = make.ContactFactory(
            account=company, name=self.say("contact"), email=self.address, user=self.user, telephone="1"
        )
        contact.telephone = self.say("phone")  # with a history
        contact.save()
        make.ConsentEventFactory(contact=contact, wording=self.say("consent"))
        talk = make.InteractionFactory(account=company, words=self.say("talk"))
        talk.contacts.add(contact)
        request = actions.open_request(
            account=company, need=make.NeedFactory(), stage=make.StageFactory(), words=self.say("wish"), by=self.user
        )
        made = make.IntroductionFactory(
            request=request, tenant_contact=contact, tenant_words=self.say("reply"), made=True
        )
        make.CheckBackFactory(introduction=made, words=self.say("checked"))
        make.OutcomeConfirmationFactory(outcome__account=company, contact=contact, words=self.say("confirmed"))
        actions.withdraw(request=request, by=self.user, reason=self.say("withdrawn"))


@pytest.fixture
def both(home: object) -> tuple[Planted, Planted]:
    company = make.AccountFactory(organisation=OrganisationFactory())
    event = bookable(10, asks_diet=True)
    QuestionFactory(event=event)
    room = space_bookings.room()
    return Planted("zqmine", company, event, room, 3), Planted("zqother", company, event, room, 4)


def dump() -> str:
    """Every column of every table, as text; what no model knows of is looked at too."""
    said = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            said.append(f"{table}: {cursor.fetchall()}")
    return "\n".join(said).lower()


# ---- what is handed over --------------------------------------------------------------------------------------------
@pytest.mark.django_db
def test_the_bundle_holds_everything_of_one_and_nothing_of_another(both: tuple[Planted, Planted]) -> None:
    mine, other = both
    out = io.StringIO()
    call_command("subject_access", mine.address, stdout=out)

    assert [word for word in mine.words if word not in out.getvalue()] == []
    assert other.mark not in out.getvalue()
    assert "guest@example.org" not in out.getvalue() and "A host" not in out.getvalue()
    assert len(json.loads(out.getvalue())["held"]) > 18


@pytest.mark.django_db
def test_somebody_reads_and_takes_away_their_own(both: tuple[Planted, Planted], sign_in: SignIn) -> None:
    mine, other = both
    client = sign_in(mine.user)

    page, file = client.get("/my/data/"), client.get("/my/data/download/")

    for said in (page.content.decode(), file.content.decode()):
        assert [word for word in mine.words if word not in said] == []
        assert other.mark not in said
    assert "attachment" in file["Content-Disposition"]


NO, YES = {"answer": "refused", "answered_at": timezone.now()}, {"answer": "given", "answered_at": timezone.now()}
ENDS: list[tuple[str, dict[str, Any], dict[str, Any]]] = [  # how it ended, and what each side said
    ("declined", YES, NO),
    ("declined", NO, YES),
    ("lapsed", YES, {}),
    ("withdrawn", YES, YES),
]


@pytest.mark.django_db
@pytest.mark.parametrize("side", ["tenant", "partner"])
def test_no_side_reads_the_others_no_out_of_its_bundle(home: object, side: str) -> None:
    """However it ended, what one side is handed differs by their own answer alone."""
    other = "partner" if side == "tenant" else "tenant"
    rows = []
    for state, tenant, partner in ENDS:
        said: dict[str, Any] = {f"tenant_{name}": value for name, value in tenant.items()}
        said |= {f"partner_{name}": value for name, value in partner.items()}
        contact = make.ContactFactory()
        said |= {f"{side}_contact": contact, f"{other}_words": "We would rather not."}
        make.IntroductionFactory(state=state, **said)
        held = subject_access.as_data(subject_access.person_at(contact.email))["held"]
        rows += held["tenancy.Introduction"]["records"]
        assert "We would rather not." not in json.dumps(held) and "refused" not in json.dumps(held).replace(
            f'"{side}_answer": "refused"', ""
        )

    assert {row["state"] for row in rows} == {"not introduced"}
    assert len(rows) == len(ENDS)
    assert all(not [name for name in row if name.startswith(f"{other}_an")] for row in rows)


@pytest.mark.django_db
@pytest.mark.parametrize("answer", ["waiting", "refused"])
def test_a_partner_who_was_never_asked_learns_nothing(home: object, answer: str) -> None:
    said = {"tenant_answer": answer, "tenant_answered_at": timezone.now() if answer == "refused" else None}
    contact = make.ContactFactory()
    make.IntroductionFactory(state="asked" if answer == "waiting" else "declined", partner_contact=contact, **said)

    held = subject_access.as_data(subject_access.person_at(contact.email))["held"]

    assert "tenancy.Introduction" not in held
    assert "tenancy.Contact" in held


@pytest.mark.django_db
def test_an_address_that_is_not_proven_leads_to_nothing(both: tuple[Planted, Planted], sign_in: SignIn) -> None:
    mine, _ = both
    stranger = UserFactory()
    stranger.emailaddress_set.create(email=mine.address.upper(), verified=False)

    assert mine.mark not in sign_in(stranger).get("/my/data/download/").content.decode()


# ---- erasing --------------------------------------------------------------------------------------------------------
@pytest.mark.django_db
def test_erased_nothing_is_left_of_one_and_all_of_another(both: tuple[Planted, Planted]) -> None:
    mine, other = both
    assert all(word in dump() for word in mine.words)
    out = io.StringIO()

    call_command("erase_person", mine.address, stdout=out)

    left = dump()
    assert [line[:300] for line in left.splitlines() if mine.mark in line] == []
    assert [word for word in other.words if word not in left] == []
    assert "Still named" not in out.getvalue()
    mine.booking.refresh_from_db()
    assert mine.booking.status == BookingStatus.CANCELLED
    assert Booking.objects.get(pk=mine.space.pk).purged_at is not None
    assert SupportRequest.objects.count() == 2  # the company keeps what it needs, at which stage


@pytest.mark.django_db
def test_who_is_erased_twice_is_erased_once(both: tuple[Planted, Planted]) -> None:
    mine, other = both

    for _ in range(2):
        call_command("erase_person", mine.address, stdout=io.StringIO())

    assert User.objects.filter(pk=other.user.pk).exists()


@pytest.mark.django_db
def test_the_command_says_where_somebody_is_still_named(both: tuple[Planted, Planted]) -> None:
    mine, _ = both
    make.NoteFactory(words=f"Spoke with {mine.user.name} at the door.")
    out = io.StringIO()

    call_command("erase_person", mine.address, stdout=out)

    assert "Still named in 1 of tenancy_note.words" in out.getvalue()


def has_just_proven_it(client: Client, user: User) -> None:
    session, record = client.session, {"method": "password", "at": time.time(), "reauthenticated": True}
    session["account_authentication_methods"] = [record]
    session["account_authentication_methods_user"] = str(user.pk)
    session.save()


@pytest.mark.django_db
def test_somebody_deletes_their_account_and_everything(both: tuple[Planted, Planted], sign_in: SignIn) -> None:
    mine, other = both
    client = sign_in(mine.user)
    assert "reauthenticate" in client.get("/my/data/delete/")["Location"]  # nobody else sits at the desk
    has_just_proven_it(client, mine.user)

    assert "Tick the box" in words(client.post("/my/data/delete/"))
    assert User.objects.filter(pk=mine.user.pk).exists()
    client.post("/my/data/delete/", {"sure": "yes"})

    left = dump()
    assert [line[:300] for line in left.splitlines() if mine.mark in line] == []
    assert other.mark in left
    assert client.get("/my/")["Location"].startswith("/accounts/login/")


@pytest.mark.django_db
def test_somebody_who_works_here_is_told_to_hand_over_first(sign_in: SignIn) -> None:
    manager = make.manager()
    client = sign_in(manager)
    has_just_proven_it(client, manager)

    page = client.post("/my/data/delete/", {"sure": "yes"})

    assert "hand over what you look after" in words(page)
    assert User.objects.filter(pk=manager.pk).exists()
