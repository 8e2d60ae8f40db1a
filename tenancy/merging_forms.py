"""What is chosen when two accounts become one."""

from typing import Any

from django import forms

from tenancy.queries.merging import Difference


class MergeForm(forms.Form):
    """One choice for each field that says something else in the two; ``seen`` is of the preview that stood above."""

    THIS, OTHER = "this", "other"
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, differences: list[Difference], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for one in differences:
            self.fields[one.name] = forms.ChoiceField(
                label=one.label,
                choices=[(self.THIS, one.mine), (self.OTHER, one.theirs)],
                widget=forms.RadioSelect,
                initial=one.takes,
            )

    @property
    def take(self) -> list[str]:
        """The fields that are taken from the other account."""
        return [name for name, value in self.cleaned_data.items() if value == self.OTHER]
