"""Keys by which a person or an organisation is counted once in a quarter, and by which nobody is found.

A key is a hash of the address (or name) with the quarter's own random salt. When the figures of the quarter are set, the
salt and all its keys are deleted: from then on the same person can't be recognised, in that quarter or any other.
"""

from dataclasses import dataclass
from datetime import date

from django.utils.crypto import salted_hmac

from .models import QuarterReport
from .queries import Person

USE = "events.attendance.counting"


@dataclass(frozen=True, order=True)
class Quarter:
    year: int
    number: int

    @classmethod
    def of(cls, day: date) -> "Quarter":
        return cls(day.year, (day.month + 2) // 3)

    @property
    def first_day(self) -> date:
        return date(self.year, 3 * self.number - 2, 1)

    @property
    def end(self) -> date:
        """The first day after it."""
        return self.next.first_day

    @property
    def next(self) -> "Quarter":
        return Quarter(self.year + self.number // 4, self.number % 4 + 1)

    @property
    def before(self) -> "Quarter":
        return Quarter(self.year - (self.number == 1), (self.number + 2) % 4 + 1)

    @property
    def words(self) -> str:
        months = {1: "January to March", 2: "April to June", 3: "July to September", 4: "October to December"}
        return f"{months[self.number]} {self.year}"

    @property
    def short(self) -> str:
        return f"Q{self.number} {self.year}"


def keys_of(person: Person, day: date) -> tuple[str, str]:
    """Of the person and of their organisation; empty where the quarter's figures stand already, or nothing is known."""
    quarter = Quarter.of(day)
    report, _ = QuarterReport.objects.get_or_create(year=quarter.year, quarter=quarter.number)
    if not report.salt:
        return "", ""
    return _hashed(report.salt, identity_of(person)), _hashed(report.salt, _organisation(person))


def identity_of(person: Person) -> str:
    """Who somebody is, as far as we can tell one from another. Never to be stored."""
    if person.email:
        return f"address:{person.email.lower()}"
    if person.attendee is not None:  # somebody's companion: known by name only, and by whose
        return (
            f"with:{person.attendee.booking.email}:{_folded(person.name)}:{'' if person.attendee.name else person.key}"
        )
    return f"name:{_folded(person.name)}:{_folded(person.organisation)}"


def _organisation(person: Person) -> str:
    booking = person.attendee.booking if person.attendee else None
    if booking is not None and booking.organisation_id:
        return f"page:{booking.organisation_id}"
    return f"name:{_folded(person.organisation)}" if person.organisation.strip() else ""


def _folded(words: str) -> str:
    return " ".join(words.casefold().split())


def _hashed(salt: str, words: str) -> str:
    return salted_hmac(USE, f"{salt}|{words}", algorithm="sha256").hexdigest() if words else ""
