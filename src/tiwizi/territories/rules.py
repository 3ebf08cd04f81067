"""Pure rules about places: their intervals, why a change is refused, and figures under other boundaries."""

import re
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from types import MappingProxyType
from typing import Final

from tiwizi import store
from tiwizi.core.errors import Problem, Refused, Sentence, say, say_count
from tiwizi.core.rulebook.subjects import Label

SLOTS: Final = 1024
"""The number of slots of a place for places below it, over all time; slot 0 is its own."""
DEPTH: Final = 6
"""Levels below the root for which the numbering has room."""

CODE: Final = re.compile(r"[0-9A-Za-z][0-9A-Za-z.-]{0,31}")
"""The format of a code, which occurs in addresses and file names."""


def ranks() -> Mapping[str, int]:
    """How far down each level of the programme lies, from the top: a place lies under one of a lower rank."""
    return store.own_rules().programme.ranks


def level_names() -> dict[str, Label]:
    """What each level of the programme is called."""
    return {level.code: level.label for level in store.own_rules().programme.levels}


def unit() -> str:
    """The level over whose places an envelope is shared."""
    return store.own_rules().allocation.level


def settlements() -> str:
    """The level of the hamlets, which have no outline of their own; empty where there is none."""
    land = store.own_rules().territory
    return land.settlements if land is not None else ""


def levels_above() -> list[str]:
    """The levels above the one that shares, from the top down."""
    return [level for level, rank in ranks().items() if rank < ranks()[unit()]]


def drawn_as(level: str) -> str:
    """The level whose outlines show the places of a level: its own, or that which shares where it has none of its own."""
    beside = {level.code for level in store.own_rules().programme.levels if level.beside}
    return unit() if level == settlements() or level in beside else level


@dataclass(frozen=True)
class Interval:
    """The positions of a place and of all below it, from `position` to `last`."""

    position: int
    last: int

    def holds(self, other: "Interval") -> bool:
        """Whether another interval lies inside."""
        return self.position <= other.position and other.last <= self.last


def root() -> Interval:
    """The interval of the whole tree."""
    return Interval(SLOTS**DEPTH, 2 * SLOTS**DEPTH - 1)


def interval(parent: Interval, slot: int) -> Interval:
    """The interval of the place in a slot of its parent. Refused where the tree is too deep or the parent full."""
    width = (parent.last - parent.position + 1) // SLOTS
    if width < 1:
        raise Refused(Problem(what=say("there is no room below this level: a tree has at most {count} levels.", count=DEPTH + 1)))
    if not 1 <= slot < SLOTS:
        raise Refused(Problem(what=say("there is no room for more than {count} places under one place.", count=SLOTS - 1)))
    position = parent.position + slot * width
    return Interval(position, position + width - 1)


def why_ended(places: Iterable[tuple[str, date | None]]) -> list[Sentence]:
    """The reasons why places cannot be changed: each that has ended, by its code; `places` are codes with the day of their
    end."""
    return [say("{code} has already ended.", code=code) for code, until in places if until is not None]


def why_not_reorganise(
    *,
    before: Sequence[tuple[str, date, date | None]],
    after: Sequence[str],
    on: date,
    people: Mapping[tuple[str, str], int],
    known: Iterable[str],
) -> list[Sentence]:
    """Every reason why places cannot end on a day and others take over; empty means that they can.

    `before`: code, since and until of each place that ends. `after`: codes of those that begin. `people`: by pair, the people
    who pass from one to the other. `known`: codes in force that stay.
    """
    ending = {code for code, _since, _until in before}
    reasons = [] if before and after else [say("Name at least one place that ends and one that begins.")]
    for code, since, until in before:
        reasons += why_ended([(code, until)])
        if since >= on:
            reasons.append(say("{code} began on that day or later: a place cannot end before it began.", code=code))
        if not any(first == code for first, _other in people):
            reasons.append(say("Nobody says where the people of {code} go.", code=code))
    reasons += _why_not_begin(after, people, set(known) - ending)
    if any(count < 0 for count in people.values()):
        reasons.append(say("A number of people is below zero."))
    return [reason for index, reason in enumerate(reasons) if reason not in reasons[:index]]


def _why_not_begin(after: Sequence[str], people: Mapping[tuple[str, str], int], staying: set[str]) -> list[Sentence]:
    reasons: list[Sentence] = []
    for code in after:
        if not CODE.fullmatch(code):
            reasons.append(say("The code {code} may hold Latin letters, digits, dots and dashes only, 32 at most.", code=code))
        if code in staying:
            reasons.append(say("The code {code} is that of another place in force.", code=code))
        if list(after).count(code) > 1:
            reasons.append(say("The code {code} stands twice among those that begin.", code=code))
        if not any(other == code for _one, other in people):
            reasons.append(say("Nobody goes to {code}.", code=code))
    return reasons


@dataclass(frozen=True)
class Seat:
    """The facts about a place that matter when another is to come under it."""

    code: str
    level: str
    since: date
    until: date | None


def why_not_under(*, code: str, level: str, parent: Seat, ending: AbstractSet[str], on: date) -> list[Sentence]:
    """Every reason why a place cannot come under another on a day; `ending` are the codes that end on it."""
    reasons = []
    if parent.code in ending:
        reasons.append(say("{code} cannot come under {parent}, which ends.", code=code, parent=parent.code))
    if ranks()[parent.level] >= ranks()[level]:
        reasons.append(say("{code} cannot come under {parent}: only under a higher level.", code=code, parent=parent.code))
    if parent.since > on or (parent.until is not None and parent.until <= on):
        reasons.append(say("{code} cannot come under {parent}, which was not there on that day.", code=code, parent=parent.code))
    return reasons


def why_not_carry(
    *, below: Iterable[str], to: Mapping[str, str], levels: Mapping[str, str], after: Mapping[str, str]
) -> list[Sentence]:
    """Every reason why the places right below one that ends cannot pass to those that begin.

    `below` are their codes, `to` the code that takes each one over, `levels` the level of each, `after` that of each new place.
    """
    below = list(below)
    reasons = [say("Nobody says which new place takes over {code}.", code=code) for code in below if code not in to]
    for code, taker in to.items():
        if code not in below:
            reasons.append(say("{code} does not lie right below a place that ends.", code=code))
        elif taker not in after:
            reasons.append(say("{code} cannot pass to {other}, which does not begin.", code=code, other=taker))
        elif ranks()[after[taker]] >= ranks()[levels[code]]:
            reasons.append(say("{code} cannot come under {parent}: only under a higher level.", code=code, parent=taker))
    return reasons


def under(figures: Mapping[str, int], passed: Mapping[tuple[str, str], int]) -> dict[str, int]:
    """Counts of one day under the boundaries of a later one: the count of a place is split in proportion to the people who
    passed to each successor.

    `figures` are integer counts by place; `passed` people by (before, after). A place without successors keeps its count
    under its own code. Each count is split by largest remainder, so that the total is preserved exactly; with reversed pairs
    it gives counts of a later day under earlier boundaries. It assumes that the count is distributed like the people.
    """
    result: dict[str, int] = {}
    for place, count in figures.items():
        parts = {after: people for (before, after), people in passed.items() if before == place}
        for after, part in _split(count, parts or {place: 1}).items():
            result[after] = result.get(after, 0) + part
    return result


def _split(count: int, people: Mapping[str, int]) -> dict[str, int]:
    total = sum(people.values())
    shares = {place: Fraction(number, total) if total else Fraction(1, len(people)) for place, number in people.items()}
    whole = {place: int(count * share) for place, share in shares.items()}
    left = count - sum(whole.values())
    for place in sorted(shares, key=lambda place: (whole[place] - count * shares[place], place))[:left]:
        whole[place] += 1
    return whole


# --- imports ---------------------------------------------------------------------------------------------------------

COLUMNS: Final = ("place", "level", "parent", "name_ar", "name_fr", "name_en", "milieu", "population", "households", "lon", "lat")
NAME_MOST: Final = 120
IMPORTS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {"preview": ("applied", "dropped"), "applied": ("undone",), "undone": (), "dropped": ()}
)
"""The states of an import, and where each may lead."""


@dataclass(frozen=True)
class Known:
    """A place in force within the reader's own: its level, and the code of its parent, empty when outside the reader's
    scope."""

    level: str
    parent: str = ""


def row_errors(
    row: Mapping[str, str],
    *,
    known: Mapping[str, Known],
    new: Mapping[str, str],
    taken: AbstractSet[str] = frozenset(),
    seen: AbstractSet[str] = frozenset(),
) -> list[Sentence]:
    """The errors of one row of a table of places; empty when it is correct. `row` holds text by column. `known` are the
    codes in force within the reader's place, `new` those added by rows of the table, with their levels, `taken` those of
    them that no new place can use, `seen` those of earlier rows.
    """
    code = row.get("place", "").strip()
    if not code:
        return [say("{column}: there is no code.", column="place")]
    errors: list[Sentence] = []
    if code in seen:
        errors.append(say("{column}: {code} stands in a row above too.", column="place", code=code))
    if code not in known:
        errors += _code_errors(code, taken)
    return [*errors, *_level_errors(row, code, known, new), *_name_errors(row, code, known), *_number_errors(row)]


def _code_errors(code: str, taken: AbstractSet[str]) -> list[Sentence]:
    if not CODE.fullmatch(code):
        return [
            say("{column}: {code} may hold Latin letters, digits, dots and dashes only, 32 at most.", column="place", code=code)
        ]
    if code in taken:
        return [say("{column}: {code} is no place of yours, and no new place can have this code.", column="place", code=code)]
    return []


def _level_errors(row: Mapping[str, str], code: str, known: Mapping[str, Known], new: Mapping[str, str]) -> list[Sentence]:
    level, parent = row.get("level", "").strip(), row.get("parent", "").strip()
    if level and level not in ranks():
        return [
            say("{column}: {level} is no level; write one of {known}.", column="level", level=level, known=", ".join(ranks()))
        ]
    if code in known:
        return _kept_errors(level, parent, known[code])
    errors: list[Sentence] = []
    if not level:
        errors.append(say("{column}: a new place needs its level.", column="level"))
    if not parent:
        errors.append(say("{column}: a new place needs the code of the place above it.", column="parent"))
    elif parent not in known and parent not in new:
        errors.append(say("{column}: no place of yours has the code {code}.", column="parent", code=parent))
    elif level and ranks().get(known[parent].level if parent in known else new[parent], 0) >= ranks()[level]:
        errors.append(say("{column}: {code} is not of a higher level.", column="parent", code=parent))
    return errors


def _kept_errors(level: str, parent: str, known: Known) -> list[Sentence]:
    errors: list[Sentence] = []
    if level and level != known.level:
        errors.append(say("{column}: a place keeps its level, here {level}.", column="level", level=known.level))
    if parent and known.parent and parent != known.parent:
        errors.append(
            say(
                "{column}: this place lies under {code}; a move is recorded on the page of its history.",
                column="parent",
                code=known.parent,
            )
        )
    return errors


def _name_errors(row: Mapping[str, str], code: str, known: Mapping[str, Known]) -> list[Sentence]:
    names = {column: row.get(column, "").strip() for column in ("name_ar", "name_fr", "name_en")}
    errors: list[Sentence] = []
    for column, name in names.items():
        if len(name) > NAME_MOST:
            errors.append(say("{column}: the name is longer than {count} letters.", column=column, count=NAME_MOST))
        if any(letter < " " or letter == "\x7f" for letter in name):
            errors.append(say("{column}: the name holds signs that cannot be seen or a new line.", column=column))
    if code not in known and not any(names.values()):
        errors.append(say("{column}: a new place needs a name in one language at least.", column="name_ar"))
    return errors


def _number_errors(row: Mapping[str, str]) -> list[Sentence]:
    errors: list[Sentence] = []
    for column in ("population", "households"):
        text = row.get(column, "").strip()
        if text and not (text.isascii() and text.isdigit() and int(text) < 2**31):
            errors.append(say("{column}: {text} is not a whole number from 0 on.", column=column, text=text))
    for column, most in (("lon", 180.0), ("lat", 90.0)):
        text = row.get(column, "").strip()
        if text and not _within(text, most):
            errors.append(
                say(
                    "{column}: {text} is not a number of degrees from -{most} to {most}.",
                    column=column,
                    text=text,
                    most=int(most),
                )
            )
    if bool(row.get("lon", "").strip()) != bool(row.get("lat", "").strip()):
        errors.append(say("{column}: longitude and latitude come together.", column="lat"))
    milieu = row.get("milieu", "").strip()
    if milieu and milieu not in ("urban", "rural", "mixed"):
        errors.append(say("{column}: {text} is not urban, rural or mixed.", column="milieu", text=milieu))
    return errors


def _within(text: str, most: float) -> bool:
    try:
        return -most <= float(text) <= most
    except ValueError:
        return False


def why_not_settle(status: str) -> list[Sentence]:
    """Why an import is neither applied nor dropped in this state."""
    return [] if "dropped" in IMPORTS[status] else [say("This import was already applied, undone or dropped.")]


def why_not_take_back(status: str) -> list[Sentence]:
    """Why an import is not undone in this state."""
    return [] if "undone" in IMPORTS[status] else [say("Only an import that was applied can be undone.")]


def why_not_apply(*, status: str, errors: int, changes: int) -> list[Sentence]:
    """Every reason why an import cannot be applied."""
    reasons = why_not_settle(status)
    if errors:
        reasons.append(
            say_count(
                "{count} row has errors: nothing is applied until none has.",
                "{count} rows have errors: nothing is applied until none has.",
                count=errors,
            )
        )
    if not changes:
        reasons.append(say("It would change nothing."))
    return reasons


def why_not_undo(*, status: str, changed_since: int, standing: int, newer: int = 0) -> list[Sentence]:
    """Every reason why an import cannot be undone."""
    reasons = why_not_take_back(status)
    if newer:
        reasons.append(
            say_count(
                "A newer import concerns {count} of its places: undo that one first.",
                "A newer import concerns {count} of its places: undo that one first.",
                count=newer,
            )
        )
    if changed_since:
        reasons.append(
            say_count(
                "{count} of its places was changed since.", "{count} of its places were changed since.", count=changed_since
            )
        )
    if standing:
        reasons.append(
            say_count(
                "{count} of the places that it brought has others below it, figures or roles by now.",
                "{count} of the places that it brought have others below them, figures or roles by now.",
                count=standing,
            )
        )
    return reasons
