"""Why something can't be done, in words for the person, each with what would work."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import IntegrityError, transaction

from directory.actions.refusals import require
from tenancy.models import Account, Private
from tenancy.seen import changed_since, seen_of

__all__ = ["ChangedSince", "LooksLikeOneWeKnow", "Refusal", "Unfit", "once", "refuse_unread", "require"]

FASTER = (
    "Somebody else did the same at this moment. Look at what is there now, and try again if it is not what you want."
)
CHANGED = (
    "Somebody changed this since you opened it. What you typed stands below, and is not saved. Put into it what should stay, and "
    "save it."
)
UNIQUE_VIOLATION = "23505"  # PostgreSQL’s word for it


class Refusal(Exception):
    """Says in words for the person which rule keeps it from being done. ``field``: of the form, where there is one."""

    field: str | None = None


class Unfit(Refusal):
    """Something that was said does not fit. ``field`` is set when raised."""

    def __init__(self, words: str, *, field: str | None = None) -> None:
        super().__init__(words)
        self.field = field


class ChangedSince(Refusal):
    """What was looked at is not what is there any more. ``now``: what is, by field and in words; ``seen``: of all that."""

    def __init__(self, words: str, *, now: Mapping[str, str] | None = None, seen: str = "") -> None:
        super().__init__(words)
        self.now, self.seen = now or {}, seen


class LooksLikeOneWeKnow(Refusal):
    """There are accounts that may be the same company: choose one of ``accounts``, or say that it is another."""

    def __init__(self, words: str, *, accounts: Sequence[Account]) -> None:
        super().__init__(words)
        self.accounts = accounts


def refuse_unread(record: Private, seen: str, **wanted: Any) -> None:
    """Before ``wanted`` is written: ``record``, held, still says what the form with ``seen`` showed. Raises ChangedSince."""
    if seen and (now := changed_since(record, seen, wanted)):
        raise ChangedSince(CHANGED, now=now, seen=seen_of(record, wanted))


@contextmanager
def once(words: str = FASTER, *, field: str | None = None) -> Iterator[None]:
    """What the database keeps from being there twice is refused in words to the second of two who are there at once."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as clash:
        if getattr(clash.__cause__, "sqlstate", "") != UNIQUE_VIOLATION and "UNIQUE constraint" not in str(clash):
            raise
        raise Unfit(words, field=field) from clash
