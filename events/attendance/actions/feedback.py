"""What those who came thought, without whose it is."""

import json
from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac

from events.attendance.models import FeedbackSurvey, SpentToken
from events.bookings.actions import Refusal
from events.bookings.models import Attendee
from events.models import EventPage

OPEN_FOR = timedelta(days=14)
USE = "events.attendance.feedback"


class Spent(Refusal):
    """This link was used."""


class Closed(Refusal):
    """The survey has ended."""


def open_survey(*, event: EventPage) -> FeedbackSurvey:
    """The survey of ``event``, for two weeks from the first time it is asked for."""
    found, _ = FeedbackSurvey.objects.get_or_create(event=event, defaults={"closes_at": timezone.now() + OPEN_FOR})
    return found


@transaction.atomic
def answer(*, survey: FeedbackSurvey, attendee: Attendee, rating: int, again: bool, words: str = "") -> None:
    """Keep an answer, once a person. Who gave it is noted as a hash apart, and leads to no answer. Raises Spent, Closed."""
    survey = FeedbackSurvey.objects.select_for_update().get(pk=survey.pk)
    if survey.closes_at <= timezone.now():
        raise Closed("This survey has ended. Tell us what you think all the same: write to us.")
    _, is_new = SpentToken.objects.get_or_create(digest=digest_of(survey, attendee), defaults={"survey": survey})
    if not is_new:
        raise Spent("This link was used already: each person can answer once. We can’t see or change what was said.")
    given = {"rating": rating, "again": again, "words": " ".join(words.split())}
    survey.answers = sorted([*survey.answers, given], key=lambda one: json.dumps(one, sort_keys=True))
    survey.save(update_fields=["answers"])


def is_spent(survey: FeedbackSurvey, attendee: Attendee) -> bool:
    return SpentToken.objects.filter(digest=digest_of(survey, attendee)).exists()


def digest_of(survey: FeedbackSurvey, attendee: Attendee) -> str:
    return salted_hmac(USE, f"{survey.pk}|{attendee.pk}", algorithm="sha256").hexdigest()
