"""The report on searches in the CMS: its page, its file, its list on the first page, and forgetting words.

Imported by ``search.wagtail_hooks``, which is where Wagtail looks.
"""

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from io import StringIO
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse, reverse_lazy
from django.utils.timezone import localdate
from django.views.generic import TemplateView
from wagtail import hooks
from wagtail.admin import messages
from wagtail.admin.menu import MenuItem
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from core import dashboard

from . import query_log
from .exports import cell
from .models import PinnedResult, Synonym
from .parsing import synonyms
from .pinned import pins
from .rate_chart import rate_chart
from .report import PERIODS, Row, everything, in_vain, report
from .spelling import Vocabulary, alike

TITLE = "Searches"
ADDRESS = reverse_lazy("search_report")
USUAL_PERIOD = 30
WEEK = 7
COLUMNS = (
    *("words", "list", "searches", "found nothing", "opened a result", "average place opened"),
    *("results when last asked", "last asked on"),
)


def may_see(user: Any) -> bool:
    """Whoever looks after the synonyms."""
    return bool(user.is_active and user.has_perm("search.change_synonym"))


@dataclass(frozen=True)
class Entry:
    """A row with what an editor can do about it."""

    row: Row
    synonym_url: str
    pin_url: str
    has_synonym: bool
    is_pinned: bool
    suggestions: tuple[tuple[str, str], ...] = ()  # a word of the index that looks alike, and the synonym with it


class _ReportView(WagtailAdminTemplateMixin, TemplateView):
    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if not may_see(request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)


class SearchReport(_ReportView):
    template_name = "search/cms/report.html"
    page_title = TITLE
    header_icon = "search"
    breadcrumbs_items = [*WagtailAdminTemplateMixin.breadcrumbs_items, {"url": ADDRESS, "label": TITLE}]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        query_log.write()  # what this process has counted until now
        asked = request.GET.get("days", "")
        self.days = next((days for days in PERIODS if asked == str(days)), USUAL_PERIOD)
        if request.GET.get("as") == "csv":
            return _file(self.days)
        return self.render_to_response(self.get_context_data())

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        found = report(self.days)
        words = [step.words for step in found.steps]
        return super().get_context_data(
            report=found,
            periods=[(days, f"{ADDRESS}?days={days}", days == self.days) for days in PERIODS],
            file_url=f"{ADDRESS}?{urlencode({'days': self.days, 'as': 'csv'})}",
            nothing_share=_share(found.totals.nothing_rate),
            unopened_share=_share(found.totals.unopened_rate),
            steps=[
                (step.words, step.totals.asked, _share(step.totals.nothing_rate), _share(step.totals.unopened_rate))
                for step in found.steps
            ],
            nothing_chart=rate_chart([step.totals.nothing_rate for step in found.steps], words),
            unopened_chart=rate_chart([step.totals.unopened_rate for step in found.steps], words),
            in_vain=entries(found.in_vain, with_suggestions=True),
            unopened=entries(found.unopened),
            top=entries(found.top),
            least_asked=query_log.LEAST_ASKED,
            kept_for=query_log.KEPT_FOR.days,
            **kwargs,
        )


class ForgetWords(_ReportView):
    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponse:
        words = request.POST.get("words", "").strip()[: query_log.LONGEST]
        if query_log.forget_words(words):
            messages.success(request, f"“{words}” is forgotten. The searches are still counted, without their words.")
        else:
            messages.warning(
                request, f"Nobody searched for exactly “{words}”. Write the words as the report shows them."
            )
        return redirect("search_report")


def entries(rows: Iterable[Row], *, with_suggestions: bool = False) -> list[Entry]:
    """What can be done about each row; a change that was made already is said instead of offered."""
    rows, known, pinned = list(rows), synonyms(), pins()
    add_synonym, add_pin = _add_url(Synonym), _add_url(PinnedResult)
    vocabulary = Vocabulary()
    if with_suggestions:
        vocabulary.look_up(word for row in rows for word in row.text.split())

    def address(**values: str) -> str:
        return f"{add_synonym}?{urlencode({**values, 'next': ADDRESS})}"

    def suggestions(row: Row) -> Iterator[tuple[str, str]]:
        unknown = next((word for word in row.text.split() if not vocabulary.knows(word)), "")
        for word in alike(unknown):
            yield word, address(one_way_from=row.text, terms=word)

    return [
        Entry(
            row,
            address(one_way_from=row.text),
            f"{add_pin}?{urlencode({'phrases': row.text, 'next': ADDRESS})}",
            row.text in known,
            bool(pinned.of(row.text)),
            tuple(suggestions(row)) if with_suggestions and row.text not in known else (),
        )
        for row in rows
    ]


def _add_url(snippet: Any) -> str:
    return reverse(snippet.snippet_viewset.get_url_name("add"))


def _share(rate: float | None) -> str:
    return "–" if rate is None else f"{rate:.0%}"


def _file(days: int) -> HttpResponse:
    out = StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for row in everything(days):
        place = "" if row.place is None else f"{row.place:.1f}"
        values = (row.text, row.path, row.asked, row.found_nothing, row.opened, place, row.last_total, row.last_day)
        writer.writerow([cell(value) for value in values])
    response = HttpResponse("\ufeff" + out.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="searches-{days}-days-{localdate():%Y-%m-%d}.csv"'
    return response


# ---- in the CMS -----------------------------------------------------------------------------------------------------
class ReportMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return may_see(request.user)


def report_in_menu() -> MenuItem:
    return ReportMenuItem(TITLE, ADDRESS, icon_name="search", order=300)


def report_addresses() -> list[URLPattern]:
    return [
        path("reports/searches/", SearchReport.as_view(), name="search_report"),
        path("reports/searches/forget/", ForgetWords.as_view(), name="search_forget_words"),
    ]


hooks.register("register_reports_menu_item", report_in_menu)
hooks.register("register_admin_urls", report_addresses)


def found_nothing_this_week(request: HttpRequest) -> dashboard.Listing:
    """What editors have not answered with a synonym or a pinned result yet; one click begins a synonym."""
    if not may_see(request.user):
        return dashboard.Listing((), 0)
    waiting = [e for e in entries(in_vain(WEEK, query_log.MOST_TEXTS_A_DAY)) if not (e.has_synonym or e.is_pinned)]
    items = tuple(
        dashboard.Item(f"“{entry.row.text}”", entry.synonym_url, _times(entry.row))
        for entry in waiting[: dashboard.SHOWN]
    )
    return dashboard.Listing(items, len(waiting), f"{ADDRESS}?days={WEEK}")


def _times(row: Row) -> str:
    times = {1: "Once", 2: "Twice"}.get(row.found_nothing, f"{row.found_nothing} times")
    return f"{times} in {row.where}"


dashboard.register(
    "searches-in-vain",
    heading="Searches that found nothing",
    order=220,
    listing=found_nothing_this_week,
    help_text="This week. Click one to say what else the words mean; the report has more, and other ways to help.",
)
