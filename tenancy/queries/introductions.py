"""What one side of an introduction may know of the other, before both have agreed and after."""

from tenancy.choices import Answer, Confidentiality
from tenancy.models import Introduction


def named_to_partner(introduction: Introduction) -> str:
    """The company’s name for the partner to read; empty until both have agreed, unless it may be described by name."""
    is_open = introduction.request.confidentiality == Confidentiality.OPEN
    both = introduction.tenant_answer == introduction.partner_answer == Answer.GIVEN
    return introduction.request.account.name if is_open or both else ""
