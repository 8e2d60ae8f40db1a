"""Twelve processes after the same room, desk or allowance at once: how many get it, how long each waits, what is taken twice.

``make bench`` runs sixty rounds of each kind, the tests a few, over a village in a folder of its own. What each kind
expects stands beside it.
"""

import multiprocessing
import statistics
import time
from abc import ABC, abstractmethod
from collections import Counter
from datetime import UTC, timedelta
from multiprocessing.connection import Connection
from typing import Any

from .parts import Answer, part
from .rivals import Facts, email_of, request_of, work

PROCESSES = 12
HEAD_START = 0.03  # seconds from the word until all begin, so that all have heard it


# ---- what they contend for --------------------------------------------------------------------------------------------
class Round(ABC):
    """One kind of contest: ``tasks`` for each rival, and ``wrong``: what is not as it should be, once all have tried."""

    bookings = 1  # that a rival asks for at once

    def __init__(self) -> None:
        from django.utils import timezone

        tomorrow = timezone.now() + timedelta(days=1)
        self.starts_at = tomorrow.replace(hour=10, minute=0, second=0, microsecond=0).astimezone(UTC)
        self.ends_at = self.starts_at + timedelta(hours=2)
        self.tasks = self.prepare()

    @abstractmethod
    def prepare(self) -> list[Facts]:
        """What each rival is to do."""

    @abstractmethod
    def wrong(self, answers: list[str]) -> str:
        """What did not end as it has to, in words; empty where all did."""

    def at(self, rival: int = 0, **more: Any) -> Facts:
        """Overlapping, and not the same."""
        begins = self.starts_at + timedelta(minutes=30 * (rival % 4))
        times = {"starts_at": begins.isoformat(), "ends_at": (begins + timedelta(hours=2)).isoformat()}
        return {"do": "book", "rival": rival, **times, **more}

    def held(self, space: Any) -> int:
        from spaces.models import Booking

        return Booking.objects.filter(space=space).holding().count()


class Exclusive(Round):
    """A room: one."""

    def prepare(self) -> list[Facts]:
        from tests.factories.spaces import SpaceFactory

        self.room = SpaceFactory()
        return [self.at(rival, space=self.room.pk) for rival in range(PROCESSES)]

    def wrong(self, answers: list[str]) -> str:
        return "" if answers.count("won") == self.held(self.room) == 1 else f"{answers.count('won')} got the room"


class PoolOfFive(Round):
    """Five desks: five, wherever within the time their hours lie."""

    def prepare(self) -> list[Facts]:
        from tests.factories.spaces import DesksFactory

        self.desks = DesksFactory(size=5)
        return [self.at(rival, space=self.desks.pk) for rival in range(PROCESSES)]

    def wrong(self, answers: list[str]) -> str:
        return "" if answers.count("won") == self.held(self.desks) == 5 else f"{answers.count('won')} got one of five"


class Combined(Round):
    """A room that two others make up, and each of the two: it alone, or one for each of the two."""

    def prepare(self) -> list[Facts]:
        from tests.factories.spaces import CombinedRoomFactory, SpaceFactory

        self.parts = SpaceFactory.create_batch(2)
        self.both = CombinedRoomFactory(rooms=self.parts)
        spaces = [self.both, *self.parts]
        return [self.at(rival, space=spaces[rival % 3].pk) for rival in range(PROCESSES)]

    def wrong(self, answers: list[str]) -> str:
        found = (self.held(self.both), *sorted(self.held(one) for one in self.parts))
        return "" if found in ((1, 0, 0), (0, 1, 1)) and answers.count("won") == sum(found) else f"held: {found}"


class SeriesAgainstSingle(Round):
    """A series of three dates, and single bookings on the second of them: all three dates of one, or one single booking."""

    def prepare(self) -> list[Facts]:
        from tests.factories.spaces import SpaceFactory

        self.room = SpaceFactory()
        week = timedelta(days=7)
        single = {
            "starts_at": (self.starts_at + week).isoformat(),
            "ends_at": (self.ends_at + week).isoformat(),
        }
        return [
            self.at(0, space=self.room.pk, do="book series") | {"rival": rival}
            if rival % 2
            else self.at(0, space=self.room.pk) | single | {"rival": rival}
            for rival in range(PROCESSES)
        ]

    def wrong(self, answers: list[str]) -> str:
        series = sum(answer == "won" for answer in answers[1::2])
        held = self.held(self.room)
        return (
            "" if answers.count("won") == 1 and held == (3 if series else 1) else f"{held} dates held, {series} series"
        )


class MoveAgainstCreate(Round):
    """Bookings that are moved to where new ones are made: one; who can't be moved keeps what they had."""

    def prepare(self) -> list[Facts]:
        from spaces.actions import book
        from tests.factories.spaces import SpaceFactory

        self.room = SpaceFactory()
        self.elsewhere = []
        tasks = []
        for rival in range(PROCESSES):
            facts = self.at(rival, space=self.room.pk)
            if rival % 2:
                other = SpaceFactory()
                self.elsewhere.append(other)
                mine = book(space=other.pk, request=request_of(facts))
                facts |= {"do": "move", "booking": mine.pk}
            tasks.append(facts)
        return tasks

    def wrong(self, answers: list[str]) -> str:
        moved = answers[1::2].count("won")
        stayed = sum(self.held(one) for one in self.elsewhere)
        fine = self.held(self.room) == answers.count("won") == 1 and stayed == len(self.elsewhere) - moved
        return "" if fine else f"{self.held(self.room)} hold it, {moved} were moved, {stayed} stayed"


class SplitsAcross(Round):
    """Two rooms, each taken in turn with the other, from either end and from an allowance of four hours: two get both."""

    bookings = 2

    def prepare(self) -> list[Facts]:
        from tests.factories.spaces import AllowanceFactory, SpaceFactory, TenantTermsFactory

        self.organisation = TenantTermsFactory().organisation
        _make_members(self.organisation)
        self.rooms = [
            SpaceFactory(allowance=AllowanceFactory(monthly={"core": 4}), prime_time=bool(place)) for place in (0, 1)
        ]
        keys = [room.pk for room in self.rooms]
        both = {"do": "book split", "member": True}
        return [
            self.at(0, **both, spaces=keys[:: 1 if rival % 2 else -1]) | {"rival": rival} for rival in range(PROCESSES)
        ]

    def wrong(self, answers: list[str]) -> str:
        from spaces.models import AllowanceAccount

        held = [self.held(room) for room in self.rooms]
        left = set(AllowanceAccount.objects.filter(organisation=self.organisation).values_list("balance", flat=True))
        return "" if held == [2, 2] and answers.count("won") == 2 and left == {2000} else f"{held} held, {left} left"


class ClosureAgainstCreate(Round):
    """A closure, and bookings: whoever is first."""

    def prepare(self) -> list[Facts]:
        from tests.factories.spaces import SpaceFactory

        self.room, by = SpaceFactory(), _manager()
        kinds = ("book", "close")
        return [self.at(rival, space=self.room.pk, do=kinds[rival % 2], by=by) for rival in range(PROCESSES)]

    def wrong(self, answers: list[str]) -> str:
        return "" if answers.count("won") == self.held(self.room) == 1 else f"{answers.count('won')} took the room"


class ApprovalAgainstCreate(Round):
    """What is pending is approved while others ask for it: it is confirmed, and nobody else gets it."""

    def prepare(self) -> list[Facts]:
        from spaces.actions import book
        from tests.factories.spaces import SpaceFactory

        self.hall, by = SpaceFactory(approval=True), _manager()
        self.asked = book(space=self.hall.pk, request=request_of(self.at(99)))
        more = {"do": "approve", "booking": self.asked.pk, "by": by}
        return [self.at(rival, space=self.hall.pk) | (more if rival % 4 == 0 else {}) for rival in range(PROCESSES)]

    def wrong(self, answers: list[str]) -> str:
        from spaces.choices import BookingStatus

        self.asked.refresh_from_db()
        fine = answers.count("won") == 0 and answers.count("approved") == 3 and self.held(self.hall) == 1
        return "" if fine and self.asked.status == BookingStatus.CONFIRMED else f"{self.asked.status}, {answers}"


class HoldAgainstCreate(Round):
    """A booking is cancelled while one waits for it and others ask: it is offered to the one, or booked by another."""

    def prepare(self) -> list[Facts]:
        from spaces.actions import book
        from tests.factories.spaces import SpaceFactory

        self.room = SpaceFactory()
        self.had = book(space=self.room.pk, request=request_of(self.at(98)))
        book(space=self.room.pk, request=request_of(self.at(99)), waits=True)
        units = [unit.pk for unit in self.room.units.all()]
        first = self.at(0, do="make way", booking=self.had.pk, units=units, space=self.room.pk)
        return [first, *(self.at(rival, space=self.room.pk) for rival in range(1, PROCESSES))]

    def wrong(self, answers: list[str]) -> str:
        from spaces.choices import BookingStatus
        from spaces.models import Booking

        offered = Booking.objects.filter(space=self.room.pk, status=BookingStatus.OFFERED).count()
        fine = answers[0] == "made way" and offered + answers.count("won") == self.held(self.room) == 1
        return "" if fine else f"{offered} offered, {answers.count('won')} booked, {self.held(self.room)} hold it"


class AllowanceOfFive(Round):
    """Twelve rooms, one allowance of five: five, and nothing is left."""

    def prepare(self) -> list[Facts]:
        from tests.factories.spaces import AllowanceFactory, SpaceFactory, TenantTermsFactory

        self.organisation = TenantTermsFactory().organisation
        _make_members(self.organisation)
        allowance = AllowanceFactory(monthly={"core": 10})
        rooms = SpaceFactory.create_batch(PROCESSES, allowance=allowance)
        return [self.at(0, space=room.pk, member=True) | {"rival": rival} for rival, room in enumerate(rooms)]

    def wrong(self, answers: list[str]) -> str:
        from spaces.models import AllowanceAccount

        left = AllowanceAccount.objects.get(organisation=self.organisation).balance
        return "" if answers.count("won") == 5 and left == 0 else f"{answers.count('won')} booked, {left} left"


def _make_members(organisation: Any) -> None:
    """Each rival books for themselves, and for ``organisation``: none belongs to that of an earlier round."""
    from accounts.models import User
    from directory.models import OrganisationMember

    for rival in range(PROCESSES):
        user, _ = User.objects.get_or_create(email=email_of(rival))
        OrganisationMember.objects.filter(user=user).delete()
        OrganisationMember.objects.create(organisation=organisation, user=user)


def _manager() -> int:
    from accounts.models import User
    from tests.factories.accounts import UserFactory

    found = User.objects.filter(is_superuser=True).first() or UserFactory(is_superuser=True)
    return int(found.pk)


SCENARIOS: dict[str, type[Round]] = {
    "exclusive": Exclusive,
    "pool of five": PoolOfFive,
    "combined": Combined,
    "series against single": SeriesAgainstSingle,
    "move against create": MoveAgainstCreate,
    "splits across": SplitsAcross,
    "closure against create": ClosureAgainstCreate,
    "approval against create": ApprovalAgainstCreate,
    "hold against create": HoldAgainstCreate,
    "allowance": AllowanceOfFive,
}


# ---- all rounds -----------------------------------------------------------------------------------------------------
def measure(arguments: list[str]) -> Answer:
    """``measure([rounds, scenario, …])``, all scenarios where none is named."""
    from core.garbage import keep_what_is_loaded
    from spaces.queries.occupation import overlaps_broken

    keep_what_is_loaded()  # as in a server, of which each rival is a part
    rounds, names = int(arguments[0]), arguments[1:] or list(SCENARIOS)
    # Forked before anything is connected: each has Django ready at once, and a connection of its own.
    context = multiprocessing.get_context("fork")
    rivals: list[Connection] = []
    for _ in range(PROCESSES):
        ours, theirs = context.Pipe()
        context.Process(target=work, args=[theirs], daemon=True).start()
        rivals.append(ours)
    for rival in rivals:
        rival.recv()
    found: Answer = {}
    for name in names:
        _rounds(SCENARIOS[name], 1, rivals)  # what is done for the first time is slow once: statements are written
        found[name] = _rounds(SCENARIOS[name], rounds, rivals)
    found["overlaps"] = overlaps_broken()
    for rival in rivals:
        rival.send(None)
    return found


def _rounds(scenario: type[Round], rounds: int, rivals: list[Connection]) -> Answer:
    answers: Counter[str] = Counter()
    seconds: list[float] = []
    wrong: list[str] = []
    for _ in range(rounds):
        contest = scenario()
        begins = time.time() + HEAD_START
        for rival, task in zip(rivals, contest.tasks, strict=True):
            rival.send(task | {"at": begins})
        said = [rival.recv() for rival in rivals]
        answers.update(answer for answer, _ in said)
        seconds += [took for _, took in said]
        if words := contest.wrong([answer for answer, _ in said]):
            wrong.append(words)
    p95 = statistics.quantiles(seconds, n=20)[-1]
    return {"rounds": rounds, "bookings": scenario.bookings, "answers": answers, "wrong": wrong, "p95": p95}


if __name__ == "__main__":
    part(measure)
