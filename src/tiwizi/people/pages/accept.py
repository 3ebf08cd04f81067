"""Accepting an invitation: who is invited to what, and a passphrase to choose."""

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from tiwizi.core.errors import Refused
from tiwizi.people import commands, rules
from tiwizi.people.doors import public


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
    """GET shows the invitation, POST opens the account; a link that no longer holds says why."""
    now = timezone.now()
    invitation = commands.waiting(token)
    if invitation is None:
        return render(request, "people/pages/accept.html", {"invitation": None}, status=404)
    reasons = rules.why_not_accept(used=invitation.used_at is not None, expires_at=invitation.expires_at, at=now)
    form = Passphrase(request.POST or None)
    if request.method == "POST" and form.is_valid() and not reasons:
        try:
            commands.accept(token, passphrase=form.cleaned_data["passphrase"], on=timezone.localdate(), at=now)
        except Refused as refused:
            for problem in refused.problems:
                form.add_error("passphrase", str(problem.what))
        else:
            return HttpResponseRedirect(reverse("account_login"), status=303)
    shown = {"invitation": invitation, "kind": rules.ROLES[invitation.kind], "form": form, "reasons": reasons}
    return render(request, "people/pages/accept.html", shown)
