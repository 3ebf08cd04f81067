"""An object's history: what the journal holds of it, in the words that its app registered. Nobody is named in it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Model

from tiwizi.journal.models import Entry
from tiwizi.office.lists.columns import Said

_KINDS: dict[str, tuple[Mapping[str, Said], Mapping[str, Said]]] = {}


@dataclass(frozen=True)
class Line:
    """One entry: what was done, the state it led to, and the reason given."""

    at: datetime
    act: Said
    state: Said
    why: str


def register(kind: str, *, commands: Mapping[str, Said], states: Mapping[str, Said]) -> None:
    """An app says what its commands on a kind of object, and the object's states, are called in a history."""
    _KINDS[kind] = commands, states


def lines(row: Model) -> list[Line]:
    """The history of an object, the first entry first; a command without words stands under its own name."""
    kind = type(row).__name__.lower()
    commands, states = _KINDS.get(kind, ({}, {}))

    def after(entry: Entry, name: str) -> str:
        return str(entry.changes.get(name, [None, ""])[1] or "")

    return [
        Line(
            entry.at,
            commands.get(entry.command, entry.command),
            states.get(after(entry, "state"), ""),
            after(entry, "why"),
        )
        for entry in Entry.objects.filter(kind=kind, object=str(row.pk)).order_by("number")
    ]
