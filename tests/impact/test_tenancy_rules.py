"""Collaborations and ideas of staff count from the day they were agreed or came, and not any more when they are stopped."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from impact.actions import draw_all
from impact.models import KpiEntry
from impact.queries import Ledger, entries_of
from impact.queries.evidence import objects_of
from tenancy.choices import (
    CollaborationKind,
    CollaborationState,
    Confidentiality,
    EnquiryKind,
    EnquiryState,
    OutcomeKind,
    OutcomeState,
)
from tenancy.models import Collaboration, Enquiry
from tenancy.states import move
from tests.factories.impact import days_ago, figure, lead, manager, target_of
from tests.factories.tenancy import IntroductionFactory, OutcomeFactory, SupportRequestFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("home")]
PROJECTS, DATA, IDEAS = "collaborative-projects", "real-world-data-projects", "innovation-ideas"


def number(slug: str = PROJECTS, day: int = 0) -> int:
    draw_all()
    found = target_of(slug)
    value = Ledger([found]).amount(found, days_ago(day)).value
    assert value is not None
    return int(value)


def collaboration(state: str = CollaborationState.AGREED, **said: Any) -> Collaboration:
    return Collaboration.objects.create(
        **{"title": "A secret trial", "kind": CollaborationKind.PILOT, "state": state, **said}
    )


def idea(**said: Any) -> Enquiry:
    said = {
        "kind": EnquiryKind.STAFF_IDEA,
        "name": "Ada",
        "email": "ada@example.org",
        "message": "A better bed",
        "state": EnquiryState.TRIAGED,
        **said,
    }
    return Enquiry.objects.create(reply_by=timezone.localdate() + timedelta(days=3), **said)


@pytest.fixture(autouse=True)
def _targets() -> None:
    target_of()


@pytest.mark.parametrize(
    ("state", "counts"),
    [
        (CollaborationState.IDEA, 0),
        (CollaborationState.SCOPING, 0),
        (CollaborationState.AGREED, 1),
        (CollaborationState.LIVE, 1),
        (CollaborationState.PAUSED, 1),
        (CollaborationState.COMPLETED, 1),
        (CollaborationState.STOPPED, 0),
    ],
)
def test_a_collaboration_counts_once_it_is_agreed(state: CollaborationState, counts: int) -> None:
    collaboration(state, reason="No money." if state == CollaborationState.STOPPED else "")
    assert number() == counts


def test_the_figure_rises_by_one_when_it_is_agreed_and_falls_when_that_is_taken_back() -> None:
    figure("70", target=PROJECTS, as_of=days_ago(20))
    one, somebody = collaboration(CollaborationState.SCOPING), manager()
    assert number() == 70
    move(one, to=CollaborationState.AGREED, by=somebody)
    assert number() == 71
    move(one, to=CollaborationState.SCOPING, by=somebody)
    assert number() == 70
    move(one, to=CollaborationState.AGREED, by=somebody)
    move(one, to=CollaborationState.LIVE, by=somebody)
    assert (number(), KpiEntry.objects.filter(target__slug=PROJECTS).count()) == (71, 3)


def test_it_counts_towards_real_world_data_only_where_it_uses_them() -> None:
    collaboration()
    collaboration(real_world_data=True)
    assert (number(PROJECTS), number(DATA)) == (2, 1)


def test_it_counts_on_the_day_it_began_where_nobody_wrote_down_when_it_was_agreed() -> None:
    collaboration(starts_on=days_ago(30))
    assert (number(day=31), number(day=30)) == (0, 1)


def test_one_that_is_deleted_stays_counted() -> None:
    one = collaboration()
    assert number() == 1
    one.delete()
    assert number() == 1


def test_what_a_company_confirms_as_a_collaboration_counts_until_it_takes_that_back() -> None:
    one, somebody = OutcomeFactory(kind=OutcomeKind.COLLABORATION, account__demonstration=False), manager()
    assert number() == 0
    move(one, to=OutcomeState.CONFIRMED, by=None, confirmed_at=timezone.now())
    assert number() == 1
    move(one, to=OutcomeState.CLAIMED, by=somebody, why="It was another company.", confirmed_at=None)
    assert number() == 0


def test_advice_that_is_confirmed_is_no_project() -> None:
    move(OutcomeFactory(kind=OutcomeKind.ADVICE), to=OutcomeState.CONFIRMED, by=None, confirmed_at=timezone.now())
    assert number() == 0


def test_what_is_confirmed_and_then_written_down_is_one_project() -> None:
    introduction = IntroductionFactory(made=True)
    request = introduction.request
    said = {"account": request.account, "request": request, "introduction": introduction}
    one = OutcomeFactory(kind=OutcomeKind.COLLABORATION, **said)
    move(one, to=OutcomeState.CONFIRMED, by=None, confirmed_at=timezone.now())
    assert number() == 1
    written_down = collaboration(introduction=introduction)
    assert number() == 1
    move(written_down, to=CollaborationState.STOPPED, by=manager(), why="No money.", reason="No money.")
    assert number() == 0


def test_a_confirmed_outcome_leads_to_its_request_for_whoever_may_read_that() -> None:
    request = SupportRequestFactory(confidentiality=Confidentiality.RESTRICTED)
    one = OutcomeFactory(kind=OutcomeKind.COLLABORATION, account=request.account, request=request)
    move(one, to=OutcomeState.CONFIRMED, by=None, confirmed_at=timezone.now())
    draw_all()
    target = target_of(PROJECTS)
    links = [entries_of(target, objects_of(target), viewer)[0].link for viewer in (request.account.manager, manager())]
    assert links[0] is not None and links[0].url == f"/staff/requests/{request.pk}/"
    assert links[1] is None
    one.delete()
    assert number() == 1, "a record that is forgotten later stays counted"


def test_an_idea_counts_on_the_day_it_came_and_twice_sent_once() -> None:
    first = idea(received_at=timezone.now() - timedelta(days=9))
    idea(state=EnquiryState.DUPLICATE, duplicate_of=first)
    idea(kind=EnquiryKind.SPACE)
    assert (number(IDEAS, day=10), number(IDEAS)) == (0, 1)


def test_nobody_raises_the_figure_by_sending_in_ideas() -> None:
    """Anybody can: it counts once somebody of the team has looked at it, and not when they closed it."""
    one = idea(state=EnquiryState.NEW)
    idea(state=EnquiryState.CLOSED)
    assert number(IDEAS) == 0
    one.state = EnquiryState.TRIAGED
    one.save()
    assert number(IDEAS) == 1


def test_two_outcomes_of_one_introduction_are_one_collaboration() -> None:
    introduction = IntroductionFactory(made=True)
    for _ in range(2):
        OutcomeFactory(
            account=introduction.request.account,
            request=introduction.request,
            introduction=introduction,
            kind=OutcomeKind.COLLABORATION,
            state=OutcomeState.CONFIRMED,
            confirmed_at=timezone.now(),
        )
    assert number(PROJECTS) == 1


def test_the_ledger_says_nothing_that_is_private() -> None:
    collaboration()
    idea()
    draw_all()
    for row in KpiEntry.objects.all():
        words = " ".join(str(getattr(row, field.attname)) for field in KpiEntry._meta.fields).lower()
        assert not any(private in words for private in ("ada", "secret", "better bed"))


def test_an_entry_leads_to_its_record_for_whoever_may_read_it() -> None:
    one = collaboration()
    draw_all()
    target = target_of(PROJECTS)
    (line,) = entries_of(target, objects_of(target), manager())
    assert line.latest.words == f"Collaboration {one.pk}, pilot"
    assert line.link is not None
    assert line.link.words == "A secret trial"


def test_an_idea_leads_to_its_enquiry(client: Client, settings: Any) -> None:
    settings.STAFF_MFA_REQUIRED = False
    one, somebody = idea(), manager()
    draw_all()
    target = target_of(IDEAS)
    (line,) = entries_of(target, objects_of(target), somebody)
    assert line.link is not None
    client.force_login(somebody)
    assert one.reference in client.get(line.link.url).content.decode()


def test_a_collaboration_of_a_restricted_request_is_not_named_to_others() -> None:
    """Whoever may not read the request sees that something counts, and not what."""
    request = SupportRequestFactory(confidentiality=Confidentiality.RESTRICTED)
    introduction = IntroductionFactory(request=request)
    collaboration(introduction=introduction)
    draw_all()
    target = target_of(PROJECTS)
    (seen_by_lead,) = entries_of(target, objects_of(target), lead())
    (seen_by_another,) = entries_of(target, objects_of(target), manager())
    assert seen_by_lead.link is not None
    assert seen_by_lead.link.url == f"/staff/requests/{request.pk}/"
    assert seen_by_another.link is None
