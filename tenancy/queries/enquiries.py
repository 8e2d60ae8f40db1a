"""Enquiries, and which company we know one may come from."""

import re
from collections.abc import Mapping
from datetime import datetime
from urllib.parse import urlsplit

from django.contrib.auth.models import AnonymousUser
from django.db.models import Case, IntegerField, Q, QuerySet, Value, When
from rapidfuzz import fuzz, process

from accounts.models import User
from core.addresses import proven_address
from core.visibility import public
from directory.models import OrganisationPage
from tenancy.choices import EnquiryState
from tenancy.models import Account, Contact, Enquiry

from .accounts import stays_for

ALIKE = 88  # of 100: “Orrest Valve Co.” and “Orrest Valve Company”
MOST_SHOWN = 5
# Addresses there say nothing about a company.
EVERYBODYS = {
    *("aol.com", "btinternet.com", "gmail.com", "googlemail.com", "hotmail.co.uk", "hotmail.com", "icloud.com"),
    *("live.co.uk", "live.com", "me.com", "msn.com", "nhs.net", "outlook.com", "proton.me", "protonmail.com"),
    *("sky.com", "virginmedia.com", "yahoo.co.uk", "yahoo.com", "example.org", "village.example"),
}
LEGAL_FORMS = re.compile(r"\b(ltd|limited|plc|llp|co|company|inc|uk|the)\b")


def visible(viewer: User | AnonymousUser) -> QuerySet[Enquiry]:
    """Those that ``viewer`` may read: what waits first, the most urgent on top."""
    rank = Case(
        When(state=EnquiryState.NEW, then=Value(0)),
        When(state=EnquiryState.TRIAGED, then=Value(1)),
        default=Value(2),
        output_field=IntegerField(),
    )
    found = Enquiry.objects.visible_to(viewer).select_related("assigned_to", "account", "about", "need", "stage")
    return found.order_by(rank, "reply_by", "-received_at")


def earlier_of(enquiry: Enquiry, viewer: User) -> QuerySet[Enquiry]:
    """What the same address wrote: perhaps the same again."""
    same = Enquiry.objects.visible_to(viewer).filter(email=enquiry.email, purged_at=None)
    return same.exclude(pk=enquiry.pk).order_by("-received_at")[:MOST_SHOWN]


def still_waiting_like(enquiry: Enquiry, *, since: datetime) -> Enquiry | None:
    """What the same address, else the same organisation, asked ``since`` then and nobody has answered: asked by no viewer."""
    waiting = Enquiry.objects.filter(state__in=[EnquiryState.NEW, EnquiryState.TRIAGED], received_at__gte=since)
    waiting = waiting.select_related("assigned_to").order_by("-received_at")
    same_address = waiting.filter(email=enquiry.email)
    found: Enquiry | None = same_address.filter(kind=enquiry.kind).first() or same_address.first()
    if found is None and (name := _bare(enquiry.organisation_name)):
        named = waiting.exclude(organisation_name="")
        found = next((one for one in named if _bare(one.organisation_name) == name), None)
    return found


def asked_for(account: Account, viewer: User) -> Enquiry | None:
    """The latest enquiry of ``account`` that asked for help, as long as no request came of it."""
    if account.requests.exists():
        return None
    asked = Enquiry.objects.visible_to(viewer).filter(account=account, purged_at=None).exclude(need=None)
    found: Enquiry | None = asked.order_by("-received_at").first()
    return found


def received_before(enquiry: Enquiry, *, since: datetime) -> int:
    """How many the same address sent ``since`` then, before this one."""
    before = Enquiry.objects.filter(email=enquiry.email, received_at__gte=since, received_at__lte=enquiry.received_at)
    return before.exclude(pk=enquiry.pk).count()


def accounts_like(enquiry: Enquiry) -> list[Account]:
    """Accounts that may be the company of ``enquiry``: by its profile, an address, a domain, or a name that reads alike."""
    keys: dict[int, None] = {}  # in this order, each once
    if enquiry.matched_organisation_id:
        keys |= dict.fromkeys(
            Account.objects.filter(organisation=enquiry.matched_organisation_id).values_list("pk", flat=True)
        )
    keys |= dict.fromkeys(Contact.objects.filter(email=enquiry.email).values_list("account", flat=True))
    if domain := domain_of(enquiry.email):
        same_house = Contact.objects.filter(email__endswith=f"@{domain}").values_list("account", flat=True)
        keys |= dict.fromkeys(same_house[:MOST_SHOWN])
    if enquiry.organisation_name.strip():
        names = dict(Account.objects.values_list("pk", "name"))
        keys |= dict.fromkeys(alike(enquiry.organisation_name, names))
    found = Account.objects.select_related("manager", "organisation").in_bulk(list(keys)[:MOST_SHOWN])
    return list(dict.fromkeys(stays_for(found[key]) for key in keys if key in found))


def organisation_like(enquiry: Enquiry) -> OrganisationPage | None:
    """The profile of the directory that an enquiry surely comes from: its own domain, or the very same name."""
    pages = OrganisationPage.objects.filter(live=True).only("pk", "title", "website")
    domain, name = domain_of(enquiry.email), _bare(enquiry.organisation_name)
    by_domain = (page for page in pages if domain and host_of(page.website) == domain)
    by_name = (page for page in pages if name and _bare(page.title) == name)
    found: OrganisationPage | None = next(by_domain, None) or next(by_name, None)
    return found


def free_profile_of(enquiry: Enquiry) -> OrganisationPage | None:
    """The profile that ``enquiry`` comes from, as long as no account has it: one that has is the company itself."""
    if enquiry.matched_organisation_id is None:
        return None
    found: QuerySet[OrganisationPage] = OrganisationPage.objects.filter(pk=enquiry.matched_organisation_id)
    return found.filter(account=None).first()


def free_profiles(account: Account) -> QuerySet[OrganisationPage]:
    """The organisations of the directory that ``account`` may be: its own, and those without an account."""
    free = public(OrganisationPage.objects.filter(account=None))
    may_be = Q(pk__in=free.values("pk")) | Q(pk=account.organisation_id)
    found: QuerySet[OrganisationPage] = OrganisationPage.objects.filter(may_be)
    return found.only("pk", "title").order_by("title", "pk")


def alike(name: str, names: dict[int, str]) -> list[int]:
    return Names(names).like(name)


class Names:
    """Names by key, made ready once, of which those that read like another are found in a millisecond among thousands."""

    def __init__(self, names: Mapping[int, str]) -> None:
        self._parted: dict[int, str] = {}
        self._close: dict[int, str] = {}
        for key, name in names.items():
            self.add(key, name)

    def add(self, key: int, name: str) -> None:
        self._parted[key] = _bare(name)
        self._close[key] = self._parted[key].replace(" ", "")

    def like(self, name: str) -> list[int]:
        """The likest first: whatever the order of the words, and where they are parted."""
        wanted, best = _bare(name), dict[int, float]()
        for scorer, asked, known in (
            (fuzz.token_sort_ratio, wanted, self._parted),
            (fuzz.ratio, wanted.replace(" ", ""), self._close),
        ):
            for _, score, key in process.extract(asked, known, scorer=scorer, score_cutoff=ALIKE, limit=MOST_SHOWN):
                best[key] = max(score, best.get(key, 0))
        return sorted(best, key=lambda key: -best[key])[:MOST_SHOWN]


def _bare(name: str) -> str:
    """A name without what two spellings of one company differ in."""
    letters = re.sub(r"[^\w\s]", " ", name.casefold())
    return " ".join(LEGAL_FORMS.sub(" ", letters).split())


def domain_of(email: str) -> str:
    domain = email.rpartition("@")[2].lower()
    return "" if domain in EVERYBODYS else domain


def proven_domain(user: User) -> str:
    """The domain of the address that ``user`` has proven; empty where anybody can have one there."""
    return domain_of(proven_address(user))


def host_of(url: str) -> str:
    return (urlsplit(url).hostname or "").removeprefix("www.")
