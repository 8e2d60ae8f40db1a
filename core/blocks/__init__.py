"""The parts that editors build pages from; none knows a noun of the domain.

Home's own parts, which name sources and organisations, are in ``home.blocks``. Together they are ten: an editor who looks
for a part should find it without reading a list.
"""

from .layout import ChoicesBlock, ContactBlock, NoticeBlock, StepsBlock, TableBlock
from .links import LinkBlock, TargetBlock
from .media import PictureBlock
from .text import QuotationBlock, TextBlock

__all__ = [
    "ChoicesBlock",
    "ContactBlock",
    "LinkBlock",
    "NoticeBlock",
    "PictureBlock",
    "QuotationBlock",
    "StepsBlock",
    "TableBlock",
    "TargetBlock",
    "TextBlock",
]
