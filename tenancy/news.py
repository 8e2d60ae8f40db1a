"""Who is written to: confirmed, of a topic of the letter, and before it began to be sent. Numbers and keys, no address."""

from collections.abc import Collection, Iterator

from .models import NewsDelivery, NewsLetter, UpdatesSubscription


def recipients(letter: NewsLetter) -> Iterator[int]:
    """The keys of the subscriptions that ``letter`` goes to, in order."""
    confirmed = UpdatesSubscription.objects.exclude(confirmed_at=None)
    if letter.started_at is not None:
        confirmed = confirmed.filter(confirmed_at__lte=letter.started_at)
    for key, topics in confirmed.order_by("pk").values_list("pk", "topics"):
        if is_for(letter, topics):
            yield key


def is_for(letter: NewsLetter, topics: Collection[str]) -> bool:
    return not set(letter.topics).isdisjoint(topics)


def left(letter: NewsLetter) -> list[int]:
    """Those of the recipients who have not had it."""
    had = set(NewsDelivery.objects.filter(letter=letter).values_list("subscription", flat=True))
    return [key for key in recipients(letter) if key not in had]


def sent_so_far(letter: NewsLetter) -> int:
    return letter.sent if letter.finished_at else NewsDelivery.objects.filter(letter=letter).count()
