"""What every screen about bookings has in common: who may see it, where it stands, how a refusal is said."""

from collections.abc import Callable
from typing import Any, cast

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.generic import FormView, TemplateView
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from accounts.models import User
from core.templatetags.village import short_date
from events.bookings.actions import Refusal
from events.bookings.models import Booking
from events.bookings.policies import may_manage
from events.models import EventPage


class _Desk(WagtailAdminTemplateMixin):
    """Of one event, where the address names one."""

    request: HttpRequest
    header_icon = "group"
    may: Callable[[Any], bool] = staticmethod(may_manage)
    event: EventPage | None = None

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if not self.may(request.user):
            raise PermissionDenied
        self.find(**kwargs)
        return super().dispatch(request, *args, **kwargs)  # type: ignore[misc]

    def find(self, **kwargs: Any) -> None:
        """Look up what the address names; 404 where there is none."""
        if "event" in kwargs:
            self.event = get_object_or_404(EventPage.objects.select_related("booking_rules"), pk=kwargs["event"])

    @property
    def by(self) -> User:
        return cast(User, self.request.user)  # the CMS lets nobody else in

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        steps = [*self.breadcrumbs_items]
        if self.event is not None:
            label = f"{self.event.title}, {short_date(self.event.starts_at)}"
            steps.append({"url": reverse("wagtailadmin_pages:edit", args=[self.event.pk]), "label": label})
        return [*steps, *self.steps(), {"url": "", "label": self.get_page_title()}]

    def steps(self) -> list[dict[str, Any]]:
        """Between the event and this screen."""
        if self.event is None or not may_manage(self.request.user):
            return []
        return [{"url": reverse("events_bookings", args=[self.event.pk]), "label": "Bookings"}]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        # Django puts what the address names, which are numbers, into the context: the records stand in their place.
        return super().get_context_data(**{**kwargs, "event": self.event})  # type: ignore[no-any-return]


class Screen(_Desk, TemplateView):
    """Shows."""


class FormScreen(_Desk, FormView):
    """Asks, and does; a refusal stands beside its field, and what was typed stays."""

    template_name = "events/cms/bookings/form.html"
    introduction = ""
    button = ""
    is_final = False  # can't be undone

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        texts = {
            "introduction": self.introduction,
            "button": self.button,
            "is_final": self.is_final,
            "back_url": self.back_url(),
        }
        return super().get_context_data(**texts, **kwargs)

    def back_url(self) -> str:
        """Where it leads without doing anything; each screen says."""
        raise NotImplementedError

    def form_invalid(self, form: forms.BaseForm) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form), status=422)

    def refuse(self, form: forms.Form, refusal: Refusal, words: str = "") -> HttpResponse:
        field = refusal.field if refusal.field in form.fields else None
        form.add_error(field, words or str(refusal))
        return self.form_invalid(form)


class OfBooking(_Desk):
    """Of one booking, whose event the address does not name."""

    booking: Booking

    def find(self, **kwargs: Any) -> None:
        found = Booking.objects.select_related("event__booking_rules", "organisation", "user")
        self.booking = get_object_or_404(found, pk=kwargs["booking"])
        self.event = self.booking.event

    @property
    def url(self) -> str:
        return reverse("events_booking", args=[self.booking.pk])

    def back_url(self) -> str:
        return self.url

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**{**kwargs, "booking": self.booking})
