"""Keys by which a person is counted once in a period, and by which nobody is found.

A key is a hash of who somebody is with a random salt of the target and period. When the period is over the salt is deleted:
what is left is a number.
"""

from datetime import date, timedelta

from django.utils import timezone
from django.utils.crypto import salted_hmac

from .models import CountingSalt, StrategyTarget
from .periods import period_of

USE = "impact.people"
SALT_KEPT_FOR = timedelta(days=60)  # after the period: until its last quarter is signed


class PersonKeys:
    """Of one target; reads each salt once."""

    def __init__(self, target: StrategyTarget) -> None:
        self.target = target
        self._salts: dict[date, str] = {}

    def of(self, identity: str, day: date) -> str:
        """The same for the same person in the same period; empty where it is closed, or nothing is known of them."""
        _, end = period_of(self.target, day)
        if not identity or end + SALT_KEPT_FOR < timezone.localdate():
            return ""
        if end not in self._salts:
            row, _ = CountingSalt.objects.get_or_create(target=self.target, ends_on=end)
            self._salts[end] = row.salt
        hashed = salted_hmac(USE, f"{self._salts[end]}|{identity}", algorithm="sha256").hexdigest()
        return f"person:{end:%Y-%m-%d}:{hashed[:40]}"


def forget_salts() -> None:
    """Delete the salts of periods that are over. Safe to repeat."""
    CountingSalt.objects.filter(ends_on__lt=timezone.localdate() - SALT_KEPT_FOR).delete()
