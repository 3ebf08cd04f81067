"""Reading the journal: who did what, when, in which role, at which place, and what changed by it."""

import json
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from tiwizi.core.errors import mark
from tiwizi.database.scope import ScopedQuerySet, current
from tiwizi.journal import commands
from tiwizi.journal.models import Entry
from tiwizi.office import lists
from tiwizi.office.answers import as_json, attachment
from tiwizi.office.lists import Cell, in_words
from tiwizi.office.lists.columns import Said
from tiwizi.people import queries
from tiwizi.people.doors import Request, page
from tiwizi.people.models import Account
from tiwizi.people.rules import ROLES
from tiwizi.territories.lists import PlaceBelow
from tiwizi.web import secrets

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
    "minutes": mark("file of minutes"),
    "pack": mark("session pack"),
    "list": mark("list"),
}
"""The same for kinds of objects."""
PARTS = {
    "demonstration": mark("made-up data of a demonstration"),
    "founding": mark("the founding of the office"),
    "program": mark("the program itself"),
    "server": mark("the server"),
}
"""The same for who acts without an account, or in no role of the office."""


def who(rows: Sequence[Entry]) -> list[Cell | None]:
    """Who acted, by name where the office knows the account."""
    names = dict(Account.objects.filter(pk__in={row.actor for row in rows if row.actor.isdigit()}).values_list("pk", "name"))
    parts = {code: in_words(words) for code, words in PARTS.items()}
    known = {row.actor: names.get(int(row.actor)) if row.actor.isdigit() else parts.get(row.actor) for row in rows}
    return [Cell(known[row.actor] or row.actor, code=row.actor) for row in rows]


def changes(entry: Entry) -> list[dict[str, str]]:
    """What an entry changed: each field, before and after."""
    return [{"field": name, "before": _short(before), "after": _short(after)} for name, (before, after) in entry.changes.items()]


def _changes_text(entry: Entry) -> str:
    return "; ".join(f"{one['field']}: {one['before']} → {one['after']}" for one in changes(entry))


def _roles() -> dict[str, Said]:
    return {**PARTS, **{code: kind.name for code, kind in ROLES.items()}}


def _kinds() -> list[tuple[str, Said]]:
    kinds = Entry.objects.order_by("kind").values_list("kind", flat=True).distinct()
    return [(kind, KINDS.get(kind, kind)) for kind in kinds]


class Journal(lists.ListPage[Entry]):
    """The entries of the reader's places, the latest first; by place (all below it too), kind, object and command.

    Their numbers count the acts of the whole office: only who sees all of it is shown them. Everywhere else an entry is known by
    its hash.
    """

    permission = "journal.see"
    name = "journal"
    personal = True
    title, caption = _("Journal"), _("Entries of the journal, latest first")
    intro = (
        _(
            "Every act at your places, each chained to the one before, so that whatever is changed afterwards is found. Keep a"
            " checkpoint outside: with it anybody can tell a journal that was rewritten."
        ),
    )
    columns = (
        lists.Number("number", _("No."), plain=True),
        lists.Moment("at", _("When"), heads_row=True),
        lists.PerPage("who", _("Who, in which role"), compute=who),
        lists.Words("role", _("Role"), lambda entry: entry.role.partition("@")[0], words=_roles, under="who"),
        lists.Words("command", _("Act"), words=ACTS),
        lists.Words("kind", _("On what"), words=KINDS),
        lists.Name("object", _("Number of the object"), under="kind"),
        lists.Name("place", _("Code of the place"), under="kind"),
        lists.Text("changes_text", _("What changed"), _changes_text, shown=False),
        lists.Template("changes", _("What changed"), template="web/parts/changes.html", compute=lambda rows: map(changes, rows)),
        lists.Text("hash", _("Hash"), shown=False),
        lists.Template("short_hash", _("Hash"), template="web/parts/hash.html"),
    )
    filters = (
        PlaceBelow(),
        lists.Choice("kind", _("Kind"), options=_kinds),
        lists.Typed("object", _("Number of the object")),
        lists.Choice("command", _("Act"), options=ACTS),
    )
    sorts = (lists.Sort("latest", _("The latest first"), ("-number",)),)
    empty = unmatched = _("No entry fits. Clear the filter to see all acts at your places.")
    above = "web/parts/journal_key.html"

    def __init__(self, request: Request) -> None:
        super().__init__(request)
        self.whole = queries.sees_whole_office(current())
        self.visible = [one for one in self.visible if self.whole or one.name != "number"]

    def rows(self) -> ScopedQuerySet[Entry]:
        """Every entry of the scope."""
        rows: ScopedQuerySet[Entry] = Entry.objects.all()
        return rows

    def marks(self, entry: Entry) -> dict[str, str]:
        """Other pages point at an entry."""
        return {"id": f"entry-{entry.hash[:12]}"}

    def more(self) -> dict[str, Any]:
        """The key that signs the checkpoints, and whether the reader may have one made."""
        return {"public_key": secrets.public_key(settings.HOME), "whole": self.whole}

    def file(self, kind: str) -> HttpResponse:
        """As declared; JSON holds the entries as they are hashed, for whoever checks the chain outside the office."""
        if kind != "json":
            return super().file(kind)
        # Digests of rows stay out: an act at a place writes rows of which not all its readers may know.
        left_out = {"rows"} if self.whole else {"rows", "number"}
        entries = [{name: value for name, value in entry.body().items() if name not in left_out} for entry in self.for_file()]
        return as_json(entries, personal=self.on_record())


journal = Journal.view()


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
    return attachment(content.encode(), f"tiwizi-checkpoint-{made.number}.json", "application/json", personal=None)


def _short(value: Any) -> str:
    written = "–" if value is None else value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return written if len(written) <= 80 else written[:77] + "…"
