"""Changes of saved searches. Whoever acts has proven it by a link in a letter, or is signed in with a proven address."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.db import transaction
from django.utils import timezone

from core.addresses import proven_address
from search.documents import Document
from search.query import Query
from search.sharing import query_of, query_string_of

from . import queries
from .choices import Frequency
from .models import LONGEST_QUERY, SavedSearch, Subscriber
from .timetable import last_turns
from .told import Key, pack, unpack

CONFIRM_WITHIN = timedelta(days=7)
ONE_LETTER_IN = timedelta(minutes=5)  # a second click sends no second letter
MOST_SEARCHES = 20
MOST_SHOWN = 20  # documents in a letter, shared between its searches …
FEWEST_SHOWN = 3  # … of which each shows so many
WANTED_FOR = timedelta(days=365)
ANSWER_WITHIN = timedelta(days=30)
TOO_LATE = "This link was good for seven days. Save the search again, and we send you a new one."


class Refusal(Exception):
    """Says in words for the person which rule keeps it from being done."""


class TooLong(Refusal):
    """So many words and filters that they hardly fit into an address."""


class TooManySearches(Refusal):
    """One address is told of so many at most."""


class TooLate(Refusal):
    """The letter is too old, or what it was about is gone."""


@dataclass(frozen=True)
class News:
    """What is new for one saved search, and as much of it as fits into the letter."""

    saved: SavedSearch
    keys: Sequence[Key]
    documents: Sequence[Document]

    @property
    def more(self) -> int:
        return len(self.keys) - len(self.documents)


# ---- saved ----------------------------------------------------------------------------------------------------------
@transaction.atomic
def ask(*, email: str, query: Query, frequency: Frequency) -> SavedSearch | None:
    """Note that somebody wants to be told, and return what a letter has to be sent for; None just after the last one.

    The address may be anybody's: nothing that is confirmed changes. Raises TooLong.
    """
    now = timezone.now()
    saved, is_new = _saved(email, query, frequency, now)
    if not is_new and saved.asked_at > now - ONE_LETTER_IN:
        return None
    saved.asked_at = now
    if not saved.is_confirmed:
        saved.frequency = frequency
    saved.save()
    return saved


@transaction.atomic
def follow(*, query: Query, frequency: Frequency, by: AbstractBaseUser | AnonymousUser) -> SavedSearch:
    """Save a search for ``by``, who has proven their address and need not do so again. Raises Refusal."""
    saved, _ = _saved(proven_address(by), query, frequency, timezone.now())
    saved.frequency = frequency
    saved.save()
    confirm(saved=saved)
    return saved


@transaction.atomic
def confirm(*, saved: SavedSearch) -> None:
    """Begin to tell: of what comes after this moment. Once more changes nothing. Raises TooLate and TooManySearches."""
    subscriber = _locked(saved.subscriber_id)
    if subscriber is None:
        raise TooLate(TOO_LATE)
    saved.refresh_from_db()
    now = timezone.now()
    if not saved.is_confirmed:
        if saved.asked_at < now - CONFIRM_WITHIN:
            raise TooLate(TOO_LATE)
        if subscriber.searches.confirmed().count() >= MOST_SEARCHES:
            raise TooManySearches(
                f"You have {MOST_SEARCHES} saved searches, which is the most for one address. Remove one that you no "
                "longer need, then open the link in our mail again."
            )
        saved.confirmed_at = saved.looked_at = now
        saved.told = pack(queries.matching(query_of(saved.query_string)))
        saved.save()
    _wanted(subscriber, now)


# ---- changed --------------------------------------------------------------------------------------------------------
@transaction.atomic
def change(*, subscriber: Subscriber, search: int, frequency: Frequency) -> None:
    """Tell of one saved search more often, or less. Nothing happens when it is gone."""
    if locked := _locked(subscriber.pk):
        locked.searches.confirmed().filter(pk=search).update(frequency=frequency)
        _wanted(locked, timezone.now())


@transaction.atomic
def remove(*, subscriber: Subscriber, search: int) -> None:
    """Forget one saved search, and the address with the last of them."""
    if locked := _locked(subscriber.pk):
        locked.searches.filter(pk=search).delete()
        _wanted(locked, timezone.now())
        if not locked.searches.exists():
            locked.delete()


@transaction.atomic
def keep(*, subscriber: Subscriber) -> None:
    """They still want it: they are not asked for another year."""
    if locked := _locked(subscriber.pk):
        _wanted(locked, timezone.now())


def erase(*, email: str) -> None:
    """Forget an address and everything that was saved for it."""
    Subscriber.objects.filter(email=email.lower()).delete()


# ---- told -----------------------------------------------------------------------------------------------------------
@transaction.atomic
def take_turn(*, subscriber: int, now: datetime) -> list[int]:
    """Claim those of a subscriber's searches whose turn it is; whoever asks a second time gets none.

    The row of the subscriber is locked meanwhile: two clocks that tick at once take turns.
    """
    if (locked := _locked(subscriber)) is None:
        return []
    due = locked.searches.due(last_turns(now))
    claimed = sorted(due.values_list("pk", flat=True))
    locked.searches.filter(pk__in=claimed).update(looked_at=now)
    return claimed


@transaction.atomic
def take_news(*, subscriber: Subscriber, searches: Sequence[int]) -> list[News]:
    """What fits these searches and did not at any earlier look; from now on it counts as told.

    Looks at what is public at this moment. What was told of once is never new again, though it be edited, taken down or
    published anew; what is edited so that it fits now, is.
    """
    news = []
    chosen = subscriber.searches.confirmed().filter(pk__in=searches).order_by("confirmed_at", "pk")
    for saved in chosen:
        told = unpack(saved.told)
        new = queries.still_public([key for key in queries.matching(query_of(saved.query_string)) if key not in told])
        if new:
            saved.told = pack(told.union(new))
            saved.save(update_fields=["told"])
            news.append((saved, new))
    room = max(MOST_SHOWN // max(len(news), 1), FEWEST_SHOWN)
    found = [News(saved, new, queries.documents_of(new[:room])) for saved, new in news]
    return [one for one in found if one.documents]


def is_to_be_asked(subscriber: Subscriber, now: datetime) -> bool:
    """Whether it is time to ask whether they still want it."""
    wanted_at = subscriber.wanted_at
    return subscriber.asked_again_at is None and wanted_at is not None and wanted_at < now - WANTED_FOR


@transaction.atomic
def forget() -> None:
    """What nobody confirmed in time, and whoever did not answer whether they still want it. Safe to repeat."""
    now = timezone.now()
    SavedSearch.objects.filter(confirmed_at__isnull=True, asked_at__lt=now - CONFIRM_WITHIN).delete()
    Subscriber.objects.filter(asked_again_at__lt=now - ANSWER_WITHIN).delete()
    Subscriber.objects.filter(searches__isnull=True).delete()


# ---- parts ----------------------------------------------------------------------------------------------------------
def _saved(email: str, query: Query, frequency: Frequency, now: datetime) -> tuple[SavedSearch, bool]:
    if len(query_string := query_string_of(queries.settled(query))) > LONGEST_QUERY:
        raise TooLong("This search is too long to be saved. Go back and take some words or filters away.")
    # Locked, so that the clock does not take it for one without any search and forget it meanwhile.
    subscriber, _ = Subscriber.objects.select_for_update().get_or_create(email=email.lower())
    return SavedSearch.objects.get_or_create(
        subscriber=subscriber, query_string=query_string, defaults={"frequency": frequency, "asked_at": now}
    )


def _locked(subscriber: int) -> Subscriber | None:
    return Subscriber.objects.select_for_update().filter(pk=subscriber).first()


def _wanted(subscriber: Subscriber, now: datetime) -> None:
    """Whoever uses a link still wants it."""
    subscriber.wanted_at, subscriber.asked_again_at = now, None
    subscriber.save()
