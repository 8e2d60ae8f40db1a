"""What somebody who wants to be told types: an address and how often, no more."""

from typing import Any

from django import forms

from .choices import Frequency


class FrequencyForm(forms.Form):
    frequency = forms.ChoiceField(label="How often", choices=Frequency.choices, widget=forms.RadioSelect)

    @property
    def chosen(self) -> Frequency:
        return Frequency(self.cleaned_data["frequency"])


class AlertForm(FrequencyForm):
    email = forms.EmailField(
        label="E-mail address",
        widget=forms.EmailInput(attrs={"autocomplete": "email", "spellcheck": "false"}),
        error_messages={
            "required": "Enter the e-mail address that we should write to.",
            "invalid": "Enter an e-mail address in full, such as ada@example.org.",
        },
    )
    # Only programs that fill in whatever they find see this one: it is neither shown nor read out.
    leave_empty = forms.CharField(required=False)

    field_order = ["email", "frequency"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("frequency", Frequency.WEEKLY)

    @property
    def was_filled_in_by_a_program(self) -> bool:
        return bool(self.cleaned_data["leave_empty"])
