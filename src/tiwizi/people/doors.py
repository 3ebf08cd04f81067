"""The doors of the office: every address says who may come, and an address that says nothing is shut.

`page("budgets.see")` lets in who has a role with that permission, and sets the scope to the places of those roles for as
long as the page runs; `signed_in` lets in anybody with an account, with a scope of nothing; `public` anybody at all.
"""

from collections.abc import Callable, Iterator
from functools import wraps
from typing import Any, Final, cast

from django.contrib.auth.views import redirect_to_login
from django.core.checks import Error
from django.core.checks import register as register_check
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone

from tiwizi.database.scope import NOTHING, within
from tiwizi.journal import commands as journal
from tiwizi.journal.commands import Actor
from tiwizi.people import queries
from tiwizi.people.models import Account, Role
from tiwizi.people.rules import PERMISSIONS, ROLES

PUBLIC: Final = "public"
SIGNED_IN: Final = "signed in"
# Names that the library may reverse or redirect to, of what is not offered here: they lead to signing in, or home from there.
NOT_OFFERED: Final = (
    "account_signup",
    "account_inactive",
    "account_email",
    "account_email_verification_sent",
    "account_verify_phone",
    "account_change_phone",
    "account_confirm_password_reset_code",
    "account_complete_password_reset",
    "account_password_reset_completed",
    "account_signup_by_passkey",
    "account_request_login_code",
    "account_confirm_login_code",
    "mfa_trust",
    "mfa_download_recovery_codes",
    "mfa_list_webauthn",
    "mfa_add_webauthn",
    "mfa_login_webauthn",
    "mfa_reauthenticate_webauthn",
    "mfa_signup_webauthn",
)

View = Callable[..., HttpResponseBase]
"""A view as Django calls it: a request, then what its address captures."""


class Request(HttpRequest):
    """A request that passed a door: who it is, in which roles, and who acts in the journal."""

    user: Account
    roles: list[Role]
    role: Role
    actor: Actor
    taken: str
    """The id of the form that acts."""


def page(permission: str) -> Callable[[View], View]:
    """A page for who has a role with this permission, in the scope of those roles. Unknown permissions fail at import."""
    if permission not in PERMISSIONS:
        raise ValueError(f"{permission} is no permission")

    def wrap(view: View) -> View:
        @wraps(view)
        def door(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return _to_sign_in(request)
            known = enter(request)
            held = [role for role in known.roles if permission in ROLES[role.kind].permissions]
            if not held:
                raise PermissionDenied(permission)
            if factor_missing(known.user):
                return redirect("mfa_activate_totp")
            known.role = held[0]
            known.actor = Actor(account=str(known.user.pk), role=str(held[0]))
            if request.method == "POST":
                journal.refuse_clock_set_back(timezone.now())
            with within(queries.scope_of(known.roles, permission)):
                return _rendered(view(known, *args, **kwargs))

        door.permission = permission  # type: ignore[attr-defined]
        return door

    return wrap


def signed_in(view: View) -> View:
    """A page for anybody with an account: home, one's own settings. It sees no place."""

    @wraps(view)
    def door(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return _to_sign_in(request)
        with within(NOTHING):
            return _rendered(view(enter(request), *args, **kwargs))

    door.permission = SIGNED_IN  # type: ignore[attr-defined]
    return door


def public(view: View) -> View:
    """A page for anybody. It sees no place."""

    @wraps(view)
    def door(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        with within(NOTHING):
            return _rendered(view(request, *args, **kwargs))

    door.permission = PUBLIC  # type: ignore[attr-defined]
    return door


def enter(request: HttpRequest) -> Request:
    """The request with the roles that its account has today; read once."""
    known = cast("Request", request)
    if not hasattr(request, "roles"):
        known.roles = queries.roles_of(known.user, on=timezone.localdate())
    return known


def factor_missing(account: Account) -> bool:
    """Whether an account still has to set up its second factor. Made-up people of a demonstration may leave it out."""
    from allauth.mfa.utils import is_mfa_enabled  # only once the applications are ready

    return not account.demonstration and not is_mfa_enabled(account)


def _to_sign_in(request: HttpRequest) -> HttpResponse:
    return redirect_to_login(request.get_full_path())


def _rendered(response: HttpResponseBase) -> HttpResponseBase:
    """The response with its template filled in while the scope still holds."""
    if hasattr(response, "render") and not getattr(response, "is_rendered", True):
        response.render()
    return response


class Shut:
    """Middleware: an address that declares nobody answers nobody, even where the check at start was left out."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The answer of what stands behind."""
        return self.get_response(request)

    def process_view(self, _request: HttpRequest, view: Callable[..., Any], _args: Any, _kwargs: Any) -> None:
        """Raises PermissionDenied for a view without a door."""
        if not hasattr(view, "permission"):
            raise PermissionDenied("no door")


def addresses(resolver: URLResolver | None = None, prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Every address with its pattern, in the order in which they are tried."""
    for pattern in (resolver or get_resolver()).url_patterns:
        where = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from addresses(pattern, where)
        else:
            yield where, pattern


def check_doors(app_configs: Any = None, **_options: Any) -> list[Error]:
    """An error for each address whose view does not declare who may come."""
    return [
        Error(f"the address /{where} does not declare who may come", hint="Decorate its view with doors.page.", id="tiwizi.doors")
        for where, pattern in addresses()
        if not hasattr(pattern.callback, "permission")
    ]


def register() -> None:
    """Adds the check to those that run before a server starts."""
    register_check(check_doors)
