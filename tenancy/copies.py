"""What others wrote down of a person: their words in a request, their name in what was said of their company, its history too.

An address and a letter are theirs wherever they stand. A name proves nobody: it counts in the records of the accounts whose
contact somebody is, and elsewhere a person looks.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import unquote_plus

from auditlog.models import LogEntry
from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Q, TextField
from django.db.models.functions import Cast

from accounts.models import User
from core.subject_access import Person

from . import history, retention
from .models import (
    AccessLog,
    Account,
    Collaboration,
    CollaborationParty,
    ConsentEvent,
    Contact,
    Enquiry,
    Introduction,
    SavedView,
    StateChange,
    SupportRequest,
    UpdatesSubscription,
)

NAME, ADDRESS, WORDS = retention.NOBODY, "address removed", "Words removed"
SHORTEST = 20  # characters: fewer may be anybody’s words
LEAST_DIGITS = 7  # of a telephone number
OF_OTHERS = {
    *("Account.name", "Introduction.partner_name", "Enquiry.organisation_name", "Enquiry.name"),
    *("Contact.name", "Contact.telephone"),
}
NOT_TYPED = {"reference", "digest", "model", "before", "after"}
# What is theirs in these goes as a whole; what is there of others is theirs.
ONE_ROW_EACH = {AccessLog, ConsentEvent, SavedView, UpdatesSubscription}
PATHS: dict[Any, str] = {
    **retention.PATHS_TO_ACCOUNT,
    Account: "pk",
    Enquiry: "account",
    Collaboration: "introduction__request__account",
    CollaborationParty: "collaboration__introduction__request__account",
}


def contacts_of(person: Person) -> Q:
    return person.owns() | Q(pk__in=person.known(Contact._meta.label))


def accounts_of(person: Person) -> set[int]:
    """Those that they belong to or wrote for, with what was merged into these or they into."""
    found = set(Contact.objects.filter(contacts_of(person)).values_list("account", flat=True))
    written = Enquiry.objects.filter(person.owns()).exclude(account=None)
    found |= set(written.values_list("account", flat=True))
    belongs = Account.objects.filter(organisation__members__user__in=person.users)
    found |= set(belongs.values_list("pk", flat=True))
    while True:
        beside = Account.objects.filter(Q(merged_into__in=found) | Q(merged_from__in=found))
        if not (new := set(beside.values_list("pk", flat=True)) - found):
            return found
        found |= new


def requests_of(person: Person) -> set[int]:
    """Raised by them, or by us in the words of a letter of theirs; asked again in the same words it is another of these.

    What a colleague wrote down for a company is the company's.
    """
    requests = SupportRequest.objects.filter(account__in=accounts_of(person))
    raised = set(requests.filter(raised_by__in=person.users).values_list("pk", flat=True))
    texts = list(_long(_written(person)))
    return raised | {pk for pk, words in requests.values_list("pk", "words") if any(_says(words, one) for one in texts)}


def open_requests_of(person: Person) -> set[int]:
    """Of these, whose story they may read: who left the company, or wrote a letter alone, has their words and no more."""
    users = User.objects.filter(pk__in=person.users)
    return requests_of(person) & {
        pk for user in users for pk in SupportRequest.objects.own_of(user).values_list("pk", flat=True)
    }


def named_after(person: Person) -> Q:
    """Accounts of somebody who is a company by themselves; under a public profile it is that one’s name."""
    called = Contact.objects.filter(contacts_of(person)).values_list("name", flat=True)
    wrote = Enquiry.objects.filter(person.owns()).values_list("name", flat=True)
    names = {_bare(name) for name in (*person.names, *called, *wrote)}
    accounts = Account.objects.filter(pk__in=accounts_of(person), organisation=None).values_list("pk", "name")
    return Q(pk__in=[pk for pk, name in accounts if _bare(name) in names])


class Copies:
    """Found while the rows are there that lead to them, and taken out when what is theirs alone is gone."""

    def __init__(self, person: Person) -> None:
        self.accounts = accounts_of(person)
        self.requests = requests_of(person)
        self.named_after = set(Account.objects.filter(named_after(person)).values_list("pk", flat=True))
        numbers = Contact.objects.filter(contacts_of(person)).values_list("telephone", flat=True)
        self.addresses = {*person.addresses, *(one for one in numbers if sum(map(str.isdigit, one)) >= LEAST_DIGITS)}
        public = Account.objects.filter(pk__in=self.accounts).exclude(organisation=None)
        titles = {_bare(title) for title in public.values_list("organisation__title", flat=True)}
        self.names = {name for name in person.names if _bare(name) not in titles}
        words = SupportRequest.objects.filter(pk__in=self.requests).values_list("words", flat=True)
        self.texts = list(_long([*_written(person), *words]))

    def take_out(self) -> None:
        """From what the records say first: that is a change, which the history says again."""
        for introduction in Introduction.objects.filter(request__in=self.requests):
            if any(_says(introduction.words, text) for text in self.texts):
                introduction.words = WORDS
                introduction.save(update_fields=["words"])
                history.forget(Introduction, introduction.pk)
        for model in apps.get_app_config("tenancy").get_models():
            if model not in ONE_ROW_EACH:
                for record in self._records(model):
                    self._clean(record)
        for account in Account.objects.filter(pk__in=self.named_after):
            account.name = f"Account {account.pk}, name removed"
            account.save(update_fields=["name"])
        for entry in self._history():
            self._clean_entry(entry)
        for view in SavedView.objects.all():
            said = f"{view.name} {unquote_plus(view.query)}"
            if self.cleaned(said) != said:
                history.erase(view)

    # ---- where ------------------------------------------------------------------------------------------------------
    def _records(self, model: Any) -> list[Any]:
        """Of their accounts all; of others those that hold an address of theirs."""
        here = Q(**{f"{PATHS[model]}__in": self.accounts}) if model in PATHS else Q(pk__in=())
        for field in text_fields(model):
            if not isinstance(field, models.JSONField):
                for address in self.addresses:
                    here |= Q(**{f"{field.name}__icontains": address})
        return list(model._default_manager.filter(here).distinct())

    def _history(self) -> list[LogEntry]:
        here = Q(pk__in=())
        for model, path in PATHS.items():
            keys = list(model._default_manager.filter(**{f"{path}__in": self.accounts}).values_list("pk", flat=True))
            here |= Q(content_type=ContentType.objects.get_for_model(model), object_id__in=keys)
        for address in self.addresses:
            here |= Q(said__icontains=address)
        return list(LogEntry.objects.annotate(said=Cast("changes", TextField())).filter(here))

    # ---- what -------------------------------------------------------------------------------------------------------
    def _clean(self, record: Any) -> None:
        changed = []
        for field in text_fields(type(record)):
            before = getattr(record, field.name)
            after = self.cleaned(before)
            if after != before:
                if isinstance(after, str) and field.max_length:
                    after = after[: field.max_length]
                setattr(record, field.name, after)
                changed.append(field.name)
        if changed and isinstance(record, StateChange):
            record.delete()  # written once: what can’t be changed goes
        elif changed:
            record.save(update_fields=changed)

    def _clean_entry(self, entry: LogEntry) -> None:
        before = entry.changes or {}
        after = self.cleaned(before)
        if entry.object_id in self.named_after and entry.content_type == ContentType.objects.get_for_model(Account):
            after.pop("name", None)
        if after == before:
            return
        # What differed by them alone does not differ any more.
        entry.changes = {
            name: value for name, value in after.items() if not isinstance(value, list) or value[:1] != value[1:]
        }
        if entry.changes:
            entry.save(update_fields=["changes"])
        else:
            entry.delete()

    def cleaned(self, value: Any) -> Any:
        """``value`` without them, whatever it is made of."""
        if isinstance(value, list):
            return [self.cleaned(one) for one in value]
        if isinstance(value, dict):
            return {name: self.cleaned(one) for name, one in value.items()}
        if isinstance(value, str):
            for text, instead in self._instead():
                value = pattern_of(text).sub(instead, value)
        return value

    def _instead(self) -> Iterator[tuple[str, str]]:
        yield from ((text, WORDS) for text in self.texts)
        yield from ((address, ADDRESS) for address in self.addresses)
        yield from ((name, NAME) for name in self.names)


def text_fields(model: Any) -> Iterator[Any]:
    """Those in which somebody writes of others: who a row itself is about is no copy."""
    for field in model._meta.concrete_fields:
        is_text = isinstance(field, models.CharField | models.TextField | models.JSONField)
        if not is_text or field.choices or isinstance(field, models.EmailField) or field.name in NOT_TYPED:
            continue
        if f"{model.__name__}.{field.name}" not in OF_OTHERS:
            yield field


# ---- texts ----------------------------------------------------------------------------------------------------------
def _written(person: Person) -> list[str]:
    return list(Enquiry.objects.filter(person.owns()).values_list("message", flat=True))


def _long(texts: Iterable[str]) -> Iterator[str]:
    return (text for text in dict.fromkeys(texts) if len(_bare(text)) >= SHORTEST and text != WORDS)


def _bare(text: str) -> str:
    return " ".join(text.split()).casefold()


def pattern_of(text: str) -> re.Pattern[str]:
    """``text`` as it may stand elsewhere: in other lines, in other letters."""
    return re.compile(
        r"(?<![\w.+-])" + r"\s+".join(re.escape(word) for word in text.split()) + r"(?!\w)", re.IGNORECASE
    )


def _is_part(text: str, of_what: str) -> bool:
    return len(_bare(text)) >= SHORTEST and _bare(text) in _bare(of_what)


def _says(words: str, text: str) -> bool:
    """One of the two holds the other."""
    return _is_part(words, text) or _bare(text) in _bare(words)
