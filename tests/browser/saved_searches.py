"""The pages around being told of what is new. Most are reached from a letter, so each makes what its link is for."""

from collections.abc import Callable
from datetime import timedelta
from urllib.parse import urlsplit

from django.utils import timezone

from search.alerts import links
from search.alerts.choices import Frequency
from search.alerts.models import SavedSearch, Subscriber

from .addresses import Address
from .front_door import PERSON, send

QUERIES = ("need=seed-investment&q=fund&type=organisation", "type=episode&type=story", "q=pathology")


def _subscriber(name: str, *, is_confirmed: bool, is_asked: bool = False) -> Subscriber:
    now = timezone.now()
    subscriber, is_new = Subscriber.objects.get_or_create(email=f"{name}@example.org", defaults={"wanted_at": now})
    if is_new:
        SavedSearch.objects.bulk_create(
            SavedSearch(
                subscriber=subscriber,
                query_string=query_string,
                frequency=Frequency.WEEKLY,
                asked_at=now,
                confirmed_at=now if is_confirmed else None,
                looked_at=now if is_confirmed else None,
            )
            for query_string in QUERIES
        )
    if is_asked:
        Subscriber.objects.filter(pk=subscriber.pk).update(asked_again_at=now - timedelta(days=1))
    return subscriber


def _path(url: str) -> str:
    return urlsplit(url).path


def _confirm(name: str, *, is_confirmed: bool, age: timedelta = timedelta(0)) -> Callable[[], str]:
    def path() -> str:
        saved = _subscriber(name, is_confirmed=is_confirmed).searches.order_by("pk")[0]
        SavedSearch.objects.filter(pk=saved.pk).update(asked_at=timezone.now() - age)
        return _path(links.confirm_url(saved))

    return path


def _manage(name: str, *, is_asked: bool = False) -> Callable[[], str]:
    return lambda: _path(links.manage_url(_subscriber(name, is_confirmed=True, is_asked=is_asked)))


def _unsubscribe() -> str:
    return _path(links.unsubscribe_url(_subscriber("unsubscribe", is_confirmed=True)))


def _gone() -> str:
    subscriber = _subscriber("gone", is_confirmed=True)
    path = _path(links.manage_url(subscriber))
    subscriber.delete()
    return path


NEW = f"/search/alerts/new/?{QUERIES[0]}"
SAVED_SEARCHES = [
    Address("alert-new", NEW, keeps_cookie=True),
    Address("alert-refused", NEW, keeps_cookie=True, then=send(email="no address")),
    Address("alert-signed-in", NEW, keeps_cookie=True, who=PERSON),
    Address("alert-sent", "/search/alerts/sent/"),
    Address("alert-confirm", _confirm("confirm", is_confirmed=False)),
    Address("alert-confirmed", _confirm("confirmed", is_confirmed=True)),
    Address("alert-manage", _manage("manage")),
    Address("alert-still-wanted", _manage("wanted", is_asked=True)),
    Address("alert-unsubscribe", _unsubscribe),
    Address("alert-gone", _gone),
    Address("alert-bad-link", "/search/alerts/manage/cut-off/", status=404),
    Address("embed", f"/embed/search/?{QUERIES[0]}"),
    Address("embed-of-everything", "/embed/search/"),
    Address("embed-nothing", "/embed/search/?q=zzzzqqqq"),
]
