"""What a row of the matrix is: an address, who gets in, what the others are told, and whose form changes something there."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.utils import timezone

from .village import (
    ADMIN,
    COMMS,
    COMMUNITY,
    LEAD,
    MANAGER,
    MEMBER,
    NINE,
    OTHER_ADMIN,
    OTHER_MANAGER,
    OTHER_MEMBER,
    PARTNER,
    ROLES,
    SITE_ADMIN,
    VISITOR,
    Village,
)

KEY = UUID(int=7)
UNTOLD = 404  # whoever is refused does not learn that there is something
EVERYBODY = frozenset(ROLES)
NOBODY: frozenset[str] = frozenset()
SIGNED_IN = EVERYBODY - {VISITOR}
COMPANY = frozenset({MEMBER, ADMIN})
MEMBERS = COMPANY | {PARTNER, OTHER_MEMBER, OTHER_ADMIN}  # of any organisation
ADMINS = frozenset({ADMIN, PARTNER, OTHER_ADMIN})
STAFF = frozenset({MANAGER, OTHER_MANAGER, LEAD})  # they work with accounts
CLOSE = frozenset({MANAGER, LEAD})  # those of them who read what is restricted
NEWS = frozenset({COMMS})  # they write to everybody who asked for news
DESK = frozenset({COMMUNITY, SITE_ADMIN})  # they give out spaces
TERMS = DESK | {MANAGER, OTHER_MANAGER}  # they see on which terms tenants book
DOOR = DESK | {COMMS}  # they see who comes to an event

Args = Callable[[Village], Iterable[Any]]
Said = Callable[[Village], Mapping[str, Any]]
LINK = re.compile(r"<(?:str|slug):(?:token|key)>")
GAP = re.compile(r"<[^>]+>|\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\)")


def today(days: int = 0) -> str:
    return (timezone.localdate() + timedelta(days=days)).isoformat()


@dataclass(frozen=True, repr=False)
class Row:
    """``route`` as Django writes it. With ``what``, one of several rows of that address: each is about another record or form."""

    route: str
    opens: frozenset[str] = EVERYBODY
    args: Args = lambda village: ()  # for the gaps of the route, in their order
    answer: int = 200  # to those who get in
    refusal: int = 403  # to those who signed in, and do not
    outside: int = 302  # to visitors who do not: the way to sign in
    answers: Mapping[str, int] = field(default_factory=dict)  # to single roles, where theirs is another
    query: Said = lambda village: {}
    send: Said | None = None  # a form that changes something
    changes: frozenset[str] | None = None  # whose form does; without it, of everybody who gets in
    what: str = ""

    def __str__(self) -> str:
        return f"{self.route} {self.what}".strip()

    def path(self, village: Village) -> str:
        given = iter(self.args(village))
        return "/" + GAP.sub(lambda gap: str(next(given)), self.route.strip("^$"))

    def answer_to(self, role: str) -> int:
        if role in self.answers:
            return self.answers[role]
        if role in self.opens:
            return self.answer
        return self.outside if role == VISITOR else self.refusal

    @property
    def is_opened_by_a_link(self) -> bool:
        """Whoever holds it reads what it is about, whoever they are: ``by_link.py`` says to whom it is sent."""
        return bool(LINK.search(self.route)) or "token" in str(self.query.__code__.co_consts)

    @property
    def asked_by(self) -> tuple[str, ...]:
        """Where everybody gets in there is nobody to be told apart from the nine."""
        return NINE if self.opens == EVERYBODY else ROLES

    @property
    def who_changes(self) -> frozenset[str]:
        if self.send is None:
            return NOBODY
        return self.opens if self.changes is None else self.changes
