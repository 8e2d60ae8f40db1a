"""The staff record of an account. See ``rows.Row``."""

from datetime import timedelta

from django.utils import timezone

from .rows import STAFF, Row
from .village import Village


def today(days: int = 0) -> str:
    return (timezone.localdate() + timedelta(days=days)).isoformat()


def _person(v: Village) -> list[int]:
    return [v.account.pk, v.contact.pk]


ON_THE_RECORD = [
    Row(
        "staff/accounts/<int:pk>/people/<int:contact>/",
        STAFF,
        _person,
        send=lambda v: {"do": "change", "name": "Nadia", "source": "told us", "lawful_basis": "public-task"},
    ),
    Row(
        "staff/accounts/<int:pk>/people/<int:contact>/",
        STAFF,
        _person,
        send=lambda v: {"do": "left", "on": today()},
        what="leaving",
    ),
]
