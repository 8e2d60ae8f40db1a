"""In the CMS: the same event on another day, as a series, called off, or as one date that others follow."""

from typing import Any, cast

from django import forms
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.generic import FormView
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.widgets import AdminDateInput

from accounts.models import User
from core.recurrence import dates_of
from core.templatetags.village import nice_date
from events.actions import announce, apply_to_series, copy_to, repeat
from events.actions.series import FIELDS, planned, said, targets
from events.choices import EventStatus, Scope
from events.models import MOST_DATES, EventPage, EventSeries

LABELS = {
    "time": "time of day and length",
    "place_kind": "where",
    "building_id": "building",
    "cover_id": "cover picture",
}
LABELS |= {
    "cover_alt": "what the cover shows",
    "programme_id": "programme",
    "cohort_id": "cohort",
    "our_part": "our part",
}


class EventView(WagtailAdminTemplateMixin, FormView):
    """A form about one event, for those who may do what it does."""

    template_name = "events/cms/date_form.html"
    header_icon = "calendar-alt"
    button = ""
    introduction = ""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        self.event = get_object_or_404(EventPage, pk=kwargs["pk"])
        if not self.may(request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def may(self, user: Any) -> bool:
        return bool(self.event.permissions_for_user(user).can_publish())

    @property
    def by(self) -> User:
        return cast(User, self.request.user)  # the CMS lets nobody else in

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        texts = {"event": self.event, "button": self.button, "introduction": self.introduction}
        return super().get_context_data(**texts, **kwargs)

    def form_invalid(self, form: forms.Form) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form), status=422)

    def refuse(self, form: forms.Form, refusal: ValidationError) -> HttpResponse:
        form.add_error(None, refusal)
        return self.form_invalid(form)

    def done(self, words: str, pk: int) -> HttpResponse:
        messages.success(self.request, words)
        return redirect("wagtailadmin_pages:edit", pk)


# ---- copy -----------------------------------------------------------------------------------------------------------
class CopyForm(forms.Form):
    title = forms.CharField(max_length=255)
    on = forms.DateField(label="On", widget=AdminDateInput)


class CopyToDate(EventView):
    form_class = CopyForm
    page_title = "Copy to another date"
    header_icon = "copy"
    button = "Make a draft"
    introduction = (
        "The copy begins at the same time of day, with its whole programme moved along. It is a draft, without joining link, "
        "notice or recording. Readers see nothing of it until you publish it."
    )

    def may(self, user: Any) -> bool:
        return bool(self.event.get_parent().permissions_for_user(user).can_add_subpage())

    def get_initial(self) -> dict[str, Any]:
        return {"title": self.event.title}

    def form_valid(self, form: forms.Form) -> HttpResponse:
        on = form.cleaned_data["on"]
        copied = copy_to(event=self.event, on=on, title=form.cleaned_data["title"], by=self.by)
        return self.done(f"This is the copy for {nice_date(on)}. Look it through, then publish it.", copied.pk)


# ---- repeat ---------------------------------------------------------------------------------------------------------
class RepeatForm(forms.ModelForm):
    skip = forms.CharField(
        label="Dates on which it pauses",
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="One a line, such as 2027-05-20.",
    )

    class Meta:
        model = EventSeries
        fields = ["frequency", "every", "times", "skips_bank_holidays"]
        widgets = {"frequency": forms.RadioSelect}

    def clean_skip(self) -> list[Any]:
        field = forms.DateField(input_formats=["%Y-%m-%d", "%d/%m/%Y"])
        found = []
        for line in self.cleaned_data["skip"].splitlines():
            if line.strip():
                try:
                    found.append(field.clean(line.strip()))
                except ValidationError:
                    raise ValidationError(f"“{line.strip()[:40]}” is not a date. Write it as 2027-05-20.") from None
        return found


class Repeat(EventView):
    """Shows the dates first; makes them on the second press."""

    form_class = RepeatForm
    page_title = "Repeat"
    header_icon = "repeat"
    button = "Show the dates"
    introduction = (
        f"Makes a series of at most {MOST_DATES} dates, this one the first. Each becomes a page of its own, so that it can be "
        "changed, moved or cancelled by itself. The time of day stays the same when the clocks change."
    )

    def may(self, user: Any) -> bool:
        allowed = self.event.get_parent().permissions_for_user(user)
        return bool(allowed.can_add_subpage() and (allowed.can_publish_subpage() or not self.event.live))

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "instance": EventSeries(times=6)}

    def form_valid(self, form: forms.Form) -> HttpResponse:
        data = form.cleaned_data
        rule = {name: data[name] for name in ("frequency", "every", "times", "skips_bank_holidays")}
        if "confirmed" not in self.request.POST:
            series = EventSeries(first_on=self.event.first_day, **rule)
            days, skipped = planned(series, data["skip"])
            unknown = sorted(set(data["skip"]) - set(_all_days(series)))
            context = self.get_context_data(form=form, days=days, skipped=skipped, unknown=unknown)
            return self.render_to_response(context)
        try:
            series = repeat(event=self.event, skip=data["skip"], by=self.by, **rule)
        except ValidationError as refusal:
            return self.refuse(form, refusal)
        return self.done(f"This event is now the first of {series.occurrences.count()} dates.", self.event.pk)


def _all_days(series: EventSeries) -> list[Any]:
    return dates_of(series.first_on, frequency=series.frequency, every=series.every, times=series.times)


# ---- cancel, postpone -----------------------------------------------------------------------------------------------
class AnnounceForm(forms.Form):
    status = forms.ChoiceField(choices=EventStatus.choices, widget=forms.RadioSelect)
    notice = forms.CharField(
        label="Notice",
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Why, and what comes next. Shown on the page, in lists and in calendars.",
    )
    scope = forms.ChoiceField(label="For", choices=Scope.choices, initial=Scope.THIS, widget=forms.RadioSelect)


class Announce(EventView):
    form_class = AnnounceForm
    page_title = "Cancel or postpone"
    header_icon = "warning"
    button = "Publish this now"
    introduction = (
        "The page stays, with the notice at its top, so that nobody looks for it in vain. Calendars that subscribe to it "
        "strike it out. Where there is a new date already, change the times of the event instead, and say so in its notice."
    )

    def get_initial(self) -> dict[str, Any]:
        status = EventStatus.CANCELLED if self.event.status == EventStatus.SCHEDULED else self.event.status
        return {"status": status, "notice": self.event.notice, "scope": Scope.THIS}

    def get_form(self, form_class: Any = None) -> forms.Form:
        form: forms.Form = super().get_form(form_class)
        if not hasattr(self.event, "occurrence"):
            form.fields["scope"].widget = forms.HiddenInput()
        return form

    def form_valid(self, form: forms.Form) -> HttpResponse:
        try:
            pages = announce(event=self.event, by=self.by, **form.cleaned_data)
        except ValidationError as refusal:
            return self.refuse(form, ValidationError({"notice": refusal.messages}))
        what = "date says" if len(pages) == 1 else "dates say"
        return self.done(f"{len(pages)} {what} so now: {EventStatus(pages[0].status).label.lower()}.", self.event.pk)


# ---- one date, and those that follow it -----------------------------------------------------------------------------
class ApplyForm(forms.Form):
    fields_to_apply = forms.MultipleChoiceField(
        label="What they take over", widget=forms.CheckboxSelectMultiple, help_text="As it is published on this date."
    )
    scope = forms.ChoiceField(
        label="Which dates",
        choices=[choice for choice in Scope.choices if choice[0] != Scope.THIS],
        initial=Scope.FOLLOWING,
        widget=forms.RadioSelect,
    )
    overwrite = forms.BooleanField(
        label="Also where somebody has changed a date by hand",
        required=False,
        help_text="Otherwise that stays as it is.",
    )


class ApplyToSeries(EventView):
    form_class = ApplyForm
    page_title = "Apply to other dates"
    header_icon = "list-ul"
    button = "Publish on those dates"
    introduction = "Only what differs on at least one date to come is listed. Days never move; each date keeps its own."

    def get_form(self, form_class: Any = None) -> forms.Form:
        form: forms.Form = super().get_form(form_class)
        others = [one.event for one in targets(self.event, Scope.ALL)]
        differ = [name for name in FIELDS if any(said(self.event, name) != said(other, name) for other in others)]
        form.fields["fields_to_apply"].choices = [(name, _label(name)) for name in differ]  # type: ignore[attr-defined]
        return form

    def form_valid(self, form: forms.Form) -> HttpResponse:
        data = form.cleaned_data
        applied = apply_to_series(
            event=self.event,
            fields=data["fields_to_apply"],
            scope=data["scope"],
            overwrite=data["overwrite"],
            by=self.by,
        )
        if applied.kept:
            titles = EventPage.objects.in_bulk(applied.kept)
            kept = "; ".join(
                f"{timezone.localdate(titles[pk].starts_at):%d %B}: {', '.join(map(_label, names))}"
                for pk, names in applied.kept.items()
            )
            messages.warning(self.request, f"Left as they were, because somebody changed them by hand: {kept}.")
        return self.done(f"{len(applied.changed)} other dates were changed.", self.event.pk)


def _label(name: str) -> str:
    return LABELS.get(name, name.replace("_", " ")).capitalize()


__all__ = ["Announce", "ApplyToSeries", "CopyToDate", "Repeat"]
