"""The import in the CMS: upload a file, see what each row would do, confirm; or take a former import back."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from core.models import BasePage
from directory.importing import uploads
from directory.importing.columns import COLUMNS
from directory.importing.faults import SHOWN, Refused
from directory.importing.files import BYTES_LIMIT, READERS
from directory.importing.loading import load_organisations
from directory.importing.reports import CREATED, UNCHANGED, UPDATED, Report
from directory.importing.undoing import Run, entries_of, recent_runs, undo
from directory.models import DirectoryIndexPage, OrganisationPage

ROWS_AT_ONCE = 500  # a browser waits for so many; more are for the command line


def may_import_below(index: type[BasePage]) -> Callable[[Any], bool]:
    """Whoever may add and publish pages below the page of type ``index`` may import them."""

    def may(user: Any) -> bool:
        page = index._default_manager.first()
        if page is None or not user.is_active:
            return False
        permissions = page.permissions_for_user(user)
        return bool(permissions.can_add_subpage() and permissions.can_publish_subpage())

    return may


class ImportForm(forms.Form):
    file = forms.FileField(
        label="File",
        help_text="CSV, JSON or YAML in UTF-8, at most 5 MB. Nothing is changed before you have seen what would happen.",
        widget=forms.FileInput(attrs={"accept": ",".join(READERS)}),
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > BYTES_LIMIT:
            raise forms.ValidationError(
                "The file has more than 5 MB. Split it, or ask for it to be loaded on the server."
            )
        return file


@dataclass(frozen=True)
class Importer:
    """What is imported, and how; the views are the same for every noun."""

    namespace: str  # of its addresses
    title: str
    noun: str
    introduction: str
    required: str
    command: str
    columns: Mapping[str, str]  # and what stands in each
    load: Callable[..., Report]  # name, data, by=, dry_run=
    may: Callable[[Any], bool]
    runs: Callable[[], list[Run]] | None = None  # where a run can be taken back

    def url(self, view: str, *args: Any) -> str:
        return reverse(f"{self.namespace}:{view}", args=args)

    @property
    def session_key(self) -> str:
        """Of the token and name of the file that this editor is looking at."""
        return self.namespace.replace("_", "-")


ORGANISATIONS = Importer(
    namespace="directory_import",
    title="Import organisations",
    noun="organisation",
    introduction="A row with a slug or name that the directory has corrects that profile; any other adds one.",
    required="slug or name",
    command="load_directory",
    columns={name: column.hint for name, column in COLUMNS.items()},
    load=load_organisations,
    may=may_import_below(DirectoryIndexPage),
    runs=recent_runs,
)


class ImportView(WagtailAdminTemplateMixin, TemplateView):
    importer = ORGANISATIONS
    header_icon = "upload"

    @property
    def page_title(self) -> str:
        return self.importer.title

    @property
    def breadcrumbs_items(self) -> list[dict[str, str]]:
        own = {"url": self.importer.url("upload"), "label": self.importer.title}
        return [*WagtailAdminTemplateMixin.breadcrumbs_items, own]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if not self.importer.may(request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(importer=self.importer, upload_url=self.importer.url("upload"), **kwargs)

    def counts(self, report: Report) -> dict[str, int]:
        return {what: report.count(what) for what in (CREATED, UPDATED, UNCHANGED)}


class Upload(ImportView):
    template_name = "directory/cms/imports/upload.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        runs = self.importer.runs() if self.importer.runs else []
        return super().get_context_data(**{"form": ImportForm(), "runs": runs, **kwargs})

    def post(self, request: HttpRequest) -> HttpResponse:
        form = ImportForm(request.POST, request.FILES)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(form=form), status=422)
        file = form.cleaned_data["file"]
        token = uploads.keep(file.name, file.read())
        request.session[self.importer.session_key] = {"token": token, "name": file.name}
        return redirect(self.importer.url("review"))


class Review(ImportView):
    """What would happen on GET, from a load that writes nothing; the load itself on POST."""

    template_name = "directory/cms/imports/review.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        waiting = request.session.get(self.importer.session_key) or {}
        self.name, self.token = waiting.get("name", ""), waiting.get("token", "")
        self.data = uploads.kept(self.token)
        if self.importer.may(request.user) and self.data is None:
            messages.warning(request, "The file is no longer here: it is kept for one hour. Choose it again.")
            return redirect(self.importer.url("upload"))
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            report = self.importer.load(self.name, self.data or b"", dry_run=True)
        except Refused as refused:
            return self._refuse(refused)
        too_many = len(report.changes) > ROWS_AT_ONCE
        context = {"report": report, "counts": self.counts(report), "too_many": too_many, "rows_at_once": ROWS_AT_ONCE}
        return self.render_to_response(self.get_context_data(name=self.name, **context))

    def post(self, request: HttpRequest) -> HttpResponse:
        try:
            if len(self.importer.load(self.name, self.data or b"", dry_run=True).changes) > ROWS_AT_ONCE:
                return redirect(self.importer.url("review"))
            report = self.importer.load(self.name, self.data or b"", by=request.user)
        except Refused as refused:  # what is there has changed since they looked
            return self._refuse(refused)
        uploads.drop(self.token)
        request.session.pop(self.importer.session_key, None)
        messages.success(request, f"{self.name} was imported: {report}.")
        if not report.run or report.count(UNCHANGED) == len(report.changes):
            return redirect(self.importer.url("upload"))
        return redirect(self.importer.url("result", report.run))

    def _refuse(self, refused: Refused) -> HttpResponse:
        faults = refused.faults
        context = {"faults": faults[:SHOWN], "fault_count": len(faults), "hidden": max(len(faults) - SHOWN, 0)}
        return self.render_to_response(self.get_context_data(name=self.name, **context), status=422)


class Result(ImportView):
    template_name = "directory/cms/imports/result.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        entries = entries_of(str(self.kwargs["run"]))
        there = set(
            OrganisationPage.objects.filter(pk__in=[entry.page_id for entry in entries]).values_list("pk", flat=True)
        )
        rows = [
            {
                "title": entry.label,
                "what": CREATED if entry.data["before"] is None else UPDATED,
                "edit": reverse("wagtailadmin_pages:edit", args=[entry.page_id]) if entry.page_id in there else "",
            }
            for entry in entries
        ]
        return super().get_context_data(rows=rows, **kwargs)


class Undo(ImportView):
    http_method_names = ["post"]

    def post(self, request: HttpRequest, run: Any) -> HttpResponse:
        undone = undo(str(run), by=request.user)
        done = f"{len(undone.removed)} removed again, {len(undone.restored)} as they were before."
        if undone.kept:
            kept = "; ".join(f"{title} ({reason})" for title, reason in list(undone.kept.items())[:20])
            messages.warning(request, f"The import was undone in part: {done} Left as they are: {kept}.")
        else:
            messages.success(request, f"The import was undone: {done}")
        return redirect("directory_import:upload")
