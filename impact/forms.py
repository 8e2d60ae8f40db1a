"""What the leadership and account managers type about figures."""

from typing import Any

from django import forms
from django.utils import timezone

from .choices import Form
from .models import ManualFigure, StrategyTarget

SOURCE = "Where it can be read, such as: R&I annual report 2026, page 12. Readers see it."


class FigureForm(forms.Form):
    value = forms.DecimalField(
        max_digits=14,
        decimal_places=2,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
        error_messages={
            "required": "Enter the figure as a number.",
            "invalid": "Enter the figure as a number, such as 1250 or 3.1, without a unit.",
        },
    )
    as_of = forms.DateField(
        label="By the end of",
        help_text="The figure stands for everything up to that day; what records show after it is added.",
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        error_messages={"required": "Choose the day.", "invalid": "Write the day as 2026-09-30."},
    )
    source = forms.CharField(
        max_length=200, help_text=SOURCE, error_messages={"required": "Say where the figure is from: readers see it."}
    )

    def __init__(self, target: StrategyTarget, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["value"].label = f"Figure{_in_unit(target)}"
        self.fields["as_of"].widget.attrs |= {
            "min": target.starts_on.isoformat(),
            "max": timezone.localdate().isoformat(),
        }


class CorrectionForm(forms.Form):
    value = forms.DecimalField(
        max_digits=14,
        decimal_places=2,
        required=False,
        help_text="Leave it empty to withdraw the figure.",
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
        error_messages={"invalid": "Enter the figure as a number, such as 1250 or 3.1, without a unit."},
    )
    source = forms.CharField(
        max_length=200, help_text=SOURCE, error_messages={"required": "Say where the figure is from: readers see it."}
    )
    reason = forms.CharField(
        label="What was wrong",
        max_length=300,
        help_text="Stays beside both figures. Name nobody.",
        error_messages={"required": "Say in a sentence what was wrong."},
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, figure: ManualFigure, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["value"].label = f"Right figure{_in_unit(figure.target)}"


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label="Why",
        max_length=300,
        help_text="Stays beside the entry. Name nobody.",
        error_messages={"required": "Say why in a sentence."},
        widget=forms.Textarea(attrs={"rows": 3}),
    )


def _in_unit(target: StrategyTarget) -> str:
    """“, in people a year”."""
    words = {Form.POUNDS: "pounds", Form.PERCENT: "per cent", Form.PERCENT_MORE: "per cent more"}
    unit = words.get(Form(target.form), target.unit)
    return " of the year so far" if unit == "a year" else f", in {unit}"
