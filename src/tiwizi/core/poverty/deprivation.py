"""Households' answers judged: each indicator a condition of the rulebook, each judgement deprived, not deprived, or unknown.

A household to whom an indicator does not apply (no child of school age) is not deprived in it, since it lacks nothing; it
stays among the people counted. Method: Alkire and Foster (2011), doi:10.1016/j.jpubeco.2010.11.006.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any, Final

import narwhals as nw
import polars as pl
from narwhals.typing import IntoFrame

from tiwizi.core.errors import BadData, Problem, Sentence, say
from tiwizi.core.rulebook.conditions import condition, kinds, schema_of
from tiwizi.core.rulebook.subjects import Deprivation, Deprivations

AnyFrame = IntoFrame | nw.LazyFrame[Any] | nw.DataFrame[Any]
"""A table of any engine: as the engine gives it, or already seen through Narwhals."""

KEYS: Final = ("household", "place", "people", "weight", "stratum", "psu", "population_psus")
"""Columns that are carried over from the households as they are, where the file has them."""


@dataclass(frozen=True)
class Indicator:
    """An indicator as it is judged: its code, dimension, exact weight, and the steps of its gap (0 when it has none)."""

    code: str
    dimension: str
    weight: Fraction
    steps: int = 0
    severe: bool = False


def lazy(table: AnyFrame) -> nw.LazyFrame[Any]:
    """Any frame that Narwhals takes, as a lazy one: DuckDB and Spark as they are, what is in memory through Polars."""
    frame = nw.from_native(table) if not isinstance(table, (nw.LazyFrame, nw.DataFrame)) else table
    return frame if isinstance(frame, nw.LazyFrame) else nw.from_native(frame.to_polars().lazy())


def without(rules: Deprivations, codes: Iterable[str]) -> Deprivations:
    """The rules without some indicators, whose weight goes to the others of their dimension in proportion.

    A dimension that loses all its indicators gives its weight to the others in proportion. The series takes another name,
    so that its figures are never compared with those of the whole measure.
    """
    gone = set(codes)
    kept = [one for one in rules.indicators if one.code not in gone]
    if not gone or not kept:
        return rules
    total = {one.dimension: Fraction(0) for one in rules.indicators}
    left = dict(total)
    for one in rules.indicators:
        total[one.dimension] += one.weight.value
        left[one.dimension] += one.weight.value if one.code not in gone else 0
    there = sum((total[dimension] for dimension in total if left[dimension]), Fraction(0))
    scaled = [
        replace(one, weight=replace(one.weight, value=one.weight.value * total[one.dimension] / left[one.dimension] / there))
        for one in kept
    ]
    named = f"{rules.series}, without {', '.join(one.code for one in rules.indicators if one.code in gone)}"
    return replace(rules, indicators=tuple(scaled), series=named)


def indicators(rules: Deprivations) -> tuple[Indicator, ...]:
    """What the measures need of each indicator of the rules."""
    return tuple(
        Indicator(
            one.code, one.dimension, one.weight.value, int(one.gap.line) if one.gap is not None else 0, bool(one.severe_when)
        )
        for one in rules.indicators
    )


def unanswered(rules: Deprivations, columns: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """The indicators that a file with these columns cannot judge, each with the answers that it lacks."""
    there = set(columns)
    lacking: dict[str, tuple[str, ...]] = {}
    for one in rules.indicators:
        lacks = tuple(column for column in reads(one, rules) if column not in there)
        if lacks:
            lacking[one.code] = lacks
    return lacking


def reads(one: Deprivation, rules: Deprivations) -> tuple[str, ...]:
    """The columns of answers that an indicator reads."""
    schema = schema_of(rules.answers)
    texts = (one.deprived_when, one.applies_when, one.severe_when)
    found = [column for text in texts if text for column in condition(text, schema=schema, where=_where(one.code)).columns]
    return tuple(dict.fromkeys([*found, *([one.gap.column] if one.gap is not None else [])]))


def deprivations(households: AnyFrame, *, rules: Deprivations, by: Sequence[str] = ()) -> nw.LazyFrame[Any]:
    """One row a household, judged: the columns of KEYS that there are, those of `by`, and one column an indicator.

    An indicator's column is 1 deprived, 0 not, null unknown. `severe_<code>` says the same of the stricter condition (never
    without the first); `gap_<code>` how many steps a deprived household lies below the line (0 when it is not deprived).
    Nothing runs yet: the engine that holds the answers runs it. A text that the rulebook does not list counts as a missing
    answer. Raises BadData when a column is missing or holds another kind of answers, BadRulebook on a wrong condition.
    """
    frame = answers(households, rules=rules, by=by)
    schema = schema_of(rules.answers)
    carried = [name for name in (*KEYS, *by) if name in frame.collect_schema()]
    return frame.select(*carried, *(column for one in rules.indicators for column in _judged(one, schema)))


def answers(households: AnyFrame, *, rules: Deprivations, by: Sequence[str] = ()) -> nw.LazyFrame[Any]:
    """The households with their answers as the rulebook declares them: yes and no as flags, unlisted texts as null."""
    frame = lazy(households)
    schema = frame.collect_schema()
    _refuse_lacking(rules, schema, by)
    found = kinds(schema)
    changed = []
    for answer in rules.answers:
        column = nw.col(answer.column)
        if answer.column in schema and schema[answer.column] == nw.Unknown:
            # Nobody answered: the column has no type of its own.
            changed.append(column.cast(_TYPES[answer.kind]).alias(answer.column))
        elif answer.kind == "flag" and found.get(answer.column) == "number":
            changed.append((column != 0).alias(answer.column))
        elif answer.kind == "number" and found.get(answer.column) == "flag":
            changed.append(column.cast(nw.Int64).alias(answer.column))
        elif answer.among and answer.column in found:
            changed.append(nw.when(column.is_in(list(answer.among))).then(column).alias(answer.column))
    return frame.with_columns(*changed) if changed else frame


def missing_answers(judged: AnyFrame, *, rules: Deprivations) -> pl.DataFrame:
    """One row an indicator: `households` and `people_share` (weighted, 0 to 1) whose judgement is unknown, and `policy`.

    Where the policy says what a missing answer means, the judgement is known: give frames judged with `missing="drop"` to
    count the answers themselves. The last row, without indicator, is the households left out for any of them.
    """
    frame = lazy(judged)
    weight = nw.col("people").cast(nw.Float64)
    if "weight" in frame.collect_schema():
        weight = weight * nw.col("weight").cast(nw.Float64)
    codes = [one.code for one in rules.indicators]
    unknown = {f"t{at}": nw.col(code).is_null() for at, code in enumerate(codes)}
    unknown[f"t{len(codes)}"] = nw.any_horizontal(*unknown.values(), ignore_nulls=False)
    counted = frame.select(**unknown, w=weight).select(
        nw.col("w").sum().alias("all"),
        *(nw.col(name).cast(nw.Int64).sum().alias(f"n_{name}") for name in unknown),
        *(nw.when(nw.col(name)).then(nw.col("w")).otherwise(0.0).sum().alias(f"w_{name}") for name in unknown),
    )
    row = pl.DataFrame(counted.collect("polars").to_native()).row(0, named=True)
    whole = float(row["all"] or 0.0)
    return pl.DataFrame(
        {
            "indicator": [*codes, None],
            "policy": [*(one.missing for one in rules.indicators), None],
            "households": [int(row[f"n_{name}"] or 0) for name in unknown],
            "people_share": [float(row[f"w_{name}"]) / whole if whole else 0.0 for name in unknown],
        },
        schema={"indicator": pl.String, "policy": pl.String, "households": pl.Int64, "people_share": pl.Float64},
    )


def _judged(one: Deprivation, schema: nw.Schema) -> list[nw.Expr]:
    applies = condition(one.applies_when, schema=schema, where=_where(one.code)).expression if one.applies_when else None
    deprived = condition(one.deprived_when, schema=schema, where=_where(one.code)).expression
    # Where the indicator does not apply, the household is not deprived, whatever it answered.
    told = deprived if applies is None else applies & deprived
    told = {"not_deprived": told.fill_null(value=False), "deprived": told.fill_null(value=True)}.get(one.missing, told)
    columns = [told.cast(nw.Int8).alias(one.code)]
    if one.severe_when:
        strict = condition(one.severe_when, schema=schema, where=_where(one.code)).expression
        columns.append((told & strict.fill_null(value=False)).cast(nw.Int8).alias(f"severe_{one.code}"))
    if one.gap is not None:
        short = int(one.gap.line) - nw.col(one.gap.column).cast(nw.Int64)
        steps = nw.when(told & (short > 0)).then(short).otherwise(0)
        columns.append(nw.when(~told.is_null()).then(steps).alias(f"gap_{one.code}"))
    return columns


def _refuse_lacking(rules: Deprivations, schema: nw.Schema, by: Sequence[str]) -> None:
    problems = [
        Problem(
            what=say("the answers {columns} are missing, which this indicator reads.", columns=", ".join(lacks)),
            where=[_where(code)],
            remedy=say("Map the file's columns to these answers, or leave the indicator out of the measure."),
        )
        for code, lacks in unanswered(rules, schema).items()
    ]
    problems += [
        Problem(
            what=say("the column {column} is missing.", column=name),
            where=[say("table {table}", table="households")],
            remedy=say("Add it, or say which column of the file holds it."),
        )
        for name in ("place", "people", *by)
        if name not in schema
    ]
    wanted = {answer.column: answer.kind for answer in rules.answers}
    found = kinds(schema)
    for name in wanted.keys() & set(schema):
        if schema[name] == nw.Unknown:
            continue
        kind = found.get(name, str(schema[name]).lower())
        # Yes and no may be written as true and false or as 1 and 0; conditions read both.
        if kind != wanted[name] and {kind, wanted[name]} != {"flag", "number"}:
            problems.append(
                Problem(
                    what=say(
                        "this column holds {kind}, not what the rulebook declares ({wanted}).", kind=kind, wanted=wanted[name]
                    ),
                    where=[say("table {table}", table="households"), say("column {column}", column=name)],
                    remedy=say("Correct the column, or map another one to this answer."),
                )
            )
    if problems:
        raise BadData(problems)


_TYPES: Final[Mapping[str, Any]] = {"number": nw.Float64, "text": nw.String, "flag": nw.Boolean}


def _where(code: str) -> Sentence:
    return say("indicator {code}", code=code)
