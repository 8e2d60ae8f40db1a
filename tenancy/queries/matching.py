"""Which partners of the directory could meet a request, and why each stands where it stands.

The rule: need × stage × capacity × past result. A partner that does not offer the need is no match at all; of a hundred
points the need gives 40, the stage 30, free capacity 15 and what came of earlier introductions 15. Whoever changes a
number raises ``RULE``: every suggestion remembers by which rule it was reckoned.
"""

from dataclasses import dataclass, field
from datetime import timedelta

from django.db.models import Count, Q
from django.utils import timezone

from accounts.models import User
from core.visibility import is_public
from directory.models import Offer
from tenancy.choices import IntroductionState, OutcomeState
from tenancy.models import Introduction, SupportRequest

RULE = 1
NEED, AT_STAGE, NEXT_STAGE, NEAR_STAGE = 40, 30, 15, 5
CAPACITY = (15, 9, 4)  # with nobody, one and two others who were introduced this quarter, or wait
FULL = len(CAPACITY)
WORKED, UNTRIED, REFUSED = 15, 5, 0
QUARTER = timedelta(days=90)
MOST = 12


@dataclass(frozen=True)
class Match:
    partner: int
    title: str
    score: int
    reasons: tuple[str, ...]


@dataclass
class _Partner:
    title: str
    words: str = ""
    stages: set[int] = field(default_factory=set)


@dataclass(frozen=True)
class _Past:
    """What introductions to one partner came to, of those that the viewer may read."""

    busy: int = 0
    made: int = 0
    worked: int = 0
    refused: int = 0


def matches(request: SupportRequest, viewer: User, *, most: int = MOST) -> list[Match]:
    """The best partners first; three statements, however many there are."""
    partners = _offering(request)
    past = _past(viewer, request)
    found = [_judged(pk, partner, request, past.get(pk, _Past())) for pk, partner in partners.items()]
    found.sort(key=lambda match: (-match.score, match.title))
    return found[:most]


def _offering(request: SupportRequest) -> dict[int, _Partner]:
    """Published organisations that offer the need today; never the company itself."""
    today = timezone.localdate()
    offers = Offer.objects.filter(
        Q(expires_on=None) | Q(expires_on__gte=today), is_public("organisation__"), need=request.need_id
    )
    if request.account.organisation_id:
        offers = offers.exclude(organisation=request.account.organisation_id)
    found: dict[int, _Partner] = {}
    rows = offers.order_by("organisation", "pk").values_list(
        "organisation", "organisation__title", "words", "stages__number"
    )
    for pk, title, words, number in rows:
        partner = found.setdefault(pk, _Partner(title))
        partner.words = partner.words or words
        if number is not None:
            partner.stages.add(number)
    return found


def _past(viewer: User, request: SupportRequest) -> dict[int, _Past]:
    quarter = timezone.now() - QUARTER
    waiting = Q(state__in=[IntroductionState.ASKED, IntroductionState.AGREED])
    recent = Q(state=IntroductionState.INTRODUCED, introduced_at__gte=quarter)
    made = Q(state=IntroductionState.INTRODUCED)
    rows = (
        Introduction.objects.visible_to(viewer)
        .exclude(partner=None)
        .order_by()
        .values_list("partner")
        .annotate(
            busy=Count("pk", filter=(waiting | recent) & ~Q(request=request), distinct=True),
            made=Count("pk", filter=made, distinct=True),
            worked=Count("pk", filter=made & Q(outcomes__state=OutcomeState.CONFIRMED), distinct=True),
            refused=Count("pk", filter=Q(state=IntroductionState.DECLINED, partner_answer="refused"), distinct=True),
        )
    )
    return {pk: _Past(busy, made, worked, refused) for pk, busy, made, worked, refused in rows}


def _judged(pk: int, partner: _Partner, request: SupportRequest, past: _Past) -> Match:
    stage, stage_words = _stage(partner.stages, request.stage.number)
    capacity, capacity_words = _capacity(past)
    result, result_words = _result(past)
    need_words = f"Offers {_need(request)}: {partner.words}" if partner.words else f"Offers {_need(request)}"
    reasons = (need_words, stage_words, capacity_words, result_words)
    return Match(pk, partner.title, NEED + stage + capacity + result, reasons)


def _need(request: SupportRequest) -> str:
    return str(request.need.short_name or request.need.name).lower()


def _stage(offered: set[int], wanted: int) -> tuple[int, str]:
    if not offered:
        return NEAR_STAGE, "Names no stage"
    if wanted in offered:
        return AT_STAGE, f"Helps at stage {wanted}, which is theirs"
    near = min(offered, key=lambda number: (abs(number - wanted), number))
    apart = abs(near - wanted)
    side = "before" if near < wanted else "after"
    points = NEXT_STAGE if apart == 1 else NEAR_STAGE if apart == 2 else 0
    return points, f"Helps at stage {near}, {apart} {side} theirs"


def _capacity(past: _Past) -> tuple[int, str]:
    if past.busy == 0:
        return CAPACITY[0], "Nobody else waits there or was introduced this quarter"
    others = "one other" if past.busy == 1 else f"{past.busy} others"
    if past.busy >= FULL:
        return 0, f"Busy: {others} wait there or were introduced this quarter"
    return CAPACITY[past.busy], f"Has {others} from us this quarter"


def _result(past: _Past) -> tuple[int, str]:
    if past.made == 0:
        return (REFUSED, f"Said no {_times(past.refused)}") if past.refused else (UNTRIED, "No introduction yet")
    share = past.worked / past.made
    words = f"{past.worked} of {past.made} introductions came to something that the company confirmed"
    return round(WORKED * share), words


def _times(number: int) -> str:
    return {1: "once", 2: "twice"}.get(number, f"{number} times")
