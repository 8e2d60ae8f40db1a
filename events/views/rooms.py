"""In the CMS: which rooms an event holds, with the time around it; and what is in the way."""

from typing import Any

from django import forms
from django.db import transaction
from django.db.models import Q
from django.forms import inlineformset_factory
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from wagtail.admin import messages

from core import dashboard
from core.templatetags.village import clock_time, short_date
from events.actions import hold_rooms
from events.choices import EventStatus
from events.models import EventPage, EventRoom
from spaces.actions import Clashes
from spaces.choices import HOLDING, BookingKind, BookingStatus, Confidentiality
from spaces.models import Booking, SpacePage
from spaces.rules import Refusal

from .dates import EventView


# ---- what is in the way -----------------------------------------------------------------------------------------------
def refusal_words(refusal: Refusal) -> str:
    """Which room is not free, and for what: no person is named."""
    if not isinstance(refusal, Clashes) or not refusal.bookings:
        return str(refusal)
    return f"{refusal.space} is not free: {'; '.join(map(_clash, refusal.bookings))}. No room is held until all can be."


def _clash(booking: Booking) -> str:
    when = f"{short_date(booking.starts_at)}, {clock_time(booking.starts_at)} to {clock_time(booking.ends_at)}"
    if booking.kind != BookingKind.BOOKING:
        what = f"{booking.get_kind_display().lower()}: {booking.words}"
    elif booking.organisation and booking.confidentiality != Confidentiality.BUSY:
        what = f"booking {booking.reference}, {booking.organisation.title}"
    else:
        what = f"booking {booking.reference}"
    return f"{what}, {when}"


# ---- the screen -----------------------------------------------------------------------------------------------------
class RoomForm(forms.ModelForm):
    space: Any = forms.ModelChoiceField(
        SpacePage.objects.filter(live=True).order_by("kind", "title"), label="Space", empty_label="Choose one"
    )

    class Meta:
        model = EventRoom
        fields = ["space", "set_up_minutes", "clear_minutes", "catering"]


class _Rooms(forms.BaseInlineFormSet):
    def clean(self) -> None:
        chosen = [form.cleaned_data["space"] for form in self.forms if self._counts(form)]
        if len(set(chosen)) < len(chosen):
            raise forms.ValidationError("The same space stands here twice. Keep one of the two.")
        super().clean()

    def _counts(self, form: Any) -> bool:
        data = getattr(form, "cleaned_data", {})
        return bool(data.get("space")) and not data.get(forms.formsets.DELETION_FIELD_NAME)


RoomFormSet = inlineformset_factory(EventPage, EventRoom, form=RoomForm, formset=_Rooms, extra=2)


class Rooms(EventView):
    """All of them are held, or nothing is changed and it says what is in the way."""

    template_name = "events/cms/rooms.html"
    page_title = "Rooms"
    header_icon = "home"
    form_class = RoomFormSet

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "instance": self.event, "prefix": "rooms"}

    def get_initial(self) -> Any:
        return None  # of a formset: a list

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        rooms = EventRoom.objects.filter(event=self.event).select_related("space").prefetch_related("bookings")
        waits = not self.event.live or self.event.status != EventStatus.SCHEDULED
        return super().get_context_data(rooms=list(rooms), waits=waits, **kwargs)

    def form_valid(self, form: Any) -> HttpResponse:
        try:
            with transaction.atomic():
                form.save()
                if self.event.live:
                    hold_rooms(event=self.event, by=self.by)
        except Refusal as refusal:
            return self.render_to_response(self.get_context_data(form=form, wrong=refusal_words(refusal)), status=422)
        held = EventRoom.objects.filter(event=self.event.pk, bookings__status__in=HOLDING).distinct().count()
        if self.event.live and self.event.status == EventStatus.SCHEDULED:
            return self.done(f"{held} {'room is' if held == 1 else 'rooms are'} held for this event.", self.event.pk)
        return self.done("Noted. The rooms are held when the event is published and takes place.", self.event.pk)


# ---- when it is published -----------------------------------------------------------------------------------------------
def hold_before_publishing(request: HttpRequest, page: Any) -> HttpResponse | None:
    """Publishing waits until the rooms are free: what was typed is kept as a draft, and nobody comes to a taken room."""
    if not isinstance(page, EventPage):
        return None
    try:
        hold_rooms(event=page, by=request.user)  # type: ignore[arg-type] # the CMS lets nobody else in
    except Refusal as refusal:
        words = f"Saved as a draft, not published. {refusal_words(refusal)} Change the time, or the rooms."
        messages.error(request, words)
        return redirect("wagtailadmin_pages:edit", page.pk)
    return None


def without_rooms(request: HttpRequest) -> dashboard.Listing:
    """Live events to come that lack a room, or one of its days: published by a schedule or a file, or opened again by us."""
    mine = EventPage.objects.filter(pk__in=dashboard.editable_pages(request).values("pk"), live=True)
    held = EventRoom.objects.filter(bookings__status__in=HOLDING)
    opened = EventRoom.objects.filter(bookings__status=BookingStatus.CANCELLED, bookings__ends_at__gt=timezone.now())
    lacking = EventRoom.objects.filter(~Q(pk__in=held.values("pk")) | Q(pk__in=opened.values("pk")))
    coming = mine.filter(rooms__in=lacking, ends_at__gt=timezone.now(), status=EventStatus.SCHEDULED).distinct()
    shown = coming.order_by("starts_at", "pk")[: dashboard.SHOWN]
    return dashboard.Listing(dashboard.page_items(shown, lambda event: short_date(event.starts_at)), coming.count())


dashboard.register(
    "events-without-rooms",
    heading="Events without their rooms",
    order=214,
    listing=without_rooms,
    help_text="They need a room that they do not hold. Open one, then Rooms, to see what is in the way.",
)
