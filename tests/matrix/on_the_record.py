"""The staff record of an account: its people, its team, its tenancies with their checklists, its plans. See ``rows.Row``."""

from typing import Any

from .rows import CLOSE, STAFF, Row, today
from .village import LEAD, MANAGER, OTHER_MANAGER, Village


def _on_account(route: str, **more: Any) -> Row:
    return Row(f"staff/accounts/<int:pk>/{route}", STAFF, lambda v: [v.account.pk], **more)


def _person(v: Village) -> list[int]:
    return [v.account.pk, v.contact.pk]


def _stay(v: Village) -> list[int]:
    return [v.account.pk, v.tenancy.pk]


def _said(v: Village) -> dict[str, str]:
    return {"words": "In other words.", "visibility": "team"}


ON_THE_RECORD = [
    Row(
        "staff/accounts/<int:pk>/people/<int:contact>/",
        STAFF,
        _person,
        send=lambda v: {"do": "change", "name": "Nadia", "source": "told us", "lawful_basis": "public-task"},
    ),
    Row(
        "staff/accounts/<int:pk>/people/<int:contact>/",
        STAFF,
        _person,
        send=lambda v: {"do": "left", "on": today()},
        what="leaving",
    ),
    # Its team reads restricted requests, so it is chosen by those who read them.
    _on_account("team/", send=lambda v: {"do": "add", "user": v.people[LEAD].pk}, changes=CLOSE),
    _on_account("team/", send=lambda v: {"do": "remove", "member": v.team.pk}, what="taking out"),
    _on_account(
        "tenancies/new/",
        send=lambda v: {"space": "A bench", "starts_on": today(-300), "ends_on": today(-200), "notice_days": 30},
    ),
    Row(
        "staff/accounts/<int:pk>/tenancies/<int:tenancy>/",
        STAFF,
        _stay,
        send=lambda v: {"do": "notice", "given_on": today()},
    ),
    Row(
        "staff/accounts/<int:pk>/tenancies/<int:tenancy>/",
        STAFF,
        _stay,
        send=lambda v: {"do": "item", "kind": "leaving", "words": "Bench cleaned"},
        what="checklist",
    ),
    Row(
        "staff/accounts/<int:pk>/tenancies/<int:tenancy>/change/",
        STAFF,
        _stay,
        send=lambda v: {"space": "Three desks", "starts_on": today(-100), "notice_days": 30},
    ),
    # Whoever wrote it, and those who lead; a restricted one is unknown to those who do not read it.
    Row(
        "staff/notes/<int:pk>/change/",
        frozenset({LEAD}),
        lambda v: [v.note.pk],
        answers={MANAGER: 302, OTHER_MANAGER: 302},  # to the account, with the reason
        send=_said,
    ),
    Row(
        "staff/notes/<int:pk>/change/",
        frozenset({MANAGER}),
        lambda v: [v.restricted_note.pk],
        answers={LEAD: 404, OTHER_MANAGER: 404},
        send=_said,
        what="restricted",
    ),
    Row(
        "staff/contact/<int:pk>/change/",
        frozenset({LEAD}),
        lambda v: [v.shared_interaction.pk],
        answers={MANAGER: 302, OTHER_MANAGER: 302},
        send=_said,
    ),
    Row("staff/checklist/<int:pk>/", STAFF, lambda v: [v.checklist.pk], send=lambda v: {"do": "done"}),
    _on_account("plans/new/", send=lambda v: {"starts_on": today(340), "ends_on": today(700)}),
    Row(
        "staff/accounts/<int:pk>/plans/<int:plan>/",
        STAFF,
        lambda v: [v.account.pk, v.plan.pk],
        send=lambda v: {"do": "objective", "words": "Two more sites", "due_on": today(90)},
    ),
    Row(
        "staff/objectives/<int:pk>/",
        STAFF,
        lambda v: [v.objective.pk],
        send=lambda v: {"do": "state", "state": "on-track"},
    ),
]
