"""Forms of ``/my/``."""

from typing import Any

from django import forms

from directory.choices import MemberRole
from directory.models import Need, Stage
from tenancy.choices import Confidentiality, Urgency
from tenancy.models import Account

WHO_HEARS = {
    Confidentiality.UNNAMED: "Partners hear what you need, without your name, until both sides agree",
    Confidentiality.OPEN: "Partners may hear your name with it",
    Confidentiality.RESTRICTED: "Only your account manager and the lead; of your company, you and its admins",
}


class AskForm(forms.Form):
    """A need at a stage, in the words of whoever asks."""

    account = forms.ChoiceField(label="For which company?")
    need = forms.ModelChoiceField(label="What do you need?", queryset=Need.objects.all())
    stage = forms.ModelChoiceField(label="How far is your product?", queryset=Stage.objects.all())
    words = forms.CharField(
        label="In your words",
        widget=forms.Textarea(attrs={"rows": 5}),
        max_length=4000,
        help_text="One or two sentences that could be passed on. Never patient data.",
    )
    urgency = forms.ChoiceField(label="How urgent is it?", choices=Urgency.choices, initial=Urgency.NORMAL)
    confidentiality = forms.ChoiceField(
        label="Who may hear of it?",
        choices=[(str(value), words) for value, words in WHO_HEARS.items()],
        initial=Confidentiality.UNNAMED,
        widget=forms.RadioSelect,
    )
    key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, accounts: list[Account], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.known = {str(account.pk): account for account in accounts}
        account: Any = self.fields["account"]
        account.choices = [(key, one.name) for key, one in self.known.items()]
        if len(accounts) == 1:
            del self.fields["account"]

    def clean_account(self) -> Account:
        return self.known[self.cleaned_data["account"]]


class NotificationsForm(forms.Form):
    """What somebody may do without; what changes or ends a booking is always told."""

    wants_reminders = forms.BooleanField(
        label="Remind me of what I have booked",
        required=False,
        help_text="On the morning before an event or a space, and two hours before a bench.",
    )


class InviteForm(forms.Form):
    email = forms.EmailField(
        label="Their e-mail address",
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
        help_text="We write to it once, with a link that is good for 30 days; then we forget the address.",
    )
    role = forms.ChoiceField(
        label="What they may do",
        choices=[
            (str(MemberRole.MEMBER), "Book and ask for your company"),
            (str(MemberRole.ADMIN), "Also invite people, agree to introductions and see all bookings"),
        ],
        initial=MemberRole.MEMBER,
        widget=forms.RadioSelect,
    )
