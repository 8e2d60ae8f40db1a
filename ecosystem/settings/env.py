"""Reads the environment, and says how to mend what is missing or malformed.

Every variable read anywhere in the project is read through here and explained in ``.env.example``.
"""

import os
from pathlib import Path
from typing import Any

import environ
from django.core.exceptions import ImproperlyConfigured

ROOT = Path(__file__).resolve().parents[2]


class Environment(environ.Env):
    """An empty variable counts as absent, so that a copy of ``.env.example`` changes nothing."""

    def get_value(self, var: str, *args: Any, **kwargs: Any) -> Any:
        if os.environ.get(var) == "":
            del os.environ[var]
        return super().get_value(var, *args, **kwargs)


env = Environment()
env.read_env(ROOT / ".env")  # variables that are already set win


def required(name: str, remedy: str) -> str:
    """Return the variable ``name``.

    Raises ImproperlyConfigured, with ``remedy`` in its message, when it is not set or empty.
    """
    value: str = env.str(name, default="")
    if not value:
        raise ImproperlyConfigured(f"{name} is not set. {remedy} See .env.example.")
    return value
