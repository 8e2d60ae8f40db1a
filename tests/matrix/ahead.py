"""What lies ahead of the village: everything that the clock writes letters about one day, and a walk through the days.

Those who are written to have an address and no account where that can be, so that they are known by it alone.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, time, timedelta
from functools import partial
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.utils import timezone

from core import due
from core.recurrence import at_time, moved_by
from events.bookings.models import Pool
from search.alerts.models import SavedSearch
from spaces import actions as spaces
from spaces.choices import Confidentiality
from tenancy.models import Introduction
from tests import space_bookings
from tests.factories import tenancy as make
from tests.factories.attendance import attended_event
from tests.factories.bookings import book, bookable
from tests.factories.directory import OrganisationFactory
from tests.factories.events import EventFactory
from tests.factories.pages import publish
from tests.factories.spaces import SpaceFactory

from .asking import listening, written_in
from .canary import Canary
from .village import MANAGER, Village

MORNING = time(10, 30)  # nobody is reminded at night
DAYS = (1, 2, 3, 4, 6, 14, 61, 182, 366, 380)  # close to each other, as long as something is booked
NADIA, GARETH = "nadia@kestrel.example", "gareth@marlpit.example"


def lay_ahead(village: Village) -> Canary:
    """Plants every text anew, and returns which word is whose. What the village holds in memory stays as it was."""
    _companies(village.of, village.people[MANAGER])
    _events()
    _spaces(village.of)
    now = timezone.now()
    follows = {"frequency": "daily", "asked_at": now, "confirmed_at": now, "looked_at": now}
    followed = SavedSearch.objects.create(subscriber=village.subscriber, query_string="q=trial", **follows)
    canary = Canary(village.people, village.canary.reads)
    canary.plant()
    [sought] = [mark for mark, (model, _, key) in canary.marks.items() if (model, key) == (SavedSearch, followed.pk)]
    publish(OrganisationFactory(title=f"Newcomers of {sought}", slug="newcomers"))  # what they wait for
    return canary


def _companies(of: dict[str, Any], manager: Any) -> None:
    """Of each introduction somebody is written to on either side."""
    nadia = make.ContactFactory(account=of["account"], email=NADIA)
    gareth = make.ContactFactory(account__organisation=of["partner"], email=GARETH)
    made = ("introduction", "asked", "introduced", "restricted_introduction")
    Introduction.objects.filter(pk__in=[of[name].pk for name in made]).update(
        tenant_contact=nadia, partner_contact=gareth, by=manager
    )
    make.CheckBackFactory(introduction=of["introduced"], days=60, due_on=timezone.localdate() + timedelta(days=60))
    for name in ("account", "other_account"):
        make.TaskFactory(account=of[name], remind_on=timezone.localdate() + timedelta(days=2))
    make.ContactFactory(account__organisation=of["unclaimed"], email="wren@wren.example")  # nobody is its admin


def _events() -> None:
    in_three_weeks = timezone.now() + timedelta(days=21)  # so that an offer ends before, also over Christmas
    full = bookable(1, event=publish(EventFactory(title="Workshop", slug="workshop", starts_at=in_three_weeks)))
    book(full, "seated@example.org")
    book(full, "queues@example.org", waits=True)
    Pool.objects.filter(event=full).update(capacity=2)  # a chair is brought, and nobody acts
    attended_event(1, certificate=True)
    later = bookable(5, event=publish(EventFactory(title="Lecture", slug="lecture")))
    book(later, "listens@example.org")
    later.starts_at, later.ends_at = (moved_by(moment, 7) for moment in (later.starts_at, later.ends_at))
    later.go_live_at = timezone.now() + timedelta(hours=2)
    later.save_revision().publish()


def _spaces(of: dict[str, Any]) -> None:
    nidd = publish(SpaceFactory(title="Nidd", slug="nidd", release_minutes=15))
    at_ten = of["noon"].replace(hour=10)
    space_bookings.book(nidd, at_ten, "away@example.org", words="A talk with nobody.")
    first = space_bookings.book(nidd, moved_by(at_ten, 2), "first@example.org")
    space_bookings.book(nidd, moved_by(at_ten, 2), "second@example.org", waits=True)
    spaces.cancel(booking=first.pk)
    said = {"words": "Open day", "confidentiality": Confidentiality.OPEN}
    space_bookings.book(of["space"], moved_by(at_ten, 9), "hosts@example.org", **said)


# ---- the clock ------------------------------------------------------------------------------------------------------
@dataclass
class Sent:
    """A letter, by which job, and the words of records that whoever gets it may not read."""

    job: str
    letter: Any
    address: str
    read: set[str]
    strangers: set[str]

    def __str__(self) -> str:
        return f"“{self.letter.subject}” to {self.address} ({self.job})"


@dataclass
class Walked:
    sent: list[Sent] = field(default_factory=list)
    logged: list[str] = field(default_factory=list)
    errors: list[dict[str, str]] = field(default_factory=list)


def walk(canary: Canary, moments: Sequence[datetime]) -> Walked:
    """Let the clock tick at each moment. Letters are held against who may read what as each job is done, before others go on."""
    walked = Walked()
    with pytest.MonkeyPatch.context() as patched, listening() as walked.logged:
        jobs = {
            name: replace(job, do=partial(_watched, canary, walked, name, job.do)) for name, job in due._jobs.items()
        }
        patched.setattr(due, "_jobs", jobs)
        for moment in moments:
            with time_machine.travel(moment, tick=False):
                walked.errors.append(due.tick())
    return walked


def _watched(canary: Canary, walked: Walked, name: str, job: Callable[[], Any]) -> None:
    before = len(mail.outbox)
    canary.known.clear()  # who may read what was another day
    job()
    for letter in mail.outbox[before:]:
        said = written_in(letter)
        for address in letter.recipients():
            strangers = canary.strangers_to_address(address, said)
            walked.sent.append(Sent(name, letter, address, canary.found_in(said), strangers))


def moments(*days: int) -> Iterator[datetime]:
    """In the morning, so many days from now."""
    for day in days or DAYS:
        yield at_time(timezone.localdate() + timedelta(days=day), MORNING)
