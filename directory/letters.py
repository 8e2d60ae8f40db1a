"""Letters about what a profile says and who speaks for it, written when they are sent, from what holds then.

Those to colleagues name the organisation alone: mail is read on telephones in trains.
"""

from typing import Any

from django.core.mail import EmailMultiAlternatives
from django.urls import reverse

from core.letters import Words, letter, message_id
from core.structured_data import absolute

from . import links
from .choices import ChangeState, ClaimState, MemberRole
from .models import Claim, OrganisationPage, ProfileChange, ProfileQuestion
from .profile_fields import FIELDS

LETTER = "directory/email/profile"
WHY_COLLEAGUE = (
    "You get this because you may publish profiles in the directory. You can switch it off in the CMS, under Account."
)
WHY_ADMIN = "You get this because you look after the profile of {} in the Innovation Village."


def _letter(words: Words, *, to: str, why: str, key: str) -> EmailMultiAlternatives:
    context: dict[str, Any] = {"words": words, "why": why}
    return letter(
        LETTER, to=to, context=context, headers={"Message-ID": message_id("directory.letters", f"{key}.{to}")}
    )


# ---- to colleagues ---------------------------------------------------------------------------------------------------
def change_to_decide(change: ProfileChange, to: str) -> EmailMultiAlternatives:
    name, number = change.organisation.title, len(change.after)
    fields = f"{number} field{'' if number == 1 else 's'}"
    words = Words(
        subject=f"A change of a profile waits: {name}",
        heading=f"{name} proposes a change of its profile",
        lead=(f"It is about {fields}. Nothing is live before somebody has approved it.",),
        button=("Compare and decide", absolute(reverse("directory_change", args=[change.pk]))),
    )
    return _letter(words, to=to, why=WHY_COLLEAGUE, key=f"change.{change.pk}.{change.version}")


def claim_to_decide(claim: Claim, to: str) -> EmailMultiAlternatives:
    name = claim.organisation.title
    words = Words(
        subject=f"Somebody says that they belong to {name}",
        heading=f"Somebody says that they belong to {name}",
        lead=("Their address does not prove it. Look into it, then say yes or no.",),
        button=("Look and decide", absolute(reverse("directory_claim", args=[claim.pk]))),
    )
    return _letter(words, to=to, why=WHY_COLLEAGUE, key=f"claim.{claim.pk}")


# ---- to people of an organisation ------------------------------------------------------------------------------------
def change_decided(change: ProfileChange) -> EmailMultiAlternatives | None:
    """To whoever proposed it."""
    if change.by is None or change.state not in (ChangeState.APPROVED, ChangeState.RETURNED):
        return None
    name = change.organisation.title
    said = (f"The village says: {change.reason}",) if change.reason else ()
    url = absolute(reverse("my_profile", args=[change.organisation.slug]))
    if change.state == ChangeState.RETURNED:
        words = Words(
            subject=f"About your change of {name}",
            heading="Please look at your change again",
            lead=(f"What you proposed for the profile of {name} is not live yet.", *said),
            button=("Change it, and send it again", url),
        )
    else:
        words = Words(
            subject=f"Your change of {name} is live",
            heading="Your change is live",
            lead=(_taken(change), *said),
            button=("Look at the profile", change.organisation.full_url or url),
        )
    return _letter(words, to=change.by.email, why=WHY_ADMIN.format(name), key=f"decided.{change.pk}.{change.version}")


def _taken(change: ProfileChange) -> str:
    name = change.organisation.title
    left = [FIELDS[field].label.lower() for field in change.after if field not in change.taken and field in FIELDS]
    if not left:
        return f"The profile of {name} says what you proposed."
    return f"The profile of {name} says what you proposed, except for: {', '.join(left)}. There it stays as it was."


def claim_decided(claim: Claim) -> EmailMultiAlternatives | None:
    name = claim.organisation.title
    said = (f"The village says: {claim.reason}",) if claim.reason else ()
    if claim.state == ClaimState.APPROVED:
        may = (
            "You can invite colleagues, change its profile, book and ask for it."
            if claim.role == MemberRole.ADMIN
            else "You can book and ask for it."
        )
        words = Words(
            subject=f"You belong to {name} now",
            heading=f"You belong to {name} now",
            lead=(may, *said),
            button=("My village", absolute(reverse("my_village"))),
        )
    elif claim.state == ClaimState.REFUSED:
        words = Words(
            subject=f"Your question about {name}",
            heading=f"We could not tie you to {name}",
            lead=said,
            after=("Answer this letter if we got it wrong: a person reads it.",),
        )
    else:
        return None
    why = f"You get this because you told us that you belong to {name}. We keep what you wrote for a year."
    return _letter(words, to=claim.user.email, why=why, key=f"claim decided.{claim.pk}")


def still_true(question: ProfileQuestion) -> EmailMultiAlternatives | None:
    """Once a year, to whoever speaks for an organisation."""
    if not question.email:
        return None
    page: OrganisationPage = question.organisation
    words = Words(
        subject=f"Is the profile of {page.title} still right?",
        heading=f"Is the profile of {page.title} still right?",
        lead=(
            "People look for partners in the village’s directory, and trust what was checked within a year.",
            "Open the link, read what it says, and press one button. It takes a minute, and you need not sign in.",
        ),
        button=("Read and confirm", links.question_url(question)),
        after=("The link is good for sixty days. We ask once a year, and send no reminder.",),
    )
    why = WHY_ADMIN.format(page.title) + " We keep your address for this question until the link is over."
    return _letter(words, to=question.email, why=why, key=f"still true.{question.nonce.hex}")
