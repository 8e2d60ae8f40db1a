"""Forms of the front door."""

from allauth.account.forms import SignupForm
from django import forms


class SignUpForm(SignupForm):
    name = forms.CharField(
        label="Your name",
        max_length=150,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        help_text="As you would like to be addressed.",
    )
    field_order = ["name", "email"]
