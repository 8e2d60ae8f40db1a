"""What somebody sees of their own and of their company's, and whoever belongs to none."""

from collections.abc import Callable
from typing import Any

from .addresses import Address
from .front_door import CAREFUL, PERSON


def _company() -> Any:
    """An organisation whose admin ``PERSON`` is, with an account, a request and a question that waits."""
    from accounts.models import User
    from directory.choices import MemberRole
    from directory.models import Need, OrganisationMember, OrganisationPage, Stage
    from tenancy.models import Account, Introduction, SupportRequest
    from tests.factories import tenancy as make

    user = User.objects.get(email=PERSON)
    if member := OrganisationMember.objects.filter(user=user).first():
        page = member.organisation
    else:
        page = OrganisationPage.objects.live().filter(account=None).order_by("path")[0]
        OrganisationMember.objects.create(user=user, organisation=page, role=MemberRole.ADMIN)
    account = Account.objects.filter(organisation=page).first() or make.AccountFactory(organisation=page)
    if not SupportRequest.objects.filter(account=account).exists():
        need, stage = Need.objects.all()[0], Stage.objects.all()[0]
        request = make.SupportRequestFactory(account=account, need=need, stage=stage, owner=account.manager)
        partner = OrganisationPage.objects.live().exclude(pk=page.pk).order_by("path")[0]
        make.IntroductionFactory(request=request, partner=partner, words="A reader of blood spots, at trials.")
    introduction = Introduction.objects.filter(request__account=account).earliest("pk")
    return page, introduction


def _requests() -> str:
    _company()
    return "/my/requests/"


def _village() -> str:
    _company()
    return "/my/"


def _ask() -> str:
    _company()
    return "/my/requests/new/"


def _request() -> str:
    return f"/my/requests/{_company()[1].request_id}/"


def _introduction() -> str:
    return f"/my/introductions/tenant/{_company()[1].pk}/"


def _contact() -> str:
    from tests.factories import tenancy as make

    page = _company()[0]
    contact = page.account.contacts.first() or make.ContactFactory(account=page.account)
    return f"/my/company/{page.slug}/contacts/{contact.pk}/"


def _people() -> str:
    return f"/my/people/{_company()[0].slug}/"


def _invitation(expires_in_days: int) -> Callable[[], str]:
    def path() -> str:
        from datetime import timedelta

        from django.utils import timezone

        from directory.models import Invitation
        from tenancy.links import invitation_url

        address = CAREFUL if expires_in_days > 0 else "late@village.example"
        made, _ = Invitation.objects.get_or_create(
            organisation=_company()[0],
            email=address,
            defaults={"expires_at": timezone.now() + timedelta(days=expires_in_days)},
        )
        return "/my/" + invitation_url(made).partition("/my/")[2]

    return path


def _mine(name: str, path: str | Callable[[], str], who: str = PERSON, **more: Any) -> Address:
    return Address(f"my-{name}", path, keeps_cookie=True, who=who, **more)


MY_VILLAGE = [
    _mine("village", _village),
    _mine("village-of-nobody", "/my/", CAREFUL),
    _mine("requests", _requests),
    _mine("request-new", _ask),
    _mine("request-of-nobody", "/my/requests/new/", CAREFUL),
    _mine("request", _request),
    _mine("introduction", _introduction),
    _mine("company", lambda: f"/my/company/{_company()[0].slug}/"),
    _mine("company-contacts", lambda: f"/my/company/{_company()[0].slug}/contacts/"),
    _mine("company-contact", _contact),
    _mine("company-of-nobody", "/my/company/", CAREFUL),
    _mine("people", _people),
    _mine("profile-logo", lambda: f"/my/profile/{_company()[0].slug}/logo/"),
    _mine("people-of-nobody", "/my/people/", CAREFUL),
    _mine("invitation", _invitation(30), CAREFUL),
    _mine("invitation-over", _invitation(-1), CAREFUL),
    _mine("notifications", "/my/notifications/"),
    _mine("data", "/my/data/"),
    _mine("data-delete", "/my/data/delete/"),
]
