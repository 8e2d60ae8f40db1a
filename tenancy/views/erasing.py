"""``/staff/people/…/erase/``: what would go of somebody and what would stay, and then that it goes."""

from typing import Any

from allauth.account.decorators import reauthentication_required
from django.apps import apps
from django.contrib import messages
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from accounts.models import User
from core import subject_access
from tenancy import actions
from tenancy.models import Contact, Private

from .accounts import LIST
from .guarded import around, staff_page, viewer_of


@staff_page
@reauthentication_required
def erase(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Looking at it does all of it once and takes it back, so that nothing is promised that is not so."""
    by = viewer_of(request)
    contact = get_object_or_404(Contact.objects.visible_to(by).select_related("account", "user"), pk=pk)
    account, is_sure = contact.account, request.POST.get("sure") == "yes"
    left, why_not = list[str](), ""
    try:
        left = actions.try_to_forget(contact=contact, by=by)
        if request.method == "POST" and is_sure:
            actions.forget_person(contact=contact, by=by)
            messages.success(request, "Erased, with everything that was theirs and its history.")
            if left:
                messages.warning(request, f"They are still named in: {', '.join(left)}. Look for their name there.")
            return redirect("staff_people", account.pk)
    except actions.Refusal as refusal:
        why_not = str(refusal)
    person = actions.who_is(contact)
    people = (f"People of {account.name}", reverse("staff_people", args=[account.pk]))
    context = {
        **around("staff_accounts", "Erase", LIST, people),
        "contact": contact,
        "account": account,
        "addresses": sorted(person.addresses),
        "signs_in": User.objects.filter(pk__in=person.users),
        "going": _going(person, by),
        "left": left,
        "why_not": why_not,
        "is_missing": request.method == "POST" and not is_sure,
    }
    return render(request, "tenancy/erase.html", context)


def _going(person: subject_access.Person, by: User) -> list[tuple[str, int]]:
    """What there is of them, by table; of private records as many as the viewer may read."""
    found = []
    for table in subject_access.bundle(person):
        model: Any = apps.get_model(table.model)
        number = len(table.rows)
        if issubclass(model, Private):
            number = model.objects.visible_to(by).filter(pk__in=table.keys).count()
        if number:
            found.append((table.title, number))
    return found
