"""Reads the environment, and says how to mend what is missing or malformed.

Every variable read anywhere in the project is read through here and explained in ``.env.example``.
"""

from pathlib import Path

import environ
from django.core.exceptions import ImproperlyConfigured

ROOT = Path(__file__).resolve().parents[2]

env = environ.Env()
env.read_env(ROOT / ".env")  # variables that are already set win


def required(name: str, remedy: str) -> str:
    """Return the variable ``name``.

    Raises ImproperlyConfigured, with ``remedy`` in its message, when it is not set or empty.
    """
    value = env.str(name, default="")
    if not value:
        raise ImproperlyConfigured(f"{name} is not set. {remedy} See .env.example.")
    return value
