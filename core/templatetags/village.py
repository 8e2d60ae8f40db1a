"""Tags and filters of every template; a template builtin, so no ``{% load %}``.

What stands many times on a page (icon, tile, tag, stages) is a tag that formats a string: an ``{% include %}`` in a
loop costs ten times as much.
"""

import json
import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django import template
from django.conf import settings
from django.utils import timezone
from django.utils.dateformat import format as format_date
from django.utils.html import conditional_escape, escape, format_html
from django.utils.safestring import SafeString, mark_safe
from wagtail.images.models import AbstractImage, SourceImageIOError
from wagtail.models import Page

from core.navigation import way_to
from core.pictures import picture
from core.visibility import if_public

register = template.Library()

SYMBOL = re.compile(r'<symbol id="([\w-]+)"[^>]*>(.*?)</symbol>', re.DOTALL)
ICON = '<svg class="v-icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">{}</svg>'
MARK = (
    '<svg viewBox="0 0 48 40" aria-hidden="true" focusable="false">'
    '<path d="M17 38V18A14 14 0 0 1 24 5.9A14 14 0 0 1 31 18V38Z" fill="{}"/>'
    '<path d="M3 38V18A14 14 0 0 1 31 18V38M17 38V18A14 14 0 0 1 45 18V38" fill="none" stroke="{}" stroke-width="3.4"/>'
    "</svg>"
)
MARKS = {
    "light": mark_safe(MARK.format("#96291f", "#0b4f4a")),  # on plaster
    "dark": mark_safe(MARK.format("#e3a83a", "#fff")),  # on glaze
}
TONES = frozenset(
    ["nhs", "uni", "research", "public", "network", "accel", "money", "adviser", "place", "company", "people"]
)
DEMONSTRATION = mark_safe('<span class="v-tag v-tag--demo">Demonstration</span>')


def _icons() -> dict[str, SafeString]:
    sprite = (Path(settings.BASE_DIR) / "assets" / "svg" / "icons.svg").read_text()
    return {name: mark_safe(ICON.format(drawing)) for name, drawing in SYMBOL.findall(sprite)}


ICONS = _icons()


# ---- drawings -------------------------------------------------------------------------------------------------------
@register.simple_tag
def icon(name: str) -> SafeString:
    """``{% icon "search" %}``: a drawing beside a word, never instead of one."""
    try:
        return ICONS[name]
    except KeyError:
        raise template.TemplateSyntaxError(f"No icon “{name}”. There are: {', '.join(sorted(ICONS))}.") from None


@register.simple_tag
def mark(ground: str = "light") -> SafeString:
    """``{% mark %}``: the village's mark; ``{% mark "dark" %}`` on glaze."""
    return MARKS[ground]


@register.simple_tag
def tile(initials: str, tone: str = "", size: str = "") -> SafeString:
    """``{% tile initials tone size="big|small" %}``: the arch with one or two letters that stands for an organisation."""
    return _tile(str(initials), str(tone), str(size))


@lru_cache(maxsize=4096)
def _tile(initials: str, tone: str, size: str) -> SafeString:
    classes = "v-tile"
    if tone in TONES:
        classes += f" v-tile--{tone}"
    if size in ("big", "small"):
        classes += f" v-tile--{size}"
    return format_html('<span class="{}" aria-hidden="true">{}</span>', classes, initials)


@register.simple_tag
def stages(numbers: Iterable[int], total: int = 7) -> SafeString:
    """``{% stages offer.stage_numbers %}``: small numbered arches, the given ones filled, with the same in words."""
    return _stages(tuple(sorted({int(number) for number in numbers})), int(total))


@lru_cache(maxsize=512)
def _stages(numbers: tuple[int, ...], total: int) -> SafeString:
    if not numbers:
        words = "No stage stated"
    elif len(numbers) == 1:
        words = f"Stage {numbers[0]} of {total}"
    else:
        words = f"Stages {', '.join(map(str, numbers))} of {total}"
    on, off = '<i class="on">{}</i>', "<i>{}</i>"
    arches = "".join((on if number in numbers else off).format(number) for number in range(1, total + 1))
    return mark_safe(f'<span class="v-stages" role="img" aria-label="{words}">{arches}</span>')


# ---- small parts ----------------------------------------------------------------------------------------------------
@register.simple_tag
def tag(words: Any, tone: str = "", icon: str = "") -> SafeString:
    """``{% tag "Waiting list" "wait" %}``: a state in a word; tone is solid, wait, warn, plain, demo or nothing."""
    classes = f"v-tag v-tag--{tone}" if tone else "v-tag"
    return format_html('<span class="{}">{}{}</span>', classes, ICONS[icon] if icon else "", words)


@register.simple_tag
def demonstration(invented: Any = True) -> SafeString:
    """``{% demonstration page.demonstration %}``: the mark of what is invented, or nothing."""
    return DEMONSTRATION if invented else mark_safe("")


@register.simple_tag
def checked(checked_on: date | None, overdue_since: date | None = None) -> SafeString:
    """``{% checked organisation.checked_on overdue_since %}``: when facts were last looked at, or since when they should be."""
    if overdue_since:
        return overdue(overdue_since)
    if checked_on is None:
        return tag("Not checked yet", "wait")
    return tag(f"Checked {short_date(checked_on)}", icon="check")


@register.simple_tag
def overdue(since: date | str) -> SafeString:
    """``{% overdue card.overdue_since %}``: takes an ISO date too, as search cards carry it."""
    return tag(f"Check overdue since {short_date(since)}", "wait")


@register.simple_tag
def arrow_link(words: Any, url: Any) -> SafeString:
    """``{% arrow_link "Whole directory" "/directory/" %}``: the one link at the right of a section head."""
    return format_html('<a class="v-link" href="{}">{} {}</a>', url, words, ICONS["arrow"])


@register.simple_tag
def section_head(heading: Any, anchor: str, note: Any = "", link: Any = "", url: Any = "") -> SafeString:
    """``{% section_head "Offers" "offers" note="…" link="All of them" url="/…" %}``: h2 under the dado rule.

    The section around it carries ``aria-labelledby`` with the same anchor.
    """
    right = arrow_link(link, url) if link else ""
    if note and not link:
        right = format_html('<span class="v-small v-muted">{}</span>', note)
    return format_html('<div class="v-sec__head"><h2 id="{}">{}</h2>{}</div>', anchor, heading, right)


@register.simple_tag(takes_context=True)
def breadcrumbs(context: template.Context, page: Page | None = None, current: Any = "") -> SafeString:
    """``{% breadcrumbs page %}``: the way back up, without the home page; nothing on pages directly under it.

    ``current`` names the page where its title is too long.
    """
    page = page or context.get("page")
    request = context.get("request")
    if page is None or request is None or not (steps := way_to(request, page)):
        return mark_safe("")
    return crumbs([*steps[:-1], (current or page.title, "")])


@register.simple_tag
def crumbs(steps: Iterable[tuple[Any, Any]]) -> SafeString:
    """``{% crumbs steps %}`` of (words, address) pairs, the last without address: for pages outside the page tree."""
    items = []
    for words, url in steps:
        if url:
            items.append(f'<li><a href="{escape(url)}">{conditional_escape(words)}</a></li>')
        else:
            items.append(f'<li aria-current="page">{conditional_escape(words)}</li>')
    return mark_safe(f'<nav class="v-crumbs" aria-label="Breadcrumb"><ol>{"".join(items)}</ol></nav>')


@register.simple_tag
def json_ld(data: Mapping[str, Any]) -> SafeString:
    """``{% json_ld page.structured_data %}``: structured data as a data block, safe against ``</script>`` in it."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), default=str)
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return mark_safe(f'<script type="application/ld+json">{text}</script>')


@register.inclusion_tag("components/share.html", takes_context=True)
def share(context: template.Context, page: Page | None = None, url: str = "", title: str = "") -> dict[str, Any]:
    """``{% share page %}``: its plain address to copy and send on; nothing for a page that not everybody may open.

    ``{% share page url title %}`` where what is shown has an address of its own, such as a list with filters.
    """
    if page and if_public(context["request"], page) is None:
        return {}
    return {"url": url or context["village"].canonical_url, "title": title or (page.title if page else "")}


# ---- pictures -------------------------------------------------------------------------------------------------------
@register.simple_tag
def picture_of(
    image: AbstractImage | None,
    shape: str,
    sizes: str = "100vw",
    widths: str = "",
    alt: str | None = None,
    css_class: str = "",
    lazy: bool = True,
) -> SafeString:
    """``{% picture_of page.picture "fill-640x360" sizes="(min-width: 60em) 40rem, 100vw" %}``: see ``core.pictures``."""
    listed = tuple(int(width) for width in widths.split(",")) if widths else ()
    return picture(image, shape, sizes=sizes, widths=listed, alt=alt, css_class=css_class, lazy=lazy)


@register.simple_tag(takes_context=True)
def social_image(context: template.Context, page: Page | None = None) -> str:
    """The absolute address of the picture that a shared link shows: the page's own, else the village's card."""
    village = context.get("village")
    if page is not None and getattr(page, "social_image_id", None):
        try:
            return f"{settings.BASE_URL}{page.social_image.get_rendition('fill-1200x630|format-png').url}"
        except SourceImageIOError:
            pass
    return village.social_card_url if village else ""


# ---- words ----------------------------------------------------------------------------------------------------------
@register.filter
def nice_date(value: date | datetime | None) -> str:
    """“Thursday 20 May 2027”, in London."""
    return format_date(_local(value), "l j F Y") if value else ""


@register.filter
def short_date(value: date | datetime | str | None) -> str:
    """“3 May 2027”, in London; takes an ISO date too, as search cards carry it."""
    if isinstance(value, str):
        try:
            return short_date(datetime.fromisoformat(value))
        except ValueError:
            return value
    return format_date(_local(value), "j F Y") if value else ""


@register.filter
def clock_time(value: datetime | None) -> str:
    """“9:30”, in London."""
    return format_date(_local(value), "G:i") if value else ""


@register.filter
def paragraphs(text: Any) -> SafeString:
    """Plain text as paragraphs: a blank line parts them; everything is escaped."""
    parts = re.split(r"\n\s*\n", str(text or "").strip())
    return mark_safe("".join(f"<p>{conditional_escape(' '.join(part.split()))}</p>" for part in parts if part.strip()))


@register.filter
def address(url: str) -> str:
    """“https://www.example.org/about/” → “example.org/about”, for people to read."""
    parts = urlsplit(url)
    return f"{parts.netloc.removeprefix('www.')}{parts.path}".rstrip("/") or url


@register.filter
def counted(number: int | None, noun: str) -> str:
    """``{{ 1|counted:"organisation" }}`` → “1 organisation”; irregular plurals as ``"company,companies"``."""
    singular, _, plural = noun.partition(",")
    number = number or 0
    return f"{number:,} {singular if number == 1 else plural or singular + 's'}"


def _local(value: date | datetime) -> date | datetime:
    if isinstance(value, datetime) and timezone.is_aware(value):
        return timezone.localtime(value)
    return value
