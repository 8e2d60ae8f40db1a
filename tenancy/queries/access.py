"""The log of access: who read what is restricted, and who took records away as a file."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.apps import apps
from django.db.models import Q, QuerySet
from django.urls import reverse

from accounts.models import User
from tenancy.choices import Access
from tenancy.models import AccessLog, Account, Note, SupportRequest


@dataclass(frozen=True)
class Asked:
    """What the log is narrowed to; every part may be empty."""

    who: int | None = None
    what: str = ""
    model: str = ""
    key: int | None = None
    company: str = ""
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True)
class Logged:
    at: datetime
    by: str
    what: str
    record: str
    url: str = ""
    company: str = ""
    words: str = ""


def listed(viewer: User, asked: Asked) -> QuerySet[AccessLog]:
    found = AccessLog.objects.visible_to(viewer).select_related("by")
    if asked.who is not None:
        found = found.filter(by=asked.who)
    if asked.what:
        found = found.filter(what=asked.what)
    if asked.model:
        found = found.filter(model=asked.model)
    if asked.key is not None:
        found = found.filter(object_pk=asked.key)
    if asked.company:
        found = found.filter(_of_company(viewer, asked.company))
    if asked.since:
        found = found.filter(at__date__gte=asked.since)
    if asked.until:
        found = found.filter(at__date__lte=asked.until)
    return found


def _of_company(viewer: User, words: str) -> Q:
    """Records that ``viewer`` may read: which company a note is of is as restricted as what it says."""
    accounts = Account.objects.visible_to(viewer).filter(name__icontains=words)
    of_them = Q(model=Account._meta.label, object_pk__in=accounts.order_by().values("pk"))
    for model in (Note, SupportRequest):
        records = model.objects.visible_to(viewer).filter(account__in=accounts.order_by().values("pk"))
        of_them |= Q(model=model._meta.label, object_pk__in=records.order_by().values("pk"))
    return of_them


def people(viewer: User) -> QuerySet[User]:
    """Whoever stands in the log."""
    return User.objects.filter(pk__in=AccessLog.objects.visible_to(viewer).values("by")).order_by("name", "email")


def models(viewer: User) -> list[tuple[str, str]]:
    """The tables that stand in the log, as they are called."""
    found = AccessLog.objects.visible_to(viewer).order_by().values_list("model", flat=True).distinct()
    return sorted(((label, _called(label, many=True)) for label in found), key=lambda one: one[1])


def told(rows: Iterable[AccessLog], viewer: User) -> list[Logged]:
    """In words. What ``viewer`` may not read is a number alone, without its company."""
    rows = list(rows)
    known: dict[tuple[str, int], tuple[str, str, str]] = {}
    for model in (Note, SupportRequest):
        keys = {row.object_pk for row in rows if row.model == model._meta.label and row.object_pk}
        if keys:
            for record in model.objects.visible_to(viewer).filter(pk__in=keys).select_related("account"):
                is_request = isinstance(record, SupportRequest)
                url = reverse("staff_request" if is_request else "staff_account", args=[_page_of(record)])
                known[model._meta.label, record.pk] = (str(record), url, record.account.name)
    found = []
    for row in rows:
        called, url, company = known.get((row.model, row.object_pk or 0), (_numbered(row), "", ""))
        by = str(row.by) if row.by else ""
        found.append(Logged(row.at, by, Access(row.what).label, called, url, company, row.words))
    return found


def _page_of(record: Note | SupportRequest) -> int:
    return record.pk if isinstance(record, SupportRequest) else record.account_id


def _numbered(row: AccessLog) -> str:
    if row.what == Access.ERASE:
        return f"Contact {row.object_pk}" if row.object_pk else "Somebody"
    if row.what == Access.EXPORT:
        return _called(row.model, many=True)
    return f"{_called(row.model)} {row.object_pk or ''}".strip()


def _called(label: str, *, many: bool = False) -> str:
    try:
        meta = apps.get_model(label)._meta
    except (LookupError, ValueError):
        return label
    return str(meta.verbose_name_plural if many else meta.verbose_name).capitalize()
