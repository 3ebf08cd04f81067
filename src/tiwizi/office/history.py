"""An object's history: what the journal holds of it, in the words that its app declares. Nobody is named in it."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Model

from tiwizi import registration
from tiwizi.journal.models import Entry
from tiwizi.office.lists.columns import Said
from tiwizi.registration import History


@dataclass(frozen=True)
class Line:
    """One entry: what was done, the state it led to, and the reason given."""

    at: datetime
    act: Said
    state: Said
    why: str


def lines(row: Model) -> list[Line]:
    """The history of an object, the first entry first; a command without words stands under its own name."""
    kind = type(row).__name__.lower()
    words: History = registration.mapped("histories").get(kind, History())

    def after(entry: Entry, name: str) -> str:
        return str(entry.changes.get(name, [None, ""])[1] or "")

    return [
        Line(
            entry.at,
            words.commands.get(entry.command, entry.command),
            words.states.get(after(entry, "state"), ""),
            after(entry, "why"),
        )
        for entry in Entry.objects.filter(kind=kind, object=str(row.pk)).order_by("number")
    ]
