"""Forms of the staff area for what follows a request: whom we ask, what came of it."""

from typing import Any

from django import forms
from django.utils import timezone

from tenancy.choices import CollaborationKind, OutcomeKind
from tenancy.models import Contact, Introduction

from .forms import Seen

SHARED = "The partner reads this. Never patient data; and no name, unless the request may be described by name."
PLAIN = {"autocomplete": "off"}
DAY = {"type": "date"}


class AskForm(forms.Form):
    """Whom we ask on both sides, and in which words."""

    tenant_contact = forms.ModelChoiceField(
        label="Whom we ask at the company", queryset=Contact.objects.none(), empty_label=None
    )
    words = forms.CharField(
        label="What the partner is told", widget=forms.Textarea(attrs={"rows": 4}), help_text=SHARED
    )
    partner_contact = forms.ModelChoiceField(
        label="Whom we ask at the partner",
        queryset=Contact.objects.none(),
        required=False,
        empty_label="Somebody we do not know yet",
    )
    partner_name = forms.CharField(
        label="Their name",
        max_length=120,
        required=False,
        widget=forms.TextInput(attrs=PLAIN),
        help_text="Only for somebody we do not know yet. Kept as a contact of the partner, who is told so.",
    )
    partner_email = forms.EmailField(label="Their e-mail address", required=False, widget=forms.EmailInput(attrs=PLAIN))

    def __init__(self, *args: Any, tenant: Any, partner: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, contacts in (("tenant_contact", tenant), ("partner_contact", partner)):
            field: Any = self.fields[name]
            field.queryset = contacts
            field.label_from_instance = _as_read
        first = next((contact for contact in partner if contact.is_primary), None)
        self.initial.setdefault("partner_contact", first.pk if first else None)


def _as_read(contact: Contact) -> str:
    words = f"{contact.name}, {contact.role}" if contact.role else contact.name
    return f"{words} (not to be written to)" if contact.do_not_contact or not contact.email else words


class OutcomeForm(forms.Form):
    kind = forms.ChoiceField(label="What it is", choices=OutcomeKind.choices)
    introduction = forms.ModelChoiceField(
        label="Through which introduction", queryset=Introduction.objects.none(), required=False, empty_label="None"
    )
    amount = forms.DecimalField(label="How much", max_digits=14, decimal_places=2, min_value=0, required=False)
    unit = forms.CharField(
        label="Of what",
        max_length=40,
        required=False,
        help_text="GBP, people, plans, jobs.",
        widget=forms.TextInput(attrs=PLAIN),
    )
    occurred_on = forms.DateField(
        label="When", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), initial=timezone.localdate
    )
    evidence = forms.CharField(
        label="What shows it",
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="A letter, a list, a contract, and who has seen it. The company reads this when it confirms.",
    )

    def __init__(self, *args: Any, introductions: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["introduction"]
        field.queryset = introductions
        field.label_from_instance = lambda one: one.partner_name


class CollaborationForm(forms.Form):
    title = forms.CharField(label="What they do together", max_length=200, widget=forms.TextInput(attrs=PLAIN))
    kind = forms.ChoiceField(label="Kind", choices=CollaborationKind.choices)
    real_world_data = forms.BooleanField(
        label="It uses real-world data",
        required=False,
        help_text="Data of care as it is given, such as records or registers: the strategy counts these.",
    )
    starts_on = forms.DateField(label="From", required=False, widget=forms.DateInput(attrs=DAY, format="%Y-%m-%d"))
    ends_on = forms.DateField(label="Until", required=False, widget=forms.DateInput(attrs=DAY, format="%Y-%m-%d"))

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or self.cleaned_data
        if said.get("starts_on") and said.get("ends_on") and said["ends_on"] < said["starts_on"]:
            self.add_error("ends_on", "It ends before it begins. Turn the dates round.")
        return said


class ChangeCollaborationForm(Seen, CollaborationForm):
    """What two do together is put right."""
