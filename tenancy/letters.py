"""Our letters, written when they are sent, from what holds then."""

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.urls import reverse
from django.utils.crypto import salted_hmac

from core.letters import letter
from search.exports import absolute

from . import links
from .choices import Topic
from .models import Enquiry, UpdatesSubscription
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


# ---- updates --------------------------------------------------------------------------------------------------------
def to_confirm(subscription: UpdatesSubscription) -> EmailMultiAlternatives:
    """Asks whoever has the address; or, where they have said yes already, says so. The page tells neither from the other."""
    name = "updates_known" if subscription.confirmed_at else "updates_confirm"
    context = {
        "topics": topics_in_words(subscription),
        "confirm_url": links.updates_url(subscription, links.CONFIRM),
        "manage_url": links.updates_url(subscription, links.MANAGE),
        "days": UNCONFIRMED_KEPT_FOR.days,
    }
    headers = unsubscribed_by_one_click(subscription) if subscription.confirmed_at else None
    return letter(f"tenancy/email/{name}", to=subscription.email, context=context, headers=headers)


def unsubscribed_by_one_click(subscription: UpdatesSubscription) -> dict[str, str]:
    """RFC 8058: a button of the mail program ends it, without a page."""
    host = urlsplit(settings.BASE_URL).hostname
    return {
        "List-Id": f"{settings.WAGTAIL_SITE_NAME}: news <news.{host}>",
        "List-Unsubscribe": f"<{links.updates_url(subscription, links.UNSUBSCRIBE)}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }


def topics_in_words(subscription: UpdatesSubscription) -> list[str]:
    return [topic.label for topic in Topic if topic in subscription.topics]
