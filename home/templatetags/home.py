"""Tags of the story templates."""

import re
from typing import Any

from django import template
from django.utils.safestring import SafeString, mark_safe

register = template.Library()

FIRST_PARAGRAPH = re.compile(r"<p\b")


@register.simple_tag
def standfirst(text: Any) -> SafeString:
    """``{% standfirst block.value %}``: rich text whose first paragraph is set larger, as a story begins."""
    return mark_safe(FIRST_PARAGRAPH.sub('<p class="v-first"', str(text), count=1))
