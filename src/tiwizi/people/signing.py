"""How people sign in: no signing up by oneself, every act of security on record, secrets of second factors encrypted."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Final
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone

from tiwizi.core.errors import Problem, Refused, say
from tiwizi.journal import commands as journal
from tiwizi.journal.commands import Actor
from tiwizi.people import attempts
from tiwizi.people.attempts import Key
from tiwizi.people.models import Account

SIGN_IN: Final = "sign in"
RESET: Final = "reset"
FACTOR: Final = "second factor"
INVITATION: Final = "invitation"


class Adapter(DefaultAccountAdapter):  # type: ignore[misc]
    """What the library that signs people in asks of the office."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Nobody makes an account without an invitation."""
        return False

    def get_reset_password_from_key_url(self, key: str) -> str:
        """The link of a letter: it leads to the office's own address, whatever name the request came by."""
        path: str = urlsplit(super().get_reset_password_from_key_url(key)).path
        return settings.ADDRESS + path

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Refuses while the account or the machine has to wait; the library's own limits stand behind."""
        if not attempts.begin(self._keys(request, credentials), at=timezone.now()):
            raise self.validation_error("too_many_login_attempts")
        super().pre_authenticate(request, **credentials)

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Any:
        """The account of these credentials, or none; what failed stays counted."""
        # A passphrase may be hashed anew here, with the settings of today: a row on record.
        with transaction.atomic():
            user = super().authenticate(request, **credentials)
        keys = self._keys(request, credentials)
        if user is None:
            attempts.failed(keys, at=timezone.now())
        else:
            attempts.succeeded(keys)
        return user

    def login(self, request: HttpRequest, user: Any) -> None:
        """Signs in and records it, by the account's number alone."""
        with transaction.atomic():
            super().login(request, user)
            record("sign in", user)

    def set_password(self, user: Any, password: str) -> None:
        """Keeps the new passphrase, and records whether its holder changed it or a letter's link did."""
        changed = self.request.user.is_authenticated and self.request.user.pk == user.pk
        with transaction.atomic():
            super().set_password(user, password)
            record("change passphrase" if changed else "reset passphrase", user)
            # Who chose a new passphrase by a letter's link need not wait for the attempts on the old one.
            attempts.succeeded([attempts.for_account(SIGN_IN, user.email)])

    def _keys(self, request: HttpRequest, credentials: dict[str, Any]) -> list[Key]:
        return keys(request, SIGN_IN, str(credentials.get("email") or credentials.get("username") or ""))


class FactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """The second factor's own settings."""

    def get_totp_issuer(self) -> str:
        """The name that the telephone shows."""
        return "Tiwizi"

    def encrypt(self, text: str) -> str:
        """What the database holds of a secret: it opens with the server's key alone, which no backup of the database has."""
        return Fernet(settings.FACTOR_KEY).encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """The secret again. Raises Refused where it was encrypted with another key."""
        try:
            return Fernet(settings.FACTOR_KEY).decrypt(encrypted_text.encode()).decode()
        except InvalidToken as error:
            raise Refused(
                Problem(
                    what=say("this second factor was encrypted with another key."),
                    remedy=say("Put the office's own file secrets/factors back on the server."),
                )
            ) from error


def keys(request: HttpRequest, purpose: str, email: str) -> list[Key]:
    """What is counted of an attempt: on the account of this address, and from this machine."""
    return [attempts.for_account(purpose, email), machine(request, purpose)]


def machine(request: HttpRequest, purpose: str) -> Key:
    """What is counted of an attempt that names no account."""
    return attempts.from_machine(purpose, Adapter(request).get_client_ip(request))


def record(command: str, user: Account, **after: Any) -> None:
    """Writes down an act of security: numbers and codes, never what was typed."""
    journal.write(
        command,
        by=Actor(account=str(user.pk), role=""),
        at=timezone.now(),
        kind="account",
        object_id=str(user.pk),
        after=after or None,
    )


def together(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """The view where what it changes when a form comes and the record of it stand in one transaction."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method != "POST":
            return view(request, *args, **kwargs)
        with transaction.atomic():
            response = view(request, *args, **kwargs)
            if hasattr(response, "render"):
                response.render()
            return response

    return wrapped


def record_factor(sender: Any, instance: Authenticator, created: bool, update_fields: Any = None, **_more: Any) -> None:
    """Writes down that a second factor was set up, or a code of it used or read, where its row is written."""
    kind = "recovery codes" if instance.type == Authenticator.Type.RECOVERY_CODES else "second factor"
    with transaction.atomic():
        if created:
            record(f"set up {kind}", instance.user, factor=instance.pk)
        elif update_fields is None:
            record("use recovery code", instance.user, factor=instance.pk, left=len(instance.wrap().get_unused_codes()))
        elif "data" in update_fields:
            record("read recovery codes", instance.user, factor=instance.pk)
        else:
            record("pass second factor", instance.user, factor=instance.pk)


def record_removal(sender: Any, instance: Authenticator, **_more: Any) -> None:
    """Writes down that a second factor was removed."""
    kind = "recovery codes" if instance.type == Authenticator.Type.RECOVERY_CODES else "second factor"
    with transaction.atomic():
        record(f"remove {kind}", instance.user, factor=instance.pk)
