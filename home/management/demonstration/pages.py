"""The home page and the content pages from ``pages.yaml``."""

from collections.abc import Callable, Iterator
from typing import Any

from core.models import VillageImage
from directory.models import OrganisationPage, Source
from home.models import ContentOrganisation, ContentPage, HomePage

from .files import BySlug, bullet_list, paragraphs, rich_text
from .publishing import has_child, publish

Block = tuple[str, Any]


def load_home(words: dict[str, Any]) -> bool:
    """Fill the home page, if nobody has yet. True when it did."""
    home = HomePage.objects.get()
    if home.doors or home.lead:
        return False
    source = BySlug(Source)
    for name, value in words.items():
        match name:
            case "description":
                home.search_description = value
            case "search_tries":
                home.search_tries = "\n".join(value)
            case "doors":
                home.doors = [("door", _renamed(entry, to="address")) for entry in value]
            case "rooms":
                home.rooms = [("room", _renamed(entry, to="address")) for entry in value]
            case "figures":
                home.figures = [("figure", _figure(entry, source)) for entry in value]
            case _:
                setattr(home, name, value)
    home.save_revision().publish()
    return True


def load_pages(entries: list[dict[str, Any]], pictures: dict[str, VillageImage], done: Callable[[], None]) -> int:
    """Add the content pages that are missing; returns how many."""
    home = HomePage.objects.get()
    source, organisation = BySlug(Source), BySlug(OrganisationPage)
    added = 0
    for entry in entries:
        if not has_child(home, entry["slug"]):
            publish(_content_page(entry, pictures, source, organisation), under=home)
            added += 1
        done()
    return added


def _content_page(
    entry: dict[str, Any], pictures: dict[str, VillageImage], source: BySlug, organisation: BySlug
) -> ContentPage:
    page = ContentPage(
        title=entry["title"],
        slug=entry["slug"],
        search_description=entry["description"],
        lead=entry["lead"],
        demonstration=entry.get("demonstration", False),
        cover=pictures[entry["picture"]] if "picture" in entry else None,
    )
    page.body = [block for name, value in entry.items() for block in _blocks(name, value, source)]
    page.related_organisations.set(
        [
            ContentOrganisation(organisation=organisation(slug, f"The page {entry['slug']}"), sort_order=place)
            for place, slug in enumerate(entry.get("related", []))
        ]
    )
    return page


def _blocks(name: str, value: Any, source: BySlug) -> Iterator[Block]:
    """The parts that one key of a page's entry stands for; none for what is a field."""
    match name:
        case "sections" | "more":
            yield from (("section", _section(entry, source)) for entry in value)
        case "figures":
            yield "figures", {"figures": [_figure(entry, source) for entry in value]}
        case "notice":
            yield "notice", {"words": value, "tone": "warning"}
        case "table":
            yield (
                "table",
                {
                    "first_row_is_table_header": True,
                    "first_col_is_header": True,
                    "table_header_choice": "both",
                    "table_caption": value["caption"],
                    "data": [value["columns"], *value["rows"]],
                },
            )
        case "steps" | "contact":
            yield name, value
        case "choices":
            yield name, value | {"choices": [_renamed(entry, to="address") for entry in value["choices"]]}


def _section(entry: dict[str, Any], source: BySlug) -> dict[str, Any]:
    where = f"The section “{entry['heading']}”"
    return {
        "heading": entry["heading"],
        "text": rich_text(paragraphs(entry.get("words"))) + bullet_list(entry.get("items", [])),
        "link": _renamed(entry.get("link", {}), to="address"),
        "source": source(entry["source"], where) if "source" in entry else None,
        "demonstration": entry.get("demonstration", False),
    }


def _figure(entry: dict[str, Any], source: BySlug) -> dict[str, Any]:
    return {
        "figure": entry["figure"],
        "what": entry["what"],
        "source": source(entry["source"], f"The figure {entry['figure']}"),
        "dated": entry["date"],
    }


def _renamed(entry: dict[str, Any], **names: str) -> dict[str, Any]:
    """``entry`` with keys called as the block calls them."""
    return {names.get(key, key): value for key, value in entry.items()}
