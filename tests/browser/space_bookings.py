"""The pages around spaces that people book. Each makes a space of its own, so that none finds another's time taken."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from playwright.sync_api import Page as Tab
from playwright.sync_api import Response

from accounts.models import User
from core.recurrence import moved_by
from spaces import actions, links
from spaces.models import Booking, SpacePage
from spaces.moments import as_typed
from spaces.queries.people import asker_of
from spaces.timetable import Span
from tests.factories.pages import publish
from tests.factories.spaces import DesksFactory, SpaceFactory

from .addresses import Address, Steps
from .bookings import _press
from .front_door import ADMIN, PERSON

AVAILABILITY = "/spaces/availability/"


def noon(days: int = 3) -> datetime:
    """Twelve o'clock in London, so many days from now."""
    return moved_by(timezone.localtime().replace(hour=12, minute=0, second=0, microsecond=0), days)


def space_of(name: str, factory: Any = SpaceFactory, **fields: Any) -> SpacePage:
    """A space of that name, made once."""
    slug = f"browser-{name}"
    found = SpacePage.objects.filter(slug=slug).first()
    return found or publish(factory(title=f"Browser: {name}", slug=slug, **fields))  # type: ignore[return-value]


def given(space: SpacePage, email: str = "ada@example.org", *, waits: bool = False, begins: Any = None) -> Booking:
    begins = begins or noon()
    request = actions.Request(
        name="Ada Broadbent", email=email, starts_at=begins, ends_at=begins + timedelta(hours=1), words="Interviews"
    )
    user = User.objects.filter(email=email).first()
    ways = {"asker": asker_of(user)} if user else {}
    return actions.book(space=space.pk, request=request, waits=waits, **ways)


def form_of(name: str, factory: Any = SpaceFactory, *, taken: bool = False, **fields: Any) -> Callable[[], str]:
    def path() -> str:
        space = space_of(name, factory, **fields)
        if taken and not space.bookings.exists():
            given(space)
        return f"/spaces/{space.slug}/book/?start={as_typed(noon())}&end={as_typed(noon() + timedelta(hours=1))}"

    return path


def _half_taken() -> str:
    """The first of two hours is taken, and a space beside it is free."""
    space = space_of("half-taken")
    space_of("beside-half-taken")
    if not space.bookings.exists():
        given(space)
    return f"/spaces/{space.slug}/book/?start={as_typed(noon())}&end={as_typed(noon() + timedelta(hours=2))}"


def _take_two(tab: Tab) -> Response | None:
    fill(**ADA)(tab)
    with tab.expect_navigation() as shown:
        tab.get_by_role("button", name="Take this").filter(has_text=", and ").first.click()
    return shown.value


def here_of(name: str, begins: Callable[[], datetime] | None = None) -> Callable[[], str]:
    def path() -> str:
        space = space_of(name)
        if begins and not space.bookings.exists():
            given(space, begins=begins())
        return f"/spaces/{space.slug}/here/"

    return path


def own(name: str, state: str = "") -> Callable[[], str]:
    """The page of a booking of that space, in that state."""

    def path() -> str:
        space = space_of(name)
        if not space.bookings.exists():
            first = given(space)
            if state in ("waiting", "offered"):
                given(space, "grace@example.org", waits=True)
            if state in ("cancelled", "offered"):
                actions.cancel(booking=first.pk)
            if state == "offered":
                units = list(space.units.values_list("pk", flat=True))
                actions.serve_waiting(units=units, span=Span(first.starts_at, first.ends_at))
        email = "grace@example.org" if state in ("waiting", "offered") else "ada@example.org"
        return links.manage_path(space.bookings.get(email=email))

    return path


def _mine() -> str:
    space = space_of("mine")
    found = space.bookings.first() or given(space, PERSON)
    return f"/my/spaces/{found.reference}/"


def _series() -> str:
    space = space_of("series")
    user = User.objects.get(email=PERSON)
    request = actions.Request(name="Per Son", email=PERSON, starts_at=noon(), ends_at=noon() + timedelta(hours=1))
    at = timezone.localtime(noon())
    pattern = actions.Pattern(first_on=at.date(), starts=at.time(), ends=at.replace(hour=13).time(), times=3)
    series = user.space_series.first() or actions.book_series(
        space=space.pk, pattern=pattern, request=request, asker=asker_of(user)
    )
    return f"/my/spaces/series/{series.pk}/"


def fill(**fields: str) -> Steps:
    """Fill in the form and go on."""

    def steps(tab: Tab) -> Response | None:
        for name, value in fields.items():
            field = tab.locator(f"main [name={name}]").first
            if field.evaluate("element => element.tagName") == "SELECT":
                tab.locator("summary", has_text="Repeat it").click()
                field.select_option(value)
            else:
                field.fill(value)
        with tab.expect_navigation() as answered:
            tab.get_by_role("button", name="Continue").click()
        return answered.value

    return steps


ADA = {"name": "Ada", "email": "ada@example.org"}
SPACES = [
    Address("availability-day", AVAILABILITY),
    Address("availability-search", lambda: f"{AVAILABILITY}?date={noon():%Y-%m-%d}&from=12:00&until=13:00&people=4"),
    Address("availability-week", lambda: f"{AVAILABILITY}?date={noon():%Y-%m-%d}&view=week"),
    Address("availability-nothing", f"{AVAILABILITY}?people=900"),
    Address("availability-mistyped", f"{AVAILABILITY}?date=soon&from=99"),
    Address("space-book", form_of("form"), keeps_cookie=True),
    Address("space-book-desks", form_of("desks", DesksFactory), keeps_cookie=True, who=PERSON),
    Address("space-book-mistakes", form_of("mistakes"), keeps_cookie=True, then=fill(name="", email="no address")),
    Address("space-book-taken", form_of("taken", taken=True), keeps_cookie=True, status=409, then=fill(**ADA)),
    Address("space-book-split", _half_taken, keeps_cookie=True, refused_before=409, then=_take_two),
    Address("space-book-check", form_of("check"), keeps_cookie=True, then=fill(**ADA)),
    Address(
        "space-book-series",
        form_of("series-check", taken=True),
        keeps_cookie=True,
        who=PERSON,
        then=fill(repeat="weekly", times="3"),
    ),
    Address("space-booking", own("booked")),
    Address("space-booking-refused", own("refused"), then=_press("hand-on")),
    Address("space-booking-waits", own("waits", "waiting")),
    Address("space-booking-offered", own("offered", "offered")),
    Address("space-booking-cancelled", own("cancelled", "cancelled")),
    Address("space-booking-bad-link", "/spaces/booking/cut-off/", status=404),
    Address("my-space-booking", _mine, keeps_cookie=True, who=PERSON),
    Address("my-space-bookings", "/my/spaces/", keeps_cookie=True, who=PERSON),
    Address("my-space-series", _series, keeps_cookie=True, who=PERSON),
    Address("space-here", here_of("here")),
    Address("space-here-signed-in", here_of("here-mine"), keeps_cookie=True, who=PERSON),
    Address("space-here-sheet", lambda: f"{here_of('here')()}sheet/", keeps_cookie=True, who=ADMIN),
]
