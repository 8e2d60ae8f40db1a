"""What is typed at the door, at the desk afterwards, and by those who came."""

from datetime import datetime
from typing import Any
from uuid import uuid4

from django import forms
from django.utils import timezone

from core.relative_dates import LONDON

from .minutes import Slot
from .models import Certificate

KEPT = "Kept for 90 days after the event"


class WalkInForm(forms.Form):
    name = forms.CharField(
        max_length=120,
        help_text=f"For the list and the badge. {KEPT}.",
        error_messages={"required": "Write down their name: the list and the badge need one."},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    email = forms.EmailField(
        label="E-mail address",
        required=False,
        help_text=f"For the confirmation, the certificate and nothing else. {KEPT}. A place needs one.",
        error_messages={"invalid": "Enter an e-mail address in full, such as ada@example.org."},
        widget=forms.EmailInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    organisation_name = forms.CharField(
        label="Organisation",
        max_length=160,
        required=False,
        help_text=f"For the badge, and to count organisations. {KEPT}.",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)


class TimesForm(forms.Form):
    """When somebody came and left; both empty: they were not there."""

    came_at = forms.TimeField(label="Came at", required=False)
    left_at = forms.TimeField(label="Left at", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.widget = forms.TimeInput(format="%H:%M", attrs={"type": "time", "class": "v-checkin__time"})
            field.error_messages["invalid"] = f"Write the time they {name[:4].strip('_')} as 9:30."

    def moment(self, name: str, slot: Slot) -> datetime | None:
        """The time typed, in London: on the day on which ``slot`` begins, or ends where that is nearer to it."""
        at = self.cleaned_data[name]
        if at is None:
            return None
        days = {timezone.localdate(slot.starts_at), timezone.localdate(slot.ends_at)}
        moments = (datetime.combine(day, at, tzinfo=LONDON) for day in sorted(days))
        return min(moments, key=lambda moment: max(slot.starts_at - moment, moment - slot.ends_at))


class NameForm(forms.Form):
    """Of the holder of a certificate."""

    name = forms.CharField(
        label="Name on the certificate",
        max_length=120,
        help_text="As it is printed. It is compared and not kept.",
        error_messages={"required": "Type the name that stands on the certificate."},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def matches(self, certificate: Certificate) -> bool:
        return _folded(self.cleaned_data["name"]) == _folded(certificate.name)


class FeedbackForm(forms.Form):
    RATINGS = (("5", "Very useful"), ("4", "Useful"), ("3", "Fair"), ("2", "Of little use"), ("1", "Of no use"))

    rating = forms.ChoiceField(
        label="How useful was it to you?",
        choices=RATINGS,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose how useful it was to you."},
    )
    again = forms.ChoiceField(
        label="Would you come to something like it again?",
        choices=(("yes", "Yes"), ("no", "No")),
        widget=forms.RadioSelect,
        error_messages={"required": "Choose yes or no."},
    )
    words = forms.CharField(
        label="What should we do better?",
        max_length=1000,
        required=False,
        help_text="Don’t name yourself or others. Kept for a year.",
        widget=forms.Textarea(attrs={"rows": 4}),
    )


def _folded(name: str) -> str:
    return " ".join(name.casefold().split())
