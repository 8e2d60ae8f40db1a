"""What each target has come to, on any day and as it was known at any time; and the rows that make it up."""

from .evidence import Line, entries_of, export_rows, figures_of
from .ledger import Ledger
from .snapshots import Checked, checked_quarter, hashes_of, last_signed, quarters_to_sign, signed_quarters
from .standing import FEW, Standing, standing_of, standings

__all__ = [
    "FEW",
    "Checked",
    "Ledger",
    "Line",
    "Standing",
    "checked_quarter",
    "entries_of",
    "export_rows",
    "figures_of",
    "hashes_of",
    "last_signed",
    "quarters_to_sign",
    "signed_quarters",
    "standing_of",
    "standings",
]
