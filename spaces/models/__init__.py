from .allowance import Allowance, AllowanceAccount, AllowanceEntry, AllowanceTier, TenantTerms
from .booking import Allocation, Booking, BookingLetter, BookingLogEntry, SpaceCalendar, Visitor
from .gate import Credential, Gate
from .hours import OpeningDay, OpeningHours
from .index_page import SpaceIndexPage
from .place import AccessFeature, Area, Floor, Unit
from .series import Occurrence, Series
from .space import SpacePage

__all__ = [
    "AccessFeature",
    "Allocation",
    "Allowance",
    "AllowanceAccount",
    "AllowanceEntry",
    "AllowanceTier",
    "Area",
    "Booking",
    "BookingLetter",
    "BookingLogEntry",
    "Credential",
    "Floor",
    "Gate",
    "Occurrence",
    "OpeningDay",
    "OpeningHours",
    "Series",
    "SpaceCalendar",
    "SpaceIndexPage",
    "SpacePage",
    "TenantTerms",
    "Unit",
    "Visitor",
]
