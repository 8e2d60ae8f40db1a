"""Links in letters about saved searches."""

from django.urls import reverse

from core.signed_links import read, sign
from search.exports import absolute

from .models import SavedSearch, Subscriber

CONFIRM, MANAGE, UNSUBSCRIBE = "search.alerts.confirm", "search.alerts.manage", "search.alerts.unsubscribe"


def confirm_url(saved: SavedSearch) -> str:
    return _url("alert_confirm", CONFIRM, saved)


def manage_url(subscriber: Subscriber) -> str:
    return _url("alert_manage", MANAGE, subscriber)


def unsubscribe_url(subscriber: Subscriber) -> str:
    return _url("alert_unsubscribe", UNSUBSCRIBE, subscriber)


def saved_search_of(token: str) -> SavedSearch | None:
    """Whom a link to confirm is for; None when that is over. Raises BadLink."""
    key, nonce = read(token, CONFIRM)
    return SavedSearch.objects.select_related("subscriber").filter(pk=key, nonce=nonce).first()


def subscriber_of(token: str, purpose: str) -> Subscriber | None:
    """Whom a link is for; None when nothing is kept of them any more. Raises BadLink."""
    key, nonce = read(token, purpose)
    return Subscriber.objects.filter(pk=key, nonce=nonce).first()


def _url(name: str, purpose: str, row: SavedSearch | Subscriber) -> str:
    return absolute(reverse(name, args=[sign(purpose, row.pk, row.nonce.hex)]))
