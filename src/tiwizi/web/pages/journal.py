"""Reading the journal: who did what, when, in which role, at which place, and what changed by it."""

import json
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from tiwizi.core.errors import mark
from tiwizi.database.scope import current
from tiwizi.journal import commands
from tiwizi.journal.models import Entry
from tiwizi.people import queries
from tiwizi.people.doors import Request, page
from tiwizi.people.models import Account
from tiwizi.people.rules import ROLES
from tiwizi.territories.models import Place
from tiwizi.web import secrets

PER_PAGE = 50
ACTS = {
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
    "load places": mark("loaded places"),
    "end place": mark("recorded the end of a place"),
    "preview import": mark("previewed an import"),
    "apply import": mark("applied an import"),
    "undo import": mark("undid an import"),
    "drop import": mark("dropped an import"),
    "measures.store_dataset": mark("stored a table"),
    "measures.request_run": mark("asked for a run"),
    "measures.begin": mark("began to compute a run"),
    "measures.perform": mark("computed a run"),
    "measures.stop": mark("stopped a run"),
    "take stock": mark("put on record what was there before"),
    "change rows": mark("changed rows outside any act"),
    "open envelope": mark("opened an envelope"),
    "draft scenario": mark("drafted a scenario"),
    "change scenario": mark("changed a scenario"),
    "adopt scenario": mark("recorded an adoption"),
    "found body": mark("founded a committee"),
    "register person": mark("registered a person"),
    "appoint": mark("appointed a member"),
    "end mandate": mark("ended a mandate"),
    "name deputy": mark("named a deputy"),
    "end deputy": mark("ended a deputy's charge"),
    "register carrier": mark("registered a carrier"),
    "tie": mark("wrote down a tie"),
    "end tie": mark("wrote down the end of a tie"),
    "plan activity": mark("planned an activity"),
    "hold activity": mark("wrote down an activity as held"),
    "give up activity": mark("gave up an activity"),
    "propose matter": mark("proposed a matter"),
    "change matter": mark("changed a matter"),
    "withdraw matter": mark("withdrew a matter"),
    "take_up matter": mark("opened the debate on a matter"),
    "amend matter": mark("put amendments before the text"),
    "settle_amendments matter": mark("went back to the text as amended"),
    "put_to_vote matter": mark("put a matter to the vote"),
    "adopt matter": mark("recorded a matter as adopted"),
    "reject matter": mark("recorded a matter as rejected"),
    "adjourn matter": mark("adjourned a matter"),
    "find_no_quorum matter": mark("found no quorum for a matter"),
    "lay document": mark("laid a file before the committee"),
    "prepare session": mark("prepared a session"),
    "put on agenda": mark("put a matter on the agenda"),
    "take off agenda": mark("took a matter off the agenda"),
    "move item": mark("moved an item of the agenda"),
    "convene session": mark("convened a session"),
    "open session": mark("opened a session"),
    "lapse session": mark("recorded that a session lacked its quorum"),
    "suspend session": mark("suspended a session"),
    "resume session": mark("resumed a session"),
    "close session": mark("closed a session"),
    "cancel session": mark("cancelled a session"),
    "send invitations": mark("sent invitations"),
    "note presence": mark("wrote down who is there"),
    "recuse": mark("wrote down a recusal"),
    "deposit amendment": mark("deposited an amendment"),
    "put amendment to vote": mark("put an amendment to the vote"),
    "settle amendment": mark("declared the vote on an amendment"),
    "take back amendment": mark("wrote down that an amendment was taken back"),
    "find no quorum": mark("found no quorum for an amendment"),
    "cast votes": mark("wrote down votes"),
    "count papers": mark("counted the papers of a secret vote"),
    "sign founding act": mark("wrote down a founding act"),
    "sign act": mark("signed an act of delegation"),
    "revoke act": mark("revoked an act of delegation"),
    "call back": mark("called a matter back"),
    "write minutes": mark("wrote minutes"),
    "sign minutes": mark("signed minutes"),
    "seal minutes": mark("sealed minutes"),
    "attach scan": mark("attached a scan of signed minutes"),
}
"""What each command is called for a reader; a command that is not here shows its own name."""
KINDS = {
    "account": mark("account"),
    "machine": mark("machine"),
    "role": mark("role"),
    "office": mark("office"),
    "invitation": mark("invitation"),
    "place": mark("place"),
    "import": mark("import"),
    "dataset": mark("table"),
    "run": mark("run"),
    "envelope": mark("envelope"),
    "scenario": mark("scenario"),
    "body": mark("committee"),
    "person": mark("person"),
    "mandate": mark("mandate"),
    "deputy": mark("deputy"),
    "carrier": mark("carrier"),
    "tie": mark("tie"),
    "activity": mark("activity"),
    "matter": mark("matter"),
    "document": mark("document"),
    "session": mark("session"),
    "presence": mark("presence"),
    "amendment": mark("amendment"),
    "poll": mark("vote"),
    "act": mark("act of delegation"),
    "revocation": mark("revocation"),
    "callback": mark("call-back"),
    "scan": mark("scan of signed minutes"),
    "letters": mark("letters of invitation"),
    "members": mark("list of members"),
}
"""The same for kinds of objects."""
PARTS = {
    "demonstration": mark("made-up data of a demonstration"),
    "founding": mark("the founding of the office"),
    "program": mark("the program itself"),
    "server": mark("the server"),
}
"""The same for who acts without an account, or in no role of the office."""


@page("journal.see")
@require_GET
def journal(request: Request) -> HttpResponse:
    """The entries of the reader's places, latest first; by place (all below it too), kind, object and command."""
    entries = Entry.objects.order_by("-number")
    chosen = {name: request.GET.get(name, "").strip() for name in ("place", "kind", "object", "command")}
    if chosen["place"]:
        seat = Place.objects.filter(code=chosen["place"]).order_by("-since").first()
        entries = entries.filter(position__gte=seat.position, position__lte=seat.last) if seat else entries.none()
    for name in ("kind", "object", "command"):
        if chosen[name]:
            entries = entries.filter(**{name: chosen[name]})
    if request.GET.get("format") == "json":
        # Digests of rows stay out: an act at a place writes rows of which not all its readers may know.
        told = [{name: value for name, value in entry.body().items() if name != "rows"} for entry in entries[:5000]]
        return JsonResponse(told, safe=False, json_dumps_params={"ensure_ascii": False})
    shown = Paginator(entries, PER_PAGE).get_page(request.GET.get("page"))
    names = dict(
        Account.objects.filter(pk__in={entry.actor for entry in shown if entry.actor.isdigit()}).values_list("pk", "name")
    )
    return render(
        request,
        "web/pages/journal.html",
        {
            "page": shown,
            "rows": [_row(entry, names) for entry in shown],
            "chosen": chosen,
            "public_key": secrets.public_key(settings.HOME),
            "whole": queries.sees_whole_office(current()),
            "kinds": [
                (kind, KINDS.get(kind, kind)) for kind in Entry.objects.order_by("kind").values_list("kind", flat=True).distinct()
            ],
        },
    )


@page("journal.see")
@require_POST
def checkpoint(_request: Request) -> HttpResponse:
    """Signs the journal as it stands and sends the checkpoint: whoever keeps it can tell a journal rewritten since.

    A checkpoint tells how many entries the whole office has: only who sees all of it has one made.
    """
    if not queries.sees_whole_office(current()):
        raise PermissionDenied("checkpoint")
    made = commands.checkpoint(key=secrets.signing_key(settings.HOME), at=timezone.now())
    content = json.dumps(made.body(), sort_keys=True) + "\n"
    name = f"tiwizi-checkpoint-{made.number}.json"
    return HttpResponse(
        content, content_type="application/json", headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )


def _row(entry: Entry, names: dict[int, str]) -> dict[str, Any]:
    kind = entry.role.partition("@")[0]
    return {
        "entry": entry,
        "act": ACTS.get(entry.command, entry.command),
        "kind": KINDS.get(entry.kind, entry.kind),
        "who": names.get(int(entry.actor), entry.actor) if entry.actor.isdigit() else entry.actor,
        "part": PARTS.get(entry.actor),
        "role": ROLES[kind].name if kind in ROLES else PARTS.get(kind, entry.role),
        "changes": [
            {"field": field, "before": _short(before), "after": _short(after)} for field, (before, after) in entry.changes.items()
        ],
    }


def _short(value: Any) -> str:
    written = "–" if value is None else value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return written if len(written) <= 80 else written[:77] + "…"
