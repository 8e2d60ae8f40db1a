"""``/my/data/``: everything held about somebody, to read and to take away; and the end of their account."""

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render

from core import subject_access
from tenancy.my.guarded import my_page
from tenancy.policies import may_delete_themselves
from tenancy.views.guarded import viewer_of


@my_page
def data(request: HttpRequest) -> HttpResponse:
    user = viewer_of(request)
    tables = subject_access.bundle(subject_access.person_of(user))
    context = {"tables": tables, "left_out": sorted(set(subject_access.not_given().values()))}
    return render(request, "tenancy/my/data.html", context)


@my_page
def download(request: HttpRequest) -> HttpResponse:
    held = subject_access.as_data(subject_access.person_of(viewer_of(request)))
    response = JsonResponse(held, json_dumps_params={"indent": 2, "ensure_ascii": False})
    response["Content-Disposition"] = 'attachment; filename="innovation-village-my-data.json"'
    return response


@my_page
@reauthentication_required
def delete(request: HttpRequest) -> HttpResponse:
    user = viewer_of(request)
    why_not = may_delete_themselves(user)
    if request.method == "POST" and request.POST.get("sure") == "yes" and not why_not:
        person = subject_access.person_of(user)
        logout(request)  # before the account is gone, so that its session goes with it
        subject_access.erase(person)
        messages.success(request, "Your account is deleted, and everything we held about you with it.")
        return redirect("/")
    context = {"why_not": why_not, "is_missing": request.method == "POST"}
    return render(request, "tenancy/my/delete.html", context)
