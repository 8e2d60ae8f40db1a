"""Mail that the village writes: subject, text and HTML that say the same, from templates of one name."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils.crypto import salted_hmac

from .offer_times import DAY_BEGINS, DAY_ENDS

ENDINGS = ("_subject.txt", "_message.txt", "_message.html")  # as allauth calls them

NIGHT = f"at night, between {DAY_ENDS:%-H:%M} and {DAY_BEGINS:%-H:%M}"
NOT_YOU = "It was not you? Answer this letter: a person reads it."

_gaps = re.compile(r"\n{3,}")


@dataclass(frozen=True)
class Words:
    """What a letter about a booking says, in words that its text and its HTML share."""

    subject: str
    heading: str
    lead: tuple[str, ...]
    button: tuple[str, str] = ("", "")  # words, address
    after: tuple[str, ...] = ()


def message_id(purpose: str, key: str) -> str:
    """The same letter twice has the same number, by which mail programs drop the second."""
    return f"<{salted_hmac(purpose, key).hexdigest()[:32]}@{urlsplit(settings.BASE_URL).hostname}>"


def in_two_lines(place: Sequence[str]) -> list[str]:
    """What stands on the door; then the way there."""
    return [place[0], ", ".join(place[1:])] if len(place) > 1 else list(place)


def letter(
    name: str, *, to: str, context: Mapping[str, Any], headers: Mapping[str, str] | None = None
) -> EmailMultiAlternatives:
    """A letter to one person; ``name`` is how its three templates begin. It says of itself that no person wrote it."""
    said = {"base_url": settings.BASE_URL, "sender": settings.WAGTAIL_SITE_NAME, **context}
    subject, text, html = (render_to_string(name + ending, said) for ending in ENDINGS)
    message = EmailMultiAlternatives(
        " ".join(subject.split()),  # what a reader typed may stand in it, and a line's end would begin another header
        _gaps.sub("\n\n", text.strip()) + "\n",
        to=[to],
        headers={"Auto-Submitted": "auto-generated", **(headers or {})},
    )
    message.attach_alternative(html, "text/html")
    return message
