"""Who has their account deleted is forgotten where they came or no longer come; what they have still booked stays theirs."""

from typing import Any

from django.conf import settings
from django.db.models import Q
from django.db.models.signals import pre_delete
from django.dispatch import receiver
from django.utils import timezone

from .actions import erase
from .choices import LIVE
from .models import Booking, Visitor


@receiver(pre_delete, sender=settings.AUTH_USER_MODEL)
def account_goes(instance: Any, **kwargs: Any) -> None:
    """A live booking to come keeps its name and its link, and goes a year after its end."""
    theirs = Booking.objects.of_people().filter(Q(user=instance) | Q(email=instance.email.lower()), purged_at=None)
    now = timezone.now()
    for key in list(theirs.filter(~Q(status__in=LIVE) | Q(ends_at__lte=now)).values_list("pk", flat=True)):
        erase(booking=key)
    Visitor.objects.filter(email=instance.email.lower(), booking__ends_at__lte=now).delete()
