"""By which rules an event is booked: one screen for rules, places and questions."""

from typing import Any

from django.forms.utils import ErrorDict, ErrorList
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from wagtail.admin import messages

from events.bookings.actions import Unchanged, arranging
from events.bookings.choices import PoolKind, QuestionKind
from events.bookings.desk.forms import PoolFormSet, QuestionFormSet, RulesForm
from events.bookings.models import BookingRules

from .base import Screen

POOLS, QUESTIONS = "pools", "questions"


class Rules(Screen):
    """Another row is had without JavaScript: by sending the form, which then comes back with what was typed."""

    template_name = "events/cms/bookings/rules.html"
    page_title = "How it is booked"
    header_icon = "cog"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        rules = BookingRules.objects.filter(event=self.event).first()
        forms = self.forms(rules or BookingRules(event=self.event))
        return self.render_to_response(self.get_context_data(is_new=rules is None, **forms))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        assert self.event is not None
        is_new = not BookingRules.objects.filter(event=self.event).exists()
        if (more := request.POST.get("add", "")) in (POOLS, QUESTIONS):
            rules = BookingRules.objects.filter(event=self.event).first() or BookingRules(event=self.event)
            forms = self.forms(rules, _one_more(request.POST, more))
            for form in forms.values():
                _unjudged(form)
            return self.render_to_response(self.get_context_data(is_new=is_new, added=more, **forms))
        saved = False
        with arranging(event=self.event) as rules:
            forms = self.forms(rules, request.POST)
            if not all([form.is_valid() for form in forms.values()]):  # noqa: C419 -- all of them, for their messages
                raise Unchanged
            for form in forms.values():
                form.save()
            saved = True
        if not saved:
            context = self.get_context_data(is_new=is_new, wrong=True, **forms)
            return self.render_to_response(context, status=422)
        messages.success(request, "This is how it is booked now. Whoever waits and fits has been offered a place.")
        return redirect("events_bookings", self.event.pk)

    def forms(self, rules: BookingRules, data: QueryDict | None = None) -> dict[str, Any]:
        assert self.event is not None
        first = {"name": "Places", "capacity": self.event.places}
        initial = [first] if rules.pk is None else None
        of_event: dict[str, Any] = {"instance": self.event, "data": data}
        pools = PoolFormSet(prefix=POOLS, initial=initial, form_kwargs={"event": self.event}, **of_event)
        pools.extra = len(initial or ())
        return {
            "form": RulesForm(data, instance=rules),
            POOLS: pools,
            QUESTIONS: QuestionFormSet(prefix=QUESTIONS, **of_event),
        }

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        assert self.event is not None
        media = kwargs["form"].media + kwargs[POOLS].media
        back_url = reverse("events_bookings", args=[self.event.pk])
        return super().get_context_data(media=media, back_url=back_url, **kwargs)


def _one_more(data: QueryDict, which: str) -> QueryDict:
    """What was sent, and one row more, which says what a fresh one does."""
    copied, count = data.copy(), data.get(f"{which}-TOTAL_FORMS", "")
    number = int(count) if count.isdecimal() else 0
    copied[f"{which}-TOTAL_FORMS"] = str(number + 1)
    fresh = PoolKind.GENERAL if which == POOLS else QuestionKind.TEXT
    copied[f"{which}-{number}-kind"], copied[f"{which}-{number}-sort_order"] = fresh.value, "0"
    return copied


def _unjudged(form: Any) -> None:
    """Show what was typed, of a form or a formset, without judging it: whoever asked for another row is not done."""
    rows = getattr(form, "forms", None)
    if rows is None:
        form._errors = ErrorDict()
        return
    form._errors, form._non_form_errors = [], ErrorList()
    for row in rows:
        _unjudged(row)
