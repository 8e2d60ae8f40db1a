"""Partners are suggested for a request, left out with a reason, and put back."""

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from tenancy import history
from tenancy.choices import Decision, RequestState
from tenancy.models import MatchSuggestion, SupportRequest
from tenancy.policies import may_work_on
from tenancy.queries.matching import RULE, matches

from .refusals import Unfit, once, require
from .requests import step


@transaction.atomic
def find_partners(*, request: SupportRequest, by: User) -> int:
    """Suggest whom the directory holds now; what was decided before stays. Returns how many are suggested.

    A request that is sorted moves on to “partners found”. Raises PermissionDenied, and Unfit for one that is closed.
    """
    require(may_work_on(by, request))
    if not request.is_open:
        raise Unfit("This request is closed. Ask again: that is a new request, for which partners can be found.")
    known = {one.partner_id: one for one in request.suggestions.all()}
    found = matches(request, by)
    now = timezone.now()
    with history.by(user=by), once():
        for match in found:
            one = known.pop(match.partner, None) or MatchSuggestion(request=request, partner_id=match.partner)
            if one.decision == Decision.OPEN:
                one.score, one.reasons, one.rule_version, one.made_at = match.score, list(match.reasons), RULE, now
                one.save()
        for one in known.values():
            if one.decision == Decision.OPEN:  # its profile offers this no more, or is gone
                one.delete()
        if found and request.state == RequestState.NEW:
            step(request=request, to=RequestState.TRIAGED, by=by)
        if found and request.state == RequestState.TRIAGED:
            step(request=request, to=RequestState.MATCHED, by=by)
    return len(found)


@transaction.atomic
def dismiss(*, suggestion: MatchSuggestion, reason: str, by: User) -> None:
    """Leave a partner out. Raises PermissionDenied, and Unfit without a reason or once they have been asked."""
    require(may_work_on(by, suggestion.request))
    if not reason.strip():
        raise Unfit(
            "Say why this partner is left out, in a few words: it makes the next suggestion better.", field="reason"
        )
    if suggestion.decision == Decision.ASKED:
        raise Unfit("This partner has been asked. Take the introduction back instead.")
    _decide(suggestion, Decision.DISMISSED, by, reason.strip()[:300])


@transaction.atomic
def put_back(*, suggestion: MatchSuggestion, by: User) -> None:
    """Suggest a partner again who was left out. Raises PermissionDenied."""
    require(may_work_on(by, suggestion.request))
    if suggestion.decision == Decision.DISMISSED:
        _decide(suggestion, Decision.OPEN, by, "")


def _decide(suggestion: MatchSuggestion, decision: Decision, by: User, reason: str = "") -> None:
    with history.by(user=by):
        suggestion.decision, suggestion.dismissed_reason = decision, reason
        suggestion.decided_by, suggestion.decided_at = by, timezone.now()
        suggestion.save()
