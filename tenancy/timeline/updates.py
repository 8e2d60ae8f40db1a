"""News that an account's people get. Whoever ends it is not told of: nothing of it is kept, as the form promises."""

from datetime import UTC, datetime
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery

from accounts.models import User
from tenancy.models import Account, Contact, NewsDelivery, UpdatesSubscription

from . import Entry, Row, Source, register

# Since then the form says that account managers see it; whoever asked before was promised that nobody does.
SAID_SINCE = datetime(2026, 11, 27, tzinfo=UTC)


def _of_contacts(rows: QuerySet[Any], account: Account, path: str) -> QuerySet[Any]:
    """Those of a subscription of somebody who belongs to the company, with their name as ``called``."""
    people = Contact.objects.current().filter(account=account).exclude(email="")
    found = rows.filter(**{f"{path}email__in": people.values("email"), f"{path}asked_at__gte": SAID_SINCE})
    return found.annotate(called=Subquery(people.filter(email=OuterRef(f"{path}email")).values("name")[:1]))


def _subscriptions(account: Account, viewer: User) -> QuerySet[UpdatesSubscription]:
    confirmed = UpdatesSubscription.objects.visible_to(viewer).filter(confirmed_at__isnull=False)
    return _of_contacts(confirmed, account, "")


def _asked(row: Row, _: str) -> Entry:
    return Entry(row.at, f"{row.who} asked for news by e-mail", "mail")


def _deliveries(account: Account, viewer: User) -> QuerySet[NewsDelivery]:
    return _of_contacts(NewsDelivery.objects.visible_to(viewer), account, "subscription__")


def _sent(row: Row, _: str) -> Entry:
    return Entry(row.at, f"News went to {row.who}: {row.what}", "mail")


register(
    Source("news asked for", "contact", "confirmed_at", _subscriptions, _asked, {"who": "called"}),
    Source("news sent", "contact", "at", _deliveries, _sent, {"what": "letter__subject", "who": "called"}),
)
