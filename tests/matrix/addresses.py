"""Every address that is for somebody in particular: a person, their company, or us. See ``rows.Row``."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.utils import timezone

from .on_the_record import ON_THE_RECORD
from .rows import ADMINS, CLOSE, COMPANY, DESK, DOOR, MEMBERS, NEWS, NOBODY, SIGNED_IN, STAFF, TERMS, Row
from .village import (
    ADMIN,
    COMMS,
    LEAD,
    MANAGER,
    MEMBER,
    OTHER_ADMIN,
    OTHER_MANAGER,
    OTHER_MEMBER,
    PARTNER,
    REGISTERED,
    SITE_ADMIN,
    Village,
    token,
)

KEY = UUID(int=7)
UNTOLD = 404  # whoever is refused does not learn that there is something


def today(days: int = 0) -> str:
    return (timezone.localdate() + timedelta(days=days)).isoformat()


def wish(v: Village) -> dict[str, Any]:
    """A request, of whoever writes it down."""
    said = {"words": "A bench.", "urgency": "normal", "confidentiality": "unnamed", "key": KEY}
    return {**said, "need": v.request.need_id, "stage": v.request.stage_id}


def of_company(v: Village) -> list[str]:
    return [v.company.slug]


# ---- /my/ -----------------------------------------------------------------------------------------------------------
MINE = [
    Row("my/", SIGNED_IN),
    Row("my/bookings/", SIGNED_IN),
    Row("my/calendar/", SIGNED_IN, send=lambda v: {"do": "renew"}),
    Row("my/requests/", SIGNED_IN),
    Row("my/requests/new/", SIGNED_IN, send=wish, changes=COMPANY | {OTHER_MEMBER, OTHER_ADMIN}),
    Row(
        "my/requests/<int:pk>/",
        COMPANY,
        lambda v: [v.request.pk],
        refusal=UNTOLD,
        send=lambda v: {"do": "withdraw", "reason": "Found somebody."},
    ),
    Row(
        "my/requests/<int:pk>/",
        frozenset({ADMIN}),
        lambda v: [v.restricted.pk],
        refusal=UNTOLD,
        send=lambda v: {"do": "withdraw", "reason": "Found somebody."},
        what="restricted",
    ),
    Row(
        "my/introductions/<slug:side>/<int:pk>/",
        COMPANY,
        lambda v: ["tenant", v.asked.pk],
        refusal=UNTOLD,
        send=lambda v: {"answer": "yes"},
        what="of the company",
    ),
    Row(
        "my/introductions/<slug:side>/<int:pk>/",
        frozenset({PARTNER}),
        lambda v: ["partner", v.introduction.pk],
        refusal=UNTOLD,
        send=lambda v: {"answer": "yes"},
        what="of the partner",
    ),
    Row("my/notifications/", SIGNED_IN, send=lambda v: {}, changes=SIGNED_IN),
    Row("my/data/", SIGNED_IN),
    Row("my/data/download/", SIGNED_IN),
    Row("my/data/delete/", SIGNED_IN, answer=302),  # everybody signs in once more before
    Row("my/people/", SIGNED_IN, answers=dict.fromkeys(MEMBERS, 302)),  # to their company
    Row(
        "my/people/<slug:slug>/",
        COMPANY,
        of_company,
        refusal=UNTOLD,
        send=lambda v: {"do": "invite", "email": "new@example.org", "role": "member"},
        changes=frozenset({ADMIN}),
    ),
    Row(
        "my/people/<slug:slug>/",
        COMPANY,
        of_company,
        refusal=UNTOLD,
        send=lambda v: {"do": "remove", "who": v.colleague.pk},
        changes=frozenset({ADMIN}),
        what="taking out",
    ),
    Row(
        "my/people/<slug:slug>/",
        COMPANY,
        of_company,
        refusal=UNTOLD,
        send=lambda v: {"do": "admin", "who": v.colleague.pk},
        changes=frozenset({ADMIN}),
        what="roles",
    ),
    Row(
        "my/people/<slug:slug>/",
        COMPANY,
        of_company,
        refusal=UNTOLD,
        send=lambda v: {"do": "leave"},
        what="leaving",
    ),
    # Whoever's proven address is at the domain of its website is its admin at once: a column that nobody here is in.
    Row(
        "my/claim/<slug:slug>/", SIGNED_IN, lambda v: [v.unclaimed.slug], send=lambda v: {"do": "speak"}, changes=NOBODY
    ),
    Row(
        "my/claim/<slug:slug>/",
        SIGNED_IN,
        lambda v: [v.unclaimed.slug],
        send=lambda v: {"do": "ask", "name": "Ada", "words": "I lead it."},
        what="by a person who decides",
    ),
    Row("my/profile/", SIGNED_IN, answer=302),  # to the profile of their own, or to their people
    Row(
        "my/profile/<slug:slug>/",
        COMPANY,
        of_company,
        answers=dict.fromkeys(SIGNED_IN - COMPANY, 302),  # to say that they belong to it
        send=lambda v: {"do": "withdraw"},
        changes=frozenset({ADMIN}),
    ),
    Row(
        "my/profile/<slug:slug>/edit/",
        frozenset({ADMIN}),
        of_company,
        answers=dict.fromkeys(SIGNED_IN - {ADMIN}, 302),
        send=lambda v: {"do": "change"},
        changes=NOBODY,  # nothing is kept before it is sent
    ),
    Row(
        "my/profile/<slug:slug>/logo/",
        frozenset({ADMIN}),
        of_company,
        answers=dict.fromkeys(SIGNED_IN - {ADMIN}, 302),
        send=lambda v: {"do": "take-back"},
    ),
    Row(
        "my/proposed-logo/<int:pk>/",
        COMPANY | {COMMS, SITE_ADMIN},  # and whoever decides about it
        lambda v: [v.proposed_logo.pk],
        refusal=UNTOLD,
    ),
    Row(
        "my/invitation/<str:token>/",
        SIGNED_IN,
        lambda v: [token(v.links.invitation_url(v.invitation))],
        send=lambda v: {"x": ""},
        changes=frozenset({REGISTERED}),  # to whom it was written
    ),
    Row("my/spaces/", SIGNED_IN),
    Row("my/spaces/calendar/", SIGNED_IN, send=lambda v: {"do": "renew"}, what="one’s own"),
    Row(
        "my/spaces/calendar/",
        SIGNED_IN,
        send=lambda v: {"do": "renew", "organisation": v.company.pk},
        changes=frozenset({ADMIN}),
        what="of the company",
    ),
    Row(
        "my/spaces/series/<int:key>/",
        COMPANY | DESK,
        lambda v: [v.space_series.pk],
        refusal=UNTOLD,
        send=lambda v: {"from_day": today()},
    ),
    Row(
        "my/spaces/<slug:reference>/",
        COMPANY | DESK,
        lambda v: [v.space_booking.reference],
        refusal=UNTOLD,
        send=lambda v: {"do": "cancel"},
    ),
    Row("my/tenant/", ADMINS, answer=302, refusal=UNTOLD),
    Row(
        "my/tenant/<slug:slug>/",
        frozenset({ADMIN}),
        of_company,
        refusal=UNTOLD,
        send=lambda v: {"cancel": v.space_booking.pk},
    ),
    Row("my/tenant/<slug:slug>/allowance/", frozenset({ADMIN}), of_company, refusal=UNTOLD),
    Row("my/tenant/<slug:slug>/members/", frozenset({ADMIN}), of_company, refusal=UNTOLD),
]


# ---- /staff/: accounts ----------------------------------------------------------------------------------------------
def on_account(route: str = "", **more: Any) -> Row:
    return Row(f"staff/accounts/<int:pk>/{route}", STAFF, lambda v: [v.account.pk], **more)


def on_request(route: str, **more: Any) -> list[Row]:
    """Of a request, and of a restricted one: there, those who may not read it find no such page."""
    route = f"staff/requests/<int:pk>/{route}"
    return [
        Row(route, STAFF, lambda v: [v.request.pk, v.unclaimed.pk], **more),
        Row(
            route,
            CLOSE,
            lambda v: [v.restricted.pk, v.unclaimed.pk],
            answers={OTHER_MANAGER: 404},
            what="restricted",
            **more,
        ),
    ]


ACCOUNTS = [
    Row("staff/", STAFF),
    Row("staff/find/", STAFF, query=lambda v: {"q": "call"}),
    Row("staff/accounts/", STAFF),
    on_account(send=lambda v: {"do": "note", "words": "Call at noon.", "visibility": "team"}),
    on_account(
        send=lambda v: {"do": "task", "words": "Ring.", "due_on": today(3), "owner": v.account.manager_id}, what="task"
    ),
    on_account(
        send=lambda v: {
            "do": "contact",
            "kind": "call",
            "at": f"{today(-1)}T10:00",
            "words": "Spoke.",
            "visibility": "team",
        },
        what="contact",
    ),
    on_account(
        "change/",
        send=lambda v: {
            "tier": "strategic",
            "state": v.account.state,
            "manager": v.people[MANAGER].pk,
            "next_review_on": today(90),
        },
    ),
    on_account("people/", send=lambda v: {"do": "person", "name": "Nadia", "source": "told us"}),
    on_account(
        "people/",
        send=lambda v: {
            "do": "consent",
            "contact": v.contact.pk,
            "purpose": "named",
            "given": "yes",
            "wording": "May we?",
            "channel": "call",
        },
        what="consent",
    ),
    Row("staff/people/<int:pk>/erase/", STAFF, lambda v: [v.contact.pk], answer=302),  # signs in once more before
    on_account("history/"),
    on_account("requests/new/", send=wish),
    *ON_THE_RECORD,
    Row(
        "staff/accounts/import/", STAFF, send=lambda v: {"file": ""}, changes=NOBODY
    ),  # looked at before it is brought in
    Row("staff/accounts/import/review/", STAFF, answer=302, send=lambda v: {"do": "x"}, changes=NOBODY),
    Row("staff/accounts/import/template/", STAFF),
    on_account("merge/"),
    on_account(
        "merge/",
        query=lambda v: {"with": v.other_account.pk},
        send=lambda v: {"seen": ""},
        changes=NOBODY,
        what="with another",
    ),
    Row("staff/merges/<int:pk>/", STAFF, lambda v: [v.merge.pk], send=lambda v: {"do": "undo"}, changes=NOBODY),
    Row("staff/views/", STAFF, send=lambda v: {"do": "keep", "of": "accounts", "name": "Mine", "query": "tier=core"}),
    Row("staff/log/", frozenset({LEAD})),
    Row("staff/log/file/", frozenset({LEAD}), answer=302, send=lambda v: {}, changes=NOBODY),  # but is logged
    Row("staff/news/", NEWS),
    Row("staff/news/new/", NEWS, send=lambda v: {"subject": "Benches", "text": "Two are free.", "topics": ["news"]}),
    Row("staff/news/<int:pk>/", NEWS, lambda v: [v.news.pk], send=lambda v: {"do": "remove"}),
    Row(
        "staff/news/<int:pk>/change/",
        NEWS,
        lambda v: [v.news.pk],
        send=lambda v: {"subject": "Benches", "text": "Three are free.", "topics": ["news"]},
    ),
    Row(
        "staff/away/",
        STAFF,
        send=lambda v: {"do": "back", "absence": v.absence.pk},
        changes=CLOSE,
    ),
    Row(
        "staff/tasks/<int:pk>/hand-over/",
        STAFF,
        lambda v: [v.task.pk],
        send=lambda v: {"to": v.people[OTHER_MANAGER].pk},
    ),
    Row("staff/tasks/<int:pk>/", STAFF, lambda v: [v.task.pk], answer=302, send=lambda v: {"do": "done"}),
    Row("staff/enquiries/", STAFF),
    Row("staff/enquiries/<int:pk>/", STAFF, lambda v: [v.enquiry.pk], send=lambda v: {"do": "sort"}),
    Row(
        "staff/enquiries/<int:pk>/",
        STAFF,
        lambda v: [v.enquiry.pk],
        send=lambda v: {"do": "convert", "account": "new", "name": "Newcomers"},
        what="becomes an account",
    ),
    Row("staff/requests/", STAFF),
    *on_request("", send=lambda v: {"do": "triaged"}),
    *on_request("history/"),
    *on_request("partners/", answer=302, send=lambda v: {"do": "find"}),
    *on_request(
        "partners/<int:partner>/",
        send=lambda v: {
            "tenant_contact": v.contact.pk,
            "words": "A reader.",
            "partner_name": "Gareth",
            "partner_email": "gareth@example.org",
        },
    ),
    *on_request("outcomes/new/", send=lambda v: {"kind": "advice", "occurred_on": today(-1), "evidence": "A letter."}),
    Row(
        "staff/introductions/<int:pk>/",
        STAFF,
        lambda v: [v.introduction.pk],
        answer=302,
        send=lambda v: {"do": "back", "reason": "They are away."},
    ),
    Row(
        "staff/introductions/<int:pk>/collaboration/",
        STAFF,
        lambda v: [v.introduced.pk],
        send=lambda v: {"title": "A pilot", "kind": "pilot"},
    ),
    Row(
        "staff/check-backs/<int:pk>/",
        STAFF,
        lambda v: [v.check_back.pk],
        answer=302,
        send=lambda v: {"answer": "met"},
    ),
    Row(
        "staff/outcomes/<int:pk>/",
        STAFF,
        lambda v: [v.outcome.pk],
        answer=302,
        send=lambda v: {"do": "revoke", "reason": "It was somebody else."},
    ),
    Row(
        "staff/outcomes/<int:pk>/",
        CLOSE,
        lambda v: [v.restricted_outcome.pk],
        answer=302,
        answers={OTHER_MANAGER: 404},
        send=lambda v: {"do": "revoke", "reason": "It was somebody else."},
        what="restricted",
    ),
    Row(
        "staff/collaborations/<int:pk>/",
        STAFF,
        lambda v: [v.collaboration.pk],
        answer=302,
        send=lambda v: {"do": "scoping"},
    ),
    Row(
        "staff/collaborations/<int:pk>/change/",
        STAFF,
        lambda v: [v.collaboration.pk],
        send=lambda v: {"title": "Readers for evaluations", "kind": "pilot", "real_world_data": "on"},
    ),
]

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

FOR_SOMEBODY = [*MINE, *ACCOUNTS, *FIGURES, *SPACES_DESK, *EVENT_DOOR]
