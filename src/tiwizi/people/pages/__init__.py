"""The addresses of one's own account: signing in and out, the passphrase, the second factor, an invitation."""

from typing import Any

from allauth.account import views as account_views
from allauth.mfa.base import views as factor_views
from allauth.mfa.recovery_codes import views as recovery_views
from allauth.mfa.totp import views as totp_views
from django.db import transaction
from django.urls import path, re_path
from django.utils.translation import gettext_lazy as _
from django.views.generic import RedirectView, View

from tiwizi.people.doors import NOT_OFFERED, public, signed_in
from tiwizi.people.pages.accept import accept
from tiwizi.people.pages.account import account
from tiwizi.people.signing import together

PAGE = "people/pages/form.html"


def form(view: type[View], title: Any, submit: Any, *, lead: Any = "", template: str = PAGE) -> Any:
    """A form of the library that signs people in, on our own page."""
    return view.as_view(template_name=template, extra_context={"title": title, "submit": submit, "lead": lead})


sign_in = form(account_views.LoginView, _("Sign in"), _("Sign in"), template="people/pages/sign_in.html")
change = form(account_views.PasswordChangeView, _("Change the passphrase"), _("Change"))
reset = form(
    account_views.PasswordResetView,
    _("A new passphrase"),
    _("Send the link"),
    lead=_("Type the address of your account: a link to choose a new passphrase goes there."),
)
reset_done = form(
    account_views.PasswordResetDoneView,
    _("The link is on its way"),
    "",
    lead=_("If an account has this address, a letter with a link was sent to it. It may take a few minutes."),
)
from_key = form(account_views.PasswordResetFromKeyView, _("A new passphrase"), _("Keep it"))
from_key_done = form(
    account_views.PasswordResetFromKeyDoneView, _("The passphrase is changed"), "", lead=_("You can sign in with it now.")
)
authenticate = form(
    factor_views.AuthenticateView,
    _("Second factor"),
    _("Sign in"),
    lead=_("Type the six digits that the application on your telephone shows, or one of your recovery codes."),
)
reauthenticate = form(account_views.ReauthenticateView, _("Is it still you?"), _("Confirm"))
factor_again = form(factor_views.ReauthenticateView, _("Is it still you?"), _("Confirm"))
activate = form(totp_views.ActivateTOTPView, _("Set up the second factor"), _("Activate"), template="people/pages/factor.html")
deactivate = form(
    totp_views.DeactivateTOTPView,
    _("Remove the second factor"),
    _("Remove"),
    lead=_("Without it, whoever learns your passphrase can sign in as you."),
)
generate = form(
    recovery_views.GenerateRecoveryCodesView,
    _("New recovery codes"),
    _("Make new codes"),
    lead=_("Codes made before no longer work then."),
)
codes = recovery_views.ViewRecoveryCodesView.as_view(template_name="people/pages/codes.html")
sign_out = form(account_views.LogoutView, _("Sign out"), _("Sign out"))

elsewhere = RedirectView.as_view(pattern_name="account_login")

urlpatterns = [
    path("", account, name="account"),
    path("sign-in/", public(sign_in), name="account_login"),
    path("sign-out/", public(sign_out), name="account_logout"),
    path("again/", signed_in(together(reauthenticate)), name="account_reauthenticate"),
    path("passphrase/", signed_in(together(change)), name="account_change_password"),
    # An account without a passphrase gets its first one as who forgot theirs does: by a letter.
    path("passphrase/set/", signed_in(RedirectView.as_view(pattern_name="account_reset_password")), name="account_set_password"),
    path("passphrase/reset/", public(reset), name="account_reset_password"),
    path("passphrase/reset/sent/", public(reset_done), name="account_reset_password_done"),
    # The account's number in letters and digits alone: the library stumbles over other signs.
    re_path(
        r"^passphrase/reset/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>[^/]+)/$",
        public(together(from_key)),
        name="account_reset_password_from_key",
    ),
    path("passphrase/reset/done/", public(from_key_done), name="account_reset_password_from_key_done"),
    path("factor/overview/", signed_in(RedirectView.as_view(pattern_name="account")), name="mfa_index"),
    path("factor/", public(together(authenticate)), name="mfa_authenticate"),
    path("factor/again/", signed_in(together(factor_again)), name="mfa_reauthenticate"),
    path("factor/set-up/", signed_in(together(activate)), name="mfa_activate_totp"),
    path("factor/remove/", signed_in(together(deactivate)), name="mfa_deactivate_totp"),
    path("factor/codes/", signed_in(transaction.atomic(codes)), name="mfa_view_recovery_codes"),
    path("factor/codes/new/", signed_in(together(generate)), name="mfa_generate_recovery_codes"),
    path("invitation/<str:token>/", accept, name="invitation"),
    path("elsewhere/confirm/<str:key>/", public(RedirectView.as_view(url="/account/sign-in/")), name="account_confirm_email"),
    *(path(f"elsewhere/{name}/", public(elsewhere), name=name) for name in NOT_OFFERED),
]
