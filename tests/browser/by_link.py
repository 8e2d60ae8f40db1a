"""What our letters open: answers of a company and its partner, news, and links that open nothing any more; and the way there."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

from django.utils import timezone

from spaces import actions as spaces
from spaces import links as space_links
from spaces.rules import Asker
from tenancy import links
from tenancy.actions.outcomes import ask_to_confirm
from tests.factories import tenancy as make
from tests.factories.spaces import TenantTermsFactory

from .addresses import Address
from .front_door import ADMIN, LEAD, PERSON
from .my_village import _company
from .space_bookings import given, space_of

Path = Callable[[], str]


def _path(url: str) -> str:
    return urlsplit(url).path


def _introduction(side: str, **said: Any) -> Path:
    return lambda: _path(links.introduction_url(make.IntroductionFactory(**said), side))


def _closed() -> str:
    found = make.IntroductionFactory()
    path = _path(links.introduction_url(found, "tenant"))
    type(found).objects.filter(pk=found.pk).update(nonce=uuid4())
    return path


def _check_back() -> str:
    return _path(links.check_back_url(make.CheckBackFactory(asked_at=timezone.now())))


def _outcome() -> str:
    introduction = make.IntroductionFactory(made=True)
    request = introduction.request
    found = make.OutcomeFactory(account=request.account, request=request, introduction=introduction)
    asked = ask_to_confirm(
        outcome=found, contact=make.ContactFactory(account=request.account), by=request.account.manager
    )
    return _path(links.confirmation_url(asked))


def _updates(purpose: str, **said: Any) -> Path:
    return lambda: _path(links.updates_url(make.UpdatesSubscriptionFactory(**said), purpose))


def _no_updates() -> str:
    found = make.UpdatesSubscriptionFactory()
    path = _path(links.updates_url(found, links.MANAGE))
    found.delete()
    return path


def _handed_on() -> str:
    found = given(space_of("handed-on"))
    path = space_links.manage_path(found)
    spaces.hand_on(booking=found.pk, name="Grace Hopper", email="grace@example.org", asker=Asker(), by=None)
    return f"{path}?done=hand-on"


def _tenant(part: str = "") -> Path:
    """Of the company whose admin ``PERSON`` is, with terms and a booking."""

    def path() -> str:
        page = _company()[0]
        if not hasattr(page, "space_terms"):
            TenantTermsFactory(organisation=page)
            given(space_of("of-the-tenant"), PERSON)
        return f"/my/tenant/{page.slug}/{part}"

    return path


def _ask() -> str:
    request = make.SupportRequestFactory()
    make.ContactFactory(account=request.account)
    return f"/staff/requests/{request.pk}/partners/{make.OrganisationFactory().pk}/"


def _work(name: str, path: Path) -> Address:
    return Address(f"accounts-{name}", path, keeps_cookie=True, who=LEAD)


BY_LINK = [
    Address("answer-as-company", _introduction("tenant")),
    Address("answer-as-partner", _introduction("partner", tenant_answer="given", tenant_answered_at=timezone.now())),
    Address("answer-agreed", _introduction("tenant", both_agreed=True)),
    Address("answer-introduced", _introduction("partner", made=True)),
    Address("answer-closed", _closed),
    Address("answer-check-back", _check_back),
    Address("answer-outcome", _outcome),
    Address("write-alone", "/contact/send/", keeps_cookie=True),
    Address("write-received", lambda: links.received_path(make.EnquiryFactory())),
    Address("write-thanks", "/contact/thank-you/"),
    Address("updates-sent", "/join/updates/sent/"),
    Address("updates-confirm", _updates(links.CONFIRM)),
    Address("updates-manage", _updates(links.MANAGE, confirmed_at=timezone.now())),
    Address("updates-unsubscribe", _updates(links.UNSUBSCRIBE, confirmed_at=timezone.now())),
    Address("updates-gone", _no_updates),
    Address("space-booking-handed-on", _handed_on),
    Address("tenant-bookings", _tenant(), keeps_cookie=True, who=PERSON),
    Address("tenant-allowance", _tenant("allowance/"), keeps_cookie=True, who=PERSON),
    Address("tenant-members", _tenant("members/"), keeps_cookie=True, who=PERSON),
    Address(
        "desk-tenant",
        lambda: f"/staff/spaces/tenants/{_company()[0].pk}/",
        keeps_cookie=True,
        who=ADMIN,
    ),
    _work("ask", _ask),
    _work("new-collaboration", lambda: f"/staff/introductions/{make.IntroductionFactory(made=True).pk}/collaboration/"),
]
