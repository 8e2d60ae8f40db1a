"""Forms of ``/my/``."""

from collections.abc import Collection
from typing import Any

from django import forms

from accounts.models import User
from directory.choices import MemberRole
from directory.models import Need, Stage
from tenancy.choices import Channel, Confidentiality, Urgency
from tenancy.forms import PLAIN, Seen
from tenancy.models import Account

WHO_HEARS = {
    Confidentiality.UNNAMED: "Partners hear what you need, without your name, until both sides agree",
    Confidentiality.OPEN: "Partners may hear your name with it",
    Confidentiality.RESTRICTED: Confidentiality.RESTRICTED.label,
}


class AskForm(forms.Form):
    """A need at a stage, in the words of whoever asks."""

    account = forms.ChoiceField(label="For which company?")
    need = forms.ModelChoiceField(label="What do you need?", queryset=Need.objects.all(), empty_label="Choose one")
    stage = forms.ModelChoiceField(
        label="How far is your product?", queryset=Stage.objects.all(), empty_label="Choose one"
    )
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


class NotificationsForm(forms.ModelForm[User]):
    """What somebody may do without, of the letters that can reach them at all; the rest is always sent."""

    class Meta:
        model = User
        fields = (
            *("wants_reminders", "wants_request_news", "wants_check_backs"),
            *("wants_profile_questions", "wants_task_reminders"),
        )
        labels = {
            "wants_reminders": "Remind me of what I have booked",
            "wants_request_news": "Tell me how my requests move on, and what I am asked to do",
            "wants_check_backs": "Ask me what came of an introduction",
            "wants_profile_questions": "Ask me once a year whether our profile is still right",
            "wants_task_reminders": "Remind me of my tasks",
        }
        help_texts = {
            "wants_reminders": "On the morning before an event or a space, and two hours before a bench.",
            "wants_request_news": (
                "When we write one down for you, or it moves on or is closed; and when something is yours to do. "
                "Without, you read it on its page."
            ),
            "wants_check_backs": "Two weeks, two months and six months after it. Your answer helps whoever asks next.",
            "wants_profile_questions": "For admins. Without, you confirm it on the profile’s own page.",
            "wants_task_reminders": "For who works here: in the morning, how many are due.",
        }

    def __init__(self, *args: Any, without: Collection[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in without:
            del self.fields[name]


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


# ---- the record of a company, by its admin --------------------------------------------------------------------------
OWN_CONTACT = ("name", "role", "email", "telephone", "prefers")  # nothing that says what we know of somebody besides


class WriteForm(forms.Form):
    words = forms.CharField(
        label="A note to the village",
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=4000,
        help_text="Your colleagues read it too. Never patient data.",
    )


class OwnContactForm(Seen):
    name = forms.CharField(label="Name", max_length=120, widget=forms.TextInput(attrs=PLAIN))
    role = forms.CharField(label="Role", max_length=120, required=False, widget=forms.TextInput(attrs=PLAIN))
    email = forms.EmailField(label="E-mail address", required=False, widget=forms.EmailInput(attrs=PLAIN))
    telephone = forms.CharField(
        label="Telephone", max_length=40, required=False, widget=forms.TextInput(attrs={**PLAIN, "inputmode": "tel"})
    )
    prefers = forms.ChoiceField(label="Prefers", choices=[("", "Has not said"), *Channel.choices], required=False)

    def said(self) -> dict[str, Any]:
        """Of somebody who is new: nothing of theirs was seen before."""
        return {name: self.cleaned_data[name] for name in OWN_CONTACT}
