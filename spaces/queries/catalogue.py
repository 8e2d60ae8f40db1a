"""The spaces that anybody may see, and what stands together with what. Who has booked them is not asked here."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from core.models import VillageImage
from core.pictures import specs
from core.visibility import public
from spaces.models import Gate, SpacePage, Unit

CARD_SHAPE, CARD_WIDTHS = "fill-480x320", (240, 480)


def public_spaces() -> list[SpacePage]:
    """In the order of the page tree, each with its floor and its access features."""
    spaces = public(SpacePage.objects.all()).select_related("floor").prefetch_related("access_features")
    return list(spaces.order_by("path"))


def spaces_with_units() -> list[SpacePage]:
    """The same with the units of each: what stands where, and what shares a room with what."""
    return list(public(SpacePage.objects.all()).prefetch_related("units").order_by("path"))


def with_covers(spaces: Sequence[SpacePage]) -> list[SpacePage]:
    """``spaces`` with the pictures that a list shows: two statements for all of them."""
    pictures = VillageImage.objects.prefetch_renditions(*specs(CARD_SHAPE, CARD_WIDTHS))
    found = pictures.in_bulk({space.cover_id for space in spaces if space.cover_id})
    for space in spaces:
        space.cover = found.get(space.cover_id)
    return list(spaces)


@dataclass(frozen=True)
class Around:
    """Other spaces over the same units: a booking of one keeps the others from being booked."""

    parts: list[SpacePage] = field(default_factory=list)  # it is made of them
    wholes: list[SpacePage] = field(default_factory=list)  # it is a part of them
    others: list[SpacePage] = field(default_factory=list)  # that share something with it


def around(space: SpacePage, units: Sequence[Unit], spaces: Iterable[SpacePage]) -> Around:
    """Those of ``spaces``, which come with their units, that share one of ``units`` with ``space``."""
    own = {unit.pk for unit in units}
    found = Around()
    for other in spaces if not space.is_pool else ():
        has = {unit.pk for unit in other.units.all()}
        if other.pk != space.pk and has & own:
            group = found.wholes if has > own else found.parts if has < own else found.others
            group.append(other)
    return found


def gates_of(space: SpacePage) -> list[Gate]:
    """What somebody needs before they book ``space``, and before that what comes first."""
    found: dict[int, Gate] = {}
    for gate in space.gates.prefetch_related("needs"):
        for needed in (*gate.needs.all(), gate):
            found.setdefault(needed.pk, needed)
    return list(found.values())
