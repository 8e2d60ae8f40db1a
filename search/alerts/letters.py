"""The letters: to confirm, that it is confirmed already, what is new. Written when they are sent, from what is public then."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.utils.crypto import salted_hmac

from core.letters import letter
from search.documents import Document, source_of
from search.exports import absolute
from search.facets import TYPE
from search.sharing import list_address, query_of, title_of

from . import links
from .actions import ANSWER_WITHIN, CONFIRM_WITHIN, News
from .models import SavedSearch, Subscriber


def to_confirm(saved: SavedSearch) -> EmailMultiAlternatives:
    """Asks whoever has the address; or, where they have said yes already, says so. The page tells neither from the other."""
    name = "search/email/already_saved" if saved.is_confirmed else "search/email/confirm"
    context = {
        "title": title_of(query_of(saved.query_string)),
        "saved": saved,
        "confirm_url": links.confirm_url(saved),
        "manage_url": links.manage_url(saved.subscriber),
        "days": CONFIRM_WITHIN.days,
    }
    return letter(name, to=saved.subscriber.email, context=context)


def digest(subscriber: Subscriber, news: Sequence[News], *, asks: bool, on: str) -> EmailMultiAlternatives:
    """What is new for each saved search; ``asks`` whether they still want it."""
    unsubscribe_url = links.unsubscribe_url(subscriber)
    host = urlsplit(settings.BASE_URL).hostname
    # The same letter twice has the same number, by which mail programs drop the second.
    number = salted_hmac("search.alerts.letter", f"{subscriber.pk}.{subscriber.nonce.hex}.{on}").hexdigest()[:32]
    context = {
        "sections": [
            {
                "title": title_of(query),
                "url": absolute(list_address(query)),
                "documents": [_shown(document, is_one_kind) for document in one.documents],
                "more": one.more,
            }
            for one in news
            for query in [query_of(one.saved.query_string)]
            for is_one_kind in [len(query.filters.get(TYPE, ())) == 1]
        ],
        "total": len({key for one in news for key in one.keys}),
        "asks": asks,
        "days": ANSWER_WITHIN.days,
        "manage_url": links.manage_url(subscriber),
        "unsubscribe_url": unsubscribe_url,
    }
    headers = {
        "List-Id": f"{settings.WAGTAIL_SITE_NAME}: saved searches <saved-searches.{host}>",
        "List-Unsubscribe": f"<{unsubscribe_url}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",  # RFC 8058
        "Precedence": "bulk",
        "Message-ID": f"<{number}@{host}>",
    }
    return letter("search/email/digest", to=subscriber.email, context=context, headers=headers)


def _shown(document: Document, is_one_kind: bool) -> dict[str, Any]:
    source = source_of(document.type)
    return {
        "kind": source.label if source and not is_one_kind else "",
        "title": document.title,
        "summary": document.summary,
        "url": absolute(document.url),
        "is_demonstration": bool(document.card.get("demonstration")),
    }
