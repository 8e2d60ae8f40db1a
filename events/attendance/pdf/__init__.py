"""Documents on paper: badges, a sheet to sign in on, certificates. Each takes plain values and gives the file's bytes."""

from .badges import badges
from .certificate import Stated, certificate
from .sign_in_sheet import sign_in_sheet

__all__ = ["Stated", "badges", "certificate", "sign_in_sheet"]
