"""What people declare: signing in and second factors in the journal, invitations that wait, addresses of one's own account."""

from collections.abc import Iterator
from datetime import datetime

from django.urls import reverse

from tiwizi.core.errors import Sentence, mark, say
from tiwizi.people.doors import NOT_OFFERED
from tiwizi.people.models import Invitation
from tiwizi.people.rules import ROLES
from tiwizi.registration import App, Case, Question, Task


def invitations(_account: int, at: datetime) -> Iterator[Task]:
    """Invitations that nobody accepted yet."""
    for one in Invitation.objects.filter(used_at=None, expires_at__gt=at)[:5]:
        yield Task(
            say("Invitation of {name}", name=one.name),
            say("It was not accepted yet."),
            reverse("people"),
        )


def confirmations(account: int, at: datetime) -> Iterator[Task]:
    """Invitations that the reader may confirm as a second person."""
    waiting = Invitation.objects.filter(used_at=None, confirmed_at=None, expires_at__gt=at).exclude(by=account)
    for one in [one for one in waiting if one.unconfirmed][:5]:
        yield Task(
            say("Invitation of {name}: {role}", name=one.name, role=Sentence(ROLES[one.kind].name, {})),
            say("A second person confirms it: you can."),
            reverse("invitation_confirm", args=[one.pk]),
        )


PUBLIC = (
    "account_login",
    "account_logout",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key_done",
    "mfa_authenticate",
    *NOT_OFFERED,
)
OWN = (
    "account",
    "account_reauthenticate",
    "account_change_password",
    "account_set_password",
    "mfa_index",
    "mfa_reauthenticate",
    "mfa_activate_totp",
    "mfa_deactivate_totp",
    "mfa_view_recovery_codes",
    "mfa_generate_recovery_codes",
)
APP = App(
    acts={
        "sign in": mark("signed in"),
        "create account": mark("opened an account"),
        "give role": mark("gave a role"),
        "end role": mark("ended a role"),
        "invite": mark("invited somebody"),
        "confirm invitation": mark("confirmed an invitation"),
        "send invitation again": mark("sent an invitation again"),
        "accept invitation": mark("accepted an invitation"),
        "found office": mark("founded the office"),
        "change passphrase": mark("changed the passphrase"),
        "reset passphrase": mark("chose a new passphrase by a letter's link"),
        "set up second factor": mark("set up a second factor"),
        "remove second factor": mark("removed a second factor"),
        "pass second factor": mark("passed the second factor"),
        "fail second factor": mark("typed a second factor that does not fit"),
        "set up recovery codes": mark("made recovery codes"),
        "remove recovery codes": mark("removed recovery codes"),
        "read recovery codes": mark("read recovery codes"),
        "use recovery code": mark("used a recovery code"),
        "lock out": mark("has to wait after attempts in vain"),
        "download": mark("downloaded a personal file"),
    },
    kinds={
        "account": mark("account"),
        "machine": mark("machine"),
        "role": mark("role"),
        "office": mark("office"),
        "invitation": mark("invitation"),
        "list": mark("list"),
    },
    questions=(Question(10, "people.confirm", confirmations), Question(100, "people.invite", invitations)),
    cases={
        **dict.fromkeys(PUBLIC, Case(door="public")),
        **dict.fromkeys(OWN, Case(door="own")),
        "account_confirm_email": Case(("x",), door="public"),
        "account_reset_password_from_key": Case(("1", "x-y"), door="public"),
        "invitation": Case(("x" * 43,), door="public"),
    },
)
