"""Forms of the staff area for one person of an account."""

from typing import Any

from django import forms
from django.utils import timezone

from tenancy.choices import Channel, LawfulBasis
from tenancy.models import Contact
from tenancy.seen import read

from .forms import Seen

PLAIN = {"autocomplete": "off"}


def _day(**options: Any) -> forms.DateField:
    return forms.DateField(widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **options)


def _line(**options: Any) -> forms.CharField:
    return forms.CharField(widget=forms.TextInput(attrs=PLAIN), **options)


class PersonForm(Seen):
    name = _line(label="Name", max_length=120)
    role = _line(label="Role", max_length=120, required=False)
    email = forms.EmailField(label="E-mail address", required=False, widget=forms.EmailInput(attrs=PLAIN))
    telephone = forms.CharField(
        label="Telephone", max_length=40, required=False, widget=forms.TextInput(attrs={**PLAIN, "inputmode": "tel"})
    )
    prefers = forms.ChoiceField(label="Prefers", choices=[("", "Has not said"), *Channel.choices], required=False)
    is_primary = forms.BooleanField(
        label="The first to ask", required=False, help_text="One of an account: whoever was it before is it no longer."
    )
    do_not_contact = forms.BooleanField(
        label="Do not contact",
        required=False,
        help_text="They asked for it. No letter of ours goes to them, and news that they asked for end.",
    )
    lawful_basis = forms.ChoiceField(label="On which ground we keep this", choices=LawfulBasis.choices)
    source = _line(label="Where we have it from", max_length=120, help_text="Such as: told us at a meeting.")
    noticed_on = _day(
        label="Told how we use it on",
        required=False,
        help_text="Empty: not told yet. Tell them the next time you speak.",
    )

    def __init__(self, *args: Any, contact: Contact, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "person-%s", **kwargs})
        self.initial = read(contact)


class LeftForm(forms.Form):
    on = _day(
        label="The day they left",
        initial=timezone.localdate,
        help_text="What they agreed to counts no longer. What we know of them is erased two years later.",
    )
