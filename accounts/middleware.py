"""A second factor for everybody who may open the CMS, or private records."""

from collections.abc import Callable
from urllib.parse import urlencode

from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse


class RequireStaffMFA:
    """Sends staff to set up, or to use, a second factor before any page under ``settings.STAFF_PATHS`` answers.

    Other paths never look at the session, so they stay cacheable.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path_info.startswith(settings.STAFF_PATHS) and (missing := second_factor_missing(request)):
            return missing
        return self.get_response(request)


def second_factor_missing(request: HttpRequest) -> HttpResponseBase | None:
    """Where to send staff who have not used their second factor; None for those who have, and for everybody else.

    For staff pages that stand at another address too.
    """
    if not settings.STAFF_MFA_REQUIRED:
        return None
    user = request.user
    methods = request.session.get("account_authentication_methods", [])
    is_used = any(m.get("method") == "mfa" for m in methods)
    if is_used and user.is_authenticated and is_mfa_enabled(user):
        return None  # whoever it is: their rights are two statements more
    if not user.is_authenticated or not any(user.has_perm(permission) for permission in settings.STAFF_PERMISSIONS):
        return None
    if not is_mfa_enabled(user):
        return redirect("mfa_index")
    # Not the page that asks for a password: that would prove the first factor once more.
    by_code = is_mfa_enabled(user, [Authenticator.Type.TOTP])
    door = reverse("mfa_reauthenticate" if by_code else "mfa_reauthenticate_webauthn")
    return redirect(f"{door}?{urlencode({'next': request.get_full_path()})}")
