"""The drawings: each with what it shows, in words, and the point that stays in sight when it is cropped."""

from collections.abc import Callable
from typing import Any

from django.core.files.images import ImageFile

from core.models import VillageImage

from .files import folder

CREDIT = "Drawn for the demonstration"
FOCUS = 0.25  # side of the square around the focal point, as a part of the picture's height


def load_pictures(entries: list[dict[str, Any]], done: Callable[[], None]) -> dict[str, VillageImage]:
    """Add the pictures that are missing, and return all of them by name."""
    found = {picture.title: picture for picture in VillageImage.objects.filter(credit=CREDIT)}
    for entry in entries:
        if entry["name"] not in found:
            found[entry["name"]] = _create(entry)
        done()
    return found


def _create(entry: dict[str, Any]) -> VillageImage:
    name = entry["name"]
    with (folder() / "pictures" / f"{name}.webp").open("rb") as file:
        picture = VillageImage(
            title=name,
            file=ImageFile(file, name=f"{name}.webp"),
            description=entry["alt"],
            credit=CREDIT,
            demonstration=True,
        )
        side = round(picture.height * FOCUS)
        picture.focal_point_x = round(picture.width * entry["focal"]["x"] / 100)
        picture.focal_point_y = round(picture.height * entry["focal"]["y"] / 100)
        picture.focal_point_width = picture.focal_point_height = side
        picture.save()
    picture.tags.add(*entry["keywords"])
    return picture
