"""Forms of those who manage bookings. What is wrong is said beside the field it is about."""

from collections.abc import Iterable
from typing import Any
from uuid import uuid4

from django import forms
from django.forms import BaseInlineFormSet, inlineformset_factory
from wagtail.admin.widgets import AdminDateTimeInput

from events.bookings.choices import Group, NeedKind, PoolKind, QuestionKind
from events.bookings.models import LONGEST_ANSWER, MOST_IN_A_GROUP, Booking, BookingRules, Pool, Question
from events.choices import Attendance, PlaceKind
from events.models import EventPage


class LinesField(forms.CharField):
    """A list, typed one a line."""

    widget = forms.Textarea(attrs={"rows": 3})

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list | tuple) else value

    def to_python(self, value: Any) -> Any:
        return [line.strip() for line in (super().to_python(value) or "").splitlines() if line.strip()]

    def has_changed(self, initial: Any, data: Any) -> bool:
        return self.to_python(self.prepare_value(initial or "")) != self.to_python(data or "")


# ---- rules ----------------------------------------------------------------------------------------------------------
class RulesForm(forms.ModelForm):
    class Meta:
        model = BookingRules
        fields = [
            *("opens_at", "closes_at", "waiting_list", "offer_hours", "approval", "largest_group"),
            *("asks_diet", "certificate"),
        ]
        widgets = {"opens_at": AdminDateTimeInput, "closes_at": AdminDateTimeInput}

    def clean_closes_at(self) -> Any:
        closes_at = self.cleaned_data.get("closes_at")
        if closes_at and closes_at > self.instance.event.ends_at:
            raise forms.ValidationError("The event is over by then. Leave it empty to close when the event begins.")
        return closes_at


class _RowForm(forms.ModelForm):
    """A row that can be deleted, unless somebody would lose what is theirs."""

    def in_use(self) -> str:
        """Why it can't be deleted, in words; empty where it can. Each form says."""
        raise NotImplementedError

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get(forms.formsets.DELETION_FIELD_NAME) and self.instance.pk and (why := self.in_use()):
            self.add_error(forms.formsets.DELETION_FIELD_NAME, why)
        return data


class PoolForm(_RowForm):
    groups = forms.MultipleChoiceField(
        label="Kept for",
        choices=Group.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="None ticked: for everybody.",
    )

    class Meta:
        model = Pool
        fields = [
            *("name", "capacity", "kind", "groups", "releases_at", "per_organisation", "attendance", "sort_order"),
        ]
        labels = {"sort_order": "Order"}
        help_texts = {
            "kind": "Places for people with access needs are given only to who asks for one, until they open to everybody.",
            "attendance": "Empty: it does not matter.",
            "sort_order": "Lower numbers are given first.",
        }
        widgets = {"releases_at": AdminDateTimeInput}

    def __init__(self, *args: Any, event: EventPage, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if event.place_kind != PlaceKind.HYBRID and not self.instance.attendance:
            del self.fields["attendance"]

    def in_use(self) -> str:
        taken = Pool.objects.values_list("taken", flat=True).get(pk=self.instance.pk)
        has = "One of its places is" if taken == 1 else f"{taken} of its places are"
        return f"{has} taken. Move those people to other places first; then it can go." if taken else ""


class QuestionForm(_RowForm):
    choices = LinesField(
        label="Answers to choose from", required=False, help_text="One a line. Empty where people write a few words."
    )

    class Meta:
        model = Question
        fields = ["words", "kind", "choices", "required", "sort_order"]
        labels = {"sort_order": "Order"}
        help_texts = {"words": "Ask only what you will use; answers are deleted 90 days after the event."}

    def clean_choices(self) -> list[str]:
        """Of a question that is answered in words there are none, whatever was typed before."""
        return list(self.cleaned_data["choices"]) if self.cleaned_data.get("kind") == QuestionKind.CHOICE else []

    def in_use(self) -> str:
        answers = self.instance.answers.count()
        have = "One person has" if answers == 1 else f"{answers} people have"
        return f"{have} answered it, and the answer would be lost. Take it out after the event." if answers else ""


class _Pools(BaseInlineFormSet):
    def clean(self) -> None:
        super().clean()
        rows = [form.cleaned_data for form in self.forms if hasattr(form, "cleaned_data")]
        kept = [row for row in rows if row.get("name") and not row.get("DELETE")]
        if not kept and not any(self.errors):
            raise forms.ValidationError("Without places nobody can book. Give at least one kind of places.")


PoolFormSet = inlineformset_factory(EventPage, Pool, form=PoolForm, formset=_Pools, extra=0)
QuestionFormSet = inlineformset_factory(EventPage, Question, form=QuestionForm, extra=0)


# ---- one booking ----------------------------------------------------------------------------------------------------
class _PeopleForm(forms.Form):
    """For how many, who they are, what they need."""

    size = forms.IntegerField(label="How many people", min_value=1, max_value=MOST_IN_A_GROUP, initial=1)
    companions = LinesField(
        label="Who else comes", required=False, help_text="One name a line, as far as they are known."
    )
    access = forms.CharField(
        label="What they need to take part",
        required=False,
        max_length=LONGEST_ANSWER,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Seen by those who prepare it; deleted 14 days after the event.",
    )
    diet = forms.CharField(
        label="Food", required=False, max_length=LONGEST_ANSWER, help_text="Such as: vegan, no nuts."
    )
    tells_hosts = forms.BooleanField(
        label="The hosts may see their name", required=False, help_text="Only if they said so."
    )

    def people(self) -> dict[str, Any]:
        data = self.cleaned_data
        others = data["size"] - 1
        names = [*data["companions"], *[""] * others][:others]
        return {"size": data["size"], "companions": tuple(names), "tells_hosts": data["tells_hosts"]}

    def needs(self) -> dict[NeedKind, str]:
        """What was asked for here; a field that the person may not see says nothing."""
        asked = {NeedKind.ACCESS: "access", NeedKind.DIET: "diet"}
        return {kind: self.cleaned_data[name] for kind, name in asked.items() if name in self.cleaned_data}


class AddForm(_PeopleForm):
    key = forms.UUIDField(widget=forms.HiddenInput)
    name = forms.CharField(max_length=120)
    email = forms.EmailField(
        label="E-mail address", help_text="The confirmation goes there, with the link to change it."
    )
    organisation_name = forms.CharField(label="Organisation", max_length=160, required=False)
    attendance = forms.ChoiceField(label="How they take part", required=False, choices=Attendance.choices)
    groups = forms.MultipleChoiceField(
        label="They belong to",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="For places that are kept for a group. Whoever has an account is known with theirs.",
    )
    wants_access_place = forms.BooleanField(label="Needs a place that is held back for access needs", required=False)
    waits = forms.BooleanField(label="On the waiting list, when there is no place", required=False)

    def __init__(self, *args: Any, event: EventPage, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["key"].initial = uuid4
        pools = list(event.pools.all())
        kept_for = {group for pool in pools for group in pool.groups}
        self.fields["groups"].choices = [one for one in Group.choices if one[0] in kept_for]  # type: ignore[attr-defined]
        unasked = {
            "groups": not kept_for,
            "wants_access_place": all(pool.kind != PoolKind.ACCESS for pool in pools),
            "attendance": event.place_kind != PlaceKind.HYBRID,
            "diet": not event.booking_rules.asks_diet,
            "waits": not event.booking_rules.waiting_list,
        }
        for name in (name for name, is_unasked in unasked.items() if is_unasked):
            del self.fields[name]
        self.questions = list(event.questions.all())
        for question in self.questions:
            self.fields[f"question_{question.pk}"] = _answer(question)
        first = ["key", "name", "email", "organisation_name", "size", "companions", "attendance", "groups"]
        self.order_fields([*first, *(f"question_{question.pk}" for question in self.questions)])

    def answers(self) -> dict[int, str]:
        return {one.pk: self.cleaned_data.get(f"question_{one.pk}", "") for one in self.questions}


def _answer(question: Question) -> forms.Field:
    if question.kind == QuestionKind.CHOICE:
        choices = [("", "–"), *((one, one) for one in question.choices)]
        return forms.ChoiceField(label=question.words, required=question.required, choices=choices)
    return forms.CharField(label=question.words, required=question.required, max_length=LONGEST_ANSWER)


class ChangeForm(_PeopleForm):
    def __init__(self, *args: Any, booking: Booking, sees_needs: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = [one.name for one in booking.attendees.all()]
        self.initial.update(size=len(names), companions=[name for name in names[1:] if name])
        self.initial["tells_hosts"] = booking.tells_hosts
        if sees_needs:
            self.initial.update({need.kind: need.words for need in booking.needs.all()})
        else:
            del self.fields["access"], self.fields["diet"]


class TransferForm(forms.Form):
    name = forms.CharField(label="Name of who comes instead", max_length=120)
    email = forms.EmailField(label="Their e-mail address")


class MoveForm(forms.Form):
    """One choice for each person of a booking who has a place."""

    def __init__(self, *args: Any, booking: Booking, pools: Iterable[Pool], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        pools = list(pools)
        self.people = [one for one in booking.attendees.all() if one.pool_id]
        for number, one in enumerate(self.people, 1):
            self.fields[f"person_{one.pk}"] = forms.TypedChoiceField(
                label=one.name or f"Person {number}",
                coerce=int,
                initial=one.pool_id,
                choices=[(pool.pk, f"{pool.name} ({_free(pool, one.pool_id)})") for pool in pools],
            )


def _free(pool: Pool, own: int | None) -> str:
    if pool.pk == own:
        return "as now"
    return f"{pool.free} free" if pool.free > 0 else "full"
