"""Accounts as a list that can be narrowed and searched, and one of them with what stands beside its story."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.contrib.auth.models import Permission
from django.db.models import Case, Count, Exists, IntegerField, OuterRef, Q, QuerySet, Subquery, Value, When
from django.utils import timezone

from accounts.models import User
from tenancy.choices import AccountState
from tenancy.grants import LEAD, WORK
from tenancy.models import (
    Account,
    ConsentEvent,
    Contact,
    Introduction,
    SupportRequest,
    Task,
    TeamMember,
    Tenancy,
)
from tenancy.models.accounts import LOOKED_AFTER
from tenancy.words import words_of

from .find import accounts_having
from .plans import plans
from .stays import checklist, of_today, progress, suggested_state, tenancies

SILENT_AFTER = timedelta(days=90)


@dataclass(frozen=True)
class Wanted:
    """What the list is narrowed to; every part may be empty."""

    words: str = ""
    tier: str = ""
    manager: int | None = None
    state: str = ""
    need: str = ""
    silent: bool = False


def listed(viewer: User, wanted: Wanted) -> QuerySet[Account]:
    """Accounts that ``viewer`` may read, as ``wanted``, with what a row of the list shows; names that fit come first."""
    found = Account.objects.visible_to(viewer)
    if wanted.tier:
        found = found.filter(tier=wanted.tier)
    if wanted.manager is not None:
        found = found.filter(manager=wanted.manager)
    if wanted.state:
        found = found.filter(state=wanted.state)
    elif not wanted.words:
        found = found.exclude(state__in=[AccountState.CLOSED, AccountState.MERGED])
    if wanted.need:
        asked = SupportRequest.objects.visible_to(viewer).open().filter(need__slug=wanted.need)
        found = found.filter(pk__in=asked.values("account"))
    if wanted.silent:
        found = found.filter(silent())
    order = ["name", "pk"]
    if wanted.words.strip():
        if not (typed := words_of(wanted.words)):
            found = found.none()  # signs alone are in nothing
        for word in typed:
            found = found.filter(accounts_having(viewer, word))
        begins = Case(
            When(name__istartswith=wanted.words.strip(), then=Value(0)),
            When(name__icontains=wanted.words.strip(), then=Value(1)),
            default=Value(2),
            output_field=IntegerField(),
        )
        order = [begins, *order]  # type: ignore[list-item]
    return found.order_by(*order)


def with_columns(accounts: Any, viewer: User) -> QuerySet[Account]:
    """For the rows of one page: who, how many requests are open, until when they stay."""
    requests = SupportRequest.objects.visible_to(viewer).open().filter(account=OuterRef("pk")).order_by()
    number = requests.values("account").annotate(of_them=Count("pk")).values("of_them")
    stay = Tenancy.objects.visible_to(viewer).filter(account=OuterRef("pk")).order_by("-starts_on")
    found: QuerySet[Account] = accounts.select_related("manager", "organisation__kind")
    return found.annotate(open_requests=Subquery(number), stays_until=Subquery(stay.values("ends_on")[:1]))


def silent() -> Q:
    """Somebody whom we look after, and have not spoken with for ninety days, or ever."""
    long_ago = timezone.now() - SILENT_AFTER
    never = Q(last_contact_at=None, opened_at__lt=long_ago)
    return Q(state__in=LOOKED_AFTER) & (Q(last_contact_at__lt=long_ago) | never)


# ---- one account ----------------------------------------------------------------------------------------------------
def record(viewer: User, pk: int) -> Account | None:
    """The account, or None where ``viewer`` may not read it or there is none."""
    found: QuerySet[Account] = Account.objects.visible_to(viewer).filter(pk=pk)
    return found.select_related("manager", "organisation__kind", "organisation__stage").first()


def stays_for(account: Account) -> Account:
    """The one that ``account`` was merged into, at the end of the way; itself where it was not merged."""
    while account.merged_into is not None:
        account = account.merged_into
    return account


def beside(account: Account, viewer: User) -> dict[str, Any]:
    """What stands around the story of ``account``: a fixed number of statements, however much there is."""
    asked = Introduction.objects.visible_to(viewer).live().filter(request=OuterRef("pk")).order_by("-asked_at", "-pk")
    requests = SupportRequest.objects.visible_to(viewer).open().filter(account=account)
    requests = requests.annotate(partner=Subquery(asked.values("partner_name")[:1]))
    stays = tenancies(account, viewer)
    tenancy = of_today(stays)
    items = checklist(tenancy, viewer) if tenancy else []
    plan = of_today(plans(account, viewer))
    return {
        "requests": list(requests.select_related("need", "stage", "owner").order_by("respond_by", "pk")),
        "tasks": list(Task.objects.visible_to(viewer).open().filter(account=account).select_related("owner")),
        "contacts": list(Contact.objects.visible_to(viewer).current().filter(account=account)),
        "consents": consents(account, viewer),
        "tenancy": tenancy,
        "other_tenancies": [stay for stay in stays if stay is not tenancy],
        "checklist": progress(items),
        "suggested": suggested_state(account, tenancy, items),
        "plan": plan,
        "objectives": plan.listed if plan else [],
    }


def consents(account: Account, viewer: User) -> list[ConsentEvent]:
    """What holds today: of everything said by a contact about one purpose the latest."""
    said = ConsentEvent.objects.visible_to(viewer).filter(contact__account=account, contact__left_on=None)
    latest: dict[tuple[int, str], ConsentEvent] = {}
    for event in said.select_related("contact").order_by("at", "pk"):
        latest[event.contact_id, event.purpose] = event
    return list(latest.values())


def managers() -> QuerySet[User]:
    """Who can look after an account."""
    given = Permission.objects.filter(content_type__app_label="tenancy", codename__in=(WORK, LEAD))
    return User.objects.filter(is_active=True, groups__permissions__in=given).distinct().order_by("name", "pk")


def colleagues(account: Account, viewer: User) -> tuple[list[User], list[User]]:
    """Who can look after an account, and who is in the team of this one beside its manager: one statement for both."""
    team = TeamMember.objects.visible_to(viewer).filter(account=account).order_by()
    works = managers().order_by()
    found = User.objects.filter(Q(pk__in=works.values("pk")) | Q(pk__in=team.values("user")))
    found = found.annotate(
        is_in_team=Exists(team.filter(user=OuterRef("pk"))), works_here=Exists(works.filter(pk=OuterRef("pk")))
    )
    everybody: list[Any] = list(found.order_by("name", "pk"))
    in_team = [one for one in everybody if one.is_in_team and one.pk != account.manager_id]
    return [one for one in everybody if one.works_here], in_team


def nobodys(field_name: str) -> Q:
    """Given to nobody, or to somebody who does not work with accounts any more."""
    return Q(**{field_name: None}) | ~Q(**{f"{field_name}__in": managers().order_by().values("pk")})
