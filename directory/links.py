"""The link in our yearly letter: for one profile and one address, ended by a new letter or when its row goes."""

from django.urls import reverse

from core.signed_links import read, sign
from core.structured_data import absolute

from .models import ProfileQuestion

PURPOSE = "directory.profile.question"


def question_url(question: ProfileQuestion) -> str:
    token = sign(PURPOSE, question.pk, question.nonce.hex)
    return absolute(reverse("answer_profile", args=[token]))


def question_of(token: str) -> ProfileQuestion | None:
    """None when it is no longer kept, or a newer letter was sent. Raises BadLink."""
    key, nonce = read(token, PURPOSE)
    found = ProfileQuestion.objects.select_related("organisation", "user")
    return found.filter(pk=key, nonce=nonce).first()
