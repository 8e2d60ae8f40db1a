"""What somebody types at the door of a space: who they are, or what is broken."""

from django import forms

from .fields import email_of


class ReferenceForm(forms.Form):
    """Checks somebody in who has no account and not the link at hand."""

    reference = forms.CharField(
        label="Reference of the booking",
        help_text="Such as V7K4-2X9B. It stands in the mail.",
        max_length=12,
        error_messages={"required": "Enter the reference. It stands in the mail about the booking."},
    )
    email = email_of("The e-mail address it was made with", autocomplete="email")


class FaultForm(forms.Form):
    words = forms.CharField(
        label="What is wrong?",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Say in a few words what is wrong."},
    )
    reply_to = email_of(
        "Your e-mail address",
        "Only if we may ask you about it. It goes into the mail to our team and is kept nowhere else.",
        required=False,
        autocomplete="email",
    )
