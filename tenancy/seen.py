"""What somebody looked at before they changed it, so that nobody’s words are written over unread."""

from hashlib import sha256

from .models import Private, SupportRequest

WRITTEN: dict[type[Private], tuple[str, ...]] = {
    SupportRequest: ("need_id", "stage_id", "words", "urgency", "confidentiality"),
}


def seen_of(record: Private) -> str:
    """Changes with whatever the form of ``record`` shows."""
    said = [str(getattr(record, name)) for name in WRITTEN[type(record)]]
    return sha256(repr(said).encode()).hexdigest()
