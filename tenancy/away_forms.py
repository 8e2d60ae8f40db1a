"""Forms of the staff area for who does it while somebody is away, or from now on."""

from typing import Any

from django import forms

from accounts.models import User
from tenancy.grants import leads_accounts
from tenancy.queries.accounts import managers


class _Colleague(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return str(obj)


def _day(label: str) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))


class AwayForm(forms.Form):
    """Somebody says when they are away; those who lead say it of anybody."""

    user = _Colleague(label="Who", queryset=User.objects.none(), empty_label=None)
    starts_on = _day("From")
    ends_on = _day("Until, the last day")
    deputy = _Colleague(
        label="Who stands in",
        queryset=User.objects.none(),
        required=False,
        empty_label="Nobody in particular: everybody sees it",
    )

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        user: Any = self.fields["user"]
        deputy: Any = self.fields["deputy"]
        user.queryset = managers() if leads_accounts(by) else User.objects.filter(pk=by.pk)
        deputy.queryset = managers()
        self.initial.setdefault("user", by.pk)


class HandOverForm(forms.Form):
    to = _Colleague(label="Who does it from now on", queryset=User.objects.none(), empty_label=None)

    def __init__(self, *args: Any, owner: int | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        to: Any = self.fields["to"]
        to.queryset = managers().exclude(pk=owner or 0)
