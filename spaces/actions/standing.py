"""How somebody stands towards what is refused under the lock: what is left of allowances, rooms in the busiest hours, company.

Each is read once, when it is first needed, and asked of many wishes. The actions have the last word, under the lock.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from django.db.models import QuerySet, Sum
from django.utils import timezone

from accounts.models import User
from directory.models import OrganisationPage
from spaces.choices import EXPIRING, HOLDING, BookingKind, BookingStatus
from spaces.models import AllowanceAccount, AllowanceEntry, AllowanceTier, Booking, TenantTerms
from spaces.models.allowance import thousandths
from spaces.rules import PRIME_ROOMS, Asker, Refusal, Wish, outside_work, prime_time, still_counts
from spaces.timetable import Span

from .allowances import charge_of, month_of
from .booking import colleague
from .limits import no_company, no_room_left

Month = tuple[int, date]  # of an allowance


@dataclass
class Standing:
    """``email``: of whoever comes. ``pays``: by invoice. ``moved``: the booking that is to be moved, which counts no more."""

    asker: Asker
    email: str = ""
    pays: bool = False
    moved: Booking | None = None

    @classmethod
    def of(cls, booking: Booking, asker: Asker) -> "Standing":
        """Of whoever has ``booking`` and wants to move it."""
        return cls(asker, booking.email, booking.pays, booking)

    @property
    def organisation(self) -> OrganisationPage | None:
        return self.moved.organisation if self.moved else self.asker.booker.organisation

    def allows(self, wishes: Sequence[Wish]) -> bool:
        """Whether all of them can be had together."""
        return self._affords(wishes) and self._leaves_rooms(wishes) and not any(self._is_alone(one) for one in wishes)

    def refusal(self, wish: Wish) -> Refusal | None:
        """What is against it besides the allowance."""
        if self._is_alone(wish):
            return no_company()
        return None if self._leaves_rooms([wish]) else no_room_left()

    # ---- allowance ----------------------------------------------------------------------------------------------------
    def _affords(self, wishes: Sequence[Wish]) -> bool:
        if self.pays or self.organisation is None:
            return True
        needed: dict[Month, int] = defaultdict(int)
        for one in wishes:
            amount = charge_of(one.space, one.starts_at, one.ends_at, one.number)
            if one.space.allowance_id is not None and amount:
                needed[one.space.allowance_id, month_of(one.starts_at)] += amount
        if not needed or self._terms is None:  # who is no tenant pays the price
            return True
        if self._counts_towards and not {allowance for allowance, _ in needed} <= self._counts_towards:
            return False
        return all(amount <= self._left_of(month) for month, amount in needed.items())

    def _left_of(self, month: Month) -> int:
        had = self._balances[month] if month in self._balances else self._monthly.get(month[0], 0)
        return had + self._comes_back.get(month, 0)

    @cached_property
    def _terms(self) -> TenantTerms | None:
        return TenantTerms.objects.filter(organisation=self.organisation).first()

    @cached_property
    def _balances(self) -> Mapping[Month, int]:
        found = AllowanceAccount.objects.filter(organisation=self.organisation).order_by()
        return {
            (allowance, month): left for allowance, month, left in found.values_list("allowance", "month", "balance")
        }

    @cached_property
    def _monthly(self) -> Mapping[int, int]:
        """Of a month whose account nobody needed yet."""
        if self._terms is None:
            return {}
        found = AllowanceTier.objects.filter(tier=self._terms.tier).order_by()
        return {allowance: thousandths(monthly) for allowance, monthly in found.values_list("allowance", "monthly")}

    @cached_property
    def _comes_back(self) -> Mapping[Month, int]:
        if self.moved is None:
            return {}
        spent = AllowanceEntry.objects.filter(booking=self.moved).order_by()
        rows = spent.values_list("account__allowance", "account__month").annotate(total=Sum("amount"))
        return {(allowance, month): -total for allowance, month, total in rows}

    @cached_property
    def _counts_towards(self) -> set[int]:
        """The allowances that a booking moved so late still counts towards, and no others instead (``keep_spent``)."""
        if self.moved is None or self.asker.is_staff or not still_counts(self.moved, timezone.now()):
            return set()
        return {allowance for (allowance, _), amount in self._comes_back.items() if amount > 0}

    # ---- rooms in the busiest hours -----------------------------------------------------------------------------------
    def _leaves_rooms(self, wishes: Sequence[Wish]) -> bool:
        if self.organisation is None:
            return True
        for place, one in enumerate(wishes):
            prime = prime_time(one)
            if prime is None:
                continue
            if self._terms is None:
                return True
            beside = [other.span for other in wishes[:place] if other.space.prime_time]
            if sum(prime.overlaps(span) for span in (*self._rooms, *beside)) >= PRIME_ROOMS:
                return False
        return True

    @cached_property
    def _rooms(self) -> Sequence[Span]:
        now = timezone.now()
        found = Booking.objects.of_people().filter(
            organisation=self.organisation, status__in=HOLDING, space__prime_time=True, ends_at__gt=now
        )
        return self._spans(found.exclude(status__in=EXPIRING, expires_at__lte=now))

    # ---- company ------------------------------------------------------------------------------------------------------
    def _is_alone(self, wish: Wish) -> bool:
        if not wish.space.lone_working:
            return False
        return any(not any(span.holds(part) for span in self._company) for part in outside_work(wish))

    @cached_property
    def _company(self) -> Sequence[Span]:
        found = Booking.objects.filter(
            space__lone_working=True,
            kind=BookingKind.BOOKING,
            status=BookingStatus.CONFIRMED,
            ends_at__gt=timezone.now(),
        )
        if user := self.moved.user if self.moved else self._comes:
            found = found.exclude(user=user)
        if self.email:
            found = found.exclude(email=self.email)
        return self._spans(found)

    @property
    def _comes(self) -> User | None:
        """Whose new booking it would be."""
        user = self.asker.booker.user
        is_theirs = user is None or self.email in ("", user.email.lower())
        return user if is_theirs else colleague(self.email, self.asker)

    def _spans(self, bookings: QuerySet[Booking, Booking]) -> Sequence[Span]:
        if self.moved is not None:
            bookings = bookings.exclude(pk=self.moved.pk)
        return [Span(*times) for times in bookings.order_by().values_list("starts_at", "ends_at")]
