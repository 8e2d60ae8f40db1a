"""Fields of forms about spaces: days and times as people type them; names, addresses and numbers with words for mistakes."""

import re
from datetime import date, datetime, time
from typing import Any

from django import forms

from .moments import as_typed, read_day, read_moment, read_time

EMAIL_MISTAKES = {
    "required": "Enter the e-mail address that the confirmation should go to.",
    "invalid": "Enter an e-mail address in full, such as ada@example.org.",
}


class AsTyped(forms.TextInput):
    """The browser’s own control; as text where what was typed has not its ``shape``, so that it is still there."""

    def __init__(self, kind: str, shape: str) -> None:
        super().__init__(attrs={"type": kind})
        self.shape = re.compile(shape)

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        shown = context["widget"]["value"]
        if shown and not self.shape.fullmatch(shown):
            context["widget"]["type"] = "text"
        return context


class ChosenSelect(forms.Select):
    def use_required_attribute(self, initial: Any) -> bool:
        return False  # what is first stands for nothing said, and may stay


class ChosenField(forms.TypedChoiceField):
    """One of the list is always chosen, if only the first: so nobody is told that it is optional."""

    widget = ChosenSelect

    def validate(self, value: Any) -> None:
        if value not in self.empty_values:
            super().validate(value)


class DayField(forms.Field):
    """A day, as people type it."""

    widget = AsTyped("date", r"\d{4}-\d\d-\d\d")

    def to_python(self, value: Any) -> date | None:
        if value in self.empty_values or isinstance(value, date):
            return value or None
        if found := read_day(str(value)):
            return found
        raise forms.ValidationError("Enter a day, such as 1 December 2026.")


class HourField(forms.Field):
    """A time of day, as people type it."""

    widget = AsTyped("time", r"\d\d:\d\d")

    def to_python(self, value: Any) -> time | None:
        if value in self.empty_values or isinstance(value, time):
            return value or None
        if (found := read_time(str(value))) is not None:
            return found
        raise forms.ValidationError("Enter a time, such as 9:30 or 2pm.")


class MomentField(forms.Field):
    """A day and a time on London's clock; a browser sends 2026-12-01T14:00."""

    widget = AsTyped("datetime-local", r"\d{4}-\d\d-\d\dT\d\d:\d\d")

    def to_python(self, value: Any) -> datetime | None:
        if value in self.empty_values or isinstance(value, datetime):
            return value or None
        try:
            found = read_moment(str(value))
        except ValueError as error:  # the hour that is skipped in spring
            raise forms.ValidationError(str(error)) from error
        if found is None:
            raise forms.ValidationError("Enter a day and a time, such as 1 December 2026, 14:00.")
        return found

    def prepare_value(self, value: Any) -> Any:
        return as_typed(value) if isinstance(value, datetime) else value


def moment(label: str, required: str, hint: str = "") -> MomentField:
    return MomentField(label=label, help_text=hint, error_messages={"required": required})


def name_of(label: str, *, required: bool = True, **attributes: str) -> forms.CharField:
    widget = forms.TextInput(attrs={"spellcheck": "false", **attributes})
    return forms.CharField(
        label=label, max_length=120, required=required, widget=widget, error_messages={"required": "Enter a name."}
    )


def email_of(label: str, hint: str = "", *, required: bool = True, **attributes: str) -> forms.EmailField:
    widget = forms.EmailInput(attrs={"spellcheck": "false", **attributes})
    return forms.EmailField(
        label=label, help_text=hint, required=required, widget=widget, error_messages=EMAIL_MISTAKES
    )


def number_of(label: str, most: int, hint: str = "", *, required: bool = True) -> forms.IntegerField:
    widget = forms.NumberInput(attrs={"class": "v-w5", "inputmode": "numeric"})
    return forms.IntegerField(
        label=label,
        help_text=hint,
        min_value=1,
        max_value=most,
        required=required,
        widget=widget,
        error_messages={"required": "Enter a number.", "invalid": "Enter a number, such as 4."},
    )
