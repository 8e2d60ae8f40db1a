"""Short stable codes that are stored, and the words that are shown for them."""

from datetime import timedelta

from django.db import models

# A profile is true for a year after somebody checked it; then it says so and sinks in the results.
CHECK_IS_GOOD_FOR = timedelta(days=365)


class Role(models.TextChoices):
    """What an organisation is to the village."""

    PARTNER = "partner", "Partner"
    TENANT = "tenant", "Tenant"
    COMPANY = "company", "Company"
    FUNDER = "funder", "Funder"


class MemberRole(models.TextChoices):
    """What a person is to their organisation."""

    MEMBER = "member", "Member"
    ADMIN = "admin", "Admin"


class ChangeState(models.TextChoices):
    """How a change that an organisation proposed for its profile stands."""

    WAITING = "waiting", "Waits for the village"
    RETURNED = "returned", "Sent back"
    APPROVED = "approved", "Approved"
    WITHDRAWN = "withdrawn", "Withdrawn"


class ClaimState(models.TextChoices):
    """How it stands with somebody who says that they belong to an organisation."""

    WAITING = "waiting", "Waits for the village"
    APPROVED = "approved", "Approved"
    REFUSED = "refused", "Refused"


class NameKind(models.TextChoices):
    ALIAS = "alias", "Also known as"
    FORMER = "former", "Former name"
    TRADING = "trading", "Trading name"
    LEGAL = "legal", "Legal name"


class IdentifierScheme(models.TextChoices):
    """Registers of organisations; the code of each is its code at org-id.guide."""

    COMPANIES_HOUSE = "GB-COH", "Companies House number"
    CHARITY = "GB-CHC", "Charity number (England and Wales)"
    ODS = "GB-NHS", "ODS code (NHS)"
    UKPRN = "GB-UKPRN", "UKPRN"
    ROR = "XI-ROR", "ROR"
    LEI = "XI-LEI", "LEI"


class Tone(models.TextChoices):
    """Colours of the tile; they follow the kind of an organisation, never its importance."""

    NHS = "nhs", "Faience green (NHS)"
    UNIVERSITY = "uni", "Oxblood (universities)"
    RESEARCH = "research", "Glaze green (research)"
    PUBLIC = "public", "Ink (public bodies)"
    NETWORK = "network", "Gold (networks)"
    ACCELERATOR = "accel", "Accelerators"
    MONEY = "money", "Investors"
    ADVISER = "adviser", "Advisers"
    PLACE = "place", "Property"
    COMPANY = "company", "Terracotta (companies)"
    PEOPLE = "people", "Charities and forums"


class TeamSize(models.TextChoices):
    ONE_TO_FOUR = "1-4", "1 to 4 people"
    FIVE_TO_NINE = "5-9", "5 to 9 people"
    TEN_TO_NINETEEN = "10-19", "10 to 19 people"
    TWENTY_TO_FORTY_NINE = "20-49", "20 to 49 people"
    FIFTY_OR_MORE = "50+", "50 people or more"


class ProgrammeStatus(models.TextChoices):
    ANNOUNCED = "announced", "Announced"
    PLANNED = "planned", "Planned"
    RUNNING = "running", "Running"
    ENDED = "ended", "Ended"


class CohortStatus(models.TextChoices):
    PLANNED = "planned", "Planned"
    OPEN = "open", "Open for applications"
    CLOSED = "closed", "Applications closed"
    RUNNING = "running", "Running"
    ALUMNI = "alumni", "Alumni"


class MembershipStatus(models.TextChoices):
    """Where a company stands in a cohort."""

    ENROLLED = "enrolled", "Enrolled"
    ALUMNI = "alumni", "Alumni"
    WITHDRAWN = "withdrawn", "Withdrawn"


# A hidden facet of the index, "<need>:<stage>" of real organisations: what the support navigator counts.
NEED_AT_STAGE = "need-at-stage"


class Group(models.TextChoices):
    """Whom places and spaces may be kept for; what somebody belongs to follows from their organisation."""

    TENANTS = "tenants", "Tenants"
    COHORT_MEMBERS = "cohort-members", "Companies of a running cohort"
    PARTNERS = "partners", "Partners"
    INVESTORS = "investors", "Investors"
