"""The page that the letters about a booking lead to."""

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render

from core.moments_in_words import from_until
from core.signed_links import BadLink, opened_by_link
from spaces import links
from spaces.places import place_lines


@opened_by_link
def booking(request: HttpRequest, token: str) -> HttpResponseBase:
    """``/spaces/booking/<token>/``: what it is and where it stands."""
    found = links.booking_of(token)
    if found is None:
        raise BadLink
    context = {"booking": found, "when": from_until(found.starts_at, found.ends_at), "where": place_lines(found)}
    return render(request, "spaces/booking.html", context)
