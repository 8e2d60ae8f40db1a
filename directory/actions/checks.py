"""That a profile is true: said by whoever may publish it, by an admin of the organisation, or by a link in our letter."""

from datetime import date, timedelta
from uuid import uuid4

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone

from accounts.models import User
from directory import profile_fields
from directory.choices import CHECK_IS_GOOD_FOR
from directory.keepers import addressees
from directory.models import OrganisationPage, ProfileQuestion
from directory.models.profile_change import in_sixty_days
from directory.policies import may_propose
from directory.signals import question_due

from .refusals import ChangedMeanwhile, Refusal, require
from .writing import rewrite

MOST_ASKED_A_DAY = 40  # organisations: nobody’s mail server takes us for a sender of bulk


@transaction.atomic
def mark_checked(*, organisation: OrganisationPage, by: User, on: date | None = None) -> None:
    """Record that ``by`` has confirmed everything on the public profile.

    A draft in progress stays a draft, and is not what was confirmed: only the day and the person are written to it.
    Raises PermissionDenied unless they may publish the page.
    """
    if not organisation.permissions_for_user(by).can_publish():
        raise PermissionDenied("Only somebody who may publish the profile can confirm it.")
    _mark(organisation, by=by, on=on or timezone.localdate())


@transaction.atomic
def confirm_profile(*, organisation: OrganisationPage, seen: str, by: User) -> None:
    """An admin says that all of their profile is true. Said twice in a day it is once.

    Raises PermissionDenied, and ChangedMeanwhile where it no longer says what they ``seen``.
    """
    require(may_propose(by, organisation))
    _confirm(organisation, seen=seen, by=by)


@transaction.atomic
def answer_question(*, question: ProfileQuestion, seen: str) -> None:
    """Whoever has the link says that all of it is true; said twice it is once. Raises Refusal and ChangedMeanwhile."""
    found = (
        ProfileQuestion.objects.select_for_update(of=("self",))
        .select_related("organisation", "user")
        .get(pk=question.pk)
    )
    if found.answered_at is not None:
        return
    if why_not := over(found):
        raise Refusal(why_not)
    _confirm(found.organisation, seen=seen, by=found.user)
    found.answered_at = timezone.now()
    found.save(update_fields=["answered_at"])


def over(question: ProfileQuestion) -> str:
    """Why the link no longer confirms anything, in words; empty while it does."""
    if not question.organisation.live:
        return "The profile is not public any more, so there is nothing to confirm."
    if question.answered_at is not None:
        return ""
    if question.user and may_propose(question.user, question.organisation):
        return "You no longer look after this profile. Whoever does confirms what it says."
    if not question.email or question.expires_at <= timezone.now():
        return "The link was good for sixty days. Nothing is lost: sign in, and confirm or correct the profile there."
    return ""


# ---- once a year ---------------------------------------------------------------------------------------------------
def ask_due() -> None:
    """Ask those who speak for profiles that nobody confirmed for a year. Safe to run at any time, and twice at once."""
    today = timezone.localdate()
    asked = ProfileQuestion.objects.filter(organisation=OuterRef("pk"), asked_at__gt=timezone.now() - CHECK_IS_GOOD_FOR)
    due = OrganisationPage.objects.filter(live=True).filter(
        Q(checked_on=None) | Q(checked_on__lt=today - CHECK_IS_GOOD_FOR), ~Exists(asked)
    )
    sent = 0
    for organisation in due.order_by(F("checked_on").asc(nulls_first=True), "pk"):
        sent += bool(_ask(organisation))
        if sent >= MOST_ASKED_A_DAY:
            break


@transaction.atomic
def _ask(organisation: OrganisationPage) -> int:
    OrganisationPage.objects.select_for_update().get(pk=organisation.pk)  # of two at once the second finds it asked
    since = timezone.now() - CHECK_IS_GOOD_FOR
    if ProfileQuestion.objects.filter(organisation=organisation, asked_at__gt=since).exists():
        return 0
    people = addressees(organisation)
    for one in people:
        made, _ = ProfileQuestion.objects.update_or_create(
            organisation=organisation,
            email=one.email,
            defaults={
                "user": one.user,
                "nonce": uuid4(),
                "asked_at": timezone.now(),
                "expires_at": in_sixty_days(),
                "answered_at": None,
            },
        )
        question_due.send(ProfileQuestion, question=made)
    return len(people)


def forget_old_questions() -> None:
    """Addresses when their link is over, and that we asked once we may ask again."""
    now = timezone.now()
    ProfileQuestion.objects.filter(asked_at__lt=now - CHECK_IS_GOOD_FOR - timedelta(days=1)).delete()
    ProfileQuestion.objects.filter(expires_at__lte=now).exclude(email="").update(email="", user=None)


def _confirm(organisation: OrganisationPage, *, seen: str, by: User | None) -> None:
    public = OrganisationPage.objects.select_for_update().get(pk=organisation.pk)
    if not public.live:
        raise Refusal("The profile is not public, so there is nothing to confirm.")
    if profile_fields.fingerprint(profile_fields.read(public)) != seen:
        raise ChangedMeanwhile("The profile has just been changed. Read it once more, and then confirm it.")
    today = timezone.localdate()
    if public.checked_on != today or by is None or public.checked_by_id != by.pk:
        _mark(public, by=by, on=today)


def _mark(organisation: OrganisationPage, *, by: User | None, on: date) -> None:
    def write(page: OrganisationPage) -> None:
        page.checked_on, page.checked_by = on, by

    rewrite(organisation=organisation, write=write, by=by)
