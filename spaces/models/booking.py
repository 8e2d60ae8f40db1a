"""PRIVATE: who has which space, and when. Plain tables beside the pages.

That no unit is taken twice is held by the database itself (see ``guard``): nothing here checks it.
"""

from datetime import timedelta
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils import timezone

from core.references import MOST_SIGNS, new_reference
from spaces.choices import EXPIRING, HOLDING, LIVE, BookingKind, BookingStatus, Confidentiality


class BookingQuerySet(models.QuerySet["Booking"]):
    def live(self) -> "BookingQuerySet":
        return self.filter(status__in=LIVE)

    def holding(self) -> "BookingQuerySet":
        return self.filter(status__in=HOLDING)

    def waiting(self) -> "BookingQuerySet":
        """In the order in which they are served."""
        return self.filter(status=BookingStatus.WAITING).order_by("waiting_since", "pk")

    def of_people(self) -> "BookingQuerySet":
        """Not closures, nor what is held for an event."""
        return self.filter(kind=BookingKind.BOOKING)


class Booking(models.Model):
    """One space for one stretch of time. The units it has are those of its active allocations."""

    space = models.ForeignKey("spaces.SpacePage", on_delete=models.PROTECT, related_name="bookings")
    kind = models.CharField(max_length=8, choices=BookingKind, default=BookingKind.BOOKING)
    reference = models.CharField(max_length=MOST_SIGNS, unique=True, default=new_reference, editable=False)
    nonce = models.UUIDField(default=uuid4, editable=False)  # signed with every link; a new one ends those before
    key = models.UUIDField(unique=True, default=uuid4, editable=False)  # of the form: sent twice it is one booking
    status = models.CharField(max_length=9, choices=BookingStatus)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    number = models.PositiveSmallIntegerField("how many", default=1)  # units, of a pool
    people = models.PositiveSmallIntegerField(default=1)
    waits_for = models.ForeignKey(  # the very desk; of one who has it, the allocation says so
        "spaces.Unit", null=True, blank=True, editable=False, on_delete=models.SET_NULL, related_name="+"
    )
    words = models.CharField("what for", max_length=160, blank=True)
    confidentiality = models.CharField(max_length=12, choices=Confidentiality, default=Confidentiality.ORGANISATION)

    name = models.CharField(max_length=120, blank=True)
    email = models.EmailField("e-mail address", blank=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="space_bookings"
    )
    made_by = models.ForeignKey(  # who booked it for somebody else
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    organisation = models.ForeignKey(  # whose allowance it is
        "directory.OrganisationPage", null=True, blank=True, on_delete=models.SET_NULL, related_name="space_bookings"
    )
    pays = models.BooleanField("is paid for", default=False)  # an invoice follows; not where it was cancelled in time
    # Nor where one of us made it free of charge; its log says why.
    waived = models.BooleanField(default=False, editable=False)
    price = models.CharField(
        max_length=200, blank=True, editable=False
    )  # of what is paid for: as it was when it was booked
    rate = models.JSONField(null=True, editable=False)  # the same in numbers: see ``fees``
    fee = models.DecimalField(max_digits=9, decimal_places=2, null=True, editable=False)  # in pounds; None: words alone
    groups = models.JSONField(default=list, blank=True)  # to which they belonged when they asked
    series = models.ForeignKey(
        "spaces.Series", null=True, blank=True, on_delete=models.SET_NULL, related_name="bookings"
    )

    created_at = models.DateTimeField(default=timezone.now, editable=False)
    waiting_since = models.DateTimeField(null=True, editable=False)
    expires_at = models.DateTimeField(null=True, editable=False)  # while it is pending or offered
    checked_in_at = models.DateTimeField(null=True, editable=False)
    sequence = models.PositiveIntegerField(default=0, editable=False)  # of its calendar entry
    reminded_of = models.DateTimeField(null=True, editable=False)
    purged_at = models.DateTimeField(null=True, editable=False)

    objects = BookingQuerySet.as_manager()

    class Meta:
        ordering = ["starts_at", "pk"]
        default_permissions = ()
        permissions = [("manage_bookings", "Can see who books spaces, and change it")]
        indexes = [
            models.Index(fields=["space", "starts_at"], name="spaces_booking_by_start"),
            models.Index(fields=["organisation", "starts_at"], name="spaces_booking_by_organisation"),
            models.Index(fields=["status", "expires_at"], name="spaces_booking_by_status"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(starts_at__lt=F("ends_at")), name="spaces_booking_ends_after_it_starts"),
            models.CheckConstraint(condition=Q(email=Lower("email")), name="spaces_booking_email_is_lower_case"),
            models.CheckConstraint(condition=Q(number__gt=0), name="spaces_booking_takes_something"),
            models.CheckConstraint(
                condition=~Q(status=BookingStatus.WAITING) | Q(waiting_since__isnull=False),
                name="spaces_whoever_waits_has_a_place_in_the_queue",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=EXPIRING) | Q(expires_at__isnull=False), name="spaces_every_hold_ends"
            ),
        ]

    def __str__(self) -> str:
        return f"Booking {self.reference}"  # no name: this may stand in a log

    @property
    def is_holding(self) -> bool:
        return self.status in HOLDING

    @property
    def is_live(self) -> bool:
        return self.status in LIVE

    @property
    def is_invoiced(self) -> bool:
        return self.pays and not self.waived

    @property
    def length(self) -> timedelta:
        return self.ends_at - self.starts_at


class Allocation(models.Model):
    """One unit for one booking, with the time to set up and to clear that held when it was made.

    While it is ``active`` no other on the same unit overlaps it: the database refuses that.
    """

    booking = models.ForeignKey(Booking, on_delete=models.CASCADE, related_name="allocations")
    unit = models.ForeignKey("spaces.Unit", on_delete=models.PROTECT, related_name="allocations")
    starts_at = models.DateTimeField()
    blocks_until = models.DateTimeField()
    active = models.BooleanField(default=True)
    pinned = models.BooleanField(default=False)  # somebody chose this very desk: it is never moved to make room

    class Meta:
        ordering = ["pk"]
        default_permissions = ()
        indexes = [models.Index(fields=["unit", "active", "starts_at"], name="spaces_allocation_by_unit")]
        constraints = [
            models.CheckConstraint(
                condition=Q(starts_at__lt=F("blocks_until")), name="spaces_allocation_takes_some_time"
            ),
        ]

    def __str__(self) -> str:
        return f"Allocation {self.pk}"


class BookingLogEntry(models.Model):
    """What happened to a booking, and by whom: added to, never changed. ``words`` say why, as one of us typed it, and go with the
    names of the booking.
    """

    booking = models.ForeignKey(Booking, on_delete=models.CASCADE, related_name="log")
    at = models.DateTimeField(default=timezone.now)
    what = models.CharField(max_length=40)
    words = models.CharField(max_length=300, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ["at", "pk"]
        default_permissions = ()

    def __str__(self) -> str:
        return self.what


class BookingLetter(models.Model):
    """A letter about a booking: noted in the transaction that makes it due, sent once, kept to say what calendars know."""

    booking = models.ForeignKey(Booking, on_delete=models.CASCADE, related_name="letters")
    letter = models.CharField(max_length=20)
    to = models.EmailField(blank=True)  # where that is not the booking's own address; forgotten once it is sent
    was = models.JSONField(default=dict)  # when and where, before it was changed
    made_at = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(null=True)
    method = models.CharField(max_length=7, blank=True)  # of its calendar part, where it had one

    class Meta:
        ordering = ["pk"]
        default_permissions = ()

    def __str__(self) -> str:
        return f"Letter {self.pk}: {self.letter}"


class Visitor(models.Model):
    """Somebody who comes to a booking as a guest: reception has to know whom to expect."""

    booking = models.ForeignKey(Booking, on_delete=models.CASCADE, related_name="visitors")
    name = models.CharField(max_length=120)
    email = models.EmailField("e-mail address", blank=True)
    organisation_name = models.CharField("organisation", max_length=160, blank=True)
    needs = models.CharField("what they need", max_length=300, blank=True)
    arrived_at = models.DateTimeField(null=True, blank=True)
    left_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        default_permissions = ()

    def __str__(self) -> str:
        return f"Visitor {self.pk}"


class SpaceCalendar(models.Model):
    """That bookings of a space, a person or a tenant can be read as a calendar. A new ``nonce`` ends the old address."""

    space = models.OneToOneField(
        "spaces.SpacePage", null=True, blank=True, on_delete=models.CASCADE, related_name="calendar"
    )
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.CASCADE, related_name="space_calendar"
    )
    organisation = models.OneToOneField(
        "directory.OrganisationPage", null=True, blank=True, on_delete=models.CASCADE, related_name="space_calendar"
    )
    nonce = models.UUIDField(default=uuid4, editable=False)
    made_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=(
                    Q(space__isnull=False, user__isnull=True, organisation__isnull=True)
                    | Q(space__isnull=True, user__isnull=False, organisation__isnull=True)
                    | Q(space__isnull=True, user__isnull=True, organisation__isnull=False)
                ),
                name="spaces_calendar_is_of_one_thing",
            )
        ]

    def __str__(self) -> str:
        return f"Calendar {self.pk}"
