"""Turns the text of one TOML file into a typed record, and reports every error of the file at once, each with its line."""

import dataclasses
import difflib
import re
import tomllib
import types
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from tiwizi.core import text
from tiwizi.core.errors import Problem, Sentence, say
from tiwizi.core.rulebook.subjects import Label, Number, Source

Path = tuple[str | int, ...]
Table = dict[str, Any]
"""A table of a TOML file."""

_HEADER = re.compile(r"^\s*(\[\[|\[)\s*([^\]]+?)\s*\]{1,2}")
_KEY = re.compile(r"^\s*([A-Za-z0-9_-]+(?:\s*\.\s*[A-Za-z0-9_-]+)*)\s*=")

# The units that a number may have, with the least and the most that it may be; `with_currency` adds those of money.
UNITS: Mapping[str, tuple[Fraction | None, Fraction | None]] = {
    "share": (Fraction(0), Fraction(1)),
    "share a year": (Fraction(-1), Fraction(1)),
    "weight": (Fraction(0), None),
    "index": (Fraction(0), Fraction(1)),
    "km": (Fraction(0), None),
    "people for one room": (Fraction(0), None),
    "people": (Fraction(0), None),
    "services": (Fraction(0), None),
    "draws": (Fraction(0), None),
    "members": (Fraction(0), None),
    "days": (Fraction(0), None),
    "years": (Fraction(0), None),
    "proxies": (Fraction(0), None),
    "yes or no": (Fraction(0), Fraction(1)),
}


def with_currency(name: str) -> Mapping[str, tuple[Fraction | None, Fraction | None]]:
    """The units with those of a programme's currency, by its English short name: so much, and so much a person."""
    return {**UNITS, **({name: (Fraction(0), None), f"{name} a person": (Fraction(0), None)} if name else {})}


LONGEST: int = 500_000
"""Characters of a file."""
DEEPEST: int = 20
"""Levels of tables and lists; the rulebooks use eight."""
MOST_DIGITS: int = 30
"""Digits of a number, and places before and behind its point."""

_EXACT = re.compile(rf"-?[0-9]{{1,{MOST_DIGITS}}}/[1-9][0-9]{{0,{MOST_DIGITS - 1}}}")
_LINE_MOST = 2_000
"""Characters of a line in which a key is looked for."""


def lines_of_keys(text: str) -> dict[Path, int]:
    """Line number, from 1, of each table header and key of a TOML text; keys of inline tables share their line."""
    lines: dict[Path, int] = {}
    counts: dict[Path, int] = {}
    here: Path = ()
    for number, line in enumerate(text.splitlines(), start=1):
        line = line[:_LINE_MOST]
        header = _HEADER.match(line)
        if header:
            here = _header_path(header.group(1) == "[[", header.group(2), counts)
            lines.setdefault(here, number)
        elif key := _KEY.match(line):
            lines.setdefault((*here, *(part.strip() for part in key.group(1).split("."))), number)
    return lines


def _header_path(repeated: bool, name: str, counts: dict[Path, int]) -> Path:
    """The path of a header; a name that stands for a list points to that list's last item so far."""
    path: Path = ()
    parts = [part.strip().strip("\"'") for part in name.split(".")]
    for index, part in enumerate(parts):
        path = (*path, part)
        last = index == len(parts) - 1
        if last and repeated:
            counts[path] = counts.get(path, -1) + 1
        if path in counts:
            path = (*path, counts[path])
    return path


class Reader:
    """Reads one file of a rulebook as a typed record on a day, collecting every problem on the way."""

    def __init__(self, file: str, text: str, day: date | None) -> None:
        self.file = file
        self.day = day
        self.units = UNITS
        self.problems: list[Problem] = []
        self._lines = lines_of_keys(text)
        self.tree: Table = self._parsed(text)
        self._sources = self._read_sources()

    def _parsed(self, text: str) -> Table:
        """The file as tables, lists and readable values, its texts tidied; empty when it cannot be used."""
        what, remedy = say("tables or lists are nested too deep."), say("Write them as the rulebook that comes with Tiwizi does.")
        try:
            tree = _loaded(text)
            if _depth(tree) <= DEEPEST:
                return {key: self._mended(value, (key,)) for key, value in tree.items()}
        except RecursionError:
            pass  # reported below
        except ValueError as error:  # that of TOML is one; Python's own names a number with too many digits
            what = say("this is not TOML: {error}.", error=str(error))
            remedy = say("Mend the line named; strings stand in quotation marks, dates as 2026-01-31.")
        self.problems.append(Problem(what, [say("file {file}", file=self.file)], remedy=remedy))
        return {}

    def _mended(self, value: Any, path: Path) -> Any:
        """A value with its texts tidied; refused texts and unusable numbers become problems."""
        if isinstance(value, dict):
            return {key: self._mended(item, (*path, key)) for key, item in value.items()}
        if isinstance(value, list):
            return [self._mended(item, (*path, index)) for index, item in enumerate(value)]
        if isinstance(value, str):
            return self._text(value, path)
        if isinstance(value, (int, Decimal)) and not _measured(value):
            self.problem(path, say("this is not a number of at most {most} digits.", most=MOST_DIGITS))
            return 0
        return value

    def _text(self, given: str, path: Path) -> str:
        tidied = text.tidy(given)
        if (what := text.why_not(tidied)) is not None:
            self.problem(path, what, text.REMEDY)
        return tidied

    def record(self, shape: type) -> Any:
        """The whole file as a record of `shape`; None when it could not be built."""
        tree = {key: value for key, value in self.tree.items() if key != "sources"}
        return self._dataclass(shape, tree, ())

    def problem(self, path: Path, what: Sentence, remedy: Sentence | None = None) -> None:
        """Notes a problem at a key of the file."""
        where = [say("file {file}", file=self.file)]
        # A list has the line of its first item; a key inside an inline table has the line of that table.
        candidates = [at for end in range(len(path), 0, -1) for at in (path[:end], (*path[:end], 0))]
        line = next((self._lines[at] for at in candidates if at in self._lines), None)
        if line is not None:
            where.append(say("line {line}", line=line))
        if path:
            where.append(say("key {key}", key=_dotted(path)))
        self.problems.append(Problem(what=what, where=where, remedy=remedy))

    def _read_sources(self) -> dict[str, Source]:
        sources: dict[str, Source] = {}
        tables = self.tree.get("sources", {})
        if not isinstance(tables, dict):
            self.problem(("sources",), say("{value} is not a table.", value=_shown(tables)), say("Write {{ ... }} or a [table]."))
            return sources
        for name, value in tables.items():
            source = self._dataclass(Source, value, ("sources", name))
            if source is not None:
                sources[name] = source
        return sources

    def _value(self, kind: Any, value: Any, path: Path) -> Any:
        origin = get_origin(kind)
        if origin in (Union, types.UnionType):
            return self._value(next(arg for arg in get_args(kind) if arg is not type(None)), value, path)
        if origin is Literal:
            return self._choice(get_args(kind), value, path)
        if origin is tuple:
            return self._list(get_args(kind)[0], value, path)
        if kind is Number:
            return self._number(value, path)
        if dataclasses.is_dataclass(kind):
            return self._dataclass(kind, value, path)
        return self._plain(kind, value, path)

    def _plain(self, kind: type, value: Any, path: Path) -> Any:
        if type(value) is kind and not (isinstance(value, str) and not value.strip()):
            return value
        self.problem(
            path,
            say("{value} is not {kind}.", value=_shown(value), kind=_KINDS.get(kind, _OF_THE_RIGHT_TYPE)),
            _KIND_REMEDIES.get(kind),
        )
        return None

    def _choice(self, allowed: tuple[Any, ...], value: Any, path: Path) -> Any:
        if value in allowed:
            return value
        self.problem(
            path,
            say("{value} is not a choice.", value=_shown(value)),
            say("Write one of: {allowed}.", allowed=", ".join(map(str, allowed))),
        )
        return None

    def _list(self, item: Any, value: Any, path: Path) -> tuple[Any, ...] | None:
        if not isinstance(value, list):
            self.problem(
                path, say("{value} is not a list.", value=_shown(value)), say("Write [ ... ] or repeated [[...]] tables.")
            )
            return None
        self._codes_once(value, path)
        items = [self._value(item, entry, (*path, index)) for index, entry in enumerate(value) if self._in_force(entry)]
        return tuple(item for item in items if item is not None)

    def _codes_once(self, value: list[Any], path: Path) -> None:
        seen: set[tuple[Any, Any]] = set()
        for index, item in enumerate(value):
            if not isinstance(item, dict) or "code" not in item:
                continue
            identity = (_shown(item["code"]), _shown(item.get("since")))
            if identity in seen:
                self.problem((*path, index, "code"), say("the code {code} stands twice in this list.", code=item["code"]))
            seen.add(identity)

    def _in_force(self, item: Any) -> bool:
        """Whether an item of a list holds on the day: from its `since` up to the day before its `until`."""
        if self.day is None or not isinstance(item, dict):
            return True
        since, until = item.get("since"), item.get("until")
        # A date with a time is no day, and is refused where it is read.
        return not (type(since) is date and self.day < since) and not (type(until) is date and self.day >= until)

    def _dataclass(self, shape: Any, value: Any, path: Path) -> Any:
        if not isinstance(value, dict):
            self.problem(path, say("{value} is not a table.", value=_shown(value)), say("Write {{ ... }} or a [table]."))
            return None
        hints = get_type_hints(shape)
        fields = {field.name: field for field in dataclasses.fields(shape)}
        self._unknown(value, fields, path)
        before = len(self.problems)
        read = {name: self._value(hints[name], value[name], (*path, name)) for name in fields if name in value}
        for name, field in fields.items():
            if name not in value and field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING:
                self.problem(path, say("the key {key} is missing.", key=name), self._missing_remedy(shape, name))
        return shape(**read) if len(self.problems) == before else None

    @staticmethod
    def _missing_remedy(shape: Any, name: str) -> Sentence:
        if shape is Label:
            return say("Every text is given in the three languages: ar, fr and en.")
        kind = (shape.__doc__ or name).split("\n")[0].rstrip(".")
        return say("Add it; this table is: {kind}.", kind=kind[:1].lower() + kind[1:])

    def _unknown(self, value: Table, known: Mapping[str, Any], path: Path) -> None:
        for name in value:
            if name not in known:
                near = difflib.get_close_matches(name, list(known), n=1)
                remedy = (
                    say("Did you mean {near}?", near=near[0]) if near else say("Known keys: {known}.", known=", ".join(known))
                )
                self.problem((*path, name), say("this key is not known here."), remedy)

    def _number(self, value: Any, path: Path) -> Number | None:
        if not isinstance(value, dict):
            self.problem(
                path,
                say(
                    "{value} stands alone: a number of the rulebook needs its label, unit, dates and source.", value=_shown(value)
                ),
                say(
                    "Write label, unit, values = [{{ since = 2026-01-01, value = ... }}], source (or assumed = true) and checked."
                ),
            )
            return None
        self._unknown(value, dict.fromkeys(("label", "unit", "values", "source", "checked", "assumed")), path)
        before = len(self.problems)
        label = self._needed(value, "label", path, lambda given, at: self._dataclass(Label, given, at))
        unit = self._needed(value, "unit", path, lambda given, at: self._choice(tuple(self.units), given, at))
        checked = self._needed(value, "checked", path, lambda given, at: self._plain(date, given, at))
        dated = self._needed(value, "values", path, lambda given, at: self._dated(given, unit, at))
        assumed = self._plain(bool, value.get("assumed", False), (*path, "assumed"))
        source = self._source(value, assumed, path)
        if len(self.problems) > before:
            return None
        chosen = self._chosen(dated, path)
        if chosen is None:
            return None
        since, exact = chosen
        return Number(exact, unit, label, since, checked, assumed, source, f"{self.file}:{_dotted(path)}")

    def _needed(self, value: Table, key: str, path: Path, read: Callable[[Any, Path], Any]) -> Any:
        if key in value:
            return read(value[key], (*path, key))
        self.problem(
            path, say("the key {key} is missing.", key=key), say("Each number has label, unit, values, source and checked.")
        )
        return None

    def _source(self, value: Table, assumed: bool, path: Path) -> Source | None:
        name = value.get("source")
        if name is None:
            if not assumed:
                self.problem(
                    path,
                    say("this number has no source."),
                    say("Name a source of the [sources] table, or say assumed = true: it is then shown as an assumption."),
                )
            return None
        if not isinstance(name, str) or name not in self._sources:
            self.problem(
                (*path, "source"),
                say("the source {name} is not in the [sources] table of this file.", name=_shown(name)),
                say("Known sources: {known}.", known=", ".join(self._sources) or "-"),
            )
            return None
        return self._sources[name]

    def _dated(self, value: Any, unit: str | None, path: Path) -> list[tuple[date, Fraction]]:
        pairs: list[tuple[date, Fraction]] = []
        if not isinstance(value, list) or not value:
            self.problem(path, say("there is no dated value."), say("Write [{{ since = 2026-01-01, value = ... }}]."))
            return pairs
        for index, item in enumerate(value):
            pair = self._pair(item, unit, (*path, index))
            if pair is None:
                continue
            if pairs and pair[0] <= pairs[-1][0]:
                self.problem(path, say("the dates do not rise."), say("Put the oldest value first, each date once."))
            pairs.append(pair)
        return pairs

    def _pair(self, item: Any, unit: str | None, path: Path) -> tuple[date, Fraction] | None:
        if not isinstance(item, dict) or set(item) != {"since", "value"}:
            self.problem(
                path, say("a dated value has the keys since and value."), say("Write {{ since = 2026-01-01, value = ... }}.")
            )
            return None
        since = self._plain(date, item["since"], (*path, "since"))
        exact = self._fraction(item["value"], (*path, "value"))
        if since is None or exact is None:
            return None
        least, most = self.units.get(unit or "", (None, None))
        if (least is not None and exact < least) or (most is not None and exact > most):
            self.problem(
                path,
                say("{value} is out of the bounds of the unit {unit}.", value=str(item["value"]), unit=unit),
                say("It lies from {least} to {most}.", least=str(least), most=str(most) if most is not None else "∞"),
            )
            return None
        return since, exact

    def _fraction(self, value: Any, path: Path) -> Fraction | None:
        if isinstance(value, (int, Decimal)) and not isinstance(value, bool):
            return Fraction(value)
        if isinstance(value, str) and _EXACT.fullmatch(value):
            return Fraction(value)
        self.problem(
            path, say("{value} is not a number.", value=_shown(value)), say('Write 12, 0.25 or an exact fraction such as "1/3".')
        )
        return None

    def _chosen(self, dated: list[tuple[date, Fraction]], path: Path) -> tuple[date, Fraction] | None:
        if self.day is None:
            return dated[-1]
        past = [pair for pair in dated if pair[0] <= self.day]
        if past:
            return past[-1]
        self.problem(
            path,
            say(
                "no value is known on {day}: the first one holds from {first}.",
                day=self.day.isoformat(),
                first=dated[0][0].isoformat(),
            ),
            say("Ask for a later day, or add the value that held then, with its source."),
        )
        return None


_KINDS: Mapping[type, Sentence] = {
    str: say("a text that is not empty"),
    int: say("a whole number"),
    bool: say("true or false"),
    date: say("a date"),
}
_OF_THE_RIGHT_TYPE = say("of the right type")
_KIND_REMEDIES: Mapping[type, Sentence] = {
    str: say('Write a text in quotation marks, such as "people".'),
    bool: say("Write true or false, without quotation marks."),
    date: say("Write the day as 2026-01-31, without quotation marks."),
}


def _dotted(path: Path) -> str:
    return "".join(f"[{part + 1}]" if isinstance(part, int) else f".{part}" for part in path).lstrip(".")


def _shown(value: Any) -> str:
    text = str(value) if isinstance(value, (Decimal, date)) else repr(value)
    return text if len(text) <= 60 else text[:57] + "..."


def _loaded(text: str) -> Table:
    """The file as TOML reads it. Raises ValueError or RecursionError where it cannot."""
    if len(text) > LONGEST:
        raise ValueError(f"it is longer than {LONGEST} characters")
    return tomllib.loads(text, parse_float=_decimal)


def _decimal(digits: str) -> Decimal:
    """A number with a decimal point; one that Python's decimals cannot hold is an error of the file."""
    try:
        return Decimal(digits)
    except ArithmeticError as error:
        raise ValueError(f"{digits[:20]} is not a number") from error


def _measured(value: int | Decimal) -> bool:
    """Whether a number is small enough, and exact enough, to be computed with and shown."""
    if isinstance(value, int):
        return bool(-(10**MOST_DIGITS) < value < 10**MOST_DIGITS)
    digits = len(value.as_tuple().digits)
    return bool(value.is_finite() and digits <= MOST_DIGITS and abs(value.adjusted()) <= MOST_DIGITS)


def _depth(tree: Any) -> int:
    """Levels of tables and lists, counted without recursion; no deeper than one beyond the limit."""
    depth, level = 0, [tree]
    while level and depth <= DEEPEST:
        depth += 1
        inner = [node for node in level if isinstance(node, dict | list)]
        level = [child for node in inner for child in (node.values() if isinstance(node, dict) else node)]
    return depth


def numbers_in(record: Any) -> Iterator[Number]:
    """Every number of a record, in the order of the file."""
    if isinstance(record, Number):
        yield record
    elif dataclasses.is_dataclass(record):
        for field in dataclasses.fields(record):
            yield from numbers_in(getattr(record, field.name))
    elif isinstance(record, tuple):
        for item in record:
            yield from numbers_in(item)
