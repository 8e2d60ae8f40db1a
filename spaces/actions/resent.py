"""A form that is sent again is what it booked before; with something else in it that is told, and nothing is booked.

The key of a form holds who comes, where, when and how many: for another time it is another booking. What it does not
hold is compared with what was booked.
"""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING
from uuid import UUID, uuid5

from core.prepared import PreparedRecords
from directory.models import OrganisationPage
from spaces.choices import OccurrenceState
from spaces.fees import is_owed
from spaces.models import Booking, Occurrence, Series, SpacePage
from spaces.moments import as_typed
from spaces.rules import Asker, Refusal

if TYPE_CHECKING:
    from .booking import Request
    from .series import Choice

RESENT = "sent-before"
MADE = PreparedRecords(lambda key: Booking.objects.filter(key=key), UUID)
BOTH = PreparedRecords(lambda one, other: Booking.objects.filter(key__in=(one, other)), UUID, UUID)
Different = tuple[str, str]  # the field of the form, and how it is called


def key_of(form: UUID, *, email: str, space: SpacePage, starts_at: datetime, ends_at: datetime, number: int) -> UUID:
    """The key of what is booked with a form: of the form itself, and of who comes, where, when and how many."""
    return uuid5(form, f"{email}|{space.slug}|{as_typed(starts_at)}|{as_typed(ends_at)}|{number}")


def made_before(request: "Request", asker: Asker) -> Booking | None:
    """The booking of the same form, sent before. Raises Refusal where the form says something else now."""
    made = MADE.first(request.key)
    if made is not None:
        _refuse_other(made, request, asker)
    return made


def both_made_before(one: "Request", other: "Request", asker: Asker) -> list[Booking]:
    """The same of two parts; of one alone it says that the other is another. Raises Refusal."""
    found = {made.key: made for made in BOTH.all(one.key, other.key)}
    requests = [own for own in (one, other) if own.key in found]
    for own in requests:
        _refuse_other(found[own.key], own, asker)
    if len(requests) == 1:
        made = found[requests[0].key]
        raise _refusal(_booked(made), [("", "the other of the two")], booking=made)
    return [found[own.key] for own in requests]


def _refuse_other(made: Booking, request: "Request", asker: Asker) -> None:
    if found := list(_differences(made, request, asker.booker.organisation)):
        raise _refusal(_booked(made), found, booking=made)


def _booked(made: Booking) -> str:
    return f"it booked {made.space.title} then: {made.reference}"


def series_made_before(
    key: UUID, request: "Request", asker: Asker, choices: "Mapping[date, Choice] | None" = None
) -> Series | None:
    """The same of a series. ``choices``: for each date, where they are made already."""
    series = Series.objects.filter(key=key).first()
    if series is None:
        return None
    dates = list(series.occurrences.select_related("booking"))
    made = next((one.booking for one in dates if one.booking and _as_asked(one.state, one.words)), None)
    found = list(_differences(made, request, asker.booker.organisation)) if made else []
    if choices is not None and any(_differs(one, choices.get(one.on), series.space_id) for one in dates):
        found.append(("", "the dates"))
    if found:
        raise _refusal(f"it booked a series of {series.space.title} then", found, series=series)
    return series


def _as_asked(state: str, words: str) -> bool:
    return state == OccurrenceState.MADE and not words  # words: another desk came


def _differs(one: Occurrence, choice: "Choice | None", space: int) -> bool:
    if choice is None or not (choice.skip or choice.starts_at):
        return one.state != OccurrenceState.MADE
    if choice.skip or one.booking is None:
        return not (choice.skip and one.state == OccurrenceState.SKIPPED)
    return (choice.starts_at, choice.space or space) != (one.booking.starts_at, one.booking.space_id)


def _differences(made: Booking, request: "Request", payer: OrganisationPage | None) -> Iterator[Different]:
    chosen: list[int | None] = list(made.allocations.filter(pinned=True).values_list("unit", flat=True))
    guests = set(made.visitors.values_list("name", flat=True))
    if made.organisation_id != (payer.pk if payer else None):
        yield "payer", "for which organisation"
    if made.pays != (request.pays or is_owed(made.space, payer)):
        yield "pays", "how it is paid"
    if request.unit not in (chosen or [made.waits_for_id]):
        yield "unit", "which one you chose"
    if not made.space.is_pool and made.people != request.people:  # of a pool they are as many as its desks
        yield "people", "how many people"
    if made.words != " ".join(request.words.split()):
        yield "words", "what it is for"
    if made.confidentiality != request.confidentiality:
        yield "confidentiality", "what others see"
    if guests != {guest.name for guest in request.guests}:
        yield "guest_1_name", "who comes as a guest"


def _refusal(what: str, found: list[Different], **made: Booking | Series) -> Refusal:
    different = ", ".join(words for _, words in found)
    words = f"You sent this form before, and {what}. Different now: {different}."
    return Refusal(RESENT, f"{words} That was not taken, and nothing was booked again.", field=found[0][0], **made)
