"""Reading the journal: who did what, when, in which role, at which place, and what changed by it."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from tiwizi import registration
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

PARTS = {
    "demonstration": mark("made-up data of a demonstration"),
    "founding": mark("the founding of the office"),
    "program": mark("the program itself"),
    "server": mark("the server"),
}
"""What a reader is told of who acts without an account, or in no role of the office."""


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


def acts() -> Mapping[str, Said]:
    """What each command is called for a reader; a command that no app declares shows its own name."""
    return registration.mapped("acts")


def kinds() -> Mapping[str, Said]:
    """The same for kinds of objects."""
    return registration.mapped("kinds")


def _kinds() -> list[tuple[str, Said]]:
    known = kinds()
    written = Entry.objects.order_by("kind").values_list("kind", flat=True).distinct()
    return [(kind, known.get(kind, kind)) for kind in written]


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
        lists.Words("command", _("Act"), words=acts),
        lists.Words("kind", _("On what"), words=kinds),
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
        lists.Choice("command", _("Act"), options=acts),
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
