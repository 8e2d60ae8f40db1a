"""One booking: who comes, what they said, what happened, and what can be done."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html
from wagtail.admin import messages

from accounts.models import User
from directory.queries.bookers import Booker, booker_of
from events.bookings import actions
from events.bookings.choices import BookingStatus
from events.bookings.desk.forms import AddForm, ChangeForm, MoveForm, TransferForm
from events.bookings.models import Attendee, Booking, BookingRules, Pool
from events.bookings.policies import may_see_needs
from events.bookings.queries import place_in_queue

from .base import FormScreen, OfBooking, Screen


class BookingScreen(OfBooking, Screen):
    template_name = "events/cms/bookings/booking.html"

    def get_page_title(self) -> str:
        return self.booking.reference

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        booking = self.booking
        sees_needs = may_see_needs(self.request.user)
        attendees = list(booking.attendees.select_related("pool"))
        is_open = booking.is_live and not booking.event.is_over
        pools = Pool.objects.filter(event=booking.event_id).count() if booking.is_holding and is_open else 0
        return super().get_context_data(
            attendees=attendees,
            sees_needs=sees_needs,
            needs=list(booking.needs.select_related("done_by")) if sees_needs else [],
            answers=list(booking.answers.select_related("question")),
            log=list(booking.log.select_related("by")),
            queue=place_in_queue(booking) if booking.status == BookingStatus.WAITING else 0,
            is_open=is_open,
            may_move=pools > 1,
            may_decide=booking.status == BookingStatus.PENDING,
            is_offered=booking.status == BookingStatus.OFFERED and is_open,
            may_erase=booking.purged_at is None and not is_open,
            **kwargs,
        )


# ---- added by us ----------------------------------------------------------------------------------------------------
class Add(FormScreen):
    form_class = AddForm
    page_title = "Add a booking"
    header_icon = "plus"
    button = "Book"
    introduction = (
        "For somebody who rang or wrote. They get the same letter as everybody, with the link by which they change or "
        "cancel. You may book before booking opens, after it closed, and for a larger group than others can."
    )

    def find(self, **kwargs: Any) -> None:
        super().find(**kwargs)
        self.bookable = BookingRules.objects.filter(event=self.event).exists()

    def get(self, *args: Any, **kwargs: Any) -> HttpResponse:
        return super().get(*args, **kwargs) if self.bookable else redirect("events_booking_rules", kwargs["event"])

    def post(self, *args: Any, **kwargs: Any) -> HttpResponse:
        return super().post(*args, **kwargs) if self.bookable else redirect("events_booking_rules", kwargs["event"])

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "event": self.event}

    def back_url(self) -> str:
        assert self.event is not None
        return reverse("events_bookings", args=[self.event.pk])

    def form_valid(self, form: AddForm) -> HttpResponse:
        assert self.event is not None
        data = form.cleaned_data
        request = actions.Request(
            key=data["key"],
            name=data["name"],
            email=data["email"],
            organisation_name=data["organisation_name"],
            attendance=data.get("attendance", ""),
            wants_access_place=data.get("wants_access_place", False),
            needs=form.needs(),
            answers=form.answers(),
            **form.people(),
        )
        booker = _booker(data["email"], data.get("groups", []))
        try:
            booking = actions.ask(
                event=self.event.pk, request=request, booker=booker, waits=data.get("waits", False), by=self.by
            )
        except actions.AlreadyBooked as refusal:
            url = reverse("events_booking", args=[refusal.booking.pk])
            words = format_html(
                'This address has a booking already: <a href="{}">{}</a>.', url, refusal.booking.reference
            )
            return self.refuse(form, refusal, words)
        except actions.OnlyForSome as refusal:
            return self.refuse(
                form, refusal, "What is left is kept for a group. Tick the one they belong to, if they do."
            )
        except actions.Refusal as refusal:
            return self.refuse(form, refusal)
        what = booking.get_status_display().lower()
        messages.success(self.request, f"{booking.reference}: {what}. A letter is on its way.")
        return redirect("events_booking", booking.pk)


def _booker(email: str, groups: list[str]) -> Booker:
    """Whoever has an account of this address, with what we know of them on the telephone besides."""
    user = User.objects.filter(email__iexact=email.strip(), is_active=True).first()
    known = booker_of(user) if user else Booker()
    return Booker(known.user, known.organisation, known.groups | frozenset(groups))


# ---- changed --------------------------------------------------------------------------------------------------------
class _Act(OfBooking, FormScreen):
    form_class: Any = forms.Form
    said = ""

    def act(self, form: Any) -> Any:
        """Do what the screen is for; each says. Raises Refusal."""
        raise NotImplementedError

    def form_valid(self, form: Any) -> HttpResponse:
        try:
            self.act(form)
        except actions.Refusal as refusal:
            return self.refuse(form, refusal)
        messages.success(self.request, f"{self.booking.reference}: {self.said}")
        return redirect(self.url)

    def steps(self) -> list[dict[str, Any]]:
        return [*super().steps(), {"url": self.url, "label": self.booking.reference}]


class Change(_Act):
    form_class = ChangeForm
    page_title = "Change"
    header_icon = "edit"
    button = "Save"
    introduction = (
        "More people come only as far as there are places. Whoever falls out gives theirs to the next in the queue."
    )
    said = "changed. A letter says so."

    def get_form_kwargs(self) -> dict[str, Any]:
        sees_needs = may_see_needs(self.request.user)
        return {**super().get_form_kwargs(), "booking": self.booking, "sees_needs": sees_needs}

    def act(self, form: ChangeForm) -> None:
        actions.change(booking=self.booking, needs=form.needs(), by=self.by, **form.people())


class Transfer(_Act):
    form_class = TransferForm
    page_title = "Hand on"
    header_icon = "user"
    button = "Hand on"
    introduction = (
        "To a colleague who comes instead. Link and ticket of the first person end, and both get a letter. What the first "
        "person needs or has answered is deleted, not handed on."
    )
    said = "handed on. Both get a letter."
    is_final = True

    def act(self, form: TransferForm) -> None:
        try:
            actions.transfer(booking=self.booking, by=self.by, **form.cleaned_data)
        except actions.AlreadyBooked as refusal:
            words = f"That address has a booking for this event already: {refusal.booking.reference}."
            raise actions.AlreadyBooked(words, booking=refusal.booking) from refusal


class Move(_Act):
    form_class = MoveForm
    page_title = "Move to other places"
    header_icon = "resubmit"
    button = "Move"
    introduction = "You decide: whom places are kept for does not count here, only whether there is one."
    said = "moved."

    def get_form_kwargs(self) -> dict[str, Any]:
        pools = Pool.objects.filter(event=self.event)
        return {**super().get_form_kwargs(), "booking": self.booking, "pools": pools}

    @transaction.atomic
    def act(self, form: MoveForm) -> None:
        """All of them or none."""
        pools = {pool.pk: pool for pool in Pool.objects.filter(event=self.event)}
        for one in form.people:
            wanted = form.cleaned_data[f"person_{one.pk}"]
            if wanted != one.pool_id:
                self._move(one, pools[wanted], form)

    def _move(self, attendee: Attendee, pool: Pool, form: MoveForm) -> None:
        try:
            actions.move(attendee=attendee, pool=pool, by=self.by)
        except actions.Refusal as refusal:
            refusal.field = f"person_{attendee.pk}"
            raise


# ---- decided: a page of its own asks once more ----------------------------------------------------------------------
class _Decide(_Act):
    action: Callable[..., Booking]

    def act(self, form: Any) -> None:
        type(self).action(booking=self.booking, by=self.by)


class Approve(_Decide):
    page_title = "Give the place"
    header_icon = "check"
    button = "Yes, they have a place"
    introduction = "They get a letter with the confirmation at once."
    said = "confirmed. A letter is on its way."
    action = staticmethod(actions.approve)


class Refuse(_Decide):
    page_title = "Not accept"
    header_icon = "cross"
    button = "Say no"
    introduction = (
        "They get a letter that says so at once, and what was held for them goes to the next. It can’t be undone."
    )
    said = "not accepted. A letter is on its way."
    is_final = True
    action = staticmethod(actions.refuse)


class Accept(_Decide):
    page_title = "Take up the offer"
    header_icon = "check"
    button = "They take the place"
    introduction = "For somebody who rang to say yes. They get the confirmation by letter."
    said = "confirmed. A letter is on its way."
    action = staticmethod(actions.accept)


class Cancel(_Decide):
    page_title = "Cancel"
    header_icon = "cross"
    button = "Cancel this booking"
    introduction = (
        "All places of this booking are given back, and offered to who waits longest. They get a letter. It can’t be undone: "
        "who wants to come after all books again, if there is a place."
    )
    said = "cancelled. A letter is on its way."
    is_final = True
    action = staticmethod(actions.cancel)


class Erase(_Decide):
    page_title = "Erase personal data"
    header_icon = "bin"
    button = "Erase for good"
    introduction = (
        "For somebody who asks us to forget them. Names, address, account, answers and needs are deleted, and their link "
        "ends. That somebody came, and from which organisation of the directory, stays as a number. It can’t be undone."
    )
    said = "nameless now."
    is_final = True
    action = staticmethod(actions.erase)
