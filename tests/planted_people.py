"""Somebody of whom there is a record in every table, and what others wrote of them; for tests that look for all of it."""

import time
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django.db import connection
from django.test import Client
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from factory.django import DjangoModelFactory

from accounts.models import User
from directory.models import Claim, Invitation, ProfileChange, ProfileQuestion
from events.attendance.models import Certificate, WalkIn
from events.bookings.choices import NeedKind
from search.models import DailyQuery, SavedSearch, Subscriber
from spaces.models import Visitor
from tenancy import actions
from tenancy.models import Private
from tests import space_bookings
from tests.factories import tenancy as make
from tests.factories.accounts import UserFactory
from tests.factories.bookings import OrganisationMemberFactory, QuestionFactory, book, bookable
from tests.factories.directory import OrganisationFactory

FACTORIES: dict[Any, Any] = {
    one._meta.model: one
    for one in vars(make).values()
    if isinstance(one, type) and issubclass(one, DjangoModelFactory) and issubclass(one._meta.model or User, Private)
}


class Planted:
    """Somebody with a record in every table; each string about them is marked and remembered."""

    def __init__(self, mark: str, company: Any, event: Any, room: Any, days: int) -> None:
        self.mark, self.words = mark, []  # type: ignore[var-annotated]
        self.full = f"{mark}sole {mark}trader"
        self.address = self.say("at") + "@example.org"
        self.user = UserFactory(email=self.address, name=self.say("name"))
        OrganisationMemberFactory(user=self.user, organisation=company.organisation)
        self.plant_bookings(event, room, days)
        self.plant_letters(company)
        self.plant_dealings(company)
        self.plant_copies()

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
        make.NoteFactory(account=company, words=self.say("told"), visibility="shared", theirs=True, by=self.user)
        make.TaskFactory(account=company, words="Send the papers", shared=True, contact=contact)
        request = actions.open_request(
            account=company, need=make.NeedFactory(), stage=make.StageFactory(), words=self.say("wish"), by=self.user
        )
        made = make.IntroductionFactory(
            request=request, tenant_contact=contact, tenant_words=self.say("reply"), made=True
        )
        make.CheckBackFactory(introduction=made, words=self.say("checked"))
        make.OutcomeConfirmationFactory(outcome__account=company, contact=contact, words=self.say("confirmed"))
        actions.withdraw(request=request, by=self.user, reason=self.say("withdrawn"))

    def plant_copies(self) -> None:
        """Somebody who is a company by themselves; we wrote their letter down as a request, and their name in many places."""
        staff = make.manager()
        letter = f"We are three, and {self.say('letter')} looks for a bench near the hospital."
        solo = make.AccountFactory(organisation=None, name=self.full, manager=staff)
        make.EnquiryFactory(name=self.full, email=self.address, message=letter, account=solo, state="converted")
        contact = make.ContactFactory(account=solo, name=self.full, email=self.address, telephone="01632 960 117")
        request = actions.open_request(
            account=solo, need=make.NeedFactory(), stage=make.StageFactory(), words=letter, by=staff
        )
        make.IntroductionFactory(request=request, words=f"They say:  {letter}")
        make.IntroductionFactory(request=request, words=letter[:40])
        actions.step(request=request, to="closed-unmet", by=staff, reason=f"{self.full} moved away")
        again = actions.ask_again(request=request, by=staff)
        again.words = "What they need."
        again.save()  # what it said before is in the history
        task = make.TaskFactory(account=solo, words=f"Ring {self.full.title()}")
        task.words = "Ring them"
        task.save()
        make.NoteFactory(account=solo, words=f"{self.full} rang.")
        make.NoteFactory(words=f"Of another company, who wrote to {self.address}.")
        talk = make.InteractionFactory(account=solo, words=f"Met {self.full} and a colleague.")
        talk.contacts.add(contact, make.ContactFactory(account=solo, source=f"{self.full} brought them"))
        make.AccountMergeFactory(account=solo, moved={"rows": [["tenancy.Contact", 1, "name", "", self.full]]})
        make.SavedViewFactory(user=staff, query=urlencode({"q": self.full}))
        DailyQuery.objects.create(day=timezone.localdate(), path="/search/", text=f"where is {self.full}", asked=4)
        DBTaskResult.objects.create(
            args_kwargs={"args": [], "kwargs": {"name": self.full}},
            task_path="a.letter",
            backend_name="default",
            run_after=timezone.now(),
            status="SUCCESSFUL",
            finished_at=timezone.now(),
        )


def two_people() -> tuple[Planted, Planted]:
    """Of one company; each with a mark of their own."""
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


def has_just_proven_it(client: Client, user: User) -> None:
    session, record = client.session, {"method": "password", "at": time.time(), "reauthenticated": True}
    session["account_authentication_methods"] = [record]
    session["account_authentication_methods_user"] = str(user.pk)
    session.save()
