"""``/staff/find/``: accounts by any word of what is known of them."""

from datetime import timedelta

from django.core.paginator import Paginator
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse

from tenancy.queries import find as queries
from tenancy.timeline import Place

from .guarded import around, staff_page, viewer_of, with_query

ON_A_PAGE = 20
MOST_LETTERS = 200
OF_REQUEST = {
    "SupportRequest": "",
    "Introduction": "#introductions",
    "Outcome": "#outcomes",
    "Collaboration": "#outcomes",
}
IN_STORY = {"Interaction": "interaction", "Note": "note"}  # by the name of their source in the timeline


@staff_page
def find(request: HttpRequest) -> HttpResponseBase:
    by = viewer_of(request)
    asked = request.GET.get("q", "").strip()[:MOST_LETTERS]
    result = queries.find(by, asked)
    page = Paginator(result.order, ON_A_PAGE).get_page(request.GET.get("page"))
    found = queries.groups(by, list(page.object_list), result.words, result.kinds) if result.order else []
    for group in found:
        for record in group.records:
            record.url = _leads_to(group, record)
    context = {
        **around("staff_find", "Find in accounts"),
        "find_asked": asked,
        "result": result,
        "missing": [said for said, number in result.each if not number],
        "page_of": page,
        "groups": found,
        "others": with_query("", q=asked).lstrip("?"),
    }
    return render(request, "tenancy/find.html", context)


def _leads_to(group: queries.Group, record: queries.Found) -> str:
    """Where a record is read: on a page of its own, or at its place in the story of the account."""
    name = record.kind.name
    if name == "Enquiry":
        return reverse("staff_enquiry", args=[record.pk])
    if name in OF_REQUEST and record.opens:
        return reverse("staff_request", args=[record.opens]) + OF_REQUEST[name]
    assert group.account is not None
    url = reverse("staff_account", args=[group.account.pk])
    if name in IN_STORY:
        just_before = Place(record.at + timedelta(microseconds=1), IN_STORY[name], record.pk)
        return f"{with_query(url, after=str(just_before))}#story"
    if name == "Contact":
        return reverse("staff_people", args=[group.account.pk])
    return url
