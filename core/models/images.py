"""The village's pictures: Wagtail's image with a required description and a credit."""

from django.db import models
from wagtail.images.models import AbstractImage, AbstractRendition, Image


class VillageImage(AbstractImage):
    credit = models.CharField(max_length=255, blank=True, help_text="Who made the picture, where it must be named.")
    demonstration = models.BooleanField(default=False, help_text="Tick for drawings made for the demonstration.")

    admin_form_fields = (*Image.admin_form_fields, "credit", "demonstration")

    class Meta(AbstractImage.Meta):
        verbose_name = "picture"


class VillageRendition(AbstractRendition):
    image = models.ForeignKey(VillageImage, on_delete=models.CASCADE, related_name="renditions")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["image", "filter_spec", "focal_point_key"], name="core_one_rendition_a_filter"
            )
        ]
