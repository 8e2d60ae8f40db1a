"""What is done once an event is over, in the background: certificates are issued, those who came are written to."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from core.tasks import durable
from events.bookings.models import Booking
from events.choices import EventStatus
from events.models import EventPage

from . import actions, letters
from .models import FeedbackSurvey, Presence

NOT_AFTER = timedelta(days=7)  # an event whose door was typed in later than that is not written about
MORNING, EVENING = 9, 18  # nobody is written to at night


@durable
def write_afterwards(booking: int, survey: int) -> None:
    """Send one letter about an event that is over, unless there is nobody left to send it to."""
    found = Booking.objects.select_related("event").filter(pk=booking).first()
    open_one = FeedbackSurvey.objects.filter(pk=survey).first()
    if found and open_one and (letter := letters.write(found, open_one)):
        letter.send()


def afterwards() -> None:
    """Issue certificates and open the survey of each event that is over since yesterday; once an event, by day."""
    now = timezone.now()
    local = timezone.localtime(now)
    if not MORNING <= local.hour < EVENING:
        return
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
    kept = Presence.objects.values("event")
    over = EventPage.objects.filter(
        pk__in=kept,
        ends_at__lt=midnight,
        ends_at__gt=now - NOT_AFTER,
        status=EventStatus.SCHEDULED,
        feedback_survey=None,
    )
    for event in over:
        with transaction.atomic():
            # Its row is the sign that letters are on their way: of two ticks only one makes it.
            if FeedbackSurvey.objects.filter(event=event).exists():
                continue
            actions.issue_certificates(event=event)
            survey = actions.open_survey(event=event)
            came = Booking.objects.filter(event=event, attendees__presences__isnull=False).distinct()
            for pk in came.values_list("pk", flat=True):
                write_afterwards.enqueue(booking=pk, survey=survey.pk)
