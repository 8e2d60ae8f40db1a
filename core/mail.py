"""Mail of the demonstration: one file a letter, in ``settings.EMAIL_FILE_PATH``, to open with any mail program."""

import os
import secrets
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.utils import timezone


class EmlFileBackend(BaseEmailBackend):
    """Writes each letter as ``<time>-<random>.eml``; the names sort by time.

    Raises ImproperlyConfigured when ``EMAIL_FILE_PATH`` is not set.
    """

    def __init__(self, *args: Any, file_path: str | os.PathLike[str] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        folder = file_path or getattr(settings, "EMAIL_FILE_PATH", None)
        if not folder:
            raise ImproperlyConfigured("EMAIL_FILE_PATH is not set: name the folder that letters are written to.")
        self.folder = Path(folder)

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        self.folder.mkdir(parents=True, exist_ok=True)
        for message in email_messages:
            name = f"{timezone.now():%Y%m%dT%H%M%S%f}-{secrets.token_hex(4)}"
            unfinished = self.folder / f".{name}"
            letter: Any = message.message()  # Django's own kind, which can write the line ends that mail wants
            unfinished.write_bytes(letter.as_bytes(linesep="\r\n"))
            unfinished.rename(self.folder / f"{name}.eml")  # whoever watches the folder never reads half a letter
        return len(email_messages)
