"""Somebody’s own views of a list."""

from accounts.models import User
from tenancy.models import SavedView


def kept(viewer: User, of: str) -> list[SavedView]:
    return list(SavedView.objects.visible_to(viewer).filter(of=of))
