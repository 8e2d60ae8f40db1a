"""The spaces of ``spaces.yaml`` with their pictures; on which terms tenants book, and what its people have passed."""

from datetime import date, timedelta

from django.contrib.auth import get_user_model

from core.models import VillageImage
from directory.choices import Role
from directory.importing.reports import CREATED, Report
from directory.models import OrganisationPage
from spaces.choices import SpaceKind, Tier
from spaces.importing.loading import load_spaces as load_file
from spaces.models import Credential, Gate, SpacePage, TenantTerms

from .files import folder

FILE = "spaces.yaml"
SMALL_ROOM = 6  # people
PICTURES = {
    SpaceKind.HOT_DESKS: "hot-desks",
    SpaceKind.MEETING_ROOM: "meeting-room-large",
    SpaceKind.COMBINED_ROOM: "combined-rooms",
    SpaceKind.LAB_BENCH: "lab-bench",
    SpaceKind.EVENT_SPACE: "event-hall",
}
PICTURES_OF = {
    "fluorescence-microscope": "equipment-microscope",
    "printer-3d": "equipment-3d-printer",
    "recording-room": "equipment-recording",
    "hall-two-thirds": "event-hall",
    "hall-middle-and-east": "event-hall",
    "hall-whole": "event-hall",
}
TIERS = {  # of the others: core
    "wharfelight": Tier.STRATEGIC,
    "ladderbridge": Tier.GROWTH,
    "pennywort": Tier.GROWTH,
    "sedgemire": Tier.GROWTH,
}
PASSED = {  # by the mailboxes of the demonstration's people
    "tenant": ("building-induction", "laboratory-induction", "risk-assessment"),
    "tenant-admin": (
        *("building-induction", "laboratory-induction", "risk-assessment"),
        *("containment-2", "microscope-training"),
    ),
}
PASSED_DAYS_AGO = 60


def load_spaces(pictures: dict[str, VillageImage]) -> Report:
    """Load the file, and give a picture to each space that is new."""
    report = load_file(FILE, (folder() / FILE).read_bytes())
    created = [change.slug for change in report.changes if change.what == CREATED]
    for space in SpacePage.objects.filter(slug__in=created):
        if picture := _picture(space):
            space.cover = pictures[picture]
            space.save_revision().publish()
    return report


def _picture(space: SpacePage) -> str:
    if space.kind == SpaceKind.MEETING_ROOM and space.capacity <= SMALL_ROOM:
        return "meeting-room-small"
    return PICTURES_OF.get(space.slug) or PICTURES.get(SpaceKind(space.kind), "")


def load_terms() -> None:
    """Every tenant has terms on which it books."""
    for tenant in OrganisationPage.objects.filter(role=Role.TENANT):
        tier = TIERS.get(tenant.slug, Tier.CORE)
        TenantTerms.objects.get_or_create(organisation=tenant, defaults={"tier": tier})


def load_credentials(today: date) -> None:
    """What the demonstration's tenants have passed, so that they can try benches; without them nobody has."""
    given_on = today - timedelta(days=PASSED_DAYS_AGO)
    for mailbox, slugs in PASSED.items():
        user = get_user_model().objects.filter(email=f"{mailbox}@village.example").first()
        for gate in Gate.objects.filter(slug__in=slugs) if user else ():
            expires_on = given_on + timedelta(days=gate.valid_days)
            dates = {"given_on": given_on, "expires_on": expires_on}
            Credential.objects.get_or_create(gate=gate, user=user, defaults=dates)
