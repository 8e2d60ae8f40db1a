"""``/staff/…/<number>/change/``: a note or a talk is put right, or unshared; a task is, or moved to another day."""

from django.contrib import messages
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render

from tenancy import actions
from tenancy.correcting_forms import CorrectInteractionForm, CorrectNoteForm, CorrectTaskForm
from tenancy.models import Interaction, Note, Task
from tenancy.policies import may_correct, may_see_who_reads
from tenancy.queries.accounts import managers

from .guarded import around, crumbs_of, say, say_who_does, staff_page, viewer_of, way_back


@staff_page
def note(request: HttpRequest, pk: int) -> HttpResponseBase:
    by = viewer_of(request)
    found = get_object_or_404(Note.objects.visible_to(by).select_related("account"), pk=pk)
    if why_not := may_correct(by, found):
        return _refused(request, found, why_not)
    actions.log_reads(records=[found], by=by)
    chooses = not may_see_who_reads(by, found)
    form = CorrectNoteForm(request.POST or None, note=found, by=by, chooses=chooses)
    if form.is_valid():
        try:
            actions.correct_note(note=found, by=by, **form.cleaned_data)
            messages.success(request, "Note changed. What it said before is in the history.")
            return redirect("staff_account", found.account_id)
        except actions.Refusal as refusal:
            say(form, refusal)
    return _page(request, found, form, "Change a note")


@staff_page
def interaction(request: HttpRequest, pk: int) -> HttpResponseBase:
    by = viewer_of(request)
    found = get_object_or_404(Interaction.objects.visible_to(by).select_related("account"), pk=pk)
    if why_not := may_correct(by, found):
        return _refused(request, found, why_not)
    form = CorrectInteractionForm(request.POST or None, interaction=found)
    if form.is_valid():
        try:
            actions.correct_interaction(interaction=found, by=by, **form.cleaned_data)
            messages.success(request, "Contact changed. What it said before is in the history.")
            return redirect("staff_account", found.account_id)
        except actions.Refusal as refusal:
            say(form, refusal)
    return _page(request, found, form, "Change a contact")


@staff_page
def task(request: HttpRequest, pk: int) -> HttpResponseBase:
    by = viewer_of(request)
    found = get_object_or_404(Task.objects.visible_to(by).select_related("account", "request"), pk=pk)
    back = way_back(request, request.POST.get("next") or request.GET.get("next", ""))
    form = CorrectTaskForm(request.POST or None, task=found, by=by, staff=list(managers()))
    if form.is_valid():
        try:
            is_news = actions.correct_task(task=found, by=by, **form.cleaned_data)
        except actions.Refusal as refusal:
            say(form, refusal)
        else:
            done = "Task changed. What it said before is in the history."
            if is_news:
                found.refresh_from_db()
                say_who_does(request, done, found)
            else:
                messages.success(request, done)
            return redirect(back)
    context = {
        **around("staff_accounts", "Change a task", *crumbs_of(found.account)),
        "task": found,
        "form": form,
        "back": back,
    }
    return render(request, "tenancy/correct_task.html", context)


def _refused(request: HttpRequest, found: Note | Interaction, why_not: str) -> HttpResponseBase:
    """In words where they read it: the page of what may not be opened says nothing of whom to ask."""
    messages.error(request, why_not)
    return redirect("staff_account", found.account_id)


def _page(request: HttpRequest, found: Note | Interaction, form: object, title: str) -> HttpResponseBase:
    account = found.account
    context = {
        **around("staff_accounts", title, *crumbs_of(account)),
        "account": account,
        "found": found,
        "form": form,
    }
    return render(request, "tenancy/correct.html", context)
