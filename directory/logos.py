"""A logo that somebody sends: looked at as the CMS looks at pictures, and drawn anew, so that nothing of the file is kept.

What a page shows and what is proposed are told apart by words that a change can keep: “picture-5”, “proposed-7”.
"""

import warnings
from dataclasses import dataclass
from io import BytesIO
from typing import IO

from django.core.files.images import ImageFile
from django.urls import reverse
from PIL import Image, ImageOps

from core.models import VillageImage

from .models import OrganisationPage, ProfileChange, ProposedLogo

LARGEST = 1200  # pixels of the longer side; a page shows far fewer
SHOWN = 192  # pixels of the longer side, where two are compared
PICTURE, PROPOSED = "picture-", "proposed-"


@dataclass(frozen=True)
class Drawn:
    content: bytes  # of a PNG
    width: int
    height: int


def size_of(file: IO[bytes]) -> tuple[int, int]:
    """As its first bytes say, without drawing it. Raises OSError where they say nothing."""
    file.seek(0)
    with warnings.catch_warnings():
        warnings.simplefilter(
            "ignore", Image.DecompressionBombWarning
        )  # how large is too large is said by whoever asks
        try:
            return Image.open(file).size
        except Image.DecompressionBombError as error:
            raise OSError(str(error)) from error


def drawn_anew(file: IO[bytes]) -> Drawn:
    """Its first picture, the right way up, without whatever else the file holds. Raises OSError where it can’t be read."""
    with Image.open(file) as image:
        turned = ImageOps.exif_transpose(image)
        turned.thumbnail((LARGEST, LARGEST))
        clean = Image.new("RGBA", turned.size)
        clean.paste(turned.convert("RGBA"))
    written = BytesIO()
    clean.save(written, "PNG", optimize=True)
    return Drawn(written.getvalue(), *clean.size)


def value_of(page: OrganisationPage) -> str:
    return f"{PICTURE}{page.logo_id}" if page.logo_id else ""


def put_on(page: OrganisationPage, value: str) -> None:
    page.logo = VillageImage.objects.filter(pk=value.removeprefix(PICTURE)).first() if value else None


def lines_of(value: str) -> list[str]:
    return [] if not value else ["The new one" if value.startswith(PROPOSED) else "A picture"]


@dataclass(frozen=True)
class Seen:
    """A logo beside another, each as large as it is shown."""

    url: str
    width: int
    height: int


def seen(value: str) -> Seen | None:
    """None where there is none, or it is gone."""
    if value.startswith(PROPOSED):
        logo = ProposedLogo.objects.defer("content").filter(pk=value.removeprefix(PROPOSED)).first()
        if logo is None:
            return None
        scale = min(1, SHOWN / max(logo.width, logo.height))
        size = max(1, round(logo.width * scale)), max(1, round(logo.height * scale))
        return Seen(reverse("my_proposed_logo", args=[logo.pk]), *size)
    picture = VillageImage.objects.filter(pk=value.removeprefix(PICTURE)).first() if value else None
    if picture is None:
        return None
    rendition = picture.get_rendition(f"max-{SHOWN}x{SHOWN}|format-webp")
    return Seen(rendition.url, rendition.width, rendition.height)


def into_the_library(change: ProfileChange) -> str:
    """Make a picture of the CMS of what was proposed; what a page says once it shows it."""
    logo = ProposedLogo.objects.get(change=change)
    title = f"Logo of {change.organisation.title}"[:255]
    picture = VillageImage.objects.create(title=title, file=ImageFile(BytesIO(bytes(logo.content)), name="logo.png"))
    return f"{PICTURE}{picture.pk}"
