"""Letters as background work, and what the clock does. Tasks are given keys, never an address or a link.

A letter goes out at least once, and almost always exactly once. It is sent inside the transaction that notes what it tells of, as
its last step: when the mail server refuses, nothing is noted and the task is tried again. Only a process that dies between the
server's yes and the commit, milliseconds later, sends the same letter twice, under the same number. The other way round a
crash would lose it, and nobody would ever know that there had been something to tell.
"""

from django.db import transaction
from django.utils import timezone

from core.tasks import durable

from . import actions, letters
from .choices import Frequency
from .models import SavedSearch, Subscriber
from .timetable import last_turns


@durable
def send_confirmation(search: int) -> None:
    """Ask for a saved search to be confirmed, unless it is gone."""
    if saved := SavedSearch.objects.select_related("subscriber").filter(pk=search).first():
        letters.to_confirm(saved).send()


@durable
def send_digest(subscriber: int, searches: list[int], on: str) -> None:
    """Tell a subscriber what is new for these searches; without news, and nothing to ask, there is no letter.

    Run a second time it finds nothing new. ``on`` is the day of the turn.
    """
    reader = Subscriber.objects.select_for_update().filter(pk=subscriber).first()
    if reader is None:
        return
    now = timezone.now()
    news = actions.take_news(subscriber=reader, searches=searches)
    asks = actions.is_to_be_asked(reader, now)
    if asks:
        reader.asked_again_at = now
        reader.save()
    if news or asks:
        letters.digest(reader, news, asks=asks, on=on).send()  # last: see above


# ---- due ------------------------------------------------------------------------------------------------------------
def send_due() -> None:
    """Enqueue a letter for everybody whose turn has come. Safe to run at any time, and twice at once.

    A turn is claimed in the transaction that enqueues its letter, so neither happens without the other.
    """
    now = timezone.now()
    turns = last_turns(now)
    for subscriber in set(SavedSearch.objects.due(turns).values_list("subscriber", flat=True)):
        with transaction.atomic():
            if searches := actions.take_turn(subscriber=subscriber, now=now):
                on = turns[Frequency.DAILY].date().isoformat()
                send_digest.enqueue(subscriber=subscriber, searches=searches, on=on)
