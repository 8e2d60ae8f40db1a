"""Forms of those who manage spaces. What is wrong is said beside the field it is about."""

from collections.abc import Iterable
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any
from uuid import uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils import timezone

from accounts.models import User
from spaces.choices import Confidentiality, Tier
from spaces.desk.queries import ON_FLOORS
from spaces.forms import MOST_PEOPLE
from spaces.models import Allowance, Gate, SpacePage, Unit
from spaces.timetable import NoSuchTime, local_moment

MOST_AT_ONCE = 60  # people who passed something on one day


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class ClockInput(forms.TimeInput):
    input_type = "time"

    def __init__(self) -> None:
        super().__init__(attrs={"step": 300}, format="%H:%M")


class _SpaceField(forms.ModelChoiceField):
    def __init__(self, **kwargs: Any) -> None:
        spaces = SpacePage.objects.filter(live=True).select_related("floor").order_by(*ON_FLOORS)
        super().__init__(spaces, empty_label=None, **kwargs)


def moment_of(form: forms.Form, day: date | None, at: time | None, field: str) -> datetime | None:
    """The two together, on London's clock; where the clocks skip it, ``field`` says so."""
    if day is None or at is None:
        return None
    try:
        return local_moment(day, at)
    except NoSuchTime as error:
        form.add_error(field, str(error))
        return None


class WhenForm(forms.Form):
    """Where and when, within one day or several."""

    space = _SpaceField(label="Space")
    day = forms.DateField(label="Day", widget=DayInput)
    begins = forms.TimeField(label="From", widget=ClockInput)
    last_day = forms.DateField(label="Until the day", required=False, widget=DayInput, help_text="Empty: the same day.")
    ends = forms.TimeField(label="Until", widget=ClockInput)
    number = forms.IntegerField(
        label="How many",
        min_value=1,
        max_value=MOST_PEOPLE,
        initial=1,
        widget=forms.NumberInput(attrs={"class": "v-w5"}),
        help_text="Desks or pieces; a room is one.",
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        data["starts_at"] = moment_of(self, data.get("day"), data.get("begins"), "begins")
        data["ends_at"] = moment_of(self, data.get("last_day") or data.get("day"), data.get("ends"), "ends")
        return data


class BookForm(WhenForm):
    """For somebody who rang, wrote or stands there."""

    name = forms.CharField(label="Their name", max_length=120)
    email = forms.EmailField(
        label="Their e-mail address",
        help_text="The letter goes there. With an account of this address it is theirs, and counts for their organisation.",
    )
    people = forms.IntegerField(
        label="How many people",
        min_value=1,
        max_value=MOST_PEOPLE,
        initial=1,
        widget=forms.NumberInput(attrs={"class": "v-w5"}),
    )
    words = forms.CharField(label="What for", max_length=160, required=False)
    confidentiality = forms.ChoiceField(
        label="Others see", choices=Confidentiality.choices, initial=Confidentiality.ORGANISATION
    )
    pays = forms.BooleanField(label="It is paid for, not taken from an allowance", required=False)
    waits = forms.BooleanField(label="If it is taken, put them on the waiting list", required=False)
    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)


class ReasonForm(forms.Form):
    words = forms.CharField(
        label="Why",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="A sentence. It stands in the letter to them.",
    )


class CancelForm(ReasonForm):
    """``waives`` is asked only where it still counts."""

    waives = forms.BooleanField(label="Give back what it took all the same", required=False)


class FreeForm(forms.Form):
    words = forms.CharField(
        label="Why it is free of charge",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="A sentence. Your colleagues read it in the history.",
    )


# ---- closures -------------------------------------------------------------------------------------------------------
class ClosureForm(forms.Form):
    spaces: Any = forms.ModelMultipleChoiceField(
        SpacePage.objects.filter(live=True).order_by(*ON_FLOORS),
        widget=forms.CheckboxSelectMultiple,
        label="Which spaces",
        help_text="A room that is combined with others closes with its parts.",
    )
    units = forms.ModelMultipleChoiceField(
        Unit.objects.all(),
        label="Only these of them",
        required=False,
        widget=forms.SelectMultiple(attrs={"size": 6}),
        help_text="Single desks or pieces, where the rest stays open. None: all.",
    )
    day = forms.DateField(label="From", widget=DayInput)
    begins = forms.TimeField(label="At", widget=ClockInput, initial=time(7))
    last_day = forms.DateField(label="Until", widget=DayInput)
    ends = forms.TimeField(label="At", widget=ClockInput, initial=time(22))
    words = forms.CharField(
        label="What for", max_length=160, help_text="Everybody who looks at that time reads it: Floor is being laid."
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        data["starts_at"] = moment_of(self, data.get("day"), data.get("begins"), "begins")
        data["ends_at"] = moment_of(self, data.get("last_day"), data.get("ends"), "ends")
        if data["starts_at"] and data["ends_at"] and data["ends_at"] <= data["starts_at"]:
            self.add_error("last_day", "It has to end after it begins. Look at the day as well as the time.")
        spaces, units = data.get("spaces"), data.get("units")
        if spaces and units and not Unit.objects.filter(pk__in=units, spaces__in=spaces).exists():
            self.add_error("units", "None of these belongs to the spaces that you chose.")
        return data


# ---- inductions -----------------------------------------------------------------------------------------------------
class CredentialForm(forms.Form):
    gate = forms.ModelChoiceField(Gate.objects.all(), label="What they passed", empty_label=None)
    emails = forms.CharField(
        label="Who",
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="E-mail addresses of their accounts, one a line: everybody of one day at once.",
    )
    given_on = forms.DateField(label="On", widget=DayInput, initial=timezone.localdate)

    def clean_given_on(self) -> date:
        given_on: date = self.cleaned_data["given_on"]
        if given_on > timezone.localdate():
            raise ValidationError("That day is still to come. Note it when they have passed.")
        return given_on

    def clean_emails(self) -> list[User]:
        addresses = _lines(self.cleaned_data["emails"])
        if len(addresses) > MOST_AT_ONCE:
            raise ValidationError(f"At most {MOST_AT_ONCE} people at once.")
        if wrong := [address for address in addresses if not _is_address(address)]:
            raise ValidationError(f"Not an e-mail address: {', '.join(wrong)}.")
        found = {user.email: user for user in User.objects.filter(email__in=addresses, is_active=True)}
        if unknown := [address for address in addresses if address not in found]:
            words = "have" if len(unknown) > 1 else "has"
            raise ValidationError(f"{', '.join(unknown)} {words} no account. They make one when they first sign in.")
        return [found[address] for address in addresses]


def _lines(text: str) -> list[str]:
    """Addresses as they are pasted: a line, a comma or a semicolon apart; each once."""
    parts: Iterable[str] = text.replace(",", "\n").replace(";", "\n").splitlines()
    return list(dict.fromkeys(part.strip().lower() for part in parts if part.strip()))


def _is_address(text: str) -> bool:
    try:
        validate_email(text)
    except ValidationError:
        return False
    return True


# ---- tenants --------------------------------------------------------------------------------------------------------
class TierForm(forms.Form):
    tier = forms.ChoiceField(label="Tier", choices=Tier.choices)


class TopUpForm(forms.Form):
    allowance = forms.ModelChoiceField(Allowance.objects.all(), label="Allowance", empty_label=None)
    month = forms.DateField(
        label="Month",
        input_formats=["%Y-%m", "%Y-%m-%d"],
        widget=forms.DateInput(format="%Y-%m", attrs={"class": "v-w5"}),
    )
    amount = forms.DecimalField(label="How much more", min_value=Decimal("0.001"), max_digits=7, decimal_places=3)
    words = forms.CharField(label="Why", max_length=200, help_text="It stands in the tenant's statement.")
