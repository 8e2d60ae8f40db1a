"""Letters of the outbox as somebody reads them; and a mail server that takes none."""

from typing import Any

from bs4 import BeautifulSoup
from django.core.mail.backends.base import BaseEmailBackend

ADA = "ada@example.org"
Outbox = list[Any]
REFUSING = f"{__name__}.RefusingMailServer"  # for the setting EMAIL_BACKEND


class RefusingMailServer(BaseEmailBackend):
    def send_messages(self, email_messages: Any) -> int:
        raise ConnectionRefusedError


def html_of(letter: Any) -> BeautifulSoup:
    return BeautifulSoup(next(str(a.content) for a in letter.alternatives if a.mimetype == "text/html"), "html.parser")


def both_parts(letter: Any) -> list[str]:
    """The text of a letter, and its HTML as it is sent."""
    return [str(letter.body), next(str(a.content) for a in letter.alternatives if a.mimetype == "text/html")]


def words(letter: Any) -> str:
    return " ".join(html_of(letter).get_text(" ").split())


def subjects(outbox: Outbox, email: str = ADA) -> list[str]:
    """What stands before the colon, of each letter to ``email``."""
    return [letter.subject.split(":")[0] for letter in outbox if letter.to == [email]]
