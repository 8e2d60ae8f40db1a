"""What the CMS does not delete: spaces, and what they draw on, that somebody booked, passed, spent or drew.

Imported by ``spaces.wagtail_hooks``, which is where Wagtail looks.
"""

from collections.abc import Sequence
from typing import Any, TypeVar

from django.db.models import PROTECT, Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from wagtail import hooks
from wagtail.admin import messages

from directory.models import Place
from spaces.models import Allowance, Gate, OpeningHours, SpacePage, Unit

Kept = TypeVar("Kept", bound=Model)

WHY: dict[type[Model], str] = {
    SpacePage: "people have booked it, or an event is held in it, and that would be lost. "
    "Unpublish it instead: what is booked stays, and nothing new can be.",
    Unit: "people have booked it, and their bookings would be lost. "
    "Take it off its spaces instead: then nobody can book it any more.",
    Gate: "people have passed it, and the record of that would be lost. "
    "Take it off the spaces that ask for it instead.",
    Allowance: "spaces count towards it, or tenants have an account of it that would be lost. "
    "Take it off the spaces that count towards it instead.",
    Place: "its floors stand in the plan, with their rooms and desks. "
    "Delete its floors first: spaces stay, but are on no plan until they have another floor.",
    OpeningHours: "there are spaces that keep these hours. Give them other hours first.",
}


@hooks.register("before_delete_page")
def refuse_to_delete(request: HttpRequest, page: Any) -> HttpResponse | None:
    kept = _kept_below(page)
    if kept is None:
        return None
    messages.error(request, _why_not(kept, kept.get_admin_display_title()))
    return redirect("wagtailadmin_explore", page.get_parent().pk)


@hooks.register("before_bulk_action")
def refuse_to_delete_many(request: HttpRequest, action_type: str, objects: Any, action: Any) -> HttpResponse | None:
    if action_type != "delete" or not objects or not hasattr(objects[0], "path"):
        return None
    for page in objects:
        if kept := _kept_below(page):
            messages.error(request, f"Nothing was deleted. {_why_not(kept, kept.get_admin_display_title())}")
            return redirect("wagtailadmin_explore", page.get_parent().pk)
    return None


@hooks.register("before_delete_snippet")
def refuse_to_delete_listed(request: HttpRequest, objects: Sequence[Model]) -> HttpResponse | None:
    """Of one list, one or several."""
    if not objects or type(objects[0]) not in WHY:
        return None
    model: Any = type(objects[0])
    kept = _kept(model.objects.filter(pk__in=[one.pk for one in objects]))
    if kept is None:
        return None
    nothing = "Nothing was deleted. " if len(objects) > 1 else ""
    messages.error(request, f"{nothing}{_why_not(kept, str(kept))}")
    return redirect(reverse(model.snippet_viewset.get_url_name("list")))


def _kept_below(page: Any) -> SpacePage | None:
    """``page`` or a space below it that can't go."""
    return _kept(SpacePage.objects.filter(path__startswith=page.path))


def _kept(found: QuerySet[Kept, Kept]) -> Kept | None:
    """The first that the database would not let go, because something holds on to it; also what an app above ours adds."""
    for relation in found.model._meta.related_objects:
        if relation.on_delete is PROTECT and (kept := found.filter(**{f"{relation.name}__isnull": False}).first()):
            return kept
    return None


def _why_not(kept: Model, name: str) -> str:
    return f"“{name}” can’t be deleted: {WHY[type(kept)]}"
