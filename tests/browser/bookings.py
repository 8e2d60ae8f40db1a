"""The pages around a booking. Each makes an event of its own, so that none finds the places of another taken."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.utils import timezone
from playwright.sync_api import Page as Tab
from playwright.sync_api import Response

from events.bookings import actions, links
from events.bookings.choices import Group, NeedKind, PoolKind, QuestionKind
from events.bookings.models import Booking
from events.choices import Attendance
from events.models import EventPage
from tests.factories.bookings import QuestionFactory, book, bookable
from tests.factories.events import EventFactory

from .addresses import Address, Steps
from .front_door import PERSON, send

SLUG = "booked-{}"


def event_of(name: str, *pools: Any, **rules: Any) -> EventPage:
    """An event of that name that is booked with us, made once."""
    slug = SLUG.format(name)
    found = EventPage.objects.filter(slug=slug).first()
    if found is None:
        found = bookable(*pools, event=EventFactory(title=f"Booked: {name}", slug=slug), **rules)
        actions.settle(event=found.pk)
    return found


def form_of(name: str, *pools: Any, taken: int = 0, **rules: Any) -> Callable[[], str]:
    def path() -> str:
        event = event_of(name, *pools, **rules)
        for n in range(taken - Booking.objects.filter(event=event).count()):
            book(event, f"{name}-{n}@example.org")
        return f"/events/{event.slug}/book/"

    return path


def own(booking: Booking) -> str:
    return f"/events/booking/{links.token(booking, links.MANAGE)}/"


def _with_everything() -> str:
    in_the_hall = {"name": "Hall", "capacity": 9, "attendance": Attendance.IN_PERSON, "per_organisation": 2}
    tenants = {"name": "Tenants", "capacity": 9, "groups": [Group.TENANTS], "attendance": Attendance.ONLINE}
    held_back = {"name": "Access", "capacity": 2, "kind": PoolKind.ACCESS}
    event = event_of("everything", in_the_hall, tenants, held_back, asks_diet=True)
    if not event.questions.exists():
        QuestionFactory(event=event, words="What do you hope to take home?")
        QuestionFactory(event=event, kind=QuestionKind.CHOICE, choices=["An idea", "A product"], required=True)
    return f"/events/{event.slug}/book/"


def _booked(name: str, **said: Any) -> Callable[[], str]:
    def path() -> str:
        event = event_of(name, asks_diet=True)
        return own(Booking.objects.filter(event=event).first() or book(event, f"{name}@example.org", **said))

    return path


def _queue(name: str, *, is_offered: bool) -> Callable[[], str]:
    def path() -> str:
        event = event_of(name, 1)
        if not Booking.objects.filter(event=event).exists():
            first, _ = book(event), book(event, waits=True)
            if is_offered:
                actions.cancel(booking=first)
        return own(Booking.objects.filter(event=event).order_by("-pk")[0])

    return path


def _cancelled() -> str:
    event = event_of("cancelled")
    return own(actions.cancel(booking=Booking.objects.filter(event=event).first() or book(event)))


def _handed_on() -> str:
    booking = book(event_of("handed-on", 99))
    path = own(booking)
    actions.transfer(booking=booking, name="Grace", email=f"grace-{booking.pk}@example.org")
    return path


def _press(do: str) -> Steps:
    """Send one of the forms about a booking as it stands."""

    def steps(tab: Tab) -> Response | None:
        for summary in tab.locator(".v-folds summary").all():
            summary.click()
        with tab.expect_navigation() as answered:
            tab.locator(f"button[value={do}]").click()
        return answered.value

    return steps


BOOKINGS = [
    Address("book", _with_everything, keeps_cookie=True),
    Address("book-signed-in", _with_everything, keeps_cookie=True, who=PERSON),
    Address("book-refused", _with_everything, keeps_cookie=True, then=send(name="Ada", email="no address")),
    Address("book-to-wait", form_of("full", 1, taken=1), keeps_cookie=True),
    Address("book-to-be-approved", form_of("approval", approval=True), keeps_cookie=True),
    Address("book-not-yet", form_of("not-yet", opens_at=timezone.now() + timedelta(days=2))),
    Address("book-for-some", form_of("for-some", {"capacity": 3, "groups": [Group.TENANTS]})),
    Address("book-sent", lambda: f"{form_of('sent')()}sent/"),
    Address("event-booked-with-us", lambda: form_of("page", 40)().removesuffix("book/")),
    Address("event-to-wait", lambda: form_of("page-full", 1, taken=1)().removesuffix("book/")),
    Address(
        "booking",
        _booked("confirmed", size=2, needs={NeedKind.ACCESS: "Hearing loop"}, organisation_name="Thoresby Diagnostics"),
    ),
    Address("booking-refused", _booked("refused"), then=_press("transfer")),
    Address("booking-waits", _queue("waits", is_offered=False)),
    Address("booking-offered", _queue("offered", is_offered=True)),
    Address("booking-cancelled", _cancelled),
    Address("booking-handed-on", _handed_on),
    Address("booking-bad-link", "/events/booking/cut-off/", status=404),
    Address("my-bookings", "/my/bookings/", keeps_cookie=True, who=PERSON),
]
