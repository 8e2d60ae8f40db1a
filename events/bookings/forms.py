"""What somebody who wants to come types: a name and an address; more only where the event asks for it."""

from collections.abc import Sequence
from typing import Any
from uuid import uuid4, uuid5

from django import forms

from directory.queries.bookers import Booker
from events.choices import Attendance

from .actions import Request
from .choices import NeedKind, PoolKind, QuestionKind
from .models import LONGEST_ANSWER, Booking, BookingRules, Pool, Question

NEEDS_HINT = (
    "For example: an interpreter, space for a wheelchair, a seat near the door. Only those who prepare the event see it, "
    "and it is deleted two weeks after the event."
)
DIET_HINT = (
    "Allergies, or what you do not eat. Only those who prepare the food see it; deleted two weeks after the event."
)
HOSTS_HINT = "They learn that a place is taken, and no name unless you say so."
EMAIL_MISTAKES = {
    "required": "Enter the e-mail address that the ticket should go to.",
    "invalid": "Enter an e-mail address in full, such as ada@example.org.",
}


def _name(label: str, hint: str = "", **attributes: str) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=120,
        help_text=hint,
        widget=forms.TextInput(attrs={"autocomplete": "name", "spellcheck": "false", **attributes}),
        error_messages={"required": "Enter a name: it stands on the badge."},
    )


def _email(label: str, hint: str, **attributes: str) -> forms.EmailField:
    widget = forms.EmailInput(attrs={"autocomplete": "email", "spellcheck": "false", **attributes})
    return forms.EmailField(label=label, help_text=hint, widget=widget, error_messages=EMAIL_MISTAKES)


def _words(label: str, hint: str, rows: int = 2) -> forms.CharField:
    area = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, help_text=hint, required=False, max_length=LONGEST_ANSWER, widget=area)


def _size(largest: int, label: str, hint: str = "") -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label=label,
        help_text=hint,
        coerce=int,
        empty_value=None,
        choices=[(n, str(n)) for n in range(1, largest + 1)],
        widget=forms.Select(attrs={"class": "v-w5"}),
    )


def with_size(data: Any) -> Any:
    """``data`` of a form, for one person where it does not say how many: a form that asks no number is whole, too."""
    return data if data is None or data.get("size") else {**data.dict(), "size": "1"}


def attendances_of(pools: Sequence[Pool]) -> list[Attendance]:
    """Between which ways of taking part somebody has to choose; none where all places are alike."""
    return list(Attendance) if len({pool.attendance for pool in pools}) > 1 else []


class BookingForm(forms.Form):
    """At most four fields must be filled in. ``key`` is made with the form: sent twice it is one booking."""

    name = _name("Your name", "As it should stand on your badge.")
    email = _email(
        "E-mail address",
        "We send the ticket there, a reminder, and the link by which you change or cancel. Nothing else.",
    )
    organisation = forms.CharField(
        label="Organisation",
        max_length=160,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
        error_messages={"required": "Enter your organisation: each can have only so many places."},
    )
    needs = _words("What do you need to take part?", NEEDS_HINT)
    tells_hosts = forms.BooleanField(
        label="The hosts may see my name and organisation", required=False, help_text=HOSTS_HINT
    )
    key = forms.UUIDField(required=False, widget=forms.HiddenInput, initial=uuid4)
    # Only programs that fill in whatever they find see this one: it is neither shown nor read out.
    leave_empty = forms.CharField(required=False)

    def __init__(
        self,
        data: Any = None,
        *,
        rules: BookingRules,
        pools: Sequence[Pool],
        questions: Sequence[Question],
        booker: Booker,
        full: Sequence[Attendance] = (),
        most_for_one_organisation: int | None = None,
    ) -> None:
        super().__init__(with_size(data))
        self.questions = questions
        self._ask_for_organisation(most_for_one_organisation, booker)
        if rules.largest_group > 1:
            hint = "A group gets all its places or none. You can name the others afterwards."
            self.fields["size"] = _size(rules.largest_group, "Number of places", hint)
            self.initial["size"] = 1
        if ways := attendances_of(pools):
            self.fields["attendance"] = forms.ChoiceField(
                label="How do you take part?",
                choices=[(way, f"{way.label} (all taken)" if way in full else way.label) for way in ways],
                widget=forms.RadioSelect,
                error_messages={"required": "Choose whether you come, or take part online."},
            )
        for question in questions:
            self.fields[f"question_{question.pk}"] = _answer(question)
        if any(pool.kind == PoolKind.ACCESS for pool in pools):
            self.fields["access_place"] = forms.BooleanField(
                label="I need one of the places held back for people with access needs",
                required=False,
                help_text="Some, such as the space for a wheelchair, are held back. Say below what you need.",
            )
        if rules.asks_diet:
            self.fields["diet"] = _words("Food", DIET_HINT)
        if booker.user:
            self.initial.update(name=booker.user.name, email=booker.user.email)
        asked = [f"question_{question.pk}" for question in questions]
        self.order_fields(
            ["name", "email", "organisation", "size", "attendance", *asked, "access_place", "needs", "diet"]
        )

    def _ask_for_organisation(self, most: int | None, booker: Booker) -> None:
        field = self.fields["organisation"]
        if booker.organisation:
            field.widget.attrs["readonly"] = True  # the action takes it from the account, whatever is sent
            field.help_text = "From your account."
            self.initial["organisation"] = booker.organisation.title
        elif most is not None:
            field.required = True
            field.help_text = f"One organisation can have {most} of these places."

    @property
    def was_filled_in_by_a_program(self) -> bool:
        return bool(self.cleaned_data["leave_empty"])

    @property
    def visible_order(self) -> list[forms.BoundField]:
        """What is asked, in order, without the trap."""
        return [field for field in self if field.name not in ("key", "leave_empty")]

    def as_request(self, pools: Sequence[Pool]) -> Request:
        said = self.cleaned_data
        email = said["email"].strip().lower()
        only = pools[0].attendance if pools and not attendances_of(pools) else ""
        return Request(
            name=said["name"],
            email=email,
            size=said.get("size") or 1,
            organisation_name=said["organisation"],
            attendance=said.get("attendance") or only,
            wants_access_place=bool(said.get("access_place")),
            needs={NeedKind.ACCESS: said["needs"], NeedKind.DIET: said.get("diet", "")},
            answers={question.pk: said[f"question_{question.pk}"] for question in self.questions},
            tells_hosts=said["tells_hosts"],
            # With the address in it: gone Back to, and filled in for somebody else, the form is another booking.
            key=uuid5(said["key"] or uuid4(), email),
        )


def _answer(question: Question) -> forms.Field:
    missing = {"required": f"Answer this: {question.words}"}
    if question.kind == QuestionKind.CHOICE:
        answers = [(answer, answer) for answer in question.choices]
        return forms.ChoiceField(
            label=question.words,
            choices=answers,
            required=question.required,
            widget=forms.RadioSelect,
            error_messages=missing,
        )
    return forms.CharField(
        label=question.words,
        required=question.required,
        max_length=LONGEST_ANSWER,
        widget=forms.TextInput(),
        error_messages=missing,
    )


# ---- a booking that is there ----------------------------------------------------------------------------------------
class ChangeForm(forms.Form):
    """How many come, who they are and what they need."""

    needs = _words("What do you need to take part?", NEEDS_HINT)
    tells_hosts = forms.BooleanField(
        label="The hosts may see my name and organisation", required=False, help_text=HOSTS_HINT
    )

    def __init__(self, data: Any = None, *, booking: Booking, rules: BookingRules) -> None:
        super().__init__(data, auto_id="id_change_%s")
        people = list(booking.attendees.all())
        largest = max(rules.largest_group, len(people))
        if largest > 1:
            hint = "More only while there are places. Fewer: those named last no longer come."
            self.fields["size"] = _size(largest, "Number of places", hint)
            self.initial["size"] = len(people)
        for number, attendee in enumerate(people[1:], 2):
            field = _name(f"Name of person {number}", autocomplete="off")
            field.required = False
            self.fields[f"companion_{number}"] = field
            self.initial[f"companion_{number}"] = attendee.name
        needs = {need.kind: need.words for need in booking.needs.all()}
        if rules.asks_diet:
            self.fields["diet"] = _words("Food", DIET_HINT)
        self.initial.update(
            needs=needs.get(NeedKind.ACCESS, ""), diet=needs.get(NeedKind.DIET, ""), tells_hosts=booking.tells_hosts
        )
        self.order_fields(["size", *(name for name in self.fields if name.startswith("companion_")), "needs", "diet"])

    def changes(self) -> dict[str, Any]:
        """As the action takes them; the number only where it is another one, because a letter follows."""
        said = self.cleaned_data
        names = [name for name in self.fields if name.startswith("companion_")]
        needs = {NeedKind.ACCESS: said["needs"]}
        if "diet" in self.fields:
            needs[NeedKind.DIET] = said["diet"]
        size = said.get("size")
        return {
            "size": size if size and size != len(names) + 1 else None,
            "companions": tuple(said[name] for name in names),
            "needs": needs,
            "tells_hosts": said["tells_hosts"],
        }


class TransferForm(forms.Form):
    name = _name("Name of your colleague", autocomplete="off")
    email = _email(
        "Their e-mail address",
        "We send the ticket and the link there. Yours end at that moment.",
        autocomplete="off",
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, auto_id="id_transfer_%s")
