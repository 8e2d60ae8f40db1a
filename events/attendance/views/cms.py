"""The CMS's ways to attendance: the door of each event, and the report per quarter.

Imported by ``events.wagtail_hooks``, which is where Wagtail looks.
"""

from collections.abc import Iterator
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse, reverse_lazy
from django.views.generic import TemplateView
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.widgets.button import Button

from events.attendance.quarter_chart import quarter_chart
from events.attendance.report import COLUMNS, FEW, SET_AFTER, latest, rows
from events.bookings.policies import may_manage
from events.models import EventPage

from .papers import spreadsheet

TITLE = "Attendance"
ADDRESS = reverse_lazy("attendance_report")


class AttendanceReport(WagtailAdminTemplateMixin, TemplateView):
    template_name = "events/attendance/cms/report.html"
    page_title = TITLE
    header_icon = "group"
    breadcrumbs_items = [*WagtailAdminTemplateMixin.breadcrumbs_items, {"url": ADDRESS, "label": TITLE}]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if not may_manage(request.user):  # type: ignore[arg-type]
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.GET.get("as") == "csv":
            return spreadsheet("attendance-by-quarter", COLUMNS, rows(latest()))
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        quarters = latest()
        return super().get_context_data(
            columns=COLUMNS,
            rows=rows(quarters),
            chart=quarter_chart([one.people for one in quarters], [one.quarter.short for one in quarters]),
            file_url=f"{ADDRESS}?as=csv",
            few=FEW,
            set_after=SET_AFTER.days,
            **kwargs,
        )


@hooks.register("register_admin_urls")
def report_url() -> list[URLPattern]:
    return [path("reports/attendance/", AttendanceReport.as_view(), name="attendance_report")]


class ReportMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return may_manage(request.user)  # type: ignore[arg-type]


@hooks.register("register_reports_menu_item")
def report_menu_item() -> MenuItem:
    return ReportMenuItem(TITLE, ADDRESS, icon_name="group", order=1310)


@hooks.register("register_page_header_buttons")
def door_button(
    page: Any, user: Any, next_url: str | None = None, view_name: str = "", **kwargs: Any
) -> Iterator[Button]:
    if isinstance(page.specific_deferred, EventPage) and may_manage(user) and page.slug:
        yield Button("Door", reverse("event_door", args=[page.slug]), icon_name="group", priority=16)
