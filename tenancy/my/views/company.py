"""``/my/company/…``: what a company reads of the record that we keep of it."""

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from tenancy.my import queries
from tenancy.my.company import as_shared, everything_shared, record
from tenancy.my.guarded import my_page
from tenancy.views.guarded import viewer_of

ON_A_PAGE = 20


@my_page
def first(request: HttpRequest) -> HttpResponse:
    """To the first of those that we look after; or why there is none."""
    user = viewer_of(request)
    mine = [account.organisation for account in queries.accounts(user) if account.organisation]
    if not mine:
        return render(request, "tenancy/my/no_record.html", {"memberships": queries.memberships(user)})
    return redirect("my_company", mine[0].slug)


@my_page
def company(request: HttpRequest, slug: str) -> HttpResponse:
    user = viewer_of(request)
    mine = queries.accounts(user)
    account = next((one for one in mine if one.organisation and one.organisation.slug == slug), None)
    if account is None:
        raise Http404
    page = Paginator(everything_shared(user, account), ON_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "account": account,
        "others": [one.organisation for one in mine if one.organisation and one != account],
        "record": record(user, account),
        "page_of": page,
        "shared": as_shared(page),
    }
    return render(request, "tenancy/my/company.html", context)
