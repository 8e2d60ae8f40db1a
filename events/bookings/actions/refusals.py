"""Why something can't be done, in words for the person, each with what would work."""

from events.bookings.models import Booking


class Refusal(Exception):
    """Says in words for the person which rule keeps it from being done. ``field``: of the form, where there is one."""

    field: str | None = None


class NotNow(Refusal):
    """Booking has not opened yet, is closed, or the event is off or over."""


class OnlyForSome(Refusal):
    """What is left is kept for others, for now."""


class Full(Refusal):
    """No place for all of them; ``has_waiting_list`` says whether they can wait."""

    def __init__(self, words: str, *, has_waiting_list: bool) -> None:
        super().__init__(words)
        self.has_waiting_list = has_waiting_list


class TooMany(Refusal):
    """More than one booking, or one organisation, may have."""

    field = "size"


class AlreadyBooked(Refusal):
    """There is a live booking with this address; its link goes to the address, not to whoever asks."""

    field = "email"

    def __init__(self, words: str, *, booking: Booking) -> None:
        super().__init__(words)
        self.booking = booking


class Unanswered(Refusal):
    """Something that has to be said is not. ``field`` is set when raised."""

    def __init__(self, words: str, *, field: str) -> None:
        super().__init__(words)
        self.field = field
