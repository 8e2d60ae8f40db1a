"""Two spaces that stand for one that was refused: a page to check both, and one press that books them together."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.shortcuts import redirect, render

from spaces import actions
from spaces.actions import Part
from spaces.fees import Price, price_of
from spaces.forms import BookingForm
from spaces.moments import as_typed, read_moment
from spaces.queries.costs import Cost
from spaces.queries.occupation import bookable
from spaces.rules import Refusal, Wish
from spaces.timetable import NoSuchTime

if TYPE_CHECKING:
    from .asking import Desk

BOTH, WITHIN = "+", "/"  # between the two, and between what is said of each


def value_of(parts: Sequence[Wish]) -> str:
    """“aire/2026-12-01T09:00/2026-12-01T11:00/1+calder/…”: what a button sends."""
    said = ((one.space.slug, as_typed(one.starts_at), as_typed(one.ends_at), str(one.number)) for one in parts)
    return BOTH.join(WITHIN.join(one) for one in said)


def is_split(value: str) -> bool:
    return BOTH in value


def read_parts(value: str) -> list[Part]:
    """Two parts; nothing where it does not say two that can be read, or says of one space twice the same time."""
    said = [one.split(WITHIN) for one in value.split(BOTH)]
    if len(said) != 2 or any(len(one) != 4 for one in said):
        return []
    spaces = {space.slug: space.pk for space in bookable().filter(slug__in=[one[0] for one in said])}
    parts = []
    for slug, begins, ends, number in said:
        starts_at, ends_at = _moment(begins), _moment(ends)
        if slug not in spaces or starts_at is None or ends_at is None or not number.isascii() or not number.isdigit():
            return []
        parts.append(Part(spaces[slug], starts_at, ends_at, min(int(number[:4]), 999)))
    return [] if _overlap(*parts) else parts


def _overlap(one: Part, other: Part) -> bool:
    at_once = one.starts_at < other.ends_at and other.starts_at < one.ends_at
    return one == other or (one.space == other.space and at_once)


def _moment(text: str) -> datetime | None:
    try:
        return read_moment(text)
    except NoSuchTime:
        return None


def answer(desk: "Desk", form: BookingForm, parts: list[Part], step: str) -> HttpResponse:
    """What follows the form where two were chosen instead of one."""
    if step == "book":
        if stopped := desk.too_often(form):
            return stopped
        try:
            made = actions.book_split(parts=parts, request=form.as_request(), asker=desk.asker)
        except Refusal as refusal:
            return desk.refuse(form, refusal)
        return redirect(f"{desk.path_of(made[0], form)}?done=split")
    asked = form.as_request()
    pages = {space.pk: space for space in bookable().filter(pk__in=[one.space for one in parts])}
    wishes = [Wish(pages[one.space], one.starts_at, one.ends_at, one.number, asked.people) for one in parts]
    payer = desk.asker.booker.organisation
    lines: list[tuple[Wish, Cost | None, Price | None]] = [
        (one, None if asked.pays else desk.cost(one), price_of(one, payer, asks=asked.pays)) for one in wishes
    ]
    context = desk.around(desk.begins(form)) | {
        "form": form,
        "asked": asked,
        "lines": lines,
        "parts": value_of(wishes),
    }
    return render(desk.request, "spaces/booking/split_check.html", context)
