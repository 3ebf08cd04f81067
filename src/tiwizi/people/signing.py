"""How people sign in: no signing up by oneself, every sign-in on record, the second factor by a code of the telephone."""

from typing import Any
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from tiwizi.journal import commands as journal
from tiwizi.journal.commands import Actor


class Adapter(DefaultAccountAdapter):  # type: ignore[misc]
    """What the library that signs people in asks of the office."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Nobody makes an account without an invitation."""
        return False

    def get_reset_password_from_key_url(self, key: str) -> str:
        """The link of a letter: it leads to the office's own address, whatever name the request came by."""
        path: str = urlsplit(super().get_reset_password_from_key_url(key)).path
        return settings.ADDRESS + path

    def post_login(self, request: HttpRequest, user: Any, **more: Any) -> Any:
        """Records that an account signed in, by its number alone."""
        with transaction.atomic():
            journal.write(
                "sign in",
                by=Actor(account=str(user.pk), role=""),
                at=timezone.now(),
                kind="account",
                object_id=str(user.pk),
            )
        return super().post_login(request, user, **more)


class FactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """The second factor's own settings."""

    def get_totp_issuer(self) -> str:
        """The name that the telephone shows."""
        return "Tiwizi"
