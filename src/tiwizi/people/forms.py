"""The forms of signing in where attempts are counted: the second factor, the passphrase once more, a letter with a link."""

import unicodedata
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.forms import ChangePasswordForm, ResetPasswordForm
from allauth.core import context
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from django import forms
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from tiwizi.people import attempts, letters, signing


def digits(text: str) -> str:
    """A code with its digits in figures that the library reads, from whatever script they were typed in."""
    return "".join(str(unicodedata.digit(sign, sign)) for sign in text)


class Counted(forms.Form):
    """A code, counted before it is looked at; one that fails is on record."""

    user: Any

    def clean_code(self) -> str:
        """The code, if it fits and nobody has to wait."""
        now, keys = timezone.now(), signing.keys(context.request, signing.FACTOR, self.user.email)
        if not attempts.begin(keys, at=now):
            raise get_adapter().validation_error("too_many_login_attempts")
        self.cleaned_data["code"] = digits(self.cleaned_data["code"])
        try:
            code: str = super().clean_code()  # type: ignore[misc]
        except forms.ValidationError:
            with transaction.atomic():
                signing.record("fail second factor", self.user)
                attempts.failed(keys, at=now)
            raise
        attempts.succeeded(keys)
        return code


class Authenticate(Counted, AuthenticateForm):  # type: ignore[misc]
    """The second factor when signing in."""


class Reauthenticate(Counted, ReauthenticateForm):  # type: ignore[misc]
    """The second factor once more."""


class Activate(Counted, ActivateTOTPForm):  # type: ignore[misc]
    """The first code of a second factor."""


class ChangePassphrase(ChangePasswordForm):  # type: ignore[misc]
    """A new passphrase, for who knows the old one."""

    def clean_oldpassword(self) -> str:
        """The old one, counted as an attempt to sign in is."""
        now, keys = timezone.now(), signing.keys(context.request, signing.SIGN_IN, self.user.email)
        if not attempts.begin(keys, at=now):
            raise get_adapter().validation_error("too_many_login_attempts")
        try:
            old: str = super().clean_oldpassword()
        except forms.ValidationError:
            attempts.failed(keys, at=now)
            raise
        attempts.succeeded(keys)
        return old


class Reset(ResetPasswordForm):  # type: ignore[misc]
    """Asking for a link: the same answer whether the address has an account or not, and as much work."""

    def clean_email(self) -> str:
        """The address, counted; too many requests wait, for whatever address."""
        email: str = super().clean_email()
        keys = signing.keys(context.request, signing.RESET, email)
        if not attempts.begin(keys, at=timezone.now()):
            raise get_adapter().validation_error("too_many_login_attempts")
        attempts.failed(keys, at=timezone.now())
        return email

    def save(self, request: HttpRequest, **more: Any) -> str:
        """Sends a letter in both cases: with a link, or saying that there is no account."""
        email: str = self.cleaned_data["email"]
        if self.users:
            return str(super().save(request, **more))
        letters.send_no_account(email)
        return email
