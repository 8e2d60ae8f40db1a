"""In the CMS: confirm that a profile is still true, and see which ones wait for that."""

from typing import Any, cast

from django.core.exceptions import PermissionDenied
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from accounts.models import User
from core import dashboard
from core.templatetags.village import short_date
from directory.actions import mark_checked
from directory.choices import CHECK_IS_GOOD_FOR
from directory.models import OrganisationPage


class ConfirmCheck(WagtailAdminTemplateMixin, TemplateView):
    """Ask once, then mark the profile as checked today; a draft in progress stays a draft."""

    template_name = "directory/cms/confirm_check.html"
    page_title = "Mark as checked"
    header_icon = "check"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        self.organisation = get_object_or_404(OrganisationPage, pk=kwargs["pk"])
        if not self.organisation.permissions_for_user(request.user).can_publish():
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(organisation=self.organisation, **kwargs)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        by = cast(User, request.user)  # the CMS lets nobody else in
        mark_checked(organisation=self.organisation, by=by)
        messages.success(request, f"{self.organisation.title} is marked as checked today.")
        return redirect("wagtailadmin_pages:edit", pk)


def overdue(request: HttpRequest) -> dashboard.Listing:
    """Live profiles that nobody has confirmed for a year, those that have waited longest first."""
    long_ago = timezone.localdate() - CHECK_IS_GOOD_FOR
    mine = OrganisationPage.objects.filter(pk__in=dashboard.editable_pages(request).values("pk"), live=True)
    waiting = mine.exclude(checked_on__gte=long_ago).order_by(F("checked_on").asc(nulls_first=True), "title")
    return dashboard.Listing(dashboard.page_items(waiting[: dashboard.SHOWN], _since), waiting.count())


def _since(page: Any) -> str:
    return f"Last checked {short_date(page.checked_on)}" if page.checked_on else "Never checked"
