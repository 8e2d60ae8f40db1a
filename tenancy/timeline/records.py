"""What our own records tell."""

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from accounts.models import User
from tenancy.choices import Channel, Confidentiality, IntroductionState, Visibility
from tenancy.models import Account, Enquiry, Interaction, Introduction, Note, Outcome, SupportRequest, Task

from . import Entry, Source, register

ICONS = {Channel.CALL: "phone", Channel.EMAIL: "mail", Channel.MEETING: "people", Channel.VISIT: "door"}


def _of(model: Any, *related: str, path: str = "account", **only: Any) -> Any:
    """Rows of ``model`` of an account, as far as the viewer may read them."""

    def rows(account: Account, viewer: User) -> QuerySet[Any]:
        found = model.objects.visible_to(viewer).filter(**{path: account}, **only)
        return found.select_related(*related)  # type: ignore[no-any-return]

    return rows


def _name(user: User | None) -> str:
    return str(user) if user else ""


def _interaction(row: Interaction) -> Entry:
    people = " and ".join(contact.name for contact in row.contacts.all())
    title = f"{row.get_kind_display()} with {people}" if people else row.get_kind_display()
    shared = "Shared" if row.visibility == Visibility.SHARED else ""
    return Entry(row.at, title, ICONS[Channel(row.kind)], row.words, _name(row.by), tag=shared)


def _interactions(account: Account, viewer: User) -> QuerySet[Interaction]:
    found = Interaction.objects.visible_to(viewer).filter(account=account)
    return found.select_related("by").prefetch_related("contacts")


def _note(row: Note) -> Entry:
    marked = row.get_visibility_display() if row.visibility != Visibility.TEAM else ""
    return Entry(row.at, "Note", "note", row.words, _name(row.by), tag=marked, record=row)


def _opened(row: SupportRequest) -> Entry:
    words = row.words if row.confidentiality != Confidentiality.RESTRICTED else "Restricted: open it to read."
    return Entry(
        row.opened_at,
        f"Request {row.number} opened: {row.need.short_name or row.need.name}",
        "task",
        words,
        _name(row.raised_by),
        reverse("staff_request", args=[row.pk]),
    )


def _closed(row: SupportRequest) -> Entry:
    title = f"Request {row.number}: {row.get_state_display().lower()}"
    assert row.closed_at is not None
    return Entry(row.closed_at, title, "check", row.reason, url=reverse("staff_request", args=[row.pk]))


def _asked(row: Introduction) -> Entry:
    title = f"{row.partner_name} asked, for {row.request.number}"
    state = row.get_state_display() if row.state in ENDED else ""
    url = reverse("staff_request", args=[row.request_id])
    return Entry(row.asked_at, title, "meet", row.partner_words or row.tenant_words, _name(row.by), url, tag=state)


def _introduced(row: Introduction) -> Entry:
    assert row.introduced_at is not None
    url = reverse("staff_request", args=[row.request_id])
    return Entry(row.introduced_at, f"Introduced to {row.partner_name}", "meet", "Both sides agreed.", url=url)


def _outcome(row: Outcome) -> Entry:
    amount = f", {row.amount:,.0f} {row.unit}" if row.amount is not None else ""
    title = f"Outcome: {row.get_kind_display().lower()}{amount}"
    url = reverse("staff_request", args=[row.request_id]) if row.request_id else ""
    return Entry(row.recorded_at, title, "check", row.evidence, _name(row.recorded_by), url, row.get_state_display())


def _task(row: Task) -> Entry:
    assert row.done_at is not None
    title = "Done" if row.state == "done" else row.get_state_display()
    return Entry(row.done_at, f"{title}: {row.words}", "check", by=_name(row.done_by))


def _enquiry(row: Enquiry) -> Entry:
    url = reverse("staff_enquiry", args=[row.pk])
    return Entry(row.received_at, f"Enquiry: {row.get_kind_display().lower()}", "mail", row.message, row.name, url)


ENDED = (IntroductionState.DECLINED, IntroductionState.LAPSED, IntroductionState.WITHDRAWN)
INTRODUCED = {"introduced_at__isnull": False}
OF_REQUEST = "request__account"

register(
    Source("interaction", "contact", "at", _interactions, _interaction),
    Source("note", "contact", "at", _of(Note, "by"), _note),
    Source("enquiry", "contact", "received_at", _of(Enquiry), _enquiry),
    Source("request opened", "requests", "opened_at", _of(SupportRequest, "need", "raised_by"), _opened),
    Source("request closed", "requests", "closed_at", _of(SupportRequest, closed_at__isnull=False), _closed),
    Source("partner asked", "requests", "asked_at", _of(Introduction, "request", "by", path=OF_REQUEST), _asked),
    Source("introduction", "requests", "introduced_at", _of(Introduction, path=OF_REQUEST, **INTRODUCED), _introduced),
    Source("outcome", "requests", "recorded_at", _of(Outcome, "recorded_by"), _outcome),
    Source("task", "tasks", "done_at", _of(Task, "done_by", done_at__isnull=False), _task),
)
