from io import BytesIO

import pytest
from bs4 import BeautifulSoup
from django.core.cache import cache
from django.core.files.base import ContentFile
from PIL import Image

from core.models import VillageImage
from core.pictures import alternative, picture, specs
from tests.assertions import assert_no_inline_code


@pytest.fixture
def drawing(db, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    cache.clear()  # Wagtail keeps renditions by the id of the picture, which other tests have used before
    file = BytesIO()
    Image.new("RGB", (1600, 1200), "#0b4f4a").save(file, "png")
    return VillageImage.objects.create(
        title="IMG_0001.png",
        description="The hall",
        file=ContentFile(file.getvalue(), "hall.png"),
        focal_point_x=100,
        focal_point_y=100,
        focal_point_width=10,
        focal_point_height=10,
    )


def test_picture_offers_formats_and_widths_and_keeps_its_place(drawing):
    page = BeautifulSoup(picture(drawing, "fill-640x360", sizes="50vw"), "html.parser")

    sources = {source["type"]: source for source in page.find_all("source")}
    assert list(sources) == ["image/avif", "image/webp"]
    assert {source["sizes"] for source in sources.values()} == {"50vw"}
    for source in sources.values():
        assert [entry.split()[1] for entry in source["srcset"].split(", ")] == ["320w", "640w", "1280w"]
    assert (page.img["width"], page.img["height"], page.img["alt"]) == ("640", "360", "The hall")
    assert page.img["loading"] == "lazy"
    assert_no_inline_code(page)


def test_first_picture_of_a_page_is_not_put_off(drawing):
    page = BeautifulSoup(picture(drawing, "width-800", lazy=False, css_class="v-pic"), "html.parser")

    assert page.img.get("loading") is None
    assert page.img["fetchpriority"] == "high"
    assert page.img["class"] == ["v-pic"]


def test_small_original_is_not_enlarged(drawing):
    page = BeautifulSoup(picture(drawing, "width-1200"), "html.parser")

    assert [entry.split()[1] for entry in page.source["srcset"].split(", ")] == ["600w", "1200w", "1600w"]


def test_many_pictures_are_fetched_in_two_queries(drawing, django_assert_num_queries):
    picture(drawing, "fill-640x360")
    cache.clear()

    with django_assert_num_queries(2):
        for image in VillageImage.objects.prefetch_renditions(*specs("fill-640x360")):
            picture(image, "fill-640x360")


def test_alternative_is_never_the_file_name(drawing):
    drawing.description = ""
    assert alternative(drawing) == ""

    drawing.contextual_alt_text = "People in the hall"
    assert alternative(drawing) == "People in the hall"

    drawing.contextual_alt_text = ""  # marked as decorative where it is used
    drawing.description = "The hall"
    assert alternative(drawing) == ""


def test_lost_file_leaves_no_broken_picture(drawing):
    drawing.file.storage.delete(drawing.file.name)

    assert picture(drawing, "fill-320x180") == ""
    assert picture(None, "fill-320x180") == ""


def test_unknown_shape_names_the_two_there_are():
    with pytest.raises(ValueError, match="fill-WIDTHxHEIGHT or width-WIDTH, not “max-3x3”"):
        specs("max-3x3")
