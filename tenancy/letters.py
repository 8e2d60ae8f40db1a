"""Our letters, written when they are sent, from what holds then."""

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db.models import Q
from django.urls import reverse
from django.utils.crypto import salted_hmac

from accounts.models import User
from core.letters import letter
from directory.models import Invitation
from search.exports import absolute

from . import links
from .actions.introductions import ANSWER_WITHIN, wording
from .actions.outcomes import GOOD_FOR
from .addressees import shared_address, who_signs_in
from .choices import CheckedBack, Confidentiality, RequestState, Topic
from .models import (
    CheckBack,
    Contact,
    Enquiry,
    Introduction,
    NewsLetter,
    OutcomeConfirmation,
    StateChange,
    SupportRequest,
    Task,
    UpdatesSubscription,
)
from .queries.introductions import named_to_partner
from .retention import ENQUIRIES_KEPT_FOR, UNCONFIRMED_KEPT_FOR


def numbered(name: str, *parts: Any) -> dict[str, str]:
    """The same letter twice has the same number, by which mail programs drop the second."""
    number = salted_hmac("tenancy.letters", ".".join(map(str, (name, *parts)))).hexdigest()[:32]
    return {"Message-ID": f"<{number}@{urlsplit(settings.BASE_URL).hostname}>"}


# ---- the front door -------------------------------------------------------------------------------------------------
def received(enquiry: Enquiry) -> EmailMultiAlternatives:
    """To whoever wrote, or somebody whose address they typed: so it repeats nothing of what was typed."""
    context = {"enquiry": enquiry, "months": round(ENQUIRIES_KEPT_FOR.days / 30.4)}
    headers = numbered("received", enquiry.key.hex)
    return letter("tenancy/email/received", to=enquiry.email, context=context, headers=headers)


def for_whoever_answers(enquiry: Enquiry) -> EmailMultiAlternatives | None:
    """Says that there is one, and nothing of who wrote: mail is read on telephones in trains."""
    if enquiry.assigned_to is None:
        return None
    first = enquiry.duplicate_of or enquiry
    context = {
        "enquiry": enquiry,
        "first": first,
        "is_added": first is not enquiry,
        "staff_url": absolute(reverse("staff_enquiry", args=[enquiry.pk])),
    }
    headers = numbered("for whoever answers", enquiry.key.hex)
    return letter("tenancy/email/to_answer", to=enquiry.assigned_to.email, context=context, headers=headers)


# ---- people of a company --------------------------------------------------------------------------------------------
def invitation(invited: Invitation) -> EmailMultiAlternatives:
    context = {"invitation": invited, "url": links.invitation_url(invited)}
    headers = numbered("invitation", invited.nonce.hex)
    return letter("tenancy/email/invitation", to=invited.email, context=context, headers=headers)


# ---- updates --------------------------------------------------------------------------------------------------------
def to_confirm(subscription: UpdatesSubscription) -> EmailMultiAlternatives:
    """Asks whoever has the address; or, where they have said yes already, says so. The page tells neither from the other."""
    name = "tenancy/email/updates_known" if subscription.confirmed_at else "tenancy/email/updates_confirm"
    context = {
        "topics": topics_in_words(subscription),
        "confirm_url": links.updates_url(subscription, links.CONFIRM),
        "manage_url": links.updates_url(subscription, links.MANAGE),
        "days": UNCONFIRMED_KEPT_FOR.days,
    }
    headers = unsubscribed_by_one_click(subscription) if subscription.confirmed_at else None
    return letter(name, to=subscription.email, context=context, headers=headers)


def unsubscribed_by_one_click(subscription: UpdatesSubscription) -> dict[str, str]:
    """RFC 8058: a button of the mail program ends it, without a page."""
    host = urlsplit(settings.BASE_URL).hostname
    return {
        "List-Id": f"{settings.WAGTAIL_SITE_NAME}: news <news.{host}>",
        "List-Unsubscribe": f"<{links.updates_url(subscription, links.UNSUBSCRIBE)}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }


def news(found: NewsLetter, subscription: UpdatesSubscription) -> EmailMultiAlternatives:
    """Nothing in it tells who opens it or what they follow: no picture, and addresses as they were typed."""
    unsubscribe_url = links.updates_url(subscription, links.UNSUBSCRIBE)
    context = {
        "letter": found,
        "topics": topics_in_words(subscription),
        "manage_url": links.updates_url(subscription, links.MANAGE),
        "unsubscribe_url": unsubscribe_url,
    }
    headers = {
        **unsubscribed_by_one_click(subscription),
        **numbered("news", found.pk, subscription.nonce.hex),
        "Precedence": "bulk",
    }
    return letter("tenancy/email/news", to=subscription.email, context=context, headers=headers)


def news_to_try(found: NewsLetter, to: User) -> EmailMultiAlternatives:
    """What the others will get, with nothing in it that could be ended."""
    context = {"letter": found, "topics": found.topics_in_words, "is_test": True}
    return letter("tenancy/email/news", to=to.email, context=context)


def topics_in_words(subscription: UpdatesSubscription) -> list[str]:
    return [topic.label for topic in Topic if topic in subscription.topics]


# ---- requests -------------------------------------------------------------------------------------------------------
# What is said of a step, to whoever asked: the subject, and what it means for them.
STEPS: dict[str, tuple[str, str]] = {
    RequestState.TRIAGED: ("we look for partners", "We look for somebody in the village who can help."),
    RequestState.MATCHED: (
        "somebody may be able to help",
        "We found somebody who may be able to help. Before they hear of it we ask your company; then we ask them.",
    ),
    RequestState.INTRODUCED: (
        "your company is introduced",
        "Your company and a partner have agreed, and have been introduced by mail. In two weeks we ask what came of it.",
    ),
    RequestState.IN_PROGRESS: ("it is in progress", "Somebody works on it with you."),
    RequestState.CLOSED_OUTCOME: (
        "closed, with an outcome",
        "We closed it, because something came of it. If you see that otherwise, answer this letter: a person reads it.",
    ),
    RequestState.CLOSED_UNMET: (
        "closed, nobody was found",
        "We are sorry: we found nobody who could help. It shows us what the village lacks.",
    ),
    RequestState.WITHDRAWN: ("withdrawn", "It was withdrawn, and nobody is asked for it any more."),
}


def request_received(request: SupportRequest, to: User) -> EmailMultiAlternatives:
    """Number, day and person. It repeats nothing of what was typed, so a restricted one reads as any other."""
    headers = numbered("request received", request.key.hex)
    return letter("tenancy/email/request_received", to=to.email, context=_of_request(request, to), headers=headers)


def request_to_answer(request: SupportRequest, to: User | None) -> EmailMultiAlternatives | None:
    """To whoever sees to it, or the village’s own address: which number, until when, and nothing of whom or what."""
    address = to.email if to else shared_address()
    if not address:
        return None
    context = {
        "request_": request,
        "to": to,
        "stands_in_for": request.owner if to and request.owner_id != to.pk else None,
        "staff_url": absolute(reverse("staff_request", args=[request.pk])),
    }
    headers = numbered("request to answer", request.key.hex)
    return letter("tenancy/email/request_to_answer", to=address, context=context, headers=headers)


def request_written_down(request: SupportRequest, contact: Contact) -> EmailMultiAlternatives:
    """To whoever of the company is asked first: in what words we wrote it down. Of a restricted one it repeats none.

    Its page is named to those alone who can open it.
    """
    user = who_signs_in(contact)
    reads = user is not None and SupportRequest.objects.own_of(user).filter(pk=request.pk).exists()
    context = {
        **_of_request(request, contact),
        "url": absolute(reverse("my_request", args=[request.pk])) if reads else "",
        "settings_url": absolute(reverse("my_notifications")) if reads else "",
    }
    headers = numbered("request written down", request.key.hex)
    return letter("tenancy/email/request_written_down", to=contact.email, context=context, headers=headers)


def request_moved(request: SupportRequest, to: User, step: StateChange) -> EmailMultiAlternatives:
    """Of a restricted one: that there is news, and where they read it."""
    subject, lead = STEPS[step.after]
    context = {
        **_of_request(request, to),
        "subject": subject,
        "lead": lead,
        # as their page says it; what a step says to colleagues stays with them
        "reason": "" if request.is_open else request.reason,
        "may_ask_again": step.after in (RequestState.CLOSED_UNMET, RequestState.WITHDRAWN),
        "settings_url": absolute(reverse("my_notifications")),
    }
    return letter(
        "tenancy/email/request_moved", to=to.email, context=context, headers=numbered("request moved", step.pk)
    )


def request_waits(request: SupportRequest, to: User) -> EmailMultiAlternatives:
    """We can’t go on without them. Of a restricted one it says no more than that."""
    headers = numbered("request waits", request.pk, request.paused_on)
    return letter("tenancy/email/request_waits", to=to.email, context=_of_request(request, to), headers=headers)


def _hello(to: User | Contact) -> str:
    return f"Hello {to.name}" if to.name else "Hello"


def _of_request(request: SupportRequest, to: User | Contact) -> dict[str, Any]:
    return {
        "request_": request,
        "hello": _hello(to),
        "is_restricted": request.confidentiality == Confidentiality.RESTRICTED,
        "url": absolute(reverse("my_request", args=[request.pk])),
    }


# ---- tasks of a company ---------------------------------------------------------------------------------------------
def task_to_do(task: Task, contact: Contact) -> EmailMultiAlternatives:
    """What they said they would do, by when, and who of us sees to it; where they tick it, if they can sign in there."""
    user = who_signs_in(contact)
    reads = user is not None and Task.objects.visible_to(user).own_of(user).filter(pk=task.pk).exists()
    organisation = task.account.organisation
    company = absolute(reverse("my_company", args=[organisation.slug])) if reads and organisation else ""
    context = {
        "task": task,
        "hello": _hello(contact),
        "url": f"{company}#tasks" if company else "",
        "settings_url": absolute(reverse("my_notifications")) if company else "",
    }
    headers = numbered("task to do", task.pk, contact.pk)
    return letter("tenancy/email/task_to_do", to=contact.email, context=context, headers=headers)


# ---- introductions --------------------------------------------------------------------------------------------------
QUESTIONS = {"tenant": "tenancy/email/ask_tenant", "partner": "tenancy/email/ask_partner"}


def question(introduction: Introduction, side: str) -> EmailMultiAlternatives | None:
    """Asks one side. The partner is told the company’s name only where it may be."""
    contact: Contact | None = getattr(introduction, f"{side}_contact")
    if contact is None or not contact.may_be_written_to:
        return None
    context = {
        "introduction": introduction,
        "contact": contact,
        "question": wording(introduction, side),
        "company": named_to_partner(introduction),
        "url": links.introduction_url(introduction, side),
        "days": ANSWER_WITHIN.days,
        "manager": introduction.by,
    }
    headers = numbered("question", introduction.nonce.hex, side)
    return letter(QUESTIONS[side], to=contact.email, context=context, headers=headers)


def decided(introduction: Introduction) -> EmailMultiAlternatives | None:
    """To whoever asked both: both have agreed, or somebody said no."""
    if introduction.by is None:
        return None
    context = {
        "introduction": introduction,
        "staff_url": absolute(reverse("staff_request", args=[introduction.request_id])),
    }
    headers = numbered("decided", introduction.nonce.hex, introduction.state)
    return letter("tenancy/email/decided", to=introduction.by.email, context=context, headers=headers)


def introduced(introduction: Introduction, side: str) -> EmailMultiAlternatives | None:
    """Who the other one is, and what they agreed to share."""
    me: Contact | None = getattr(introduction, f"{side}_contact")
    other_side = "partner" if side == "tenant" else "tenant"
    other: Contact | None = getattr(introduction, f"{other_side}_contact")
    if me is None or other is None or not me.may_be_written_to:
        return None
    context = {
        "introduction": introduction,
        "contact": me,
        "other": other,
        "other_organisation": introduction.partner_name if side == "tenant" else introduction.request.account.name,
        "other_words": getattr(introduction, f"{other_side}_words"),
        "is_partner": side == "partner",
        "manager": introduction.by,
    }
    headers = numbered("introduced", introduction.nonce.hex, side)
    return letter("tenancy/email/introduced", to=me.email, context=context, headers=headers)


def came_of_it(check_back: CheckBack) -> EmailMultiAlternatives | None:
    """One question, with a link for each answer."""
    introduction = check_back.introduction
    contact = introduction.tenant_contact
    if contact is None or not contact.may_be_written_to:
        return None
    if User.objects.filter(Q(pk=contact.user_id) | Q(email=contact.email), wants_check_backs=False).exists():
        return None
    context = {
        "introduction": introduction,
        "contact": contact,
        "answers": [(one.label, links.check_back_url(check_back, one.value)) for one in CheckedBack],
    }
    headers = numbered("came of it", introduction.nonce.hex, check_back.days)
    return letter("tenancy/email/check_back", to=contact.email, context=context, headers=headers)


def is_it_true(confirmation: OutcomeConfirmation) -> EmailMultiAlternatives | None:
    contact = confirmation.contact
    if contact is None or not contact.may_be_written_to:
        return None
    context = {
        "outcome": confirmation.outcome,
        "contact": contact,
        "url": links.confirmation_url(confirmation),
        "days": GOOD_FOR.days,
        "manager": confirmation.by,
    }
    headers = numbered("is it true", confirmation.digest)
    return letter("tenancy/email/confirm_outcome", to=contact.email, context=context, headers=headers)
