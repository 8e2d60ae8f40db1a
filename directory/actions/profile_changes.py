"""What an organisation wants its profile to say: proposed, taken back, approved whole or in part, sent back with words."""

from collections.abc import Collection

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from directory import profile_fields
from directory.choices import ChangeState
from directory.logos import into_the_library
from directory.models import OrganisationPage, ProfileChange, ProposedLogo
from directory.policies import may_decide, may_propose
from directory.profile_fields import Values
from directory.signals import change_decided, change_sent

from .refusals import ChangedMeanwhile, Refusal, require
from .steps import take_step
from .writing import rewrite

NOTHING_DIFFERS = "Nothing differs from what the profile says now. If all of it is right, confirm that instead."
CHANGED_MEANWHILE = "The profile was changed while you looked. Look at it once more, then decide."
NOT_PUBLIC = "The profile is not public at the moment, so there is nothing to change. Write to us if it should be."
NOT_PUBLISHED = "The page is not public. Publish it first, or send the change back and say why."
OVER = "This was decided or withdrawn meanwhile. What it said is below."


@transaction.atomic
def propose(
    *,
    organisation: OrganisationPage,
    values: Values,
    by: User,
    version: str = "",
    words: str = "",
    rest_is_right: bool = False,
) -> ProfileChange:
    """Send ``values`` to whoever decides; what is open already is changed. Sent twice it is once.

    ``version`` is what ``version_of`` said when ``by`` began. Raises PermissionDenied; ChangedMeanwhile where a colleague
    has sent something else since; Refusal where nothing differs.
    """
    require(may_propose(by, organisation))
    public = OrganisationPage.objects.select_for_update().get(pk=organisation.pk)
    if not public.live:
        raise Refusal(NOT_PUBLIC)
    live = profile_fields.read(public)
    change = ProfileChange.objects.select_for_update(of=("self",)).open().filter(organisation=organisation).first()
    values = with_logo(values, change)
    names = profile_fields.differing(live, values)
    before, after = {name: live[name] for name in names}, {name: values[name] for name in names}
    if change and change.state == ChangeState.WAITING and (change.after, change.words) == (after, words):
        return change
    if not names:
        raise Refusal(NOTHING_DIFFERS)
    if version_of(change) != version:
        raise ChangedMeanwhile(
            "A colleague of yours sent or withdrew a change since you began, or it was decided. Below is what you typed: "
            "compare it with what is there now, and send it if it is still right."
        )
    is_news = change is None or change.state == ChangeState.RETURNED
    if change and is_news:
        take_step(change, ChangeState.WAITING, decided_at=None, decided_by=None)  # its answer stays to be read
    change = change or ProfileChange(organisation=organisation, version=0)
    change.before, change.after = before, after
    change.by, change.words, change.rest_is_right = by, words, rest_is_right
    change.version, change.sent_at = change.version + 1, timezone.now()
    change.save()
    if is_news:
        change_sent.send(ProfileChange, change=change)
    return change


def with_logo(values: Values, change: ProfileChange | None) -> Values:
    """What is proposed, with the logo that was sent beside it."""
    return {**values, "logo": change.after["logo"]} if change and "logo" in change.after else values


def version_of(change: ProfileChange | None) -> str:
    return f"{change.pk}-{change.version}-{change.state}" if change else ""


@transaction.atomic
def withdraw(*, change: ProfileChange, by: User) -> None:
    """Withdrawn twice it is once. Raises PermissionDenied, and Refusal where it was decided."""
    require(may_propose(by, change.organisation))
    found = ProfileChange.objects.select_for_update().get(pk=change.pk)
    if found.state == ChangeState.WITHDRAWN:
        return
    if not found.is_open:
        raise Refusal("It has been approved meanwhile, so it can’t be withdrawn. Propose what it should say instead.")
    take_step(found, ChangeState.WITHDRAWN, decided_at=timezone.now())
    ProposedLogo.objects.filter(change=found).delete()


@transaction.atomic
def approve(*, change: ProfileChange, fields: Collection[str], seen: str, by: User, words: str = "") -> ProfileChange:
    """Put the chosen ``fields`` on the live profile and publish it; the others stay as they are.

    ``seen`` is what ``sight_of`` said when ``by`` looked. Raises PermissionDenied, Refusal and ChangedMeanwhile. A draft
    in the CMS gets what was approved where it says the same as the live profile; its own words it keeps.
    """
    require(may_decide(by, change.organisation))
    public = OrganisationPage.objects.select_for_update().get(pk=change.organisation_id)
    found = _waiting(change)
    if not public.live:
        raise Refusal(NOT_PUBLISHED)
    live = profile_fields.read(public)
    if sight_of(found, live) != seen:
        raise ChangedMeanwhile(CHANGED_MEANWHILE)
    taken = [name for name in profile_fields.FIELDS if name in fields and name in found.after]
    if not taken:
        raise Refusal("Choose at least one field, or send it back and say why.")
    values = {name: found.after[name] for name in taken}
    if "logo" in values:
        values["logo"] = found.after["logo"] = into_the_library(found)
        found.save(update_fields=["after"])
    _publish(found, values, live, by)
    _decide(found, ChangeState.APPROVED, by=by, words=words, taken=taken)
    ProposedLogo.objects.filter(change=found).delete()
    return found


@transaction.atomic
def send_back(*, change: ProfileChange, words: str, by: User) -> ProfileChange:
    """Ask for something else, and say why. Raises PermissionDenied and Refusal."""
    require(may_decide(by, change.organisation))
    if not words.strip():
        raise Refusal("Say what they should change: they read it.")
    found = _waiting(change)
    _decide(found, ChangeState.RETURNED, by=by, words=words)
    return found


def sight_of(change: ProfileChange, live: Values) -> str:
    """What somebody decides about: this version of the proposal, against what is live."""
    return profile_fields.fingerprint({"version": change.version, **{name: live[name] for name in change.after}})


def _waiting(change: ProfileChange) -> ProfileChange:
    found = ProfileChange.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=change.pk)
    if found.state != ChangeState.WAITING:
        raise Refusal(OVER)
    return found


def _publish(change: ProfileChange, values: Values, live: Values, by: User) -> None:
    all_is_right = change.rest_is_right and set(values) == set(change.after)

    def write(page: OrganisationPage, said: Values = values) -> None:
        profile_fields.write(page, said)
        if all_is_right:
            page.checked_on, page.checked_by = timezone.localdate(change.sent_at), change.by

    def write_draft(page: OrganisationPage) -> None:
        drafted = profile_fields.read(page)
        write(page, {name: value for name, value in values.items() if drafted[name] == live[name]})

    rewrite(organisation=change.organisation, write=write, write_draft=write_draft, by=by)


def _decide(change: ProfileChange, state: ChangeState, *, by: User, words: str, taken: Collection[str] = ()) -> None:
    said = {"taken": list(taken), "reason": words.strip()}
    take_step(change, state, decided_at=timezone.now(), decided_by=by, **said)
    change_decided.send(ProfileChange, change=change)
