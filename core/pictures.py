"""Responsive pictures: which renditions a picture is served in, and the ``<picture>`` element that offers them.

Wagtail's own ``{% picture %}`` takes one spec a width and leaves ``sizes`` to each template; here a page names the
shape once. AVIF first, WebP for the rest: every browser of the last five years reads one of them.
"""

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from wagtail.images.models import AbstractImage, Filter, SourceImageIOError

FORMATS = ("avif", "webp")
FILL = re.compile(r"fill-(\d+)x(\d+)((?:-c\d+)?)$")
WIDTH = re.compile(r"width-(\d+)$")
SCALES = (0.5, 1, 2)


@lru_cache(maxsize=256)
def specs(shape: str, widths: tuple[int, ...] = ()) -> tuple[str, ...]:
    """The renditions of ``shape`` (``fill-640x360`` or ``width-640``), WebP of the shape itself last.

    For lists: ``prefetch_renditions(*specs("fill-640x360"))`` fetches those of all pictures in one query.
    """
    found: list[str] = []
    for kind in FORMATS:
        found += [f"{sized}|format-{kind}" for sized in _sized(shape, widths)]
    own = f"{shape}|format-webp"
    return (*(spec for spec in found if spec != own), own)


def _sized(shape: str, widths: tuple[int, ...]) -> list[str]:
    if match := FILL.match(shape):
        width, height, crop = int(match[1]), int(match[2]), match[3]
        return [f"fill-{w}x{round(w * height / width)}{crop}" for w in widths or _default_widths(width)]
    if match := WIDTH.match(shape):
        return [f"width-{w}" for w in widths or _default_widths(int(match[1]))]
    raise ValueError(f"A picture's shape is fill-WIDTHxHEIGHT or width-WIDTH, not “{shape}”.")


def _default_widths(width: int) -> tuple[int, ...]:
    return tuple(round(width * scale) for scale in SCALES)


def alternative(image: AbstractImage) -> str:
    """What the picture shows: the words given where it is used, else its description; never its file name."""
    contextual = getattr(image, "contextual_alt_text", None)
    return contextual if contextual is not None else image.description or ""


def picture(
    image: AbstractImage | None,
    shape: str,
    *,
    sizes: str = "100vw",
    widths: Iterable[int] = (),
    alt: str | None = None,
    css_class: str = "",
    lazy: bool = True,
) -> SafeString:
    """The ``<picture>`` of ``image``; nothing where there is no image or its file is gone."""
    if image is None:
        return mark_safe("")
    try:
        renditions = image.get_renditions(*(Filter(spec=spec) for spec in specs(shape, tuple(widths))))
    except SourceImageIOError:
        return mark_safe("")
    sources: dict[str, list[Any]] = {kind: [] for kind in FORMATS}
    for spec, rendition in renditions.items():
        sources[spec.rpartition("-")[2]].append(rendition)
    own = renditions[f"{shape}|format-webp"]
    parts = [
        format_html('<source type="image/{}" srcset="{}" sizes="{}">', kind, _srcset(found), sizes)
        for kind, found in sources.items()
    ]
    return format_html(
        '<picture>{}<img src="{}" width="{}" height="{}" alt="{}"{}{} decoding="async"></picture>',
        mark_safe("".join(parts)),
        own.url,
        own.width,
        own.height,
        alternative(image) if alt is None else alt,
        format_html(' class="{}"', css_class) if css_class else "",
        mark_safe(' loading="lazy"') if lazy else mark_safe(' fetchpriority="high"'),
    )


def _srcset(renditions: list[Any]) -> str:
    # A small original is never enlarged, so that two widths asked for may come out as one.
    by_width = {rendition.width: rendition for rendition in renditions}
    return ", ".join(f"{by_width[width].url} {width}w" for width in sorted(by_width))
