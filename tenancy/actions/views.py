"""Filters of a list are kept under a name, renamed, opened with, and taken away: by whose they are."""

from collections.abc import Collection

from django.db import transaction
from django.http import QueryDict

from accounts.models import User
from tenancy import history
from tenancy.choices import ListOf
from tenancy.models import SavedView
from tenancy.policies import may_work

from .refusals import Unfit, once, require

NAMELESS = "Give the view a name."
LONGEST_NAME = 60
FILTERS: dict[str, tuple[str, ...]] = {
    ListOf.ACCOUNTS: ("q", "tier", "manager", "state", "need", "silent"),
    ListOf.REQUESTS: ("owner", "need", "late"),
}


@transaction.atomic
def keep_view(*, of: str, name: str, query: str, by: User, is_default: bool = False) -> SavedView:
    """What is in the address now, under ``name``; a view of that name shows this from then on.

    Raises PermissionDenied and Unfit.
    """
    require(may_work(by))
    name, kept = _named(name), _filters_of(query, FILTERS[ListOf(of)])
    view = SavedView.objects.filter(user=by, of=of, name__iexact=name).first() or SavedView(user=by, of=of)
    view.name, view.query = name, kept
    with history.by(user=by), once(field="name"):
        view.save()
    if is_default:
        open_with(view=view, by=by)
    return view


@transaction.atomic
def rename_view(*, view: SavedView, name: str, by: User) -> None:
    """Raises PermissionDenied and Unfit."""
    require(_may_change(view, by))
    name = _named(name)
    if SavedView.objects.filter(user=by, of=view.of, name__iexact=name).exclude(pk=view.pk).exists():
        raise Unfit(f"You have a view “{name}” already. Choose another name, or take that one away first.")
    with history.by(user=by), once(field="name"):
        view.name = name
        view.save(update_fields=["name"])


@transaction.atomic
def open_with(*, view: SavedView, by: User, on: bool = True) -> None:
    """Have the list open with ``view``, and with no other; or with everything again. Raises PermissionDenied."""
    require(_may_change(view, by))
    with history.by(user=by), once():
        for other in SavedView.objects.filter(user=by, of=view.of, is_default=True).exclude(pk=view.pk):
            other.is_default = False
            other.save(update_fields=["is_default"])
        view.is_default = on
        view.save(update_fields=["is_default"])


@transaction.atomic
def remove_view(*, view: SavedView, by: User) -> None:
    """With its history: nobody has to account for it. Raises PermissionDenied."""
    require(_may_change(view, by))
    history.erase(view)


def _may_change(view: SavedView, user: User) -> str:
    return may_work(user) or ("" if view.user_id == user.pk else "This view is somebody else’s.")


def _named(name: str) -> str:
    name = " ".join(name.split())
    if not name:
        raise Unfit(NAMELESS, field="name")
    if len(name) > LONGEST_NAME:
        raise Unfit(f"At most {LONGEST_NAME} characters: it stands in a line with others.", field="name")
    return name


def _filters_of(query: str, names: Collection[str]) -> str:
    """Of an address the filters of this list alone, those that say something."""
    said, kept = QueryDict(query[:2000]), QueryDict(mutable=True)
    for name in names:
        if value := said.get(name, "").strip():
            kept[name] = value
    if len(kept.urlencode()) > 500:
        raise Unfit("This is too long to be kept. Search for fewer words.", field="name")
    return kept.urlencode()
