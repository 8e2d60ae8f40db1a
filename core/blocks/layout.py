"""Parts with a shape of their own: message, table, steps, choices, the person to ask."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.safestring import SafeString
from wagtail import blocks
from wagtail.contrib.table_block.blocks import TableBlock as WagtailTableBlock

from .links import TargetBlock
from .text import PREVIEW


class NoticeBlock(blocks.StructBlock):
    words = blocks.TextBlock(rows=2, max_length=400, help_text="One or two sentences.")
    tone = blocks.ChoiceBlock(
        choices=[("note", "Note"), ("good", "Good news"), ("warning", "Warning")],
        default="note",
        help_text="Colour and sign.",
    )

    class Meta:
        icon = "info-circle"
        label = "Notice"
        description = "One message that nobody should miss."
        template = "blocks/notice.html"
        preview_template = PREVIEW
        preview_value = {"words": "Please do not enter the details of real people.", "tone": "warning"}


class TableBlock(WagtailTableBlock):
    """A real table: it needs a caption and says which cells are headings, so that a screen reader can read it."""

    def __init__(self, required: bool = True, **kwargs: object) -> None:
        kwargs.setdefault("table_options", {"minSpareRows": 0, "startRows": 3, "startCols": 3, "contextMenu": True})
        super().__init__(required=required, **kwargs)

    def clean(self, value: dict[str, object]) -> dict[str, object]:
        cleaned: dict[str, object] = super().clean(value)
        if cleaned and not self.is_deferred_validation and not str(cleaned.get("table_caption") or "").strip():
            raise ValidationError("Give the table a caption: it says what the rows and columns are about.")
        return cleaned

    def render(self, value: dict[str, Any], context: dict[str, Any] | None = None) -> SafeString:
        """Hand each cell to the template with the heading of its column: on a phone a row is a list of both."""
        data = (value or {}).get("data") or []
        headings = data[0] if data and value.get("first_row_is_table_header") else []
        body = data[1:] if headings else data
        rows = [
            [(cell or "", headings[at] if at < len(headings) else "") for at, cell in enumerate(row)] for row in body
        ]
        rendered: SafeString = super().render(value, {**(context or {}), "rows": rows})
        return rendered

    class Meta:
        icon = "table"
        label = "Table"
        description = "Rows and columns with a caption. On a phone every row becomes a list."
        template = "blocks/table.html"
        preview_template = PREVIEW
        preview_value = {
            "first_row_is_table_header": True,
            "first_col_is_header": True,
            "table_caption": "Cookies that are needed when you sign in",
            "data": [["Name", "Why", "Until"], ["Session cookie", "It remembers who you are.", "You sign out."]],
        }


class StepBlock(blocks.StructBlock):
    title = blocks.CharBlock(max_length=80, help_text="When, or what, such as: Within two working days.")
    words = blocks.TextBlock(rows=2, max_length=400)


class StepsBlock(blocks.StructBlock):
    heading = blocks.CharBlock(max_length=120, help_text="Such as: What happens next.")
    steps = blocks.ListBlock(StepBlock(), min_num=2, max_num=8)
    demonstration = blocks.BooleanBlock(required=False, help_text="Tick when this is invented.")

    class Meta:
        icon = "list-ol"
        label = "Steps"
        description = "What happens one after the other."
        template = "blocks/steps.html"
        preview_template = PREVIEW
        preview_value = {
            "heading": "What happens next",
            "steps": [
                {"title": "At once", "words": "You get an e-mail with a reference number."},
                {"title": "Within two working days", "words": "A person writes or rings."},
            ],
        }


class ChoiceBlock(TargetBlock):
    title = blocks.CharBlock(max_length=80)
    words = blocks.CharBlock(max_length=200, help_text="One sentence that helps to choose.")

    class Meta:
        template = "blocks/choice.html"


class ChoicesBlock(blocks.StructBlock):
    heading = blocks.CharBlock(max_length=120, help_text="Such as: What is it about?")
    choices = blocks.ListBlock(ChoiceBlock(), min_num=2, max_num=12)

    class Meta:
        icon = "list-ul"
        label = "Choices"
        description = "Ways on, each with a sentence: the kinds of enquiry, for example."
        template = "blocks/choices.html"
        preview_template = PREVIEW
        preview_value = {
            "heading": "What is it about?",
            "choices": [
                {"title": "Space", "words": "A desk, a laboratory or rooms.", "address": "/contact/?kind=space"},
                {"title": "Investment", "words": "You invest, or look for somebody who does.", "address": "/contact/"},
            ],
        }


class ContactBlock(blocks.StructBlock):
    """Name, address and hours come from the village's settings, so that they are right on every page at once."""

    heading = blocks.CharBlock(max_length=120, default="Ask a person")
    note = blocks.CharBlock(
        required=False, max_length=240, help_text="Such as: No post yet. The building opens from 2027."
    )

    class Meta:
        icon = "user"
        label = "The person to ask"
        description = "The named person with e-mail, telephone and hours, from the village's settings."
        template = "blocks/contact.html"
        preview_template = PREVIEW
        preview_value = {"heading": "Ask a person", "note": "No post yet. The building opens from 2027."}
