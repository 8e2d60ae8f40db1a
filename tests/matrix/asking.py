"""One question of the matrix: an address, opened or sent to by somebody; what it answered, and what it wrote."""

import logging
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.header import decode_header, make_header
from io import BytesIO
from typing import Any

from django.core import mail
from django.core.cache import cache
from django.db import connection, transaction
from pypdf import PdfReader

from core.logs import Plain

from .rows import Row
from .village import Village

WRITES = re.compile(r'(?:INSERT INTO|UPDATE|DELETE FROM) "?(\w+)')
# Who is signed in, what they looked at, and what the CMS keeps of how somebody likes it: no record changes by it.
NOT_RECORDS = {"django_session", "tenancy_accesslog", "wagtailusers_userprofile"}
FOLD = re.compile(r"\r?\n[ \t]")  # a line of a calendar goes on after it, in the middle of a word


@dataclass
class Asked:
    answer: Any = None
    words: str = ""
    written: set[str] = field(default_factory=set)  # tables
    letters: list[Any] = field(default_factory=list)
    logged: list[str] = field(default_factory=list)

    def note(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if found := WRITES.match(sql):
            self.written |= {found[1]} - NOT_RECORDS
        return execute(sql, params, many, context)


def ask(village: Village, row: Row, role: str, *, sends: bool = False) -> Asked:
    """The database is then as it was before, so that nothing is asked twice in one village."""
    key = (str(row), role, sends)
    if key not in village.answers:
        village.answers[key] = ask_anew(village, row, role, sends=sends)
    return village.answers[key]


def ask_anew(
    village: Village, row: Row, role: str, *, sends: bool = False, then: Callable[[Asked], Any] | None = None
) -> Asked:
    """Whatever was answered before. ``then`` is called while what was written still stands."""
    asked = Asked()
    client = village.client(role)
    sent_before = len(mail.outbox)
    cache.clear()  # what was sent too often from one place counts for one asker alone
    with listening() as asked.logged:
        with connection.execute_wrapper(asked.note), transaction.atomic():
            if sends:
                said = row.send(village) if row.send else {}
                asked.answer = client.post(row.path(village), said, query_params=row.query(village))
            else:
                asked.answer = client.get(row.path(village), row.query(village))
            asked.letters = mail.outbox[sent_before:]
            if then:
                then(asked)
            transaction.set_rollback(True)
        # read to its end it is closed
        content = b"".join(asked.answer) if asked.answer.streaming else asked.answer.content
    asked.words = in_words(content, asked.answer.get("Content-Type", ""))
    return asked


def in_words(content: bytes, kind: str) -> str:
    """What a file says, also where no word stands in it as it is: a PDF is packed, the lines of a calendar are folded."""
    if kind.startswith("application/pdf"):
        return " ".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages)
    text = content.decode(errors="replace")
    return FOLD.sub("", text) if kind.startswith("text/calendar") else text


def said_in(asked: Asked) -> str:
    """All that somebody gets: the page or file, and where they are led."""
    return f"{asked.words} {asked.answer.headers}"


def written_in(letter: Any) -> str:
    """All that leaves: every header, as it is written and as it is read, and every part, whatever it is packed in."""
    said = []
    for part in letter.message().walk():
        said += [f"{value} {make_header(decode_header(str(value)))}" for value in part.values()]
        if not part.is_multipart():
            said.append(in_words(part.get_payload(decode=True), part.get_content_type()))
    return " ".join(said)


def sent_by(asked: Asked) -> Iterator[tuple[Any, str]]:
    for letter in asked.letters:
        for address in letter.recipients():
            yield letter, address


# ---- the log --------------------------------------------------------------------------------------------------------
class _Listener(logging.Handler):
    def __init__(self) -> None:
        super().__init__()
        self.setFormatter(Plain())
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))


@contextmanager
def listening() -> Iterator[list[str]]:
    """What is logged meanwhile, with its tracebacks, as production writes it."""
    listener = _Listener()
    logging.getLogger().addHandler(listener)
    try:
        yield listener.lines
    finally:
        logging.getLogger().removeHandler(listener)
