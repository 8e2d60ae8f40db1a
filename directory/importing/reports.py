"""What became of each row of a file. Knows no organisation."""

from collections.abc import Callable
from dataclasses import dataclass, field

CREATED, UPDATED, UNCHANGED = "created", "updated", "unchanged"

Progress = Callable[[int, int], None]  # done, of how many


@dataclass(frozen=True)
class Change:
    line: int
    slug: str
    title: str
    what: str
    fields: tuple[str, ...] = ()


@dataclass
class Report:
    changes: list[Change]
    notes: list[str] = field(default_factory=list)
    run: str = ""  # names this load in the log; empty for a dry run

    def count(self, what: str) -> int:
        return sum(change.what == what for change in self.changes)

    def __str__(self) -> str:
        return ", ".join(f"{self.count(what)} {what}" for what in (CREATED, UPDATED, UNCHANGED))
