"""A rulebook: dated parameters, each with its label in three languages, its unit, its source and the day it was checked.

`parse` takes the texts of the files (reading them from disk is the store's work), `Rulebook.on(day)` gives the frozen,
typed rules of that day. All errors in the files are reported at once, each with file, line, key and remedy.
"""

import difflib
import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, dataclass, fields, replace
from datetime import date
from typing import get_args, get_type_hints

import narwhals as nw

from tiwizi.core.errors import BadRulebook, Problem, say, say_count
from tiwizi.core.rulebook.conditions import condition, schema_of
from tiwizi.core.rulebook.subjects import Access, Bound, Committees, Deprivations, Number, Programme, Rules, Territory
from tiwizi.core.rulebook.toml_reader import Reader, numbers_in, with_currency
from tiwizi.core.tables import CENSUS

SUBJECTS: Mapping[str, type] = {name: (get_args(kind) or (kind,))[0] for name, kind in get_type_hints(Rules).items()}
REQUIRED = tuple(field.name for field in fields(Rules) if field.default is MISSING)


@dataclass(frozen=True)
class Rulebook:
    """The files of a rulebook, checked; `version` is a fingerprint of their texts, `folder` where they were read from."""

    name: str
    texts: Mapping[str, str]
    folder: str = ""

    @property
    def version(self) -> str:
        """The first 12 hexadecimal digits of the SHA-256 of all files: the same texts, the same version."""
        digest = hashlib.sha256()
        for subject in sorted(self.texts):
            digest.update(f"{subject}\0{self.texts[subject]}\0".encode())
        return digest.hexdigest()[:12]

    def on(self, day: date) -> Rules:
        """The rules in force on a day. Raises BadRulebook where a number has no value yet on that day."""
        return _read(self.texts, day)

    @property
    def latest(self) -> Rules:
        """The rules with the latest value of each number, whatever the day."""
        return _read(self.texts, None)


def parse(name: str, texts: Mapping[str, str], *, folder: str = "") -> Rulebook:
    """A checked rulebook from the texts of its files, keyed by subject (`allocation` for allocation.toml).

    Raises BadRulebook with every problem of every file.
    """
    _read(texts, None)
    return Rulebook(name, dict(texts), folder)


def territory_of(rules: Rules) -> Territory:
    """What the rules say of the territory. Raises BadRulebook where they say nothing of it."""
    if rules.territory is None:
        raise BadRulebook(
            Problem(
                what=say("this rulebook does not say where its places and its census come from."),
                where=[say("file {file}", file="territory.toml")],
                remedy=say("Copy it from the rulebook that comes with Tiwizi, then change what differs."),
            )
        )
    return rules.territory


def numbers(rules: Rules) -> Iterator[Number]:
    """Every number of the rules, in the order of the subjects and of their files."""
    return numbers_in(rules)


def figures_numbers(rules: Rules) -> Iterator[Number]:
    """The numbers on which figures and shares rest: all but those of committees, which decide and compute nothing."""
    return numbers(replace(rules, committees=None))


def _read(texts: Mapping[str, str], day: date | None) -> Rules:
    problems = list(_subjects_wrong(texts))
    readers = {subject: Reader(f"{subject}.toml", texts[subject], day) for subject in SUBJECTS if subject in texts}
    currency = _currency(readers)
    if "programme" in readers and not currency:
        # Money is counted in the currency that this file names: the others are judged once it does.
        readers = {"programme": readers["programme"]}
    for reader in readers.values():
        reader.units = with_currency(currency)
    records = {subject: reader.record(SUBJECTS[subject]) for subject, reader in readers.items() if not reader.problems}
    for reader in readers.values():
        problems.extend(reader.problems)
    if not problems:
        rules = Rules(**records)
        _check_together(rules, readers)
        for reader in readers.values():
            problems.extend(reader.problems)
    if problems:
        raise BadRulebook(problems)
    return rules


def _currency(readers: Mapping[str, Reader]) -> str:
    """The English short name of the currency; empty where the programme does not say it."""
    named = readers["programme"].tree.get("currency") if "programme" in readers else None
    return str(named.get("en") or "") if isinstance(named, dict) else ""


def _subjects_wrong(texts: Mapping[str, str]) -> Iterator[Problem]:
    for subject in REQUIRED:
        if subject not in texts:
            yield Problem(
                what=say("this file is missing."),
                where=[say("file {file}", file=f"{subject}.toml")],
                remedy=say("Copy it from the rulebook that comes with Tiwizi, then change what differs."),
            )
    for subject in texts:
        if subject not in SUBJECTS:
            near = difflib.get_close_matches(subject, list(SUBJECTS), n=1)
            yield Problem(
                what=say("this subject is not known."),
                where=[say("file {file}", file=f"{subject}.toml")],
                remedy=say("Did you mean {near}?", near=f"{near[0]}.toml")
                if near
                else say("Known subjects: {known}.", known=", ".join(SUBJECTS)),
            )


def _check_together(rules: Rules, readers: Mapping[str, Reader]) -> None:
    """What cannot be checked key by key: names that must exist elsewhere, weights that must not all be zero."""
    levels = {level.code for level in rules.programme.levels}
    allocation = readers["allocation"]
    if rules.allocation.level not in levels:
        allocation.problem(
            ("level",),
            say("the level {level} is not in programme.toml.", level=rules.allocation.level),
            say("Write one of: {allowed}.", allowed=", ".join(sorted(levels))),
        )
    if not any(criterion.weight.value for criterion in rules.allocation.criteria):
        allocation.problem(("criteria",), say("every weight is zero."), say("Give at least one criterion a weight above zero."))
    for index, criterion in enumerate(rules.allocation.criteria):
        for language in ("ar", "fr", "en"):
            if "{people}" not in criterion.reason.in_(language):
                allocation.problem(
                    ("criteria", index, "reason", language),
                    say("the reason does not say how many people."),
                    say("Put {{people}} where the number of people goes."),
                )
    _check_levels(rules.programme, levels, readers["programme"])
    if rules.territory is not None and rules.territory.settlements:
        _check_known(rules.territory.settlements, levels, ("settlements",), readers["territory"])
    _check_own_weights(rules, allocation)
    _check_index(rules, readers["indices"])
    _check_access(rules.access, readers["access"])
    _check_poverty(rules, readers["poverty"])
    if rules.deprivations is not None:
        _check_deprivations(rules.deprivations, readers["deprivations"])
    if rules.committees is not None:
        _check_committees(rules.committees, levels, readers["committees"])


def _check_levels(programme: Programme, levels: set[str], reader: Reader) -> None:
    for index, level in enumerate(programme.levels):
        if level.beside:
            _check_known(level.beside, levels - {level.code}, ("levels", index, "beside"), reader)


def _check_access(rules: Access, reader: Reader) -> None:
    if not 1 <= rules.services_at_least.value <= len(rules.services):
        reader.problem(
            ("services_at_least",),
            say_count(
                "a hamlet cannot be far from so many services: there is {count}.",
                "a hamlet cannot be far from so many services: there are {count}.",
                count=len(rules.services),
            ),
            say("Write a number from 1 to {known}.", known=len(rules.services)),
        )
    for index, service in enumerate(rules.services):
        if service.harsh_near_km.value >= service.harsh_far_km.value:
            reader.problem(
                ("services", index, "harsh_near_km"), say("near is not nearer than far."), say("Give near a smaller distance.")
            )


def _check_own_weights(rules: Rules, reader: Reader) -> None:
    programmes = {programme.code for programme in rules.programme.programmes}
    criteria = {criterion.code for criterion in rules.allocation.criteria}
    for index, own in enumerate(rules.allocation.own_weights):
        for key, name, known in (("programme", own.programme, programmes), ("criterion", own.criterion, criteria)):
            if name not in known:
                reader.problem(
                    ("own_weights", index, key),
                    say("{name} is not known.", name=name),
                    say("Write one of: {allowed}.", allowed=", ".join(sorted(known))),
                )


def _check_index(rules: Rules, reader: Reader) -> None:
    index = rules.indices.development
    known = {column.name for column in CENSUS.columns if column.kind == "float"}
    for dimension_at, dimension in enumerate(index.dimensions):
        for at, indicator in enumerate(dimension.indicators):
            path = ("development", "dimensions", dimension_at, "indicators", at)
            if indicator.low.value >= indicator.high.value:
                reader.problem((*path, "low"), say("the lowest is not below the highest."), say("Give low a smaller value."))
            if indicator.column not in known:
                reader.problem(
                    (*path, "column"),
                    say("the census has no column {column}.", column=indicator.column),
                    say("Write one of: {allowed}.", allowed=", ".join(sorted(known))),
                )
    for key, number in (("line", index.line), ("draws", index.draws), ("concentration", index.concentration)):
        if number.value <= 0:
            reader.problem(("development", key), say("this number is zero."), say("Write a number above zero."))


def _check_poverty(rules: Rules, reader: Reader) -> None:
    dimensions = {dimension.code for dimension in rules.poverty.dimensions}
    for index, indicator in enumerate(rules.poverty.indicators):
        if indicator.dimension not in dimensions:
            reader.problem(
                ("indicators", index, "dimension"),
                say("the dimension {name} is not listed in this file.", name=indicator.dimension),
                say("Write one of: {allowed}.", allowed=", ".join(sorted(dimensions))),
            )
        if not indicator.exact and indicator.stands_for is None:
            reader.problem(
                ("indicators", index),
                say("the indicator is not exact, but does not say what it stands in for."),
                say("Add stands_for in the three languages, or exact = true."),
            )
    total = sum((indicator.weight.value for indicator in rules.poverty.indicators), start=rules.poverty.poor_cutoff.value * 0)
    if total != 1:
        reader.problem(
            ("indicators",), say("the weights sum to {total}, not to 1.", total=str(total)), say("Write exact fractions.")
        )


def _check_deprivations(rules: Deprivations, reader: Reader) -> None:
    schema = schema_of(rules.answers)
    dimensions = {dimension.code for dimension in rules.dimensions}
    for index, indicator in enumerate(rules.indicators):
        path = ("indicators", index)
        if indicator.dimension not in dimensions:
            reader.problem(
                (*path, "dimension"),
                say("the dimension {name} is not listed in this file.", name=indicator.dimension),
                say("Write one of: {allowed}.", allowed=", ".join(sorted(dimensions))),
            )
        for key in ("deprived_when", "applies_when", "severe_when"):
            if text := getattr(indicator, key):
                _check_condition(text, schema, (*path, key), reader)
        if indicator.gap is not None and (
            schema.get(indicator.gap.column) != nw.Float64 or indicator.gap.line.value.denominator != 1
        ):
            reader.problem(
                (*path, "gap"),
                say("a gap is counted in whole steps of a column of numbers."),
                say("Name an answer of kind number, and a line that is a whole number above zero."),
            )
    total = sum((indicator.weight.value for indicator in rules.indicators), start=rules.poor_cutoff.value * 0)
    if total != 1:
        reader.problem(
            ("indicators",), say("the weights sum to {total}, not to 1.", total=str(total)), say("Write exact fractions.")
        )
    if not 0 < rules.vulnerable_cutoff.value <= rules.poor_cutoff.value <= rules.severe_cutoff.value <= 1:
        reader.problem(
            ("poor_cutoff",),
            say("the cutoffs are not in order."),
            say("Write 0 < vulnerable_cutoff <= poor_cutoff <= severe_cutoff <= 1."),
        )


def _check_committees(rules: Committees, levels: set[str], reader: Reader) -> None:
    kinds = {kind.code for kind in rules.bodies}
    for index, kind in enumerate(rules.bodies):
        path = ("bodies", index)
        for at, level in enumerate(kind.levels):
            _check_known(level, levels, (*path, "levels", at), reader)
        if kind.above:
            _check_known(kind.above, kinds - {kind.code}, (*path, "above"), reader)
        for at, bound in enumerate(kind.composition):
            _check_bound(bound, (*path, "composition", at), reader)
    for index, matter in enumerate(rules.matters):
        _check_known(matter.majority, {majority.code for majority in rules.majorities}, ("matters", index, "majority"), reader)


def _check_known(name: str, known: set[str], path: tuple[str | int, ...], reader: Reader) -> None:
    if name not in known:
        reader.problem(
            path, say("{name} is not known.", name=name), say("Write one of: {allowed}.", allowed=", ".join(sorted(known)))
        )


def _check_bound(bound: Bound, path: tuple[str | int, ...], reader: Reader) -> None:
    given = [number for number in (bound.least, bound.most) if number is not None]
    if not given or len({number.unit for number in given}) > 1 or given[0].unit not in {"members", "share"}:
        reader.problem(
            path,
            say("a bound has a least, a most or both, all in members or all as shares."),
            say("Write [bodies.composition.least] or [bodies.composition.most] with the unit members or share."),
        )
    if (bound.counts == "young") != (bound.younger_than is not None) or (bound.counts == "college") != (
        bound.college is not None
    ):
        reader.problem(
            path,
            say("young people are counted under an age, a college by its name, the others by neither."),
            say("Give younger_than where counts is young, college where it is college."),
        )


def _check_condition(text: str, schema: nw.Schema, path: tuple[str | int, ...], reader: Reader) -> None:
    try:
        condition(text, schema=schema, where=say("key {key}", key=str(path[-1])))
    except BadRulebook as wrong:
        for problem in wrong.problems:
            reader.problem(path, problem.what, problem.remedy)
