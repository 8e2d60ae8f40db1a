"""What does not belong in a log: whom it is about, and what opens something of theirs."""

import logging
import re
from typing import Any

OPENS = ("token", "key")  # how our routes name what opens a page for whoever holds it
ADDRESS = re.compile(r"[\w.+'-]+@[\w-]+(?:\.[\w-]+)+")
ROW = re.compile(r"\nDETAIL: .*?(?=\n\n(?:The above|During handling)|\Z)", re.DOTALL)  # as PostgreSQL tells it


class Plain(logging.Formatter):
    """Leaves out what errors repeat: the address that a mail server refused, the row that the database did not take."""

    def format(self, record: logging.LogRecord) -> str:
        return ADDRESS.sub("(an address)", ROW.sub("", super().format(record)))


class LinksLeftOut(logging.Filter):
    """Of an address that a link opens, a line about its answer says all but what opens it."""

    def filter(self, record: logging.LogRecord) -> bool:
        match = getattr(getattr(record, "request", None), "resolver_match", None)
        if match and isinstance(record.args, tuple):
            for secret in (value for name, value in match.kwargs.items() if name in OPENS and isinstance(value, str)):
                record.args = tuple(_without(secret, said) for said in record.args)
        return True


def _without(secret: str, said: Any) -> Any:
    return said.replace(secret, "…") if isinstance(said, str) else said
