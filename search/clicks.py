"""``/search/clicked``: a script says that a result was opened; see ``query_log`` for what becomes of it.

The list carries a signed token of its words, so that nobody can have words counted that we were not asked for. There is
nothing else to protect: no token or form key of a reader, and whatever is sent the answer is the same.
"""

import re
from datetime import date, timedelta

from django.core.signing import BadSignature, Signer
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from . import query_log
from .query import LARGEST_PAGE, MOST_PAGES, Query

LAST_PLACE = MOST_PAGES * LARGEST_PAGE

_signer = Signer(salt="search.clicks")


def token(request: HttpRequest, query: Query) -> str:
    """What the list says of itself, or nothing where nothing is counted."""
    if not query_log.is_counted(request, query):
        return ""
    return _signer.sign_object(
        [timezone.localdate().isoformat(), request.path[:200], query_log.words_to_keep(query.text)]
    )


@csrf_exempt
@require_POST
def clicked(request: HttpRequest) -> HttpResponse:
    place = request.POST.get("place", "")
    try:
        day, path, text = _signer.unsign_object(request.POST.get("asked", ""))
    except BadSignature:
        return HttpResponse(status=204)
    asked_on, today = date.fromisoformat(day), timezone.localdate()
    is_recent = today - timedelta(days=1) <= asked_on <= today
    if is_recent and re.fullmatch(r"[0-9]{1,5}", place) and 1 <= int(place) <= LAST_PLACE:
        query_log.result_was_opened(asked_on, path, text, int(place))
    return HttpResponse(status=204)
