"""Invented bookings of spaces: four weeks that have passed, two that are to come, and one of each thing that can happen."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from zlib import crc32

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from directory.choices import Group, Role
from directory.models import OrganisationPage
from spaces.actions.allowances import spend
from spaces.actions.settling import allocate, approval_ends_at, note, place
from spaces.choices import BookingKind, BookingStatus, Confidentiality, SpaceKind
from spaces.fees import put_a_price
from spaces.models import Booking, SpacePage, TenantTerms
from spaces.queries.occupation import bookable
from spaces.rules import Refusal, Wish
from spaces.timetable import slots

from .bookings import FIRST, LAST, MEMBERS_OF

DAYS_PAST, DAYS_AHEAD = 28, 12
WORDS = (
    *("Weekly meeting", "Interview", "Reader study, planning", "Call with the regulator", "Board meeting"),
    *("Usability test", "Supplier visit", "Writing up", "Training for new people", "Workshop with a ward team"),
)
A_DAY = {  # how many try their luck on one day
    SpaceKind.HOT_DESKS: 7,
    SpaceKind.MEETING_ROOM: 4,
    SpaceKind.COMBINED_ROOM: 1,
    SpaceKind.LAB_BENCH: 2,
    SpaceKind.EVENT_SPACE: 1,
    SpaceKind.EQUIPMENT: 1,
}
HOW_MUCH_IS_SEEN = (Confidentiality.ORGANISATION, Confidentiality.OPEN, Confidentiality.BUSY)
ABSENT = 12  # one in so many does not come


def load_space_bookings(today: date) -> int:
    """Fill the weeks around ``today``, once. Nobody is written to. Returns how many were made."""
    if Booking.objects.of_people().exists():
        return 0
    tenants = list(OrganisationPage.objects.live().filter(role=Role.TENANT).order_by("slug"))
    spaces = [space for space in bookable().order_by("slug") if not space.is_by_the_day]
    if not tenants or not spaces:
        return 0
    with transaction.atomic():
        _load_own(spaces)
        for days in range(-DAYS_PAST, DAYS_AHEAD + 1):
            for space in spaces:
                for number in range(_tries(space, today + timedelta(days=days))):
                    _load_one(space, today + timedelta(days=days), number, tenants)
        _load_what_else_happens(spaces)
    return Booking.objects.of_people().count()


def _chance(*parts: object) -> int:
    """The same for the same words on every machine."""
    return crc32(" ".join(map(str, parts)).encode())


def _tries(space: SpacePage, day: date) -> int:
    most = A_DAY[SpaceKind(space.kind)]
    quieter = day.weekday() == 4 or space.kind in (SpaceKind.EVENT_SPACE, SpaceKind.COMBINED_ROOM)
    return _chance(space.slug, day, "tries") % (most + 1) // (1 + quieter)


def _load_one(space: SpacePage, day: date, number: int, tenants: list[OrganisationPage]) -> None:
    chance = _chance(space.slug, day, number)
    moments = list(slots(space, day))
    if len(moments) < 3:
        return
    length = min(max(space.min_minutes, 60 * (1 + chance % 3)), space.max_minutes)
    starts_at = moments[chance // 7 % max(1, len(moments) * 2 // 3)]
    ends_at = starts_at + timedelta(minutes=length - length % space.slot_minutes or space.slot_minutes)
    if ends_at > moments[-1] or starts_at.minute % 30:
        return
    tenant = tenants[chance // 11 % len(tenants)]
    name = f"{FIRST[chance // 13 % len(FIRST)]} {LAST[chance // 17 % len(LAST)]}"
    booking = _booking(space, starts_at, ends_at, name, f"{name.replace(' ', '.').lower()}@village.example", tenant)
    booking.words = WORDS[chance // 19 % len(WORDS)]
    booking.confidentiality = HOW_MUCH_IS_SEEN[chance // 23 % len(HOW_MUCH_IS_SEEN)]
    booking.people = min(space.capacity, 1 + chance // 29 % 6) if not space.is_pool else 1
    _keep(booking, is_absent=chance % ABSENT == 0)


def _booking(
    space: SpacePage, starts_at: datetime, ends_at: datetime, name: str, email: str, tenant: OrganisationPage | None
) -> Booking:
    return Booking(
        space=space,
        status=BookingStatus.CONFIRMED,
        starts_at=starts_at,
        ends_at=ends_at,
        name=name,
        email=email,
        organisation=tenant,
        groups=[Group.TENANTS.value] if tenant else [],
        created_at=min(timezone.now(), starts_at) - timedelta(days=3),
    )


def _keep(booking: Booking, *, is_absent: bool = False) -> bool:
    """Write it down where it is free, and take it from the allowance; what has passed was mostly checked in to."""
    now = timezone.now()
    packed = place(Wish(booking.space, booking.starts_at, booking.ends_at, booking.number), now)
    if packed is None:
        return False
    has_begun = booking.starts_at <= now
    if has_begun and not is_absent:
        booking.checked_in_at = booking.starts_at + timedelta(minutes=_chance(booking.email) % 12 - 4)
    released = has_begun and is_absent and booking.space.release_minutes
    if released:
        booking.status = BookingStatus.RELEASED
    booking.save()
    note(booking, "booked")
    if released:
        return True
    try:
        with transaction.atomic():
            spend(booking)
    except Refusal:
        booking.pays = True
        put_a_price(booking, again=True)
        booking.save(update_fields=["pays", "price", "rate", "fee"])
    allocate(booking, packed)
    return True


# ---- what the demonstration's people have, and one of each thing ----------------------------------------------------------
def _load_own(spaces: list[SpacePage]) -> None:
    """What somebody who signs in as a tenant sees as theirs."""
    tenant = OrganisationPage.objects.filter(slug=MEMBERS_OF).first()
    wanted = (
        ("tenant", "gallery-desks", 1, 1, 8, "Writing up"),
        ("tenant", "nidd", 2, 3, 1, "Interview"),
        ("tenant", "bench-3", 4, 4, 4, "Reader assembly"),
        ("tenant-admin", "ure", 3, 6, 2, "Board meeting"),
    )
    for mailbox, slug, days, slot, hours, words in wanted:
        user = User.objects.filter(email=f"{mailbox}@village.example").first()
        space = next((one for one in spaces if one.slug == slug), None)
        if tenant is None or user is None or space is None:
            continue
        for starts_at in _open_from(space, days, slot):
            ends_at = starts_at + timedelta(hours=hours)
            booking = _booking(space, starts_at, ends_at, user.get_full_name() or user.email, user.email, tenant)
            booking.user, booking.words = user, words
            if _keep(booking):
                break


def _open_from(space: SpacePage, days: int, slot: int) -> Iterator[datetime]:
    """A moment of the next open days, so many days ahead."""
    for ahead in range(days, days + 7):
        moments = list(slots(space, timezone.localdate() + timedelta(days=ahead)))
        if len(moments) > slot:
            yield moments[slot]


def _load_what_else_happens(spaces: list[SpacePage]) -> None:
    """A closure, a request that waits for an answer, and somebody who waits for a room."""
    by_slug = {space.slug: space for space in spaces}
    now = timezone.now()
    if derwent := by_slug.get("derwent"):
        for opens in _open_from(derwent, 15, 0):
            closure = _booking(derwent, opens, opens + timedelta(hours=9), "", "", None)
            closure.kind, closure.words, closure.confidentiality = (
                BookingKind.CLOSURE,
                "New carpet",
                Confidentiality.OPEN,
            )
            if _keep(closure):
                break
    if hall := by_slug.get("hall-west"):
        for starts_at in _open_from(hall, 20, 4):
            asked = _booking(hall, starts_at, starts_at + timedelta(hours=3), "Sorcha Metcalfe", "", None)
            asked.email, asked.words = "sorcha.metcalfe@village.example", "Open evening of a patients' group"
            asked.status, asked.expires_at, asked.people = BookingStatus.PENDING, approval_ends_at(now, starts_at), 55
            if _keep(asked):
                break
    taken = Booking.objects.filter(space__slug="ure", status=BookingStatus.CONFIRMED, starts_at__gt=now).first()
    terms = TenantTerms.objects.exclude(organisation__slug=MEMBERS_OF).select_related("organisation").first()
    if taken and terms:
        waiting = _booking(
            taken.space, taken.starts_at, taken.ends_at, "Kofi Lofthouse", "kofi.lofthouse@village.example", None
        )
        waiting.organisation, waiting.status, waiting.waiting_since = terms.organisation, BookingStatus.WAITING, now
        waiting.save()
        note(waiting, "went on the waiting list")
