"""Forms of the staff area for a stay with its checklist, a plan with its objectives, and the team."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils import timezone

from accounts.models import User
from core.templatetags.village import counted
from tenancy.checklists import STANDARD, Standard
from tenancy.choices import ChecklistKind, ObjectiveState
from tenancy.models import ChecklistItem, Objective, Plan, Tenancy
from tenancy.queries.accounts import managers
from tenancy.seen import read

from .forms import PersonChoice, Seen

PLAIN = {"autocomplete": "off"}


def _day(**options: Any) -> forms.DateField:
    """Within the life of a company: what lies further off is a slip of the keyboard, and nothing can be counted from it."""
    words = "Write a day between 1 January 1990 and 31 December 2099."
    bounds = [MinValueValidator(date(1990, 1, 1), words), MaxValueValidator(date(2099, 12, 31), words)]
    options["validators"] = bounds
    return forms.DateField(widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **options)


def _line(**options: Any) -> forms.CharField:
    return forms.CharField(widget=forms.TextInput(attrs=PLAIN), **options)


def _owner(**options: Any) -> PersonChoice:
    return PersonChoice(queryset=managers(), required=False, empty_label="Nobody yet", **options)


class StandardField(forms.MultipleChoiceField):
    """What is usually done, ticked; what does not fit is taken off before it is listed."""

    def __init__(self, *, kind: ChecklistKind, there: frozenset[str] = frozenset(), **options: Any) -> None:
        self.standard = {one.words: one for one in STANDARD[kind]}
        left = {words: f"{words}, {one.when}" for words, one in self.standard.items() if words not in there}
        super().__init__(
            choices=list(left.items()),
            initial=list(left),
            required=False,
            widget=forms.CheckboxSelectMultiple,
            **options,
        )

    def valid_value(self, value: Any) -> bool:
        return value in self.standard  # what is there already too: the same form, sent twice

    def clean(self, value: Any) -> list[Standard]:
        return [self.standard[words] for words in super().clean(value)]


# ---- the stay -------------------------------------------------------------------------------------------------------
def _say_what_moves(field: Any, day: date | None, items: Sequence[ChecklistItem], kind: ChecklistKind) -> None:
    """Beside a day that may be moved: what is still to be done and moves with it."""
    left = [item for item in items if item.kind == kind and item.done_at is None and item.due_on is not None]
    if day is not None and left:
        of = "moving in" if kind == ChecklistKind.ARRIVING else "leaving"
        verb = "moves" if len(left) == 1 else "move"
        words = (
            f"With it {verb} {counted(len(left), 'open thing')} of {of}, by as many days; nothing becomes late by that."
        )
        field.help_text = f"{field.help_text} {words}".strip()


class TenancyForm(forms.Form):
    space = _line(label="Space", max_length=200, help_text="As we would say it: eight places in the shared office.")
    licence = _line(label="Licence", max_length=120, required=False, help_text="Such as: one-year start-up terms.")
    starts_on = _day(label="First day")
    ends_on = _day(label="Last day", required=False, help_text="Empty: until somebody ends it.")
    notice_days = forms.IntegerField(label="Days of notice", min_value=0, max_value=730, initial=30)
    words = forms.CharField(
        label="What else was agreed",
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="The company can ask to read this.",
    )


class ChangeTenancyForm(Seen, TenancyForm):
    def __init__(self, *args: Any, tenancy: Tenancy, items: Sequence[ChecklistItem] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial = read(tenancy)
        _say_what_moves(self.fields["starts_on"], tenancy.starts_on, items, ChecklistKind.ARRIVING)
        _say_what_moves(self.fields["ends_on"], tenancy.ends_on, items, ChecklistKind.LEAVING)


class NewTenancyForm(TenancyForm):
    checklist = StandardField(
        kind=ChecklistKind.ARRIVING,
        label="What is to be done when they move in",
        help_text="For whoever manages the account. More can be added afterwards.",
    )


class _Leaving(forms.Form):
    """Several of them stand on one page: each names itself in ``do`` and in the ids of its fields."""

    do = ""

    def __init__(
        self, *args: Any, tenancy: Tenancy, there: frozenset[str], items: Sequence[ChecklistItem], **kwargs: Any
    ) -> None:
        super().__init__(*args, **{"auto_id": f"{self.do}-%s", **kwargs})
        _say_what_moves(self.fields["last_day"], tenancy.ends_on, items, ChecklistKind.LEAVING)
        checklist = StandardField(kind=ChecklistKind.LEAVING, there=there, label="What is to be done when they leave")
        if checklist.choices:
            self.fields["checklist"] = checklist


class NoticeForm(_Leaving):
    do = "notice"
    given_on = _day(label="Notice was given on", initial=timezone.localdate)
    last_day = _day(label="Last day", required=False)

    def __init__(self, *args: Any, tenancy: Tenancy, **kwargs: Any) -> None:
        super().__init__(*args, tenancy=tenancy, **kwargs)
        proposed = tenancy.last_day_after_notice(timezone.localdate())
        days = f"{tenancy.notice_days} days later" if tenancy.notice_days else "the same day"
        last_day = self.fields["last_day"]
        last_day.help_text = (
            f"Empty: {days}; for notice given today, {proposed:%-d %B %Y}. {last_day.help_text}".strip()
        )


class EndForm(_Leaving):
    do = "end"
    last_day = _day(label="Last day", initial=timezone.localdate)


class BackForm(forms.Form):
    """The notice is taken back."""

    do = "stay"
    ends_on = _day(label="They stay until", required=False, help_text="Empty: until somebody ends it.")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": f"{self.do}-%s", **kwargs})


class ItemForm(forms.Form):
    """Something to be done."""

    words = _line(label="What is to be done", max_length=200)
    due_on = _day(label="By", required=False)
    owner = _owner(label="Who sees to it")
    theirs = forms.BooleanField(
        label="The company does it", required=False, help_text="They read it on their page, with its day. Nothing else."
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "item-%s", **kwargs})


class ChangeItemForm(Seen, ItemForm):
    def __init__(self, *args: Any, item: ChecklistItem, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial = read(item)


class NewItemForm(ItemForm):
    do = "item"
    kind = forms.ChoiceField(
        label="When they", choices=[(ChecklistKind.ARRIVING, "move in"), (ChecklistKind.LEAVING, "leave")]
    )


# ---- the plan -------------------------------------------------------------------------------------------------------
class PlanForm(forms.Form):
    do = "dates"
    starts_on = _day(label="From")
    ends_on = _day(label="Until")
    agreed_on = _day(label="Agreed with the company on", required=False, help_text="Empty: it is our draft.")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "plan-%s", **kwargs})


class ChangePlanForm(Seen, PlanForm):
    def __init__(self, *args: Any, plan: Plan, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial = read(plan)


def a_year_after(last: Plan | None) -> dict[str, date]:
    """The days that are offered: after the plan before, or from today."""
    today = timezone.localdate()
    starts_on = max(today, last.ends_on + timedelta(days=1)) if last else today
    return {"starts_on": starts_on, "ends_on": starts_on + timedelta(days=364)}


class ObjectiveForm(forms.Form):
    do = "objective"
    words = _line(label="What they want to reach", max_length=300)
    due_on = _day(label="By")
    target = forms.DecimalField(
        label="How many",
        max_digits=12,
        decimal_places=2,
        min_value=0,
        required=False,
        widget=forms.TextInput(attrs={**PLAIN, "inputmode": "decimal"}),
    )
    measure = _line(label="Of what", max_length=80, required=False, help_text="What is counted, such as: sites.")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "objective-%s", **kwargs})


class ChangeObjectiveForm(Seen, ObjectiveForm):
    def __init__(self, *args: Any, objective: Objective, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial = read(objective)


class StandingForm(forms.Form):
    """How an objective stands."""

    state = forms.ChoiceField(label="How it stands", choices=ObjectiveState.choices)


# ---- the team -------------------------------------------------------------------------------------------------------
class TeamForm(forms.Form):
    """Those who could join: who manages the account, or is in the team, is left out."""

    user = PersonChoice(label="Who joins", queryset=User.objects.none(), empty_label="Choose somebody")

    def __init__(self, *args: Any, there: set[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        user: Any = self.fields["user"]
        user.queryset = managers().exclude(pk__in=there)
