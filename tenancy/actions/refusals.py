"""Why something can't be done, in words for the person, each with what would work."""

from collections.abc import Sequence

from directory.actions.refusals import require
from tenancy.models import Account

__all__ = ["LooksLikeOneWeKnow", "Refusal", "Unfit", "require"]


class Refusal(Exception):
    """Says in words for the person which rule keeps it from being done. ``field``: of the form, where there is one."""

    field: str | None = None


class Unfit(Refusal):
    """Something that was said does not fit. ``field`` is set when raised."""

    def __init__(self, words: str, *, field: str | None = None) -> None:
        super().__init__(words)
        self.field = field


class LooksLikeOneWeKnow(Refusal):
    """There are accounts that may be the same company: choose one of ``accounts``, or say that it is another."""

    def __init__(self, words: str, *, accounts: Sequence[Account]) -> None:
        super().__init__(words)
        self.accounts = accounts
