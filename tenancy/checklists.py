"""What is to be done whenever somebody moves in, or out. The forms offer it, and each stay takes what fits."""

from dataclasses import dataclass
from datetime import date, timedelta

from .choices import ChecklistKind


@dataclass(frozen=True)
class Standard:
    """``days``: after the first day of a stay; of leaving, after its last. Before it where they are negative.

    ``theirs``: the company does it, and reads it.
    """

    words: str
    days: int
    theirs: bool = False

    def due_on(self, day: date, today: date) -> date:
        """Nothing is late the moment it is written down."""
        return max(day + timedelta(days=self.days), today)

    @property
    def when(self) -> str:
        if not self.days:
            return "on the day"
        number = abs(self.days)
        return f"{number} day{'s' if number > 1 else ''} {'before' if self.days < 0 else 'after'}"


STANDARD: dict[ChecklistKind, tuple[Standard, ...]] = {
    ChecklistKind.ARRIVING: (
        Standard("Licence signed", -7, theirs=True),
        Standard("Insurance certificate seen", -7, theirs=True),
        Standard("Keys and passes handed over", 0),
        Standard("Fire walk-round", 1),
        Standard("Network and telephones work", 3),
        Standard("First review in the diary", 21),
    ),
    ChecklistKind.LEAVING: (
        Standard("Last day confirmed in writing", -21),
        Standard("Talk about what went well and what did not", -14),
        Standard("Post and registered address moved", -7, theirs=True),
        Standard("Space cleared and looked over", 0, theirs=True),
        Standard("Keys and passes returned", 0, theirs=True),
        Standard("Public profile says where they are now", 7),
    ),
}
