"""What a programme's demonstration holds: where it is, and the people, the money and the matters that are made up there."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Cast:
    """Somebody who works there: the role, the code of its place, the first part of the address."""

    role: str
    place: str
    address: str


@dataclass(frozen=True)
class Weight:
    """The weight of a criterion in a scenario."""

    criterion: str
    weight: int


@dataclass(frozen=True)
class Envelope:
    """Money to share, the scenario by the rulebook's weights, and another with other weights."""

    year: int
    title: str
    amount_dh: int
    scenario: str
    other_scenario: str
    other_weights: tuple[Weight, ...]


@dataclass(frozen=True)
class Name:
    """A name in both scripts; a given name with the sex of who bears it."""

    ar: str
    fr: str
    sex: str = ""


@dataclass(frozen=True)
class Founding:
    """The text by which the highest committee begins."""

    reference: str
    signed_by_ar: str
    signed_by_fr: str


@dataclass(frozen=True)
class Waiting:
    """A project that waits for a decision."""

    ar: str
    fr: str
    programme: str
    axis: str
    kind: str
    amount_dh: int


@dataclass(frozen=True)
class Seats:
    """The committees: the kind at the place itself and the kind right below it, of which that of `place` has matters."""

    since: date
    meeting: date
    asked: date
    place: str
    above: str
    below: str
    founding: Founding
    programmes: tuple[str, ...]
    fulfils: tuple[str, ...]
    given: tuple[Name, ...]
    family: tuple[Name, ...]
    waiting: tuple[Waiting, ...]


@dataclass(frozen=True)
class Demonstration:
    """An office to try, at the place of this code."""

    place: str
    since: date
    cast: tuple[Cast, ...]
    passphrase_words: tuple[str, ...]
    given: tuple[str, ...]
    family: tuple[str, ...]
    envelope: Envelope
    committees: Seats
