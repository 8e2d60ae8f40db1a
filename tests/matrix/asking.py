"""One question of the matrix: an address, opened or sent to by somebody; what it answered, and what it wrote."""

import re
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

from django.core import mail
from django.core.cache import cache
from django.db import connection, transaction
from pypdf import PdfReader

from .rows import Row
from .village import Village

WRITES = re.compile(r'(?:INSERT INTO|UPDATE|DELETE FROM) "?(\w+)')
# Who is signed in, what they looked at, and what the CMS keeps of how somebody likes it: no record changes by it.
NOT_RECORDS = {"django_session", "tenancy_accesslog", "wagtailusers_userprofile"}


@dataclass
class Asked:
    answer: Any = None
    words: str = ""
    written: set[str] = field(default_factory=set)  # tables
    letters: list[Any] = field(default_factory=list)

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


def ask_anew(village: Village, row: Row, role: str, *, sends: bool = False) -> Asked:
    """Whatever was answered before."""
    asked = Asked()
    client = village.client(role)
    sent_before = len(mail.outbox)
    cache.clear()  # what was sent too often from one place counts for one asker alone
    with connection.execute_wrapper(asked.note), transaction.atomic():
        if sends:
            said = row.send(village) if row.send else {}
            asked.answer = client.post(row.path(village), said, query_params=row.query(village))
        else:
            asked.answer = client.get(row.path(village), row.query(village))
        transaction.set_rollback(True)
    content = b"".join(asked.answer) if asked.answer.streaming else asked.answer.content  # read to its end it is closed
    if asked.answer.get("Content-Type") == "application/pdf":  # packed: no word stands in it as it is
        asked.words = " ".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages)
    else:
        asked.words = content.decode(errors="replace")
    asked.letters = mail.outbox[sent_before:]
    return asked


def said_in(asked: Asked) -> str:
    """All that somebody gets: the page or file, and where they are led."""
    return f"{asked.words} {asked.answer.headers}"


def written_in(letter: Any) -> str:
    parts = [one.content for one in letter.alternatives] + [str(one) for one in letter.attachments]
    return " ".join([letter.subject, letter.body, *parts, *map(str, letter.extra_headers.values())])
