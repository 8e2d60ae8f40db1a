"""Every address that is for somebody in particular: a person, their company, or us. See ``rows.Row``."""

from typing import Any

from .at_the_desk import EVENT_DOOR, FIGURES, SPACES_DESK
from .on_the_record import ON_THE_RECORD
from .rows import ADMINS, CLOSE, COMPANY, DESK, KEY, MEMBERS, NEWS, NOBODY, SIGNED_IN, STAFF, UNTOLD, Row, today
from .village import (
    ADMIN,
    COMMS,
    LEAD,
    MANAGER,
    OTHER_ADMIN,
    OTHER_MANAGER,
    OTHER_MEMBER,
    PARTNER,
    REGISTERED,
    SITE_ADMIN,
    Village,
    token,
)


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
    Row("my/company/", SIGNED_IN, answers=dict.fromkeys(COMPANY | {OTHER_MEMBER, OTHER_ADMIN}, 302)),
    Row("my/company/<slug:slug>/", COMPANY, of_company, refusal=UNTOLD),
    Row(
        "my/company/<slug:slug>/",
        COMPANY,
        of_company,
        refusal=UNTOLD,
        send=lambda v: {"do": "done", "item": v.their_item.pk},
        what="ticking",
    ),
    Row(
        "my/company/<slug:slug>/",
        COMPANY,
        of_company,
        refusal=UNTOLD,
        send=lambda v: {"do": "done", "task": v.shared_task.pk},
        what="a task",
    ),
    Row(
        "my/company/<slug:slug>/",
        COMPANY,
        of_company,
        refusal=UNTOLD,
        send=lambda v: {"do": "note", "words": "We are five now."},
        changes=frozenset({ADMIN}),
        what="a note",
    ),
    Row(
        "my/company/<slug:slug>/contacts/",
        frozenset({ADMIN}),
        of_company,
        refusal=UNTOLD,
        send=lambda v: {"name": "New Person", "email": "new@example.org"},
    ),
    Row(
        "my/company/<slug:slug>/contacts/<int:pk>/",
        frozenset({ADMIN}),
        lambda v: [v.company.slug, v.contact.pk],
        refusal=UNTOLD,
        send=lambda v: {"name": "Another Name", "email": v.contact.email},
    ),
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
        "staff/tasks/<int:pk>/change/",
        STAFF,
        lambda v: [v.task.pk],
        send=lambda v: {"words": "Ring again.", "due_on": today(9), "owner": v.account.manager_id},
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
    *on_request("change/", send=wish),
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


FOR_SOMEBODY = [*MINE, *ACCOUNTS, *FIGURES, *SPACES_DESK, *EVENT_DOOR]
