"""Commands that are accounted for ask which colleague gives them."""

from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import CommandError, CommandParser


def ask_who(parser: CommandParser) -> None:
    parser.add_argument("--by", default="", metavar="ADDRESS", help="which colleague does it, for the log")


def who(options: dict[str, Any]) -> Any:
    """The colleague that ``--by`` names, or nobody. Raises CommandError."""
    if not (asked := options["by"].strip().lower()):
        return None
    by = get_user_model()._default_manager.filter(email=asked).first()
    if by is None:
        raise CommandError(f"Nobody here signs in as {asked}: say the address of a colleague.")
    return by
