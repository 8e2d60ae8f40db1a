"""``/impact/``: what came of the strategy, for anybody. The same for every reader, so that it is kept whole."""

import csv
from decimal import Decimal
from io import StringIO
from itertools import groupby

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.text import capfirst
from django.views.decorators.http import require_safe

from impact import wording
from impact.charts import chart_of
from impact.choices import Group
from impact.models import StrategyTarget
from impact.queries import Standing, last_signed, standing_of, standings
from search.exports import cell

COLUMNS = (
    *("target", "what", "figure", "unit", "as of", "aimed at", "by", "state", "source", "counted by", "rule version"),
    "demonstration",
)
MARK = "\ufeff"  # tells Excel that it is UTF-8
FIRST = "collaborative-projects"


@require_safe
def impact(request: HttpRequest) -> HttpResponse:
    """Every target with its figure, in groups; the first one drawn over time."""
    found = standings()
    in_order = sorted(found, key=lambda one: Group.values.index(one.target.group))
    shown = next((one for one in found if one.target.slug == FIRST), None)
    drawn, points = standing_of(shown.target) if shown else (None, ())
    context = {
        "groups": [
            (Group(group).label, list(of_it)) for group, of_it in groupby(in_order, lambda one: one.target.group)
        ],
        "number": len(found),
        "first": drawn,
        "points": points,
        "chart": chart_of(shown.target, points) if shown else None,
        "invented": any(one.amount.demonstration for one in found),
        "source": found[0].target.source if found else "",
        "signed": last_signed(),
    }
    return render(request, "impact/impact.html", context)


@require_safe
def target(request: HttpRequest, slug: str) -> HttpResponse:
    """One target over time, and how it is counted."""
    one = get_object_or_404(StrategyTarget, slug=slug)
    standing, points = standing_of(one)
    context = {
        "standing": standing,
        "points": points,
        "chart": chart_of(one, points),
        "has_path": any(point.path_words for point in points),
        "crumbs": [("What came of it", "/impact/"), (capfirst(one.what), "")],
    }
    return render(request, "impact/target.html", context)


@require_safe
def figures_csv(request: HttpRequest) -> HttpResponse:
    found = standings()
    if not found:
        raise Http404
    out = StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    writer.writerows([[cell(value) for value in _row(one)] for one in found])
    response = HttpResponse(MARK + out.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="impact-{timezone.localdate():%Y-%m-%d}.csv"'
    response["X-Robots-Tag"] = "noindex"
    return response


def _row(one: Standing) -> list[object]:
    return [
        *(one.target.slug, one.target.what, one.words if one.is_few else _bare(one.value), one.target.unit),
        *(
            one.as_of if one.value is not None else None,
            _bare(one.target.value),
            one.target.ends_on,
            one.state,
            one.source,
        ),
        *(one.target.counted_by, one.rule.version if one.rule else None, one.amount.demonstration),
    ]


def _bare(value: Decimal | None) -> str:
    """For a spreadsheet: without commas, and no more digits than it has."""
    return "" if value is None else wording.plain(value).replace(",", "")
