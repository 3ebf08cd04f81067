"""Accepting an invitation: a passphrase to choose, or for who has an account already, signing in to it first."""

from typing import cast

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from tiwizi.core.errors import Refused
from tiwizi.people import attempts, commands, rules, signing
from tiwizi.people.doors import factor_missing, public
from tiwizi.people.models import Account


class Passphrase(forms.Form):
    """A passphrase, typed twice."""

    passphrase = forms.CharField(
        label=_("Passphrase"),
        help_text=_("At least twelve letters; a few words that you alone would put together are best."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        strip=False,
    )
    again = forms.CharField(
        label=_("The same once more"), widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}), strip=False
    )

    def clean_again(self) -> str:
        """Both must be the same."""
        again: str = self.cleaned_data["again"]
        if again != self.cleaned_data.get("passphrase"):
            raise forms.ValidationError(_("The two differ: type the same passphrase twice."))
        return again


@public
@never_cache
@sensitive_post_parameters()
def accept(request: HttpRequest, token: str) -> HttpResponse:
    """GET shows the invitation; POST opens the account, or adds the role to that of who is signed in. A dead link says why."""
    now, keys = timezone.now(), [signing.machine(request, signing.INVITATION)]
    # Who tries links one after the other waits, whatever becomes of them.
    allowed = attempts.begin(keys, at=now)
    invitation = commands.waiting(token) if allowed else None
    if invitation is None:
        if allowed:
            attempts.failed(keys, at=now)
        return render(request, "people/pages/accept.html", {"invitation": None}, status=404)
    attempts.succeeded(keys)
    reasons = commands.why_not_accept(invitation, at=now)
    known = commands.account_of(invitation)
    form = Passphrase(request.POST or None) if known is None else None
    user = request.user if isinstance(request.user, Account) else None
    entered = known is not None and user == known
    if entered and factor_missing(cast("Account", known)):
        return redirect("mfa_activate_totp")
    if request.method == "POST" and not reasons and (entered or (form is not None and form.is_valid())):
        passphrase = form.cleaned_data["passphrase"] if form is not None else ""
        try:
            commands.accept(token, passphrase=passphrase, account=user, on=timezone.localdate(), at=now)
        except Refused as refused:
            if form is None:
                raise
            for problem in refused.problems:
                form.add_error("passphrase", str(problem.what))
        else:
            return HttpResponseRedirect(reverse("account" if entered else "account_login"), status=303)
    shown = {
        "invitation": invitation,
        "kind": rules.ROLES[invitation.kind],
        "form": form,
        "entered": entered,
        "somebody_else": user is not None and not entered and known is not None,
        "reasons": reasons,
    }
    return render(request, "people/pages/accept.html", shown)
