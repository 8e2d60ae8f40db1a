"""The support navigator: choose stage and need, get ranked partners with reasons; the answers are in the address."""

from collections.abc import Sequence
from typing import Any, TypeVar

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from core.page_cache import remembered
from directory.models import SupportPage, Term
from directory.queries import navigator

T = TypeVar("T", bound=Term)

BEST = 3  # matches that are shown with all their reasons


def support_navigator(request: HttpRequest, page: SupportPage) -> HttpResponse:
    table = remembered(request, "navigator-table", navigator.table)
    stage, stage_fault = _chosen(request, "stage", table.stages)
    need, need_fault = _chosen(request, "need", table.needs)
    grid = navigator.grid(table)
    context: dict[str, Any] = {
        "page": page,
        "stages": table.stages,
        "needs": table.needs,
        "stage": stage,
        "need": need,
        "faults": [f for f in (stage_fault, need_fault) if f],
        "rows": grid.rows,
        "degraded": grid.degraded,
        "gaps": [(row.need, cell.stage) for row in grid.rows for cell in row.cells if cell.is_gap],
    }
    if need and stage:
        answer = navigator.answer(need, stage)
        context |= _shown(answer) | {"is_usual": stage in need.stages.all()}
        context["degraded"] |= answer.degraded
    elif stage:
        context["usual_needs"] = [n for n in table.needs if stage in n.stages.all()]
    return render(request, "directory/support_page.html", context)


def _shown(answer: navigator.Answer) -> dict[str, Any]:
    return {
        "best": answer.here[:BEST],
        "others": answer.here[BEST:],
        "elsewhere": answer.elsewhere,
        "coming": answer.coming,
        "events": answer.events,
        "partners": len(answer.here),
    }


def _chosen(request: HttpRequest, name: str, terms: Sequence[T]) -> tuple[T | None, str]:
    """The term that the address names by slug, name or number, and what is wrong with it where it names none."""
    asked = request.GET.get(name, "").strip()[:160]
    if not asked:
        return None, ""
    for term in terms:
        spellings = {term.slug, term.name.casefold(), str(term).casefold(), str(getattr(term, "number", ""))}
        if asked.casefold() in spellings:
            return term, ""
    return None, f"We know no {name} called “{asked}”. Choose one from the list."
