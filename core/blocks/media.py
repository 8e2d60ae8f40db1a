"""Pictures inside text."""

from typing import Any

from wagtail import blocks
from wagtail.images.blocks import ImageBlock

from core.models import VillageImage

from .text import PREVIEW


class PictureBlock(blocks.StructBlock):
    """``ImageBlock`` refuses a picture that has neither alternative text nor the mark that it only decorates."""

    picture = ImageBlock()
    caption = blocks.CharBlock(required=False, max_length=240, help_text="Shown under the picture.")

    class Meta:
        icon = "image"
        label = "Picture"
        description = "A picture as wide as the text, with a caption."
        template = "blocks/picture.html"
        preview_template = PREVIEW

    def get_preview_value(self) -> Any:
        picture = VillageImage.objects.order_by("pk").first()
        value = {"image": picture, "alt_text": picture.description} if picture else None
        return self.normalize({"picture": value, "caption": "The staircase of the Old Medical School"})

    @property
    def is_previewable(self) -> bool:
        return True
