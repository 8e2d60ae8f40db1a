"""What a page says to programs in the words of schema.org: one block, whose parts name each other by ``@id``."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.conf import settings

Node = dict[str, Any]

LANGUAGE = "en-GB"


def absolute(path: str) -> str:
    """The address under which the village is known, whatever the request was sent to: what pages name as canonical."""
    return path if path.startswith(("http://", "https://")) else f"{settings.BASE_URL}{path}"


def stated(**values: Any) -> Node:
    """Without what nobody has stated. ``type_`` and ``id_`` become ``@type`` and ``@id``."""
    names = {"type_": "@type", "id_": "@id"}
    return {names.get(name, name): value for name, value in values.items() if value}


def graph(*nodes: Node) -> Node:
    return {"@context": "https://schema.org", "@graph": [node for node in nodes if node]}


def publisher() -> Node:
    return stated(type_="Organization", id_=absolute("/#village"), name=settings.WAGTAIL_SITE_NAME, url=absolute("/"))


def web_page(
    path: str,
    name: str,
    *,
    about: str = "",
    checked_on: date | None = None,
    modified_at: datetime | None = None,
    is_leaf: bool = True,
) -> Node:
    """The page itself; ``about`` is the ``@id`` of what it is about. ``checked_on``: when somebody last confirmed it."""
    return stated(
        type_="WebPage",
        id_=absolute(path),
        url=absolute(path),
        name=name,
        inLanguage=LANGUAGE,
        isPartOf={"@id": absolute("/#website")},
        mainEntity={"@id": about} if about else None,
        breadcrumb={"@id": absolute(f"{path}#breadcrumb")} if is_leaf else None,
        lastReviewed=checked_on.isoformat() if checked_on else "",
        dateModified=modified_at.isoformat() if modified_at else "",
    )


def breadcrumb_list(path: str, steps: Iterable[tuple[str, str]]) -> Node:
    """The way to the page as it stands above its heading; the last step, without an address, is the page."""
    items = [
        stated(type_="ListItem", position=place, name=name, item=absolute(url) if url else "")
        for place, (name, url) in enumerate(steps, 1)
    ]
    return stated(type_="BreadcrumbList", id_=absolute(f"{path}#breadcrumb"), itemListElement=items)


def website() -> Node:
    """The site as a whole, and how to search it."""
    target = stated(type_="EntryPoint", urlTemplate=absolute("/search/?q={search_term_string}"))
    return stated(
        type_="WebSite",
        id_=absolute("/#website"),
        url=absolute("/"),
        name=settings.WAGTAIL_SITE_NAME,
        inLanguage=LANGUAGE,
        publisher=publisher(),
        potentialAction=stated(type_="SearchAction", target=target)
        | {"query-input": "required name=search_term_string"},
    )
