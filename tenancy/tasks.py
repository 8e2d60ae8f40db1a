"""Whoever promised something is reminded of it on the day: by one letter, which names nobody."""

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from core.letters import letter
from core.tasks import durable

from .actions import note_reminded
from .models import Task


def remind_due() -> None:
    """Enqueue a letter for each colleague with something to be reminded of. Safe to run at any time, and twice at once."""
    due = Task.objects.open().filter(remind_on__lte=timezone.localdate(), reminded_at=None, owner__is_active=True)
    for owner in set(due.values_list("owner", flat=True)):
        with transaction.atomic():
            if number := note_reminded(owner=owner):
                send_reminder.enqueue(owner=owner, number=number)


@durable
def send_reminder(owner: int, number: int) -> None:
    """A letter leaves the wall: it says how many and where, never of whom or what."""
    if person := User.objects.filter(pk=owner, is_active=True).first():
        context = {"person": person, "number": number, "url": settings.BASE_URL + reverse("staff_day")}
        letter("tenancy/email/reminder", to=person.email, context=context).send()
