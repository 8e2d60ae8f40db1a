"""The one password of the demonstration people: chosen by the environment, or made once and kept where only we look."""

import os
import secrets
from pathlib import Path

from django.conf import settings

PEOPLE_AT = "@village.example"


def password() -> str:
    """What ``VILLAGE_DEMO_PASSWORD`` says; else a random one that stays the same on this machine."""
    if chosen := os.environ.get("VILLAGE_DEMO_PASSWORD"):
        return chosen
    kept = Path(settings.VAR_DIR) / "demonstration-password"
    if not kept.exists():
        kept.touch(mode=0o600)
        kept.write_text(secrets.token_urlsafe(12))
    return kept.read_text()
