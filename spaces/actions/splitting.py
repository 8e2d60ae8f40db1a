"""Two spaces that stand for one: each has a part of the time, or of what was asked for. Both are booked, or neither."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import uuid5

from django.db import IntegrityError, transaction

from core.prepared import Prepared
from spaces.models import AllowanceAccount, Booking, SpacePage, TenantTerms
from spaces.queries.occupation import bookable_space, units_of
from spaces.rules import Asker, Refusal, Wish

from .allowances import month_of
from .booking import Request, give, whoever_comes, why_not_coming, wish_of
from .resent import both_made_before
from .settling import is_taken, locked

LOCKED_TERMS = Prepared(
    lambda organisation: (
        TenantTerms.objects.select_for_update(no_key=True).filter(organisation=organisation).values_list("pk")
    )
)


@dataclass(frozen=True)
class Part:
    space: int
    starts_at: datetime
    ends_at: datetime
    number: int = 1


def book_split(*, parts: Sequence[Part], request: Request, asker: Asker) -> list[Booking]:
    """Book both ``parts`` or none. Sent twice, they are booked once. Raises Refusal, which names the part in the way."""
    first, second = (_own(one, request, is_first=place == 0) for place, one in enumerate(parts))
    requests = (first, second)
    if made := both_made_before(first, second, asker):
        return made
    wishes = [_wish(_page(one.space), own) for one, own in zip(parts, requests, strict=True)]
    comes = whoever_comes(request.email, asker)
    for wish in wishes:
        if refusal := why_not_coming(wish, comes, asker):
            raise _of(wish, refusal)
    try:
        with transaction.atomic():
            locked({unit for wish in wishes for unit in units_of(wish.space)})
            _lock_what_counts(wishes, asker)
            return [_given(wish, own, asker) for wish, own in zip(wishes, requests, strict=True)]
    except (Refusal, IntegrityError) as error:
        if made := both_made_before(first, second, asker):  # its twin had the lock before us
            return made
        if isinstance(error, IntegrityError) and is_taken(error):
            raise Refusal("taken", "Somebody booked one of the two this very moment. Look at what is free.") from error
        raise


def _own(part: Part, request: Request, *, is_first: bool) -> Request:
    """Guests are expected once, where it begins."""
    return replace(
        request,
        key=uuid5(request.key, f"{part.space}|{part.starts_at.timestamp()}|{part.ends_at.timestamp()}|{part.number}"),
        starts_at=part.starts_at,
        ends_at=part.ends_at,
        number=part.number,
        unit=None,
        guests=request.guests if is_first else (),
    )


def _wish(page: SpacePage, request: Request) -> Wish:
    """A room is for all of them; of desks each has its own, so that nobody is counted in both parts."""
    wish = wish_of(page, request)
    return replace(wish, people=wish.number) if page.is_pool else wish


def _given(wish: Wish, request: Request, asker: Asker) -> Booking:
    try:
        return give(wish, request, asker)
    except Refusal as refusal:
        raise _of(wish, refusal) from refusal


def _lock_what_counts(wishes: Sequence[Wish], asker: Asker) -> None:
    """Terms, then accounts in the order in which a move locks them: what both parts take is locked before either takes it."""
    organisation = asker.booker.organisation
    if organisation is None:
        return
    LOCKED_TERMS.rows(organisation.pk)
    due = AllowanceAccount.objects.filter(
        organisation=organisation,
        allowance__in={wish.space.allowance_id for wish in wishes if wish.space.allowance_id},
        month__in={month_of(wish.starts_at) for wish in wishes},
    )
    list(due.select_for_update(of=("self",)).order_by("month", "pk").values_list("pk"))


def _page(space: int) -> SpacePage:
    page = bookable_space(space)
    if page is None:
        raise Refusal("gone", "One of the two can't be booked any more. Look at what else there is.")
    return page


def _of(wish: Wish, refusal: Refusal) -> Refusal:
    return Refusal(refusal.rule, f"{wish.space.title}: {refusal}", field=refusal.field, **refusal.facts)
