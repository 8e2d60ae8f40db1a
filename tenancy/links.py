"""Links in our letters: each for one purpose, ended by the row it names or by another secret of that row."""

from django.urls import reverse

from core.signed_links import read, sign
from search.exports import absolute

from .models import Enquiry, UpdatesSubscription

RECEIVED = "tenancy.front_door.received"
CONFIRM, MANAGE, UNSUBSCRIBE = "tenancy.updates.confirm", "tenancy.updates.manage", "tenancy.updates.unsubscribe"


def received_path(enquiry: Enquiry) -> str:
    """Where whoever has just written reads what happens next."""
    return reverse("enquiry_received", args=[sign(RECEIVED, enquiry.pk, enquiry.key.hex)])


def enquiry_of(token: str) -> Enquiry | None:
    """Raises BadLink."""
    key, secret = read(token, RECEIVED)
    return Enquiry.objects.filter(pk=key, key=secret).first()


def updates_url(subscription: UpdatesSubscription, purpose: str) -> str:
    name = {CONFIRM: "updates_confirm", MANAGE: "updates_manage", UNSUBSCRIBE: "updates_unsubscribe"}[purpose]
    return absolute(reverse(name, args=[sign(purpose, subscription.pk, subscription.nonce.hex)]))


def subscription_of(token: str, purpose: str) -> UpdatesSubscription | None:
    """None when nothing is kept of them any more. Raises BadLink."""
    key, nonce = read(token, purpose)
    return UpdatesSubscription.objects.filter(pk=key, nonce=nonce).first()
