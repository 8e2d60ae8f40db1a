"""``/staff/spaces/inductions/``: who passed what, and until when it counts."""

from datetime import timedelta

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef, Q
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.http import urlencode

from spaces import actions
from spaces.desk.forms import CredentialForm
from spaces.desk.guarded import for_those_who, person, show
from spaces.models import Credential, Gate
from spaces.policies import may_give_credentials
from spaces.rules import Refusal

from .booking import refuse

SOON = timedelta(days=60)
A_PAGE = 100


@for_those_who(may_give_credentials)
def credentials(request: HttpRequest) -> HttpResponseBase:
    """Only the last of each person and gate: an older one says nothing that it does not."""
    form = CredentialForm(request.POST if "emails" in request.POST else None)
    if request.method == "POST" and (done := _do(request, form)):
        return done
    today = timezone.localdate()
    gate, words = request.GET.get("gate", ""), request.GET.get("q", "").strip()[:100]
    state = request.GET.get("state", "")
    later = Credential.objects.filter(gate=OuterRef("gate"), user=OuterRef("user")).filter(
        Q(expires_on__gt=OuterRef("expires_on")) | Q(expires_on=OuterRef("expires_on"), pk__gt=OuterRef("pk"))
    )
    found = Credential.objects.filter(~Exists(later)).select_related("gate", "user", "given_by")
    if gate.isdecimal():
        found = found.filter(gate=int(gate))
    for word in words.split():
        found = found.filter(Q(user__name__icontains=word) | Q(user__email__icontains=word))
    if state == "soon":
        found = found.filter(expires_on__gte=today, expires_on__lte=today + SOON)
    elif state == "over":
        found = found.filter(expires_on__lt=today)
    page = Paginator(found.order_by("expires_on", "user__name", "pk"), A_PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page_of": page,
        "gates": list(Gate.objects.all()),
        "gate": gate,
        "words": words,
        "state": state,
        "filtered": urlencode({"gate": gate, "q": words, "state": state}),
        "today": today,
        "soon": today + SOON,
    }
    status = 422 if form.errors else 200
    return show(request, "spaces/desk/credentials.html", context, part="spaces_credentials", status=status)


def _do(request: HttpRequest, form: CredentialForm) -> HttpResponseBase | None:
    """What was asked for; None where the form has to be shown again."""
    if "take_back" in request.POST:
        key = request.POST["take_back"]
        if key.isdecimal():
            actions.take_back_credential(credential=int(key), by=person(request))
            messages.success(request, "Taken back. They can pass it again.")
        return redirect("spaces_credentials")
    if not form.is_valid():
        return None
    data = form.cleaned_data
    try:
        given = actions.give_credentials(
            gate=data["gate"], people=data["emails"], given_on=data["given_on"], by=person(request)
        )
    except Refusal as refusal:
        refuse(form, refusal)
        return None
    people = "1 person" if len(given) == 1 else f"{len(given)} people"
    messages.success(request, f"{data['gate'].name}: noted for {people}, until {given[0].expires_on:%-d %B %Y}.")
    return redirect("spaces_credentials")
