"""What account managers record: collaborations that were agreed or confirmed, and ideas of Trust staff. Its words name nobody.

How an entry is called and where its record is looked at is told to those alone who may read the record.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from django.db.models import Min, Q
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from impact.counting import Counted, Link, Rule, register
from tenancy.choices import CollaborationState, EnquiryKind, EnquiryState, OutcomeKind
from tenancy.models import Collaboration, Enquiry, Outcome, StateChange

COLLABORATION, ENQUIRY, OUTCOME = "tenancy.collaboration", "tenancy.enquiry", "tenancy.outcome"
OF_OUTCOME = "outcome-"  # before the number of an outcome, where a rule counts records of two kinds
AGREED = (CollaborationState.AGREED, CollaborationState.LIVE, CollaborationState.PAUSED, CollaborationState.COMPLETED)
LOOKED_AT = (EnquiryState.TRIAGED, EnquiryState.ANSWERED, EnquiryState.CONVERTED)  # anybody can send one in


# ---- collaborations -------------------------------------------------------------------------------------------------
def _collaborations(only: Q) -> Iterator[Counted]:
    found = Collaboration.objects.filter(only, state__in=AGREED).select_related("introduction__request__account")
    rows = list(found.order_by("pk"))
    since = _agreed_on(row.pk for row in rows)
    today = timezone.localdate()
    for row in rows:
        began = row.starts_on if row.starts_on and row.starts_on <= today else timezone.localdate(row.created_at)
        account = row.introduction.request.account if row.introduction else None
        yield Counted(
            key=f"{COLLABORATION}:{row.pk}",
            on=since.get(row.pk, began),
            words=f"Collaboration {row.pk}, {row.get_kind_display().lower()}",
            record_label=COLLABORATION,
            record_id=str(row.pk),
            demonstration=bool(account and account.demonstration),
        )


def _agreed_on(keys: Iterable[int]) -> Mapping[int, date]:
    """The day on which each was first agreed, where that was written down."""
    changes = StateChange.objects.filter(model=Collaboration._meta.label, object_pk__in=list(keys), after__in=AGREED)
    first = changes.order_by().values("object_pk").annotate(first=Min("at")).values_list("object_pk", "first")
    return {key: timezone.localdate(at) for key, at in first}


def _confirmed() -> Iterator[Counted]:
    """What a company confirmed as a collaboration, until that is written down as one: then that alone counts, or is stopped."""
    written_down = Collaboration.objects.filter(
        state__in=(*AGREED, CollaborationState.STOPPED), introduction__isnull=False
    )
    found = Outcome.objects.confirmed().filter(kind=OutcomeKind.COLLABORATION)
    found = found.exclude(introduction__in=written_down.values("introduction"))
    introductions = set()  # what came of one of them is one collaboration, however often it was written down
    for row in found.select_related("account").order_by("pk"):
        if row.introduction_id is not None and row.introduction_id in introductions:
            continue
        introductions.add(row.introduction_id)
        yield Counted(
            key=f"{OUTCOME}:{row.pk}",
            on=min(row.occurred_on, timezone.localdate()),
            words=f"Collaboration, confirmed as outcome {row.pk}",
            record_label=OUTCOME,
            record_id=f"{OF_OUTCOME}{row.pk}",
            demonstration=row.account.demonstration,
        )


def collaborations(since: date | None) -> Iterator[Counted]:
    yield from _collaborations(Q())
    yield from _confirmed()


def with_real_world_data(since: date | None) -> Iterator[Counted]:
    return _collaborations(Q(real_world_data=True))


def _collaboration_links(ids: Iterable[str], viewer: User) -> Mapping[str, Link]:
    """The request that it came of, where it came of one: a collaboration has no page of its own."""
    rows = Collaboration.objects.visible_to(viewer).filter(pk__in=list(ids)).select_related("introduction")
    return {str(row.pk): Link(_request_of(row), row.title) for row in rows}


def _outcomes_of(ids: Iterable[str]) -> tuple[list[str], list[str]]:
    """The numbers of collaborations, and those of outcomes."""
    ids = list(ids)
    outcomes = [one.removeprefix(OF_OUTCOME) for one in ids if one.startswith(OF_OUTCOME)]
    return [one for one in ids if not one.startswith(OF_OUTCOME)], outcomes


def _project_links(ids: Iterable[str], viewer: User) -> Mapping[str, Link]:
    of_collaborations, of_outcomes = _outcomes_of(ids)
    rows = Outcome.objects.visible_to(viewer).filter(pk__in=of_outcomes)
    found = {
        f"{OF_OUTCOME}{row.pk}": Link(
            reverse("staff_request", args=[row.request_id]) if row.request_id else "", row.evidence[:80]
        )
        for row in rows
    }
    return {**_collaboration_links(of_collaborations, viewer), **found}


def _projects_there(ids: Iterable[str]) -> set[str]:
    of_collaborations, of_outcomes = _outcomes_of(ids)
    rows = Outcome.objects.filter(pk__in=of_outcomes).values_list("pk", flat=True)
    return _collaborations_there(of_collaborations) | {f"{OF_OUTCOME}{pk}" for pk in rows}


def _request_of(row: Collaboration) -> str:
    return reverse("staff_request", args=[row.introduction.request_id]) if row.introduction else ""


def _collaborations_there(ids: Iterable[str]) -> set[str]:
    return {str(pk) for pk in Collaboration.objects.filter(pk__in=list(ids)).values_list("pk", flat=True)}


# ---- ideas ----------------------------------------------------------------------------------------------------------
def ideas(since: date | None) -> Iterator[Counted]:
    for row in Enquiry.objects.filter(kind=EnquiryKind.STAFF_IDEA, state__in=LOOKED_AT).order_by("pk"):
        yield Counted(
            key=f"{ENQUIRY}:{row.pk}",
            on=timezone.localdate(row.received_at),
            words=f"Idea {row.reference}",
            record_label=ENQUIRY,
            record_id=str(row.pk),
            demonstration=row.demonstration,
        )


def _enquiry_links(ids: Iterable[str], viewer: User) -> Mapping[str, Link]:
    rows = Enquiry.objects.visible_to(viewer).filter(pk__in=list(ids))
    return {str(row.pk): Link(reverse("staff_enquiry", args=[row.pk]), f"Idea {row.reference}") for row in rows}


def _enquiries_there(ids: Iterable[str]) -> set[str]:
    return {str(pk) for pk in Enquiry.objects.filter(pk__in=list(ids)).values_list("pk", flat=True)}


COUNTED_ONCE = "Once it is stopped, it does not count any more. One that is deleted later, because its time is over, stays counted."
AN_AGREED = (
    "A collaboration in the village’s records, from the day on which it was agreed: running, paused or completed"
)


register(
    Rule(
        target="collaborative-projects",
        slug="agreed-collaborations",
        version=2,
        words=(
            f"{AN_AGREED}; or one that the company itself confirmed as what came of an introduction, until it is written "
            f"down as a collaboration. {COUNTED_ONCE}"
        ),
        find=collaborations,
        links=_project_links,
        existing=_projects_there,
    )
)
register(
    Rule(
        target="real-world-data-projects",
        slug="collaborations-with-data",
        version=1,
        words=f"{AN_AGREED}; and marked as using the Trust’s real-world data. {COUNTED_ONCE}",
        find=with_real_world_data,
        links=_collaboration_links,
        existing=_collaborations_there,
    )
)
register(
    Rule(
        target="innovation-ideas",
        slug="staff-ideas",
        version=2,
        words=(
            "An idea that Trust staff sent in through the village’s front door, on the day it came, once the team has looked "
            "at it. What was closed, or sent twice, does not count. An idea stays counted when the name of whoever had it "
            "is forgotten."
        ),
        find=ideas,
        links=_enquiry_links,
        existing=_enquiries_there,
    )
)
