"""What allauth leaves to us: names of people, our words, and what happens after too many tries."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context, ratelimit
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.core.exceptions import ValidationError
from django.http import HttpRequest

from .addresses import UNPROVEN
from .models import User

TOO_OFTEN = {"too_many_login_attempts", "rate_limited"}


class VillageAccountAdapter(DefaultAccountAdapter):
    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "account_inactive": "This account is closed. Ask a person: the address is at the foot of every page.",
        "email_password_mismatch": (
            "The e-mail address or the password is not right. Try again, or let us send you a code."
        ),
        "enter_current_password": "Type the password that you have now.",
        "incorrect_code": "This code is not right. Look at the newest one, or ask for another.",
        "incorrect_password": "This password is not right.",
        "too_many_login_attempts": "That was too often. Begin again, and we send you a new code.",
        "rate_limited": "That was too often. Wait a minute and try again.",
        "email_taken": "There is an account with this e-mail address already.",
        "duplicate_email": "This is the e-mail address that you have already.",
        "same_as_current": "This is the e-mail address that you have already.",
    }

    def save_user(self, request: HttpRequest, user: User, form: Any, commit: bool = True) -> User:
        user.name = form.cleaned_data.get("name", "")
        setattr(user, UNPROVEN, True)
        return super().save_user(request, user, form, commit)

    def validation_error(self, code: str, *args: Any) -> ValidationError:
        """Too many tries end in a page that says so and what to do, with status 429; all else beside its field."""
        if code in TOO_OFTEN:
            raise ImmediateHttpResponse(ratelimit.respond_429(context.request))
        return super().validation_error(code, *args)


class VillageMFAAdapter(DefaultMFAAdapter):
    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": "This code is not right. Codes of an app change every thirty seconds: take the newest.",
        "unverified_email": "First show that your e-mail address is yours: sign in with a code once.",
    }

    def generate_authenticator_name(self, user: User, type: Authenticator.Type) -> str:  # noqa: A002 -- allauth's name
        return f"Passkey {Authenticator.objects.filter(user=user, type=type).count() + 1}"

    def build_totp_svg(self, url: str) -> str:
        """Without the declaration that a file begins with: the drawing stands inside of a page."""
        drawing = str(super().build_totp_svg(url))
        return drawing[drawing.index("<svg") :]
