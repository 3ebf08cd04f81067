"""What the minutes of a session say, as texts ready in a language: the PDF and the Word file are made from the same record."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

Pairs = list[list[str]]
"""Names, each with what is said of it."""


@dataclass(frozen=True)
class Presence:
    """The table of members with how each seat was held, and the sentences of the quorum."""

    columns: list[str]
    rows: list[list[str]]
    quorum: list[str]


@dataclass(frozen=True)
class Vote:
    """One vote: its result, who said what (nobody in a `secret` one), and its arithmetic in words."""

    title: str
    names: Pairs
    secret: str
    words: list[str]


@dataclass(frozen=True)
class Decision:
    """A resolution as it was taken."""

    number: str
    title: str
    basis: list[str]
    text: list[str]


@dataclass(frozen=True)
class Debated:
    """An item of the agenda; each of its amendments is a heading, then paragraphs."""

    number: int
    title: str
    facts: Pairs
    recusals: list[str]
    absences: list[str]
    debate: list[str]
    amendments: list[list[str]]
    votes: list[Vote]
    result: str
    resolution: Decision | None


@dataclass(frozen=True)
class Headings:
    """The headings in the language."""

    presence: str
    opening: str
    agenda: str
    closing: str
    resolution: str
    basis: str
    debate: str
    code: str


@dataclass(frozen=True)
class Record:
    """All of it. `date` is the day of the session (year, month, day); a first version has no `version` and no `correction`."""

    language: str
    direction: str
    fonts: list[str]
    date: list[int]
    programme: str
    body: str
    title: str
    subtitle: str
    code: str
    check: str
    version: str
    correction: str
    headings: Headings
    facts: Pairs
    presence: Presence
    opening: list[str]
    items: list[Debated]
    closing: list[str]
    signatures: Pairs
    signature_note: str

    def as_data(self) -> dict[str, Any]:
        """As it is kept beside its files and given to the template, which writes names with hyphens."""
        return {name.replace("_", "-"): value for name, value in asdict(self).items()}

    @classmethod
    def of_data(cls, data: Mapping[str, Any]) -> "Record":
        """The record that was kept."""
        items = [
            Debated(
                **{
                    **item,
                    "votes": [Vote(**vote) for vote in item["votes"]],
                    "resolution": Decision(**item["resolution"]) if item["resolution"] else None,
                }
            )
            for item in data["items"]
        ]
        parts = {"headings": Headings(**data["headings"]), "presence": Presence(**data["presence"]), "items": items}
        return cls(**{**{name.replace("-", "_"): value for name, value in data.items()}, **parts})
