"""The calendar part of a letter, taken out of what goes over the wire, as a mail program does."""

from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from icalendar import Calendar


def as_received(letter: Any) -> EmailMessage:
    """A letter of the outbox after it was written out and read again."""
    return message_from_bytes(letter.message().as_bytes(linesep="\r\n"), policy=policy.default)  # type: ignore[return-value]


def parts_of(letter: Any) -> list[EmailMessage]:
    """Its alternatives, the plainest first."""
    received = as_received(letter)
    assert received.get_content_type() == "multipart/alternative"
    return list(received.iter_parts())  # type: ignore[arg-type]


def calendar_bytes(letter: Any) -> bytes:
    """Its last alternative, which has to be a calendar that says its METHOD in both places."""
    part = parts_of(letter)[-1]
    assert part.get_content_type() == "text/calendar", "the calendar is not the last alternative"
    assert part.get_content_disposition() is None, "as an attachment it is no invitation"
    content: bytes = part.get_payload(decode=True)  # type: ignore[assignment]
    method = part.get_param("method")
    assert f"METHOD:{method}\r\n".encode() in content.split(b"BEGIN:VEVENT")[0], (
        "METHOD has to stand before the entries"
    )
    return content


def calendar_in(letter: Any) -> Calendar:
    return Calendar.from_ical(calendar_bytes(letter))  # type: ignore[return-value]


def entries_in(letter: Any) -> list[Any]:
    return list(calendar_in(letter).walk("VEVENT"))


def has_calendar(letter: Any) -> bool:
    return any(part.get_content_type() == "text/calendar" for part in as_received(letter).walk())


class Diary:
    """What a mail program makes of the letters to one person: the entries of their calendar, by UID (RFC 5546)."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.entries: dict[str, Any] = {}
        self._newest: dict[str, int] = {}

    def read(self, letters: list[Any]) -> "Diary":
        for letter in letters:
            if letter.to == [self.address] and has_calendar(letter):
                calendar = calendar_in(letter)
                for entry in calendar.walk("VEVENT"):
                    self._take(str(calendar["METHOD"]), entry)
        return self

    def _take(self, method: str, entry: Any) -> None:
        uid, sequence = str(entry["UID"]), int(entry["SEQUENCE"])
        if sequence < self._newest.get(uid, -1):
            return  # older than what is known
        self._newest[uid] = sequence
        assert str(entry["ATTENDEE"]) == f"mailto:{self.address}"
        if method == "CANCEL":
            assert uid in self.entries, "struck out what was never told"
            assert str(entry["STATUS"]) == "CANCELLED"
            del self.entries[uid]
        else:
            self.entries[uid] = entry
