"""Words: running text and the sentence that is set large."""

from wagtail import blocks

PROSE = ["h2", "h3", "bold", "italic", "link", "document-link", "ul", "ol"]
PREVIEW = "blocks/preview.html"


class TextBlock(blocks.RichTextBlock):
    """Paragraphs with headings, lists and links."""

    def __init__(self, required: bool = True, **kwargs: object) -> None:
        kwargs.setdefault("features", PROSE)
        super().__init__(required=required, **kwargs)

    class Meta:
        icon = "pilcrow"
        label = "Text"
        description = "Paragraphs with headings, lists and links."
        preview_template = PREVIEW
        preview_value = (
            "<p>A pathologist reads tissue on glass. Scan it, and the same tissue can be read in another town.</p>"
            "<h2>Why it sits well in Leeds</h2><ul><li>Seven hospitals</li><li>Three universities</li></ul>"
        )


class QuotationBlock(blocks.StructBlock):
    words = blocks.CharBlock(max_length=240, help_text="One sentence from the story, or what somebody said.")
    speaker = blocks.CharBlock(
        required=False,
        max_length=160,
        help_text="Who said it, such as: Ada Broadbent, research nurse. Empty: nobody is named.",
    )

    class Meta:
        icon = "openquote"
        label = "Quotation"
        description = "A sentence set large between two lines. At most one a screen."
        template = "blocks/quotation.html"
        preview_template = PREVIEW
        preview_value = {
            "words": "We had built it for a shoe that none of our users owned.",
            "speaker": "Winston Blake",
        }
