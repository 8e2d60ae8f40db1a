"""Files that wait between “look what would happen” and “do it”: on this server, under a random name, for an hour."""

import re
import secrets
import time
from pathlib import Path, PurePath

from django.conf import settings

KEPT_FOR = 3600  # seconds


def _folder() -> Path:
    folder = Path(settings.VAR_DIR) / "imports"  # never under the media folder, which is public
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def keep(name: str, data: bytes) -> str:
    """Store ``data`` and return the token by which ``kept`` finds it. Sweeps out what is older than an hour."""
    _sweep()
    token = secrets.token_urlsafe(24)
    path = _folder() / f"{token}{PurePath(name).suffix.casefold()[:8]}"
    path.touch(mode=0o600)
    path.write_bytes(data)
    return token


def kept(token: str) -> bytes | None:
    """Return the file behind ``token``, or None when it was swept out or never was."""
    path = _path(token)
    return path.read_bytes() if path else None


def drop(token: str) -> None:
    if path := _path(token):
        path.unlink(missing_ok=True)


def _path(token: str) -> Path | None:
    if not re.fullmatch(r"[\w-]{20,60}", token):
        return None
    found = next(_folder().glob(f"{token}.*"), None)
    return found if found and time.time() - found.stat().st_mtime < KEPT_FOR else None


def _sweep() -> None:
    for path in _folder().iterdir():
        if time.time() - path.stat().st_mtime > KEPT_FOR:
            path.unlink(missing_ok=True)
