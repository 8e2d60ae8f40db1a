"""``/directory/shortlist/?o=npic&o=nexus``: organisations side by side. The address is the list; nothing is kept here."""

from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from core.blocks.links import reachable
from directory.models import DirectoryIndexPage
from directory.queries import shortlist as queries

from .profiles import CONTACT

PART = "shortlist/"


def shortlist(request: HttpRequest, page: DirectoryIndexPage) -> HttpResponse:
    found = queries.shortlist(request.GET.getlist("o"))
    directory_url = page.get_url(request) or ""
    contact_url = reachable(request, CONTACT)
    context = {
        "page": page,
        "shortlist": found,
        "directory_url": directory_url,
        "steps": [(page.title, directory_url), ("Shortlist", "")],
        "entries": [
            (entry, _address(directory_url + PART, "o", [slug for slug in found.slugs if slug != own]))
            for entry in found.entries
            for own in [entry.organisation.slug]
        ],
        "share_url": _address(settings.BASE_URL + directory_url + PART, "o", found.slugs),
        "ask_url": _address(contact_url, "organisation", found.slugs) if contact_url else "",
        "most": queries.MOST,
    }
    return render(request, "directory/shortlist.html", context)


def _address(path: str, name: str, slugs: list[str]) -> str:
    return f"{path}?{urlencode([(name, slug) for slug in slugs])}" if slugs else path
