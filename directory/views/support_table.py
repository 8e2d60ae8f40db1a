"""In the CMS: the published table of needs and stages as one sheet of boxes to tick."""

from typing import Any, cast

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse, reverse_lazy
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from accounts.models import User
from directory.actions import set_usual_stages
from directory.models import Need, Stage


class SupportTable(WagtailAdminTemplateMixin, TemplateView):
    template_name = "directory/cms/support_table.html"
    page_title = "Needs and stages"
    header_icon = "table"
    breadcrumbs_items = [
        *WagtailAdminTemplateMixin.breadcrumbs_items,
        {"url": reverse_lazy("directory_support_table"), "label": "Needs and stages"},
    ]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if not request.user.has_perm("directory.change_need"):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        stages = list(Stage.objects.all())
        rows = []
        for need in Need.objects.prefetch_related("stages"):
            usual = {stage.pk for stage in need.stages.all()}
            edit = reverse(Need.snippet_viewset.get_url_name("edit"), args=[need.pk])  # type: ignore[attr-defined]
            rows.append((need, edit, [(stage, f"{need.pk}:{stage.pk}", stage.pk in usual) for stage in stages]))
        return super().get_context_data(stages=stages, rows=rows, **kwargs)

    def post(self, request: HttpRequest) -> HttpResponse:
        known = {stage.pk for stage in Stage.objects.all()}
        table: dict[int, set[int]] = {}
        for pair in request.POST.getlist("usual"):
            need, _, stage = pair.partition(":")
            if need.isdecimal() and stage.isdecimal() and int(stage) in known:
                table.setdefault(int(need), set()).add(int(stage))
        by = cast(User, request.user)  # the CMS lets nobody else in
        changed = set_usual_stages(table=table, by=by)
        messages.success(request, f"Saved. {changed} {'need has' if changed == 1 else 'needs have'} changed.")
        return redirect("directory_support_table")
