"""What somebody types who looks for a space, books one, or changes a booking."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import uuid4, uuid5

from django import forms

from accounts.models import User
from core.recurrence import Frequency
from core.relative_dates import LONDON
from directory.models import OrganisationMember, OrganisationPage
from directory.queries.bookers import Booker

from .actions import Guest, Pattern, Request
from .actions.resent import key_of
from .actions.series import MOST_DATES
from .choices import Confidentiality, SpaceKind
from .fields import ChosenField, DayField, HourField, email_of, moment, name_of, number_of
from .models import AccessFeature, Booking, SpacePage
from .timetable import day_of

GUESTS = 3
MOST_PEOPLE = 999


# ---- looking for one ------------------------------------------------------------------------------------------------
class SearchForm(forms.Form):
    """A plain GET form. Whatever it can't read it says, and shows the rest."""

    def __init__(self, data: Any, *, features: Iterable[AccessFeature]) -> None:
        super().__init__(data)
        fields: dict[str, forms.Field] = {
            "date": DayField(label="Day", required=False),
            "from": HourField(label="From", required=False),
            "until": HourField(label="Until", required=False),
            "people": number_of("People", MOST_PEOPLE, required=False),
            "number": number_of("Desks or pieces", 99, required=False),
            "kind": forms.ChoiceField(label="What", required=False, choices=[("", "Any space"), *SpaceKind.choices]),
            "access": forms.ChoiceField(
                label="Access",
                required=False,
                choices=[("", "Any"), *((feature.slug, feature.name) for feature in features)],
            ),
            "kit": forms.CharField(label="With", required=False, max_length=60),
        }
        self.fields.update(fields)
        self.fields["kit"].widget.attrs["placeholder"] = "screen"

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or {}
        begins, ends = said.get("from"), said.get("until")
        if begins and ends and ends <= begins:
            self.add_error("until", "It has to end after it begins.")
        return said


# ---- booking one ----------------------------------------------------------------------------------------------------
class BookingForm(forms.Form):
    """``key`` is made with the form: sent twice it is one booking. Whoever signed in is not asked for a name."""

    start = moment("From", "Enter the day and the time at which it begins.", "In London time.")
    end = moment("Until", "Enter the day and the time at which it ends.")
    words = forms.CharField(label="What is it for?", max_length=160, required=False)
    confidentiality = forms.ChoiceField(
        label="What others may see of it",
        help_text="On the screen at the door and in the calendar of the space. Names of people are never shown.",
        choices=Confidentiality.choices,
        initial=Confidentiality.ORGANISATION,
        widget=forms.RadioSelect,
        required=False,
    )
    repeat = ChosenField(
        label="How often",
        choices=[("", "Only once"), (Frequency.WEEKLY, "By week"), (Frequency.MONTHLY, "By month")],
    )
    every = number_of("Every so many weeks or months", 12, required=False)
    times = number_of("How many dates", MOST_DATES, required=False)
    key = forms.UUIDField(required=False, widget=forms.HiddenInput, initial=uuid4)
    # Only programs that fill in whatever they find see this one: it is neither shown nor read out.
    leave_empty = forms.CharField(required=False)

    def __init__(
        self,
        data: Any = None,
        *,
        space: SpacePage,
        booker: Booker,
        payers: Sequence[OrganisationPage] = (),
        initial: dict[str, Any] | None = None,
        taken: Sequence[int] = (),
        offers_invoice: bool = False,
    ) -> None:
        super().__init__(data, initial=initial or {})
        self.space, self.booker, self.payers = space, booker, payers
        step = str(space.slot_minutes * 60)
        for name in ("start", "end"):
            self.fields[name].widget.attrs["step"] = step
        if space.is_pool:
            self._ask_for_units(taken)
        else:
            self.fields["people"] = number_of("How many people", MOST_PEOPLE, f"{space.title} holds {space.capacity}.")
            self.initial.setdefault("people", 1)
        self._ask_who()
        for place in range(1, GUESTS + 1):
            self.fields[f"guest_{place}_name"] = name_of(f"Name of guest {place}", required=False, autocomplete="off")
            self.fields[f"guest_{place}_email"] = email_of("Their e-mail address", required=False, autocomplete="off")
            self.fields[f"guest_{place}_from"] = forms.CharField(
                label="Their organisation", max_length=160, required=False
            )
        if offers_invoice or (data is not None and data.get("pays")):
            self.fields["pays"] = forms.BooleanField(
                label="Pay for it by invoice", help_text=space.price_words, required=False
            )
        if booker.user is None:
            for name in ("repeat", "every", "times"):
                del self.fields[name]

    def _ask_for_units(self, taken: Sequence[int]) -> None:
        units = list(self.space.units.all())
        desk = self.space.kind == SpaceKind.HOT_DESKS
        noun = "desk" if desk else "piece"
        self.fields["number"] = number_of(f"How many {noun}s", len(units) or 1)
        self.initial.setdefault("number", 1)
        labels = []
        for unit in units:
            marks = [
                mark
                for mark, is_so in (("height-adjustable", unit.adjustable), ("taken then", unit.pk in taken))
                if is_so
            ]
            labels.append((str(unit.pk), f"{unit.label} ({', '.join(marks)})" if marks else unit.label))
        self.fields["unit"] = ChosenField(
            label=f"Which {noun}",
            choices=[("", "Any that is free; you learn which on the day"), *labels],
            coerce=int,
            empty_value=None,
        )

    def _ask_who(self) -> None:
        user, organisation = self.booker.user, self.booker.organisation
        self.belong: dict[User, set[int]] = {}  # each colleague, and the organisations where they are one
        if user is None:
            self.fields["name"] = name_of("Your name", autocomplete="name")
            hint = (
                "We send the confirmation there, a reminder, and the link by which you change or cancel. Nothing else."
            )
            self.fields["email"] = email_of("E-mail address", hint, autocomplete="email")
            return
        if organisation and len(self.payers) > 1:
            self.fields["payer"] = ChosenField(
                label="For which of your organisations",
                help_text="Its allowance is used, or it gets the invoice.",
                choices=[(str(one.pk), one.title) for one in self.payers],
                coerce=int,
                error_messages={"invalid_choice": "Choose one of your organisations that may book it."},
            )
            self.initial.setdefault("payer", organisation.pk)
        theirs = self.payers or ([organisation] if organisation else [])
        members = OrganisationMember.objects.filter(organisation__in=theirs, user__is_active=True).exclude(user=user)
        for one in members.select_related("user") if theirs else ():
            self.belong.setdefault(one.user, set()).add(one.organisation_id)
        self.colleagues = list(self.belong)
        if self.colleagues:
            self.fields["whom"] = ChosenField(
                label="For whom",
                choices=[("", "Me"), *((str(one.pk), one.name or one.email) for one in self.colleagues)],
                coerce=int,
                empty_value=None,
            )

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or {}
        start, end = said.get("start"), said.get("end")
        if start and end and end <= start:
            self.add_error("end", "It has to end after it begins. Look at the day as well as the time.")
        if said.get("unit") and said.get("number", 1) != 1:
            self.add_error("unit", "One desk can be chosen. For several, leave the choice to us.")
        if said.get("repeat") and not said.get("times"):
            self.add_error("times", "Enter how many dates there should be, with the first.")
        self._refuse_strangers(said)
        for place in range(1, GUESTS + 1):
            if said.get(f"guest_{place}_email") and not said.get(f"guest_{place}_name"):
                self.add_error(f"guest_{place}_name", "Enter the name that goes with the address.")
        return said

    def _refuse_strangers(self, said: dict[str, Any]) -> None:
        """Whom it is booked for belongs to the organisation that pays."""
        organisation = self.booker.organisation
        whom = next((one for one in self.belong if one.pk == said.get("whom")), None)
        if whom and organisation and organisation.pk not in self.belong[whom]:
            name = whom.name or whom.email
            words = f"{name} does not belong to {organisation.title}. Choose who does, or the other organisation."
            self.add_error("whom", words)

    # ---- for the template -------------------------------------------------------------------------------------------
    @property
    def when_and_who(self) -> list[forms.BoundField]:
        names = ("start", "end", "number", "unit", "people", "payer", "whom", "name", "email", "words", "pays")
        return [self[name] for name in names if name in self.fields]

    @property
    def guest_rows(self) -> list[list[forms.BoundField]]:
        return [[self[f"guest_{place}_{part}"] for part in ("name", "email", "from")] for place in range(1, GUESTS + 1)]

    @property
    def names_guests(self) -> bool:
        return any(field.value() or field.errors for row in self.guest_rows for field in row)

    @property
    def repeats(self) -> bool:
        return "repeat" in self.fields and bool(self["repeat"].value() or self["times"].errors)

    @property
    def typed(self) -> list[tuple[str, str]]:
        """All that was typed, to be carried by the next page."""
        names = [name for name in self.fields if name != "leave_empty"]
        return [(name, str(value)) for name in names if (value := self.data.get(name)) not in (None, "")]

    # ---- for the action ---------------------------------------------------------------------------------------------
    @property
    def was_filled_in_by_a_program(self) -> bool:
        return bool(self.cleaned_data["leave_empty"])

    def as_request(self) -> Request:
        said = self.cleaned_data
        name, email = self._for_whom()
        number = said.get("number") or 1
        # With the time in it: gone Back to and sent for another time, the form is another booking.
        where = {"space": self.space, "starts_at": said["start"], "ends_at": said["end"], "number": number}
        return Request(
            name=name,
            email=email,
            starts_at=said["start"],
            ends_at=said["end"],
            number=number,
            people=said.get("people") or number,
            unit=said.get("unit"),
            words=said["words"],
            confidentiality=Confidentiality(said["confidentiality"] or Confidentiality.ORGANISATION),
            pays=bool(said.get("pays")),
            guests=tuple(self._guests()),
            key=key_of(said["key"] or uuid4(), email=email, **where),
        )

    def as_pattern(self) -> Pattern | None:
        """None where it is booked once."""
        said = self.cleaned_data
        if not said.get("repeat"):
            return None
        return Pattern(
            first_on=day_of(said["start"]),
            starts=said["start"].astimezone(LONDON).time(),
            ends=said["end"].astimezone(LONDON).time(),
            frequency=Frequency(said["repeat"]),
            every=said.get("every") or 1,
            times=said["times"],
            key=uuid5(self.as_request().key, f"{said['repeat']}|{said.get('every')}|{said['times']}"),
        )

    def email_of_whom(self) -> str:
        """Of whoever comes, as far as that was typed: also where something else is wrong."""
        if self.booker.user is None:
            return str(self.data.get("email", "")).strip().lower()
        whom = next((one for one in self.colleagues if str(one.pk) == self.data.get("whom")), self.booker.user)
        return whom.email.lower()

    def _for_whom(self) -> tuple[str, str]:
        said, user = self.cleaned_data, self.booker.user
        if user is None:
            return said["name"], said["email"].strip().lower()
        whom = next((one for one in self.colleagues if one.pk == said.get("whom")), user)
        return whom.name or whom.email, whom.email.lower()

    def _guests(self) -> Iterable[Guest]:
        said = self.cleaned_data
        for place in range(1, GUESTS + 1):
            if name := said.get(f"guest_{place}_name"):
                yield Guest(
                    name=name,
                    email=said.get(f"guest_{place}_email") or "",
                    organisation_name=said.get(f"guest_{place}_from") or "",
                )


# ---- a booking that is there ----------------------------------------------------------------------------------------
class ChangeForm(forms.Form):
    start = moment("From", "Enter the day and the time at which it begins.", "In London time.")
    end = moment("Until", "Enter the day and the time at which it ends.")

    def __init__(self, data: Any = None, *, booking: Booking) -> None:
        super().__init__(data, auto_id="id_change_%s")
        space = booking.space
        if space.is_pool:
            self.fields["number"] = number_of("How many", max(space.units.count(), 1))
        else:
            self.fields["people"] = number_of("How many people", MOST_PEOPLE, f"{space.title} holds {space.capacity}.")
        for name in ("start", "end"):
            self.fields[name].widget.attrs["step"] = str(space.slot_minutes * 60)
        self.initial.update(start=booking.starts_at, end=booking.ends_at, number=booking.number, people=booking.people)

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or {}
        if said.get("start") and said.get("end") and said["end"] <= said["start"]:
            self.add_error("end", "It has to end after it begins. Look at the day as well as the time.")
        return said


class HandOnForm(forms.Form):
    """To a colleague, by name where they are known; else by address."""

    def __init__(self, data: Any = None, *, booker: Booker) -> None:
        super().__init__(data, auto_id="id_hand_%s")
        members = OrganisationMember.objects.filter(organisation=booker.organisation, user__is_active=True)
        self.colleagues = (
            [one.user for one in members.select_related("user").exclude(user=booker.user)]
            if booker.organisation
            else []
        )
        if self.colleagues:
            self.fields["whom"] = forms.TypedChoiceField(
                label="To whom",
                choices=[
                    ("", "Choose a colleague"),
                    *((str(one.pk), one.name or one.email) for one in self.colleagues),
                ],
                coerce=int,
                error_messages={"required": "Choose a colleague."},
            )
        else:
            self.fields["name"] = name_of("Name of your colleague", autocomplete="off")
            hint = "We send the confirmation and the link there. Yours ends at that moment."
            self.fields["email"] = email_of("Their e-mail address", hint, autocomplete="off")

    def whom(self) -> tuple[str, str]:
        said = self.cleaned_data
        if not self.colleagues:
            return said["name"], said["email"]
        one = next(one for one in self.colleagues if one.pk == said["whom"])
        return one.name or one.email, one.email


class GuestForm(forms.Form):
    guest_name = name_of("Name of your guest", autocomplete="off")
    guest_email = email_of("Their e-mail address", required=False, autocomplete="off")
    guest_from = forms.CharField(label="Their organisation", max_length=160, required=False)
    guest_needs = forms.CharField(
        label="What they need",
        help_text="Such as a step-free way, or a space to park. Reception sees it.",
        max_length=300,
        required=False,
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, auto_id="id_%s")

    def as_guest(self) -> Guest:
        said = self.cleaned_data
        return Guest(
            name=said["guest_name"],
            email=said["guest_email"],
            organisation_name=said["guest_from"],
            needs=said["guest_needs"],
        )


class RangeForm(forms.Form):
    """The dates of a series that are cancelled."""

    from_day = DayField(label="From", error_messages={"required": "Enter the first day that is cancelled."})
    until_day = DayField(label="Until, with that day", help_text="Empty: all that follow.", required=False)

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or {}
        if said.get("from_day") and said.get("until_day") and said["until_day"] < said["from_day"]:
            self.add_error("until_day", "It can't end before it begins.")
        return said
