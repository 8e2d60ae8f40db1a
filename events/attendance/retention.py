"""What is forgotten about who came, as docs/privacy.md says; a job for every day."""

from datetime import timedelta

from django.utils import timezone

from .models import Certificate, DoorRecord, FeedbackSurvey, SpentToken, WalkIn
from .report import set_figures

NAMES_KEPT_FOR = timedelta(days=90)  # after the end of the event
WORDS_KEPT_FOR = timedelta(days=365)
CERTIFICATES_KEPT_FOR = timedelta(days=6 * 365)  # a round of revalidation, and the year in which it is looked at


def forget() -> None:
    """Set the figures of quarters that are over, then delete names and records whose time has come. Safe to repeat."""
    now = timezone.now()
    set_figures()
    long_over = now - NAMES_KEPT_FOR
    WalkIn.objects.filter(event__ends_at__lt=long_over).exclude(name="", email="", organisation_name="").update(
        name="", email="", organisation_name=""
    )
    DoorRecord.objects.filter(event__ends_at__lt=long_over).delete()
    SpentToken.objects.filter(survey__closes_at__lt=now).delete()
    for survey in FeedbackSurvey.objects.filter(closes_at__lt=now - WORDS_KEPT_FOR):
        wordless = [{**answer, "words": ""} for answer in survey.answers]
        if wordless != survey.answers:
            survey.answers = wordless
            survey.save(update_fields=["answers"])
    Certificate.objects.filter(issued_at__lt=now - CERTIFICATES_KEPT_FOR).delete()
