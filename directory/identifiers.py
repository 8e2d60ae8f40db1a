"""Identifiers of organisations: how each register writes them and how to see a slip of the pen.

Formats: Companies House (8 characters, digits or two letters and six digits), Charity Commission for England and Wales
(6 or 7 digits, a linked charity after a hyphen), ODS (3 to 10 capitals and digits), UKPRN (8 digits from 1), ROR (0 and
8 characters of Crockford's base 32, the last two an ISO 7064 check), LEI (ISO 17442, 20 characters with a check).
"""

import re
from collections.abc import Callable

from django.core.exceptions import ValidationError
from stdnum import lei
from stdnum.exceptions import ValidationError as NumberError

from directory.choices import IdentifierScheme

CROCKFORD = "0123456789abcdefghjkmnpqrstvwxyz"


def _companies_house(value: str) -> str | None:
    value = value.upper()
    if value.isdigit() and len(value) < 8:
        value = value.zfill(8)  # registers and people drop the leading noughts
    return value if re.fullmatch(r"\d{8}|[A-Z]{2}\d{6}", value) else None


def _charity(value: str) -> str | None:
    return value if re.fullmatch(r"\d{6,7}(-\d{1,3})?", value) else None


def _ods(value: str) -> str | None:
    value = value.upper()
    return value if re.fullmatch(r"[A-Z0-9]{3,10}", value) else None


def _ukprn(value: str) -> str | None:
    return value if re.fullmatch(r"1\d{7}", value) else None


def _ror(value: str) -> str | None:
    value = re.sub(r"^(https?://)?ror\.org/", "", value.lower())
    if not re.fullmatch(rf"0[{CROCKFORD}]{{6}}\d{{2}}", value):
        return None
    number = 0
    for character in value[:-2]:
        number = number * 32 + CROCKFORD.index(character)
    return value if int(value[-2:]) == 98 - (number * 100) % 97 else None


def _lei(value: str) -> str | None:
    try:
        return str(lei.validate(value))
    except NumberError:
        return None


FORMATS: dict[str, tuple[Callable[[str], str | None], str]] = {
    IdentifierScheme.COMPANIES_HOUSE: (_companies_house, "8 digits, or two letters and 6 digits, such as 09506232"),
    IdentifierScheme.CHARITY: (_charity, "6 or 7 digits, such as 1075308"),
    IdentifierScheme.ODS: (_ods, "3 to 10 capital letters and digits, such as RR8"),
    IdentifierScheme.UKPRN: (_ukprn, "8 digits that begin with 1, such as 10007795"),
    IdentifierScheme.ROR: (_ror, "0, six letters or digits and two check digits, such as 024mrxd33"),
    IdentifierScheme.LEI: (_lei, "20 letters and digits with two check digits"),
}


def normalise_identifier(scheme: str, value: str) -> str:
    """Return ``value`` as its register writes it.

    Raises ValidationError, with the format and an example, when it can't be an identifier of ``scheme``.
    """
    if scheme not in FORMATS:
        raise ValidationError(
            f"“{scheme}” is not a register we know. Choose one of: {', '.join(FORMATS)}.", code="scheme"
        )
    read, expected = FORMATS[scheme]
    normalised = read(re.sub(r"\s+", "", value))
    if normalised is None:
        label = IdentifierScheme(scheme).label
        raise ValidationError(f"“{value}” is not a {label}: expected {expected}.", code="identifier")
    return normalised
