"""The form of booking as a reader finds it: what it says, and what stands in its fields."""

import re
from typing import Any

from bs4 import BeautifulSoup

from events.bookings import links
from events.bookings.models import Booking
from events.models import EventPage

ADA = {"name": "Ada Broadbent", "email": "ada@example.org"}
SIGNED = re.compile(r"^/events/booking/[^/]+/$")


def address(event: EventPage) -> str:
    return f"/events/{event.slug}/book/"


def soup(response: Any) -> BeautifulSoup:
    return BeautifulSoup(response.content, "html.parser")


def words(response: Any, selector: str = "main") -> str:
    found = soup(response).select_one(selector)
    return " ".join(found.get_text(" ").split()) if found else ""


def typed(response: Any) -> dict[str, str]:
    """What stands in the fields of the form."""
    form = soup(response).select_one("form.v-form")
    assert form
    found = {}
    for field in form.find_all(["input", "textarea", "select"]):
        kind = field.get("type")
        if field.name == "textarea":
            found[field["name"]] = field.get_text().strip()
        elif field.name == "select":
            chosen = field.find("option", selected=True)
            found[field["name"]] = chosen["value"] if chosen else ""
        elif kind in ("radio", "checkbox"):
            if field.has_attr("checked"):
                found[field["name"]] = field.get("value", "on")
        else:
            found[field["name"]] = field.get("value", "")
    return found


def own_page(booking: Booking) -> str:
    return f"/events/booking/{links.token(booking, links.MANAGE)}/"


def only() -> Booking:
    return Booking.objects.get()
