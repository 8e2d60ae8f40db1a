"""Nobody gets behind a staff door without a key: each address is asked as an outsider, and as one who has all but a key.

Who gets in at each address outside the CMS, tests/matrix says.
"""

import re
from collections.abc import Iterator
from uuid import UUID

import pytest
from django.conf import settings
from django.contrib.auth.models import Group
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.converters import get_converters

from accounts.roles import TENANT_ADMINS, TENANT_MEMBERS
from directory.choices import MemberRole
from tests.factories.bookings import OrganisationMemberFactory

BEHIND_THE_DOOR = tuple(path.strip("/") for path in settings.STAFF_PATHS)
FOR_CONVERTER = {"int": "1", "str": "x", "slug": "x", "path": "x", "uuid": str(UUID(int=1))}
FOR_GROUP = {"path": "x", "app_label": "core", "model_name": "villageimage", "media_type": "audio"}
# Wagtail's translations and icons: the same for everybody, and in its source code.
OPEN = {"/cms/jsi18n/", "/cms/sprite/"}
# They send everybody to the one door of the site.
DOORS = re.compile(r"^/cms/(login|password_reset|logout)/")


def addresses() -> Iterator[str]:
    """One address for every pattern below a staff path, with something plausible in each gap."""
    yield from sorted({_filled(route) for route in _routes(get_resolver().url_patterns, "") if _is_staffs(route)})


def _is_staffs(route: str) -> bool:
    return route.lstrip("^").startswith(BEHIND_THE_DOOR)


def _routes(patterns: list[URLPattern | URLResolver], before: str) -> Iterator[str]:
    for pattern in patterns:
        route = before + str(pattern.pattern).removeprefix("^" if before else "")
        if isinstance(pattern, URLResolver):
            yield from _routes(pattern.url_patterns, route)
        else:
            yield route


def _filled(route: str) -> str:
    def one(match: re.Match[str]) -> str:
        converter, _, name = match.group(1).rpartition(":")
        return FOR_GROUP.get(name) or FOR_CONVERTER[converter or "str"]

    path = re.sub(r"<((?:\w+:)?\w+)>", one, re.sub(r"\(\?P<(\w+)>[^()]*(?:\([^()]*\))?[^()]*\)", _group, route))
    path = path.replace(".*", "x")
    path = re.sub(r"\([^)]*\)\??|[\^$\\]|[*?]$", "", path)
    return f"/{path}"


def _group(match: re.Match[str]) -> str:
    return FOR_GROUP.get(match.group(1), "1")


ADDRESSES = [address for address in addresses() if not DOORS.match(address) and address not in OPEN]


def test_the_walk_finds_the_doors() -> None:
    """A change of Wagtail's addresses must not leave nothing to ask."""
    assert len(ADDRESSES) > 150
    assert {"/cms/", "/cms/pages/1/edit/", "/cms/images/", "/cms/users/", "/cms/reports/locked/"} <= set(ADDRESSES)
    assert set(FOR_CONVERTER) <= set(get_converters())
    assert [address for address in ADDRESSES if re.search(r"[<>()^$\\]", address)] == []


def _is_sent_to_sign_in(response: HttpResponse) -> bool:
    """To the one door, or to another that leads there: see the last test."""
    return response.status_code == 302 and response["Location"].startswith((settings.LOGIN_URL, "/cms/login/"))


@pytest.mark.django_db
def test_an_outsider_is_sent_to_sign_in() -> None:
    client = Client(raise_request_exception=False)
    let_in = {}
    for address in ADDRESSES:
        response = client.get(address)
        if not _is_sent_to_sign_in(response):
            let_in[address] = response.status_code
    assert let_in == {}


@pytest.mark.django_db
@pytest.mark.parametrize("method", ["get", "post"])
def test_a_tenant_is_refused(method: str) -> None:
    """With every role that is none of ours, and an organisation to look after: more than any other account has.

    Told so on a page: sent to sign in, who is signed in would be sent back at once, and so on without end.
    """
    client = Client(raise_request_exception=False)
    user = OrganisationMemberFactory(role=MemberRole.ADMIN).user
    user.groups.add(*Group.objects.filter(name__in=(TENANT_ADMINS, TENANT_MEMBERS)))
    client.force_login(user)
    let_in = {}
    for address in ADDRESSES:
        response = getattr(client, method)(address)
        if response.status_code != 403:
            let_in[address] = response.status_code
    assert let_in == {}
    assert (
        "/accounts/logout/?next=/accounts/login/" in client.get("/cms/").content.decode()
    )  # the way to another address


@pytest.mark.django_db
@pytest.mark.parametrize("door", ["/cms/login/", "/cms/password_reset/", "/cms/password_reset/done/", "/_util/login/"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_other_doors_lead_to_the_one(door: str, method: str) -> None:
    response = getattr(Client(), method)(door)
    assert response.status_code == 302
    assert response["Location"].startswith(settings.LOGIN_URL)
