"""Where we do our work beside accounts: figures, the desk of the spaces, the door of an event. See ``rows.Row``."""

from typing import Any

from .rows import DESK, DOOR, KEY, NOBODY, STAFF, TERMS, UNTOLD, Row, today
from .village import LEAD, MEMBER, PARTNER, Village

# ---- /staff/: figures -----------------------------------------------------------------------------------------------
FIGURES = [
    Row("staff/impact/", STAFF),
    Row("staff/impact/evidence.csv", STAFF, answer=302, send=lambda v: {"target": ""}, changes=NOBODY),  # but is logged
    Row(
        "staff/impact/quarters/<slug:day>/",
        STAFF,
        lambda v: [v.quarter],
        send=lambda v: {"x": ""},
        changes=frozenset({LEAD}),
    ),
    Row(
        "staff/impact/figures/<int:figure>/",
        STAFF,
        lambda v: [v.figure.pk],
        send=lambda v: {"value": "13", "source": "Annual report, page 5", "reason": "A misprint."},
    ),
    Row(
        "staff/impact/entries/<int:entry>/",
        STAFF,
        lambda v: [v.entry.pk],
        send=lambda v: {"reason": "Counted twice."},
    ),
    Row("staff/impact/<slug:slug>/", STAFF, lambda v: ["income"]),
    Row("staff/impact/<slug:slug>/", STAFF, lambda v: [v.entry.target.slug], what="counted"),
    Row(
        "staff/impact/<slug:slug>/figure/",
        STAFF,
        lambda v: ["income"],
        send=lambda v: {"value": "14", "as_of": today(-3), "source": "Annual report, page 6"},
    ),
]

# ---- /staff/spaces/ -------------------------------------------------------------------------------------------------
SPACES_DESK = [
    Row("staff/spaces/", DESK, send=lambda v: {"do": "x"}, changes=NOBODY),
    Row(
        "staff/spaces/bookings/<int:key>/",
        DESK,
        lambda v: [v.space_booking.pk],
        send=lambda v: {"do": "cancel", "words": "The room is flooded."},
    ),
    Row(
        "staff/spaces/book/",
        DESK,
        send=lambda v: {
            "space": v.space.pk,
            "day": today(20),
            "begins": "10:00",
            "ends": "11:00",
            "number": 1,
            "people": 2,
            "name": "Ada",
            "email": "ada@example.org",
            "confidentiality": "busy",
            "key": KEY,
        },
    ),
    Row("staff/spaces/approvals/", DESK, send=lambda v: {"do": f"approve {v.pending.pk}"}),
    Row("staff/spaces/closures/", DESK, send=lambda v: {"reopen": v.closure.pk}),
    Row(
        "staff/spaces/closures/new/",
        DESK,
        query=lambda v: {
            "spaces": v.space.pk,
            "day": today(30),
            "begins": "07:00",
            "last_day": today(30),
            "ends": "22:00",
            "words": "Floor is being laid.",
        },
        send=lambda v: {"do": "close", "key": KEY},
    ),
    Row(
        "staff/spaces/inductions/",
        DESK,
        send=lambda v: {"gate": v.credential.gate_id, "emails": v.people[PARTNER].email, "given_on": today()},
    ),
    Row("staff/spaces/tenants/", TERMS),
    Row(
        "staff/spaces/tenants/<int:key>/",
        TERMS,
        lambda v: [v.company.pk],
        send=lambda v: {"do": "tier", "tier": "strategic"},
    ),
    Row("staff/spaces/invoices/", DESK),
    Row("staff/spaces/use/", DESK),
    Row("staff/spaces/calendars/", DESK, send=lambda v: {"space": v.space.pk, "do": "renew"}),
    Row("spaces/<slug:slug>/here/sheet/", DESK, lambda v: [v.space.slug], outside=403),
]


# ---- the door of an event -------------------------------------------------------------------------------------------
def at_door(route: str = "", *more: Any, event: str = "past_event", **said: Any) -> Row:
    def args(v: Village) -> list[Any]:
        return [v.of[event].slug, *(one(v) for one in more)]

    return Row(f"events/<slug:slug>/door/{route}", DOOR, args, refusal=UNTOLD, **said)


EVENT_DOOR = [
    at_door(send=lambda v: {"do": f"in a{v.second_attendee.pk}"}),
    at_door("records/", answer=302),
    at_door("worker.js"),
    at_door("walk-in/", send=lambda v: {"name": "Grace", "do": "without", "key": KEY}),
    at_door("attendance/", send=lambda v: {"do": "certificates"}),
    at_door(
        "people/<slug:person>/",
        lambda v: f"a{v.attendee.pk}",
        send=lambda v: {"do": "revoke", "certificate": v.certificate.number},
    ),
    at_door("feedback/"),
    at_door("badges.pdf"),
    at_door("sign-in.pdf"),
    at_door("certificates/<slug:number>.pdf", lambda v: v.certificate.number),
    # Whoever has a place, by who they are; with the link of their letter see ``open_to_all``.
    Row("events/<slug:slug>/join/", frozenset({MEMBER}), lambda v: [v.event.slug], outside=403),
]
