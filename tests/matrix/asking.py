"""One question of the matrix: an address, opened or sent to by somebody; what it answered, and what it wrote."""

import re
from dataclasses import dataclass, field
from typing import Any

from django.core.cache import cache
from django.db import connection, transaction

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

    def note(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if found := WRITES.match(sql):
            self.written |= {found[1]} - NOT_RECORDS
        return execute(sql, params, many, context)


def ask(village: Village, row: Row, role: str, *, sends: bool = False) -> Asked:
    """The database is then as it was before, so that nothing is asked twice in one village."""
    key = (str(row), role, sends)
    if key not in village.answers:
        village.answers[key] = _ask(village, row, role, sends=sends)
    return village.answers[key]


def _ask(village: Village, row: Row, role: str, *, sends: bool) -> Asked:
    asked = Asked()
    client = village.client(role)
    cache.clear()  # what was sent too often from one place counts for one asker alone
    with connection.execute_wrapper(asked.note), transaction.atomic():
        if sends:
            said = row.send(village) if row.send else {}
            asked.answer = client.post(row.path(village), said, query_params=row.query(village))
        else:
            asked.answer = client.get(row.path(village), row.query(village))
        transaction.set_rollback(True)
    content = b"".join(asked.answer) if asked.answer.streaming else asked.answer.content  # read to its end it is closed
    asked.words = content.decode(errors="replace")
    return asked
