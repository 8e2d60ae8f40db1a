"""Parts of pages that name sources, and the doors and rooms of the home page. Parts of any page are in ``core.blocks``."""

from wagtail import blocks
from wagtail.snippets.blocks import SnippetChooserBlock

from core.blocks import (
    ChoicesBlock,
    ContactBlock,
    LinkBlock,
    NoticeBlock,
    PictureBlock,
    QuotationBlock,
    StepsBlock,
    TableBlock,
    TargetBlock,
    TextBlock,
)
from home.choices import DoorIcon

PREVIEW = "blocks/preview.html"
SOURCE = "directory.Source"


class FigureBlock(blocks.StructBlock):
    figure = blocks.CharBlock(max_length=20, help_text="The number as it is shown, such as: £160m.")
    what = blocks.CharBlock(max_length=160, help_text="What it counts, such as: healthtech companies in the city.")
    source = SnippetChooserBlock(SOURCE, required=False, help_text="The document in which it was read.")
    dated = blocks.CharBlock(
        required=False,
        max_length=120,
        help_text="What the figure is of, such as: April 2020 to March 2025. Empty: the source's date.",
    )

    class Meta:
        icon = "decimal"
        label = "Figure"
        description = "A number with its source and date."
        template = "home/blocks/figure.html"
        preview_template = PREVIEW
        preview_value = {"figure": "144", "what": "healthtech companies in the city", "dated": "Prospectus, undated"}


class FiguresBlock(blocks.StructBlock):
    heading = blocks.CharBlock(required=False, max_length=120)
    figures = blocks.ListBlock(FigureBlock(), min_num=1, max_num=4)

    class Meta:
        icon = "decimal"
        label = "Figures"
        description = "One to four numbers, each with its source and date."
        template = "home/blocks/figures.html"
        preview_template = PREVIEW
        preview_value = {
            "figures": [
                {"figure": "144", "what": "healthtech companies in the city", "dated": "Prospectus, undated"},
                {"figure": "£160m", "what": "healthtech and digital tech Investment Zone", "dated": "2025"},
            ]
        }


class SectionBlock(blocks.StructBlock):
    heading = blocks.CharBlock(max_length=120)
    text = TextBlock(features=["h3", "bold", "italic", "link", "document-link", "ul", "ol"])
    link = LinkBlock(required=False)
    source = SnippetChooserBlock(
        SOURCE, required=False, help_text="The document that says so. Shown under the section."
    )
    demonstration = blocks.BooleanBlock(
        required=False, help_text="Tick when this section is invented. Readers see a mark."
    )

    class Meta:
        icon = "title"
        label = "Section"
        description = "A heading with its text, where it was read, and one link."
        template = "home/blocks/section.html"
        preview_template = PREVIEW
        preview_value = {
            "heading": "A first building",
            "text": "<p>From 2027 the listed building is to hold laboratories, desks, meeting rooms and event space.</p>",
            "link": {"words": "Read about the Old Medical School", "address": "/old-medical-school/"},
        }


class DoorBlock(TargetBlock):
    icon = blocks.ChoiceBlock(choices=DoorIcon.choices, default=DoorIcon.MEET)
    title = blocks.CharBlock(max_length=60, help_text="Who comes in here, such as: An investor.")
    words = blocks.CharBlock(max_length=160, help_text="One sentence: what they get.")

    class Meta:
        icon = "user"
        label = "Door"
        template = "home/blocks/door.html"
        preview_template = PREVIEW
        preview_value = {
            "icon": "growth",
            "title": "An investor",
            "words": "Companies and spin-outs by stage and sector.",
            "address": "/directory/",
        }


class RoomBlock(TargetBlock):
    title = blocks.CharBlock(max_length=60, help_text="Such as: Meeting rooms.")
    words = blocks.CharBlock(max_length=80, help_text="One fact, such as: 4 to 16 seats, hybrid.")

    class Meta:
        icon = "home"
        label = "Room"
        template = "home/blocks/room.html"
        preview_template = PREVIEW
        preview_value = {"title": "Meeting rooms", "words": "4 to 24 seats", "address": "/directory/"}


def content_blocks() -> list[tuple[str, blocks.Block]]:
    """What a content page is built from."""
    return [
        ("section", SectionBlock()),
        ("figures", FiguresBlock()),
        ("picture", PictureBlock()),
        ("notice", NoticeBlock()),
        ("table", TableBlock()),
        ("steps", StepsBlock()),
        ("choices", ChoicesBlock()),
        ("contact", ContactBlock()),
    ]


def story_blocks() -> list[tuple[str, blocks.Block]]:
    """What a story is told with."""
    return [
        ("text", TextBlock()),
        ("quotation", QuotationBlock()),
        ("picture", PictureBlock()),
        ("figures", FiguresBlock()),
        ("table", TableBlock()),
        ("notice", NoticeBlock()),
    ]
