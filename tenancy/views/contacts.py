"""One person of an account: what we know of them, that they left, that they are back."""

from django.contrib import messages
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from accounts.models import User
from tenancy import actions
from tenancy.contact_forms import LeftForm, PersonForm
from tenancy.models import Account, ConsentEvent, Contact
from tenancy.queries.introductions import waiting_for

from .guarded import account_page, around, crumbs_of, say, viewer_of


@account_page
def person(request: HttpRequest, account: Account, contact: int) -> HttpResponseBase:
    by = viewer_of(request)
    found = get_object_or_404(Contact.objects.visible_to(by).filter(account=account), pk=contact)
    do = request.POST.get("do", "") if request.method == "POST" else ""
    form = PersonForm(request.POST if do == "change" else None, contact=found)
    left = LeftForm(request.POST if do == "left" else None)
    try:
        if do == "back":
            actions.mark_back(contact=found, by=by)
            messages.success(request, f"{found.name} belongs to {account.name} again.")
            return redirect("staff_person", account.pk, found.pk)
        if do == "left" and left.is_valid():
            actions.mark_left(contact=found, by=by, **left.cleaned_data)
            messages.success(request, f"{found.name} is marked as left. “Is back” takes it back.")
            _say_what_waits(request, found, by)
            return redirect("staff_person", account.pk, found.pk)
        if do == "change" and form.is_valid():
            actions.change_contact(contact=found, by=by, **form.cleaned_data)
            messages.success(request, "Saved.")
            if form.cleaned_data["do_not_contact"] and "do_not_contact" in form.changed_data:
                _say_what_waits(request, found, by)
            return redirect("staff_people", account.pk)
    except actions.Refusal as refusal:
        if do == "back":
            messages.error(request, str(refusal))
            return redirect("staff_person", account.pk, found.pk)
        say(left if do == "left" else form, refusal)
    said = ConsentEvent.objects.visible_to(by).filter(contact=found).select_related("by")
    context = {
        **around(
            "staff_accounts", found.name, *crumbs_of(account), ("People", reverse("staff_people", args=[account.pk]))
        ),
        "account": account,
        "contact": found,
        "change": form,
        "left": left,
        "form": left if do == "left" else form,  # of the summary of mistakes
        "consents": list(said.order_by("-at", "-pk")),
    }
    return render(request, "tenancy/person.html", context)


def _say_what_waits(request: HttpRequest, contact: Contact, by: User) -> None:
    """No letter reaches them any more, so what waits for their answer would wait until it lapses."""
    if numbers := sorted({one.request.number for one in waiting_for(contact, by)}):
        words = f"An introduction waits for them: {', '.join(numbers)}. Take it back there, and ask somebody else."
        messages.warning(request, words)
