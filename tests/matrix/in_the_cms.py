"""Every address of the CMS that is ours: views that we wrote, and the list of each thing that editors keep.

By the permissions that open a list, its forms and choosers open, which are Wagtail’s own; whatever else is Wagtail’s own is
asked in tests/structure/test_access.py.
"""

from collections.abc import Iterator
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver
from wagtail.admin.views.generic import IndexView

from tests.structure.house import apps_from_high_to_low

from .rows import DOOR, KEY, Args, Row
from .village import COMMS, EDITOR, NINE, SITE_ADMIN

ASKED = (*NINE, EDITOR)
PUBLISHERS = frozenset({COMMS, SITE_ADMIN})
WRITERS = PUBLISHERS | {EDITOR}


def ours() -> Iterator[str]:
    apps = set(apps_from_high_to_low())
    for route, view in _views(get_resolver().url_patterns):
        if not route.startswith("cms/") or route.endswith("/results/"):  # of the same view as the list
            continue
        while hasattr(view, "__wrapped__"):
            view = view.__wrapped__
        made = getattr(view, "view_class", view)
        model = getattr(view, "view_initkwargs", {}).get("model")
        is_list = isinstance(made, type) and issubclass(made, IndexView) and hasattr(model, "_meta")
        if made.__module__.partition(".")[0] in apps or (is_list and model._meta.app_label in apps):
            yield route


def _views(patterns: list[URLPattern | URLResolver], before: str = "") -> Iterator[tuple[str, Any]]:
    for pattern in patterns:
        route = before + str(pattern.pattern).removeprefix("^" if before else "")
        if isinstance(pattern, URLResolver):
            yield from _views(pattern.url_patterns, route)
        else:
            yield route, pattern.callback


def _at(opens: frozenset[str], *routes: str, of: str = "", answer: int = 200, args: Args | None = None) -> list[Row]:
    """``of``: what in the village they are about."""
    about = args or ((lambda village: [village.of[of].pk]) if of else (lambda village: []))
    return [Row(f"cms/{route}", opens, about, answer=answer) for route in routes]


BOOKINGS = "events/<int:event>/bookings/"
BOOKING = "events/bookings/<int:booking>/"
SENT = "directory/from-organisations/"
LISTS = {
    "directory": ("need", "stage", "kind", "sector", "theme", "place", "relationkind", "source"),
    "events": ("speaker", "audience"),
    "search": ("synonym", "synonym/add", "pinnedresult", "pinnedresult/add"),
    "spaces": ("openinghours", "accessfeature", "gate", "allowance", "floor", "unit"),
}
IN_THE_CMS = [
    # who books and comes
    *_at(DOOR, "reports/attendance/", "reports/past-events/", "events/needs/", "events/bookings/"),
    *_at(DOOR, BOOKINGS, f"{BOOKINGS}rules/", f"{BOOKINGS}add/", f"{BOOKINGS}needs/", of="event"),
    *_at(DOOR, f"{BOOKINGS}attendees.csv", f"{BOOKINGS}needs.csv", of="event", answer=405),  # asked for by a form
    *_at(DOOR, BOOKING, *(f"{BOOKING}{do}/" for do in ("change", "move", "hand-on", "approve")), of="event_booking"),
    *_at(DOOR, *(f"{BOOKING}{do}/" for do in ("refuse", "accept", "cancel", "erase")), of="event_booking"),
    *_at(DOOR, "events/needs/<int:need>/", answer=405, args=lambda village: [1]),
    # what is published
    *_at(PUBLISHERS, "directory/import/", "events/import/", "spaces/import/"),
    *_at(PUBLISHERS, *(f"{one}/import/review/" for one in ("directory", "events", "spaces")), answer=302),  # no file
    *_at(PUBLISHERS, "directory/import/<uuid:run>/", args=lambda village: [KEY]),
    *_at(PUBLISHERS, "directory/import/<uuid:run>/undo/", answer=405, args=lambda village: [KEY]),
    *_at(WRITERS, "events/<int:pk>/copy/", of="event"),
    *_at(PUBLISHERS, *(f"events/<int:pk>/{do}/" for do in ("repeat", "announce", "apply", "rooms")), of="event"),
    *_at(PUBLISHERS, SENT, "directory/needs-and-stages/"),
    *_at(PUBLISHERS, f"{SENT}changes/<int:pk>/", of="change"),
    *_at(PUBLISHERS, f"{SENT}claims/<int:pk>/", of="claim"),
    *_at(PUBLISHERS, "directory/organisations/<int:pk>/checked/", of="company"),
    *_at(PUBLISHERS, "reports/searches/"),
    *_at(PUBLISHERS, "reports/searches/forget/", answer=405),
    # what editors keep
    *_at(PUBLISHERS, *(f"snippets/{app}/{name}/" for app, names in LISTS.items() for name in names)),
    *_at(WRITERS, "events/", "organisations/", "spaces/"),
    *_at(frozenset({SITE_ADMIN}), "users/"),
]
# Whoever decides what organisations send us reads it there.
DECIDED_THERE = ("directory.Claim.", "directory.ProfileChange.")
