"""Forms of the front door: allauth's, in our words."""

from typing import Any

from allauth.account import forms as account
from allauth.mfa.base import forms as second_step
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm, EditWebAuthnForm
from django import forms

SIX_FIGURES = "Six figures. You can paste them."
APP_CODE = "Six figures from your authenticator app, or one of your recovery codes. You can paste it."


class Worded:
    """Gives the fields of a form our labels and hints, and takes away placeholders, which vanish while one types."""

    words: dict[str, tuple[str, str]] = {}
    fields: dict[str, forms.Field]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.widget.attrs.pop("placeholder", None)
            if name in self.words:
                field.label, field.help_text = self.words[name]
            if name == "code":
                field.widget.attrs.update({"inputmode": "numeric", "spellcheck": "false"})


# ---- in -------------------------------------------------------------------------------------------------------------
class SignInForm(Worded, account.LoginForm):
    """With a password, or without one: then a code goes to the address. ``by=code`` says so even if one was filled in."""

    words = {
        "login": ("E-mail address", ""),
        "password": ("Password", "Leave it empty and we send you a six-figure code."),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"].required = False
        self.fields["login"].widget.attrs["autocomplete"] = "username"

    def _setup_password_field(self) -> None:
        """Keep the field: allauth drops it where signing up asks for no password."""

    def clean_password(self) -> str:
        return "" if self.data.get("by") == "code" else str(self.cleaned_data["password"])


class RequestCodeForm(Worded, account.RequestLoginCodeForm):
    words = {"email": ("E-mail address", "We send a six-figure code. You can paste it.")}


class LoginCodeForm(Worded, account.ConfirmLoginCodeForm):
    words = {"code": ("Code", SIX_FIGURES)}


class SignUpForm(Worded, account.SignupForm):
    name = forms.CharField(
        label="Your name",
        max_length=150,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        help_text="As you would like to be addressed.",
    )
    field_order = ["name", "email"]
    words = {"email": ("E-mail address", "Use the one you work with: we send a six-figure code to it.")}


class AddressCodeForm(Worded, account.ConfirmEmailVerificationCodeForm):
    words = {"code": ("Code", SIX_FIGURES)}


# ---- passwords ------------------------------------------------------------------------------------------------------
NEW_PASSWORD = ("New password", "At least ten characters, and not one that everybody uses. Three words do well.")
AGAIN = ("The same once more", "")


class ResetPasswordForm(Worded, account.ResetPasswordForm):
    words = {"email": ("E-mail address", "We send a six-figure code to it.")}


class PasswordResetCodeForm(Worded, account.ConfirmPasswordResetCodeForm):
    words = {"code": ("Code", SIX_FIGURES)}


class NewPasswordForm(Worded, account.ResetPasswordKeyForm):
    words = {"password1": NEW_PASSWORD, "password2": AGAIN}


class ChangePasswordForm(Worded, account.ChangePasswordForm):
    words = {"oldpassword": ("Your password now", ""), "password1": NEW_PASSWORD, "password2": AGAIN}


class SetPasswordForm(Worded, account.SetPasswordForm):
    words = {"password1": NEW_PASSWORD, "password2": AGAIN}


class ReauthenticateForm(Worded, account.ReauthenticateForm):
    words = {"password": ("Password", "")}


class NewAddressForm(Worded, account.AddEmailForm):
    words = {"email": ("New e-mail address", "We send a six-figure code to it. Until you enter that, nothing changes.")}


# ---- the second step ------------------------------------------------------------------------------------------------
class SecondStepForm(Worded, second_step.AuthenticateForm):
    words = {"code": ("Code", APP_CODE)}


class SecondStepAgainForm(Worded, second_step.ReauthenticateForm):
    words = {"code": ("Code", APP_CODE)}


class ActivateAppForm(Worded, ActivateTOTPForm):
    words = {"code": ("Code", "The six figures that the app shows now.")}


class AddPasskeyForm(Worded, AddWebAuthnForm):
    words = {
        "name": ("Name of this passkey", "So that you know it again, such as “Work laptop”."),
        "passwordless": (
            "I want to sign in with this passkey alone",
            "It will ask for your fingerprint, your face or the device’s PIN. Otherwise it is your second step only.",
        ),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.is_bound:
            self.initial.setdefault("passwordless", True)


class EditPasskeyForm(Worded, EditWebAuthnForm):
    words = {"name": ("Name of this passkey", "So that you know it again.")}
