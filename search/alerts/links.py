"""Links that prove who somebody is, by a signature: what is in the database alone opens nothing.

Each names a row and its ``nonce``, so that it ends with the row, or with a new nonce.
"""

from django.core import signing
from django.urls import reverse

from search.exports import absolute

from .models import SavedSearch, Subscriber

CONFIRM, MANAGE, UNSUBSCRIBE = "confirm", "manage", "unsubscribe"  # a link for one opens none of the others


class BadLink(Exception):
    """Not one of ours, or cut off."""


def confirm_url(saved: SavedSearch) -> str:
    return _url("alert_confirm", CONFIRM, saved)


def manage_url(subscriber: Subscriber) -> str:
    return _url("alert_manage", MANAGE, subscriber)


def unsubscribe_url(subscriber: Subscriber) -> str:
    return _url("alert_unsubscribe", UNSUBSCRIBE, subscriber)


def saved_search_of(token: str) -> SavedSearch | None:
    """Whom a link to confirm is for; None when that is over. Raises BadLink."""
    key, nonce = _read(token, CONFIRM)
    return SavedSearch.objects.select_related("subscriber").filter(pk=key, nonce=nonce).first()


def subscriber_of(token: str, purpose: str) -> Subscriber | None:
    """Whom a link is for; None when nothing is kept of them any more. Raises BadLink."""
    key, nonce = _read(token, purpose)
    return Subscriber.objects.filter(pk=key, nonce=nonce).first()


def _url(name: str, purpose: str, row: SavedSearch | Subscriber) -> str:
    token = _signer(purpose).sign(f"{row.pk}.{row.nonce.hex}")
    return absolute(reverse(name, args=[token]))


def _read(token: str, purpose: str) -> tuple[int, str]:
    try:
        key, _, nonce = _signer(purpose).unsign(token).partition(".")
        return int(key), nonce
    except (signing.BadSignature, ValueError) as error:
        raise BadLink from error


def _signer(purpose: str) -> signing.Signer:
    return signing.Signer(salt=f"search.alerts.{purpose}")
