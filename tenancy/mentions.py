"""Where others wrote of somebody, in notes, talks, requests and what follows from them: for whoever answers them to look at.

A name proves nobody, and the words may be about others as well. So they are never handed over by themselves: a colleague opens
the record, where they may read it, and decides.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.urls import reverse

from core.subject_access import Mention, Person, given, title_of

from . import copies
from .choices import Visibility
from .models import Collaboration, Enquiry, Interaction, Introduction, Note, Objective, Outcome, SupportRequest, Task

IN = (Note, Interaction, SupportRequest, Introduction, Outcome, Task, Objective, Collaboration, Enquiry)
WHEN = ("at", "opened_at", "asked_at", "occurred_on", "created_at", "due_on", "received_at")


def of(person: Person) -> Iterator[Mention]:
    """Records that name ``person``, with the page on which they are opened; what their bundle holds is not among them."""
    said = [*person.addresses, *person.names]
    patterns = [copies.pattern_of(one) for one in said if one]
    for model in IN:
        fields = [field.name for field in copies.text_fields(model)]
        theirs = _in_the_bundle(model, person)
        for record in model._default_manager.order_by("pk").iterator():  # type: ignore[attr-defined]
            words = " ".join(str(getattr(record, name)) for name in fields)
            if record.pk not in theirs and any(one.search(words) for one in patterns):
                yield Mention(title_of(model), record.pk, _day_of(record), _page_of(record), _why_not_opened(record))


def _in_the_bundle(model: Any, person: Person) -> set[int]:
    ways = given().get(model._meta.label, [])
    return {pk for way in ways for pk in model.objects.filter(way.which(person)).values_list("pk", flat=True)}


def _day_of(record: Any) -> str:
    at = next(getattr(record, name) for name in WHEN if hasattr(record, name))
    return (at.date() if isinstance(at, datetime) else at).isoformat()


def _page_of(record: Any) -> str:
    if isinstance(record, Enquiry):
        return reverse("staff_enquiry", args=[record.pk])
    request = record.pk if isinstance(record, SupportRequest) else getattr(record, "request_id", None)
    if isinstance(record, Collaboration) and record.introduction:
        request = record.introduction.request_id
    if request:
        return reverse("staff_request", args=[request])
    account = record.plan.account_id if isinstance(record, Objective) else getattr(record, "account_id", None)
    return reverse("staff_account", args=[account]) if account else ""


def _why_not_opened(record: Any) -> str:
    if isinstance(record, Note) and record.visibility == Visibility.RESTRICTED:
        return f"restricted: ask {record.by or 'whoever leads'}"
    return ""
