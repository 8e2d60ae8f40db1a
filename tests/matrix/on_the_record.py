"""The staff record of an account: its people, its team, its tenancies with their checklists, its plans. See ``rows.Row``."""

from typing import Any

from .rows import CLOSE, STAFF, Row, today
from .village import LEAD, Village


def _on_account(route: str, **more: Any) -> Row:
    return Row(f"staff/accounts/<int:pk>/{route}", STAFF, lambda v: [v.account.pk], **more)


def _person(v: Village) -> list[int]:
    return [v.account.pk, v.contact.pk]


def _stay(v: Village) -> list[int]:
    return [v.account.pk, v.tenancy.pk]


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
