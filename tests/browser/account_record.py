"""What belongs to the record of an account: its people, stays, plans and team, its history; and what finds and covers it."""

from collections.abc import Callable
from typing import Any

from django.utils import timezone

from tests.factories import tenancy as make

from .addresses import Address
from .front_door import LEAD


def _work(name: str, path: str | Callable[[], str]) -> Address:
    return Address(f"record-{name}", path, keeps_cookie=True, who=LEAD)


def _of(part: str) -> Callable[[], str]:
    return lambda: f"/staff/accounts/{make.AccountFactory().pk}/{part}"


def _person() -> str:
    contact = make.ContactFactory()
    return f"/staff/accounts/{contact.account_id}/people/{contact.pk}/"


def _stay() -> str:
    stay = make.TenancyFactory()
    make.ChecklistItemFactory(tenancy=stay, words="Keys")
    return f"/staff/accounts/{stay.account_id}/tenancies/{stay.pk}/"


def _plan() -> str:
    plan = make.PlanFactory()
    make.ObjectiveFactory(plan=plan, words="Five sites")
    return f"/staff/accounts/{plan.account_id}/plans/{plan.pk}/"


def _history() -> str:
    contact: Any = make.ContactFactory()
    contact.role = "Founder"
    contact.save()
    return f"/staff/accounts/{contact.account_id}/history/"


def _away() -> str:
    make.AbsenceFactory(starts_on=timezone.localdate(), ends_on=timezone.localdate())
    return "/staff/away/"


ACCOUNT_RECORD = [
    _work("person", _person),
    _work("team", _of("team/")),
    _work("new-stay", _of("tenancies/new/")),
    _work("stay", _stay),
    _work("correct-note", lambda: f"/staff/notes/{make.NoteFactory().pk}/change/"),
    _work("correct-contact", lambda: f"/staff/contact/{make.InteractionFactory().pk}/change/"),
    _work("correct-task", lambda: f"/staff/tasks/{make.TaskFactory().pk}/change/"),
    _work("item", lambda: f"/staff/checklist/{make.ChecklistItemFactory().pk}/"),
    _work("plan", _plan),
    _work("objective", lambda: f"/staff/objectives/{make.ObjectiveFactory().pk}/"),
    _work("history", _history),
    _work("log", "/staff/log/"),
    _work("find", "/staff/find/?q=pilot"),
    _work("find-nothing", "/staff/find/?q=zzzzqqqq"),
    _work("away", _away),
    _work("hand-over", lambda: f"/staff/tasks/{make.TaskFactory().pk}/hand-over/"),
    _work("erase", lambda: f"/staff/people/{make.ContactFactory().pk}/erase/"),
]
