"""Somebody moves in, gives notice, leaves; and what is to be done around it is listed and ticked."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from tenancy import history
from tenancy.checklists import Standard
from tenancy.choices import ChecklistKind
from tenancy.grants import works_with_accounts
from tenancy.models import Account, ChecklistItem, Tenancy
from tenancy.policies import may_tick, may_untick, may_work

from .dealings import just_now
from .refusals import Unfit, refuse_unread, require


# ---- the stay -------------------------------------------------------------------------------------------------------
@transaction.atomic
def start_tenancy(
    *,
    account: Account,
    space: str,
    starts_on: date,
    by: User,
    licence: str = "",
    ends_on: date | None = None,
    notice_days: int = 30,
    words: str = "",
    checklist: Sequence[Standard] = (),
) -> Tenancy:
    """``checklist``: of the standard of moving in, what fits. Raises PermissionDenied and Unfit."""
    require(may_work(by))
    account = Account.objects.select_for_update().get(pk=account.pk)
    said: dict[str, Any] = {"space": space, "licence": licence, "starts_on": starts_on, "ends_on": ends_on}
    if there := just_now(Tenancy, account=account, **said):
        return there
    _refuse_dates(account, starts_on, ends_on)
    with history.by(user=by):
        made = Tenancy.objects.create(account=account, **said, notice_days=notice_days, words=words)
        _list(made, ChecklistKind.ARRIVING, checklist, starts_on)
    return made


@transaction.atomic
def change_tenancy(
    *,
    tenancy: Tenancy,
    space: str,
    starts_on: date,
    by: User,
    licence: str = "",
    ends_on: date | None = None,
    notice_days: int = 30,
    words: str = "",
    seen: str = "",
) -> int:
    """What is still to be done moves with its day; returns how many such things did.

    ``seen``: of the form that was filled in. Raises PermissionDenied, Unfit and ChangedSince.
    """
    tenancy = _locked(tenancy, by)
    said: dict[str, Any] = {"space": space, "licence": licence, "starts_on": starts_on, "ends_on": ends_on}
    said |= {"notice_days": notice_days, "words": words}
    refuse_unread(tenancy, seen, **said)
    if tenancy.notice_given_on is not None and ends_on is None:
        raise Unfit("Notice was given, so it has a last day. Take the notice back if they stay.", field="ends_on")
    _refuse_dates(tenancy.account, starts_on, ends_on, but=tenancy)
    with history.by(user=by):
        moved = _move(tenancy, ChecklistKind.ARRIVING, tenancy.starts_on, starts_on)
        moved += _move(tenancy, ChecklistKind.LEAVING, tenancy.ends_on, ends_on)
        for name, value in said.items():
            setattr(tenancy, name, value)
        tenancy.save()
    return moved


@transaction.atomic
def give_notice(
    *, tenancy: Tenancy, given_on: date, by: User, last_day: date | None = None, checklist: Sequence[Standard] = ()
) -> date:
    """Write down that notice was given; returns the last day, which is the one the notice comes to unless it is said.

    What was listed of leaving moves with that day. Raises PermissionDenied and Unfit.
    """
    tenancy = _locked(tenancy, by)
    last_day = last_day or tenancy.last_day_after_notice(given_on)
    if (tenancy.notice_given_on, tenancy.ends_on) == (given_on, last_day):
        return last_day
    if tenancy.notice_given_on is not None:
        words = (
            f"Notice was given on {tenancy.notice_given_on:%-d %B %Y}. Change the last day, or take that notice back."
        )
        raise Unfit(words, field="given_on")
    if given_on > timezone.localdate():
        raise Unfit("Write notice down once it was given; until then a task reminds you.", field="given_on")
    if last_day < given_on:
        raise Unfit(
            "The last day comes after the notice. Where they had left before, end the tenancy instead.",
            field="last_day",
        )
    _refuse_last_day(tenancy, last_day)
    with history.by(user=by):
        _move(tenancy, ChecklistKind.LEAVING, tenancy.ends_on, last_day)
        tenancy.notice_given_on, tenancy.ends_on = given_on, last_day
        tenancy.save(update_fields=["notice_given_on", "ends_on"])
        _list(tenancy, ChecklistKind.LEAVING, checklist, last_day)
    return last_day


@transaction.atomic
def take_back_notice(*, tenancy: Tenancy, ends_on: date | None, by: User) -> None:
    """They stay, until ``ends_on`` where that was agreed. What is not done of leaving comes off the list.

    Raises PermissionDenied and Unfit.
    """
    tenancy = _locked(tenancy, by)
    if tenancy.notice_given_on is None:
        return
    _refuse_dates(tenancy.account, tenancy.starts_on, ends_on, but=tenancy)
    with history.by(user=by):
        tenancy.notice_given_on, tenancy.ends_on = None, ends_on
        tenancy.save(update_fields=["notice_given_on", "ends_on"])
        for item in tenancy.checklist.filter(kind=ChecklistKind.LEAVING, done_at=None):
            item.delete()


@transaction.atomic
def end_tenancy(*, tenancy: Tenancy, last_day: date, by: User, checklist: Sequence[Standard] = ()) -> None:
    """Without notice, as agreed: a later day is said by changing it. What was listed of leaving moves with the last day.

    Raises PermissionDenied and Unfit.
    """
    tenancy = _locked(tenancy, by)
    if tenancy.ends_on == last_day:
        return
    _refuse_last_day(tenancy, last_day)
    with history.by(user=by):
        _move(tenancy, ChecklistKind.LEAVING, tenancy.ends_on, last_day)
        tenancy.ends_on = last_day
        tenancy.save(update_fields=["ends_on"])
        _list(tenancy, ChecklistKind.LEAVING, checklist, last_day)


@transaction.atomic
def remove_tenancy(*, tenancy: Tenancy, by: User) -> None:
    """One that was written down by mistake, with its list. Raises PermissionDenied and Unfit."""
    tenancy = _locked(tenancy, by)
    if done := tenancy.checklist.exclude(done_at=None).count():
        raise Unfit(f"{done} of its checklist is done, so it was no mistake. End it instead.")
    with history.by(user=by):
        tenancy.delete()


# ---- its checklist --------------------------------------------------------------------------------------------------
@transaction.atomic
def add_item(
    *,
    tenancy: Tenancy,
    kind: str,
    words: str,
    by: User,
    due_on: date | None = None,
    owner: User | None = None,
    theirs: bool = False,
) -> ChecklistItem:
    """``theirs``: the company does it, and reads it. Raises PermissionDenied and Unfit."""
    tenancy = _locked(tenancy, by)
    _refuse_owner(owner)
    said: dict[str, Any] = {"tenancy": tenancy, "kind": ChecklistKind(kind), "words": words, "done_at": None}
    if there := just_now(ChecklistItem, **said):
        return there
    with history.by(user=by):
        place = _last(tenancy) + 1
        return ChecklistItem.objects.create(**said, due_on=due_on, owner=owner, theirs=theirs, sort_order=place)


@transaction.atomic
def change_item(
    *,
    item: ChecklistItem,
    words: str,
    due_on: date | None,
    owner: User | None,
    theirs: bool,
    by: User,
    seen: str = "",
) -> None:
    """``seen``: of the form that was filled in. Raises PermissionDenied, Unfit and ChangedSince."""
    require(may_work(by))
    item = ChecklistItem.objects.select_for_update().get(pk=item.pk)
    refuse_unread(item, seen, words=words, due_on=due_on, owner=owner, theirs=theirs)
    if owner is not None and owner.pk != item.owner_id:
        _refuse_owner(owner)
    with history.by(user=by):
        item.words, item.due_on, item.owner, item.theirs = words, due_on, owner, theirs
        item.save(update_fields=["words", "due_on", "owner", "theirs"])


@transaction.atomic
def tick_item(*, item: ChecklistItem, by: User) -> None:
    """Done, by ``by``, now. Once more changes nothing: who was first has done it. Raises PermissionDenied."""
    item = ChecklistItem.objects.select_for_update().get(pk=item.pk)
    require(may_tick(by, item))
    if item.done_at is None:
        with history.by(user=by):
            item.done_at, item.done_by = timezone.now(), by
            item.save(update_fields=["done_at", "done_by"])


@transaction.atomic
def untick_item(*, item: ChecklistItem, by: User) -> None:
    """Not done after all. Raises PermissionDenied."""
    item = ChecklistItem.objects.select_for_update().get(pk=item.pk)
    require(may_untick(by, item))
    if item.done_at is not None:
        with history.by(user=by):
            item.done_at = item.done_by = None
            item.save(update_fields=["done_at", "done_by"])


@transaction.atomic
def remove_item(*, item: ChecklistItem, by: User) -> None:
    """Raises PermissionDenied, and Unfit once it is done."""
    require(may_work(by))
    if ChecklistItem.objects.select_for_update().filter(pk=item.pk).exclude(done_at=None).exists():
        raise Unfit("It is done, and stays as what was done. Open it again first if it was not.")
    with history.by(user=by):
        item.delete()


# ---- parts ----------------------------------------------------------------------------------------------------------
def _locked(tenancy: Tenancy, by: User) -> Tenancy:
    """As the database has it, with its account held: of two who change its stays one waits."""
    require(may_work(by))
    Account.objects.select_for_update().get(pk=tenancy.account_id)
    return Tenancy.objects.select_related("account").get(pk=tenancy.pk)


def _list(tenancy: Tenancy, kind: ChecklistKind, standard: Sequence[Standard], day: date) -> None:
    """What is not on the list yet, for whoever looks after the account."""
    there = set(tenancy.checklist.filter(kind=kind).values_list("words", flat=True))
    order = _last(tenancy)
    for place, one in enumerate((one for one in standard if one.words not in there), 1):
        ChecklistItem.objects.create(
            tenancy=tenancy,
            kind=kind,
            words=one.words,
            due_on=one.due_on(day, timezone.localdate()),
            owner=tenancy.account.manager,
            theirs=one.theirs,
            sort_order=order + place,
        )


def _move(tenancy: Tenancy, kind: ChecklistKind, before: date | None, after: date | None) -> int:
    """What is not done keeps its distance from the day it hangs on, which moved; nothing becomes late by that."""
    if before is None or after is None or before == after:
        return 0
    today, moved = timezone.localdate(), 0
    for item in tenancy.checklist.select_for_update().filter(kind=kind, done_at=None):
        due_on = item.due_on and max(item.due_on + (after - before), min(item.due_on, today))
        if due_on != item.due_on:
            item.due_on = due_on
            item.save(update_fields=["due_on"])
            moved += 1
    return moved


def _last(tenancy: Tenancy) -> int:
    return max(tenancy.checklist.values_list("sort_order", flat=True), default=0)


def _refuse_owner(owner: User | None) -> None:
    if owner is not None and not works_with_accounts(owner):
        raise Unfit("Choose somebody who works with accounts.", field="owner")


def _refuse_last_day(tenancy: Tenancy, last_day: date) -> None:
    if last_day < tenancy.starts_on:
        words = f"It begins on {tenancy.starts_on:%-d %B %Y}. If they never came, remove the tenancy instead."
        raise Unfit(words, field="last_day")
    if tenancy.ends_on is not None and last_day > tenancy.ends_on:
        words = f"It ends on {tenancy.ends_on:%-d %B %Y} already. If they stay longer, change that day instead."
        raise Unfit(words, field="last_day")


def _refuse_dates(account: Account, starts_on: date, ends_on: date | None, *, but: Tenancy | None = None) -> None:
    """Stays that overlapped before, as those of two accounts that became one, may stay so."""
    if ends_on is not None and ends_on < starts_on:
        raise Unfit("The last day comes before the first. Change one of them.", field="ends_on")
    for other in account.tenancies.exclude(pk=but.pk if but else 0):
        before = but is not None and _overlap(other, but.starts_on, but.ends_on)
        if _overlap(other, starts_on, ends_on) and not before:
            until = f"until {other.ends_on:%-d %B %Y}" if other.ends_on else "with no last day"
            raise Unfit(
                f"It has “{other.space}” from {other.starts_on:%-d %B %Y} {until}, and one tenancy follows another. "
                "End that one before this begins, or choose other days.",
                field="starts_on",
            )


def _overlap(other: Tenancy, starts_on: date, ends_on: date | None) -> bool:
    begins_in_time = ends_on is None or other.starts_on <= ends_on
    return begins_in_time and (other.ends_on is None or starts_on <= other.ends_on)
