"""Which partner fits a request: ranked by what the rule says, each with its reasons in words."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone
from wagtail.models import Page

from accounts.models import User
from directory.models import Need, Offer, OrganisationPage, Stage
from tenancy import actions
from tenancy.choices import Confidentiality, Decision, RequestState
from tenancy.models import SupportRequest
from tenancy.queries.matching import RULE, Match, matches
from tests.factories import tenancy as make
from tests.factories.directory import KindFactory, NeedFactory, OfferFactory, OrganisationFactory, StageFactory
from tests.factories.pages import restrict
from tests.speed import processor_time

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("home")]


@pytest.fixture
def need(home: object) -> Need:
    return NeedFactory(name="Clinical expertise", short_name="Clinical expertise")


@pytest.fixture
def stages(home: object) -> list[Stage]:
    return [StageFactory(number=number) for number in range(1, 8)]


@pytest.fixture
def asked(need: Need, stages: list[Stage], manager: User) -> SupportRequest:
    return make.SupportRequestFactory(need=need, stage=stages[3], account__manager=manager)


def partner(title: str, need: Need, *stages: Stage, **fields: Any) -> OrganisationPage:
    words = fields.pop("words", "")
    return OrganisationFactory(
        title=title, offers=[OfferFactory.build(need=need, stages=list(stages), words=words)], **fields
    )


def reasons(request: SupportRequest, manager: User) -> dict[str, tuple[str, ...]]:
    return {match.title: match.reasons for match in matches(request, manager)}


def test_the_stage_decides_among_those_who_offer_the_need(
    asked: SupportRequest, need: Need, stages: list[Stage], manager: User
) -> None:
    partner("Far", need, stages[0])
    partner("Near", need, stages[2])
    partner("There", need, stages[3], stages[4], words="Two readers a week.")
    partner("Something else", NeedFactory(name="Money"), stages[3])

    found = matches(asked, manager)

    assert [match.title for match in found] == ["There", "Near", "Far"]
    assert found[0].reasons[:2] == (
        "Offers clinical expertise: Two readers a week.",
        "Helps at stage 4, which is theirs",
    )
    assert found[1].reasons[1] == "Helps at stage 3, 1 before theirs"
    assert all(0 <= match.score <= 100 for match in found)


def test_who_is_busy_comes_after_who_is_free(
    asked: SupportRequest, need: Need, stages: list[Stage], manager: User
) -> None:
    busy, _ = partner("A busy one", need, stages[3]), partner("Free", need, stages[3])
    for _ in range(3):
        make.IntroductionFactory(partner=busy, made=True)

    assert [match.title for match in matches(asked, manager)] == ["Free", "A busy one"]
    assert "Busy: 3 others wait there" in reasons(asked, manager)["A busy one"][2]


def test_what_came_of_it_before_counts_and_is_said(
    asked: SupportRequest, need: Need, stages: list[Stage], manager: User
) -> None:
    proven, refuser = partner("Proven", need, stages[3]), partner("A refuser", need, stages[3])
    partner("Untried", need, stages[3])
    long_ago = timezone.now() - timedelta(days=400)
    for confirmed in (True, False):
        made = make.IntroductionFactory(partner=proven, made=True, introduced_at=long_ago)
        if confirmed:
            make.OutcomeFactory(introduction=made, state="confirmed", confirmed_at=timezone.now())
    make.IntroductionFactory(
        partner=refuser, state="declined", partner_answer="refused", partner_answered_at=timezone.now()
    )

    assert [match.title for match in matches(asked, manager)] == ["Proven", "Untried", "A refuser"]
    said = reasons(asked, manager)
    assert said["Proven"][3] == "1 of 2 introductions came to something that the company confirmed"
    assert said["Untried"][3] == "No introduction yet"
    assert said["A refuser"][3] == "Said no once"


def test_nobody_is_suggested_whom_a_visitor_could_not_find(
    asked: SupportRequest, need: Need, stages: list[Stage], manager: User
) -> None:
    partner("A draft", need, stages[3], live=False)
    restrict(partner("Hidden", need, stages[3]))
    expired = partner("Expired", need, stages[3])
    Offer.objects.filter(organisation=expired).update(expires_on=timezone.localdate() - timedelta(days=1))
    own = asked.account.organisation
    assert own is not None
    offer = OfferFactory.build(need=need)
    offer.organisation = own
    offer.save()

    assert matches(asked, manager) == []


def test_results_of_a_restricted_request_tell_only_who_may_read_it(
    asked: SupportRequest, need: Need, stages: list[Stage], manager: User, lead: User
) -> None:
    one = partner("One", need, stages[3])
    make.IntroductionFactory(partner=one, made=True, request__confidentiality=Confidentiality.RESTRICTED)

    assert reasons(asked, manager)["One"][3] == "No introduction yet"
    assert reasons(asked, lead)["One"][3] == "0 of 1 introductions came to something that the company confirmed"


def test_finding_stores_the_reasons_and_moves_the_request_on(
    asked: SupportRequest, need: Need, stages: list[Stage], manager: User
) -> None:
    partner("There", need, stages[3])

    assert actions.find_partners(request=asked, by=manager) == 1

    asked.refresh_from_db()
    one = asked.suggestions.get()
    assert (asked.state, one.rule_version, one.partner.title) == (RequestState.MATCHED, RULE, "There")
    assert "Helps at stage 4, which is theirs" in one.reasons


def test_looking_again_keeps_what_was_decided(
    asked: SupportRequest, need: Need, stages: list[Stage], manager: User
) -> None:
    gone, left_out = partner("Gone", need, stages[3]), partner("Left out", need, stages[3])
    actions.find_partners(request=asked, by=manager)
    actions.dismiss(suggestion=asked.suggestions.get(partner=left_out), reason="Helped to label the set.", by=manager)
    gone.unpublish()

    actions.find_partners(request=asked, by=manager)

    one = asked.suggestions.get()
    assert (one.decision, one.dismissed_reason) == (Decision.DISMISSED, "Helped to label the set.")
    actions.put_back(suggestion=one, by=manager)
    assert asked.suggestions.get().decision == Decision.OPEN


def test_a_partner_is_left_out_only_with_a_reason(
    asked: SupportRequest, need: Need, stages: list[Stage], manager: User
) -> None:
    partner("There", need, stages[3])
    actions.find_partners(request=asked, by=manager)

    with pytest.raises(actions.Unfit, match="Say why"):
        actions.dismiss(suggestion=asked.suggestions.get(), reason="  ", by=manager)


def test_a_restricted_request_is_matched_by_few(asked: SupportRequest, manager: User, lead: User) -> None:
    asked.confidentiality = Confidentiality.RESTRICTED
    asked.save()

    actions.find_partners(request=asked, by=lead)
    with pytest.raises(PermissionDenied):
        actions.find_partners(request=asked, by=make.manager())


def test_two_thousand_partners_are_ranked_within_a_second(
    asked: SupportRequest, need: Need, stages: list[Stage], manager: User, django_assert_num_queries: Any
) -> None:
    kind, first = KindFactory(), OrganisationFactory(title="The first")
    parent = first.get_parent()
    pages = Page.objects.bulk_create(
        Page(
            title=f"Partner {n}",
            slug=f"partner-{n}",
            live=True,
            path=Page._get_path(parent.path, parent.depth + 1, parent.numchild + n),
            depth=first.depth,
            content_type_id=first.content_type_id,
            locale_id=first.locale_id,
            translation_key=uuid4(),
            url_path=f"{parent.url_path}partner-{n}/",
        )
        for n in range(1, 2001)
    )
    for page in pages:  # the row of the other table; the page's own is there
        OrganisationPage(page_ptr=page, kind=kind, title=page.title).save_base(raw=True, force_insert=True)
    offers = Offer.objects.bulk_create(Offer(organisation_id=page.pk, need=need) for page in pages)
    through = Offer.stages.through
    through.objects.bulk_create(
        through(offer=offer, stage=stages[(n + k) % 7]) for n, offer in enumerate(offers) for k in range(3)
    )

    found: list[Match] = []
    with django_assert_num_queries(3):  # a lead's rights, offers and what came of introductions: whatever the number
        taken = processor_time(lambda: found.extend(matches(asked, manager)))

    assert len(found) == 12
    assert taken < 1
