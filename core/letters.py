"""Mail that the village writes: subject, text and HTML that say the same, from templates of one name."""

import re
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string

ENDINGS = ("_subject.txt", "_message.txt", "_message.html")  # as allauth calls them

_gaps = re.compile(r"\n{3,}")


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
