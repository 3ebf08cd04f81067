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
"""A table of any engine: native, or already wrapped by Narwhals."""

KEYS: Final = ("household", "place", "people", "weight", "stratum", "psu", "population_psus")
"""Columns copied unchanged from the households, where the file has them."""


@dataclass(frozen=True)
class Indicator:
    """An indicator as it is judged: its code, dimension, exact weight, and the steps of its gap (0 when it has none)."""

    code: str
    dimension: str
    weight: Fraction
    steps: int = 0
    severe: bool = False


def lazy(table: AnyFrame) -> nw.LazyFrame[Any]:
    """Any frame that Narwhals accepts, as a lazy frame: DuckDB and Spark as they are, what is in memory through Polars."""
    frame = nw.from_native(table) if not isinstance(table, (nw.LazyFrame, nw.DataFrame)) else table
    return frame if isinstance(frame, nw.LazyFrame) else nw.from_native(frame.to_polars().lazy())


def without(rules: Deprivations, codes: Iterable[str]) -> Deprivations:
    """The rules without some indicators, whose weight goes to the others of their dimension in proportion.

    A dimension that loses all its indicators gives its weight to the others in proportion. The series takes another name,
    so that its figures are never compared with those of the whole measure.
    """
    gone = set(codes)
    remaining = [indicator for indicator in rules.indicators if indicator.code not in gone]
    if not gone or not remaining:
        return rules
    total = {indicator.dimension: Fraction(0) for indicator in rules.indicators}
    left = dict(total)
    for indicator in rules.indicators:
        total[indicator.dimension] += indicator.weight.value
        left[indicator.dimension] += indicator.weight.value if indicator.code not in gone else 0
    there = sum((total[dimension] for dimension in total if left[dimension]), Fraction(0))
    scaled = [
        replace(
            indicator,
            weight=replace(
                indicator.weight, value=indicator.weight.value * total[indicator.dimension] / left[indicator.dimension] / there
            ),
        )
        for indicator in remaining
    ]
    series = f"{rules.series}, without {', '.join(indicator.code for indicator in rules.indicators if indicator.code in gone)}"
    return replace(rules, indicators=tuple(scaled), series=series)


def indicators(rules: Deprivations) -> tuple[Indicator, ...]:
    """For each indicator of the rules, what the measures need."""
    return tuple(
        Indicator(
            indicator.code,
            indicator.dimension,
            indicator.weight.value,
            int(indicator.gap.line) if indicator.gap is not None else 0,
            bool(indicator.severe_when),
        )
        for indicator in rules.indicators
    )


def unanswered(rules: Deprivations, columns: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """The indicators that a file with these columns cannot judge, each with the answers that it lacks."""
    there = set(columns)
    lacking: dict[str, tuple[str, ...]] = {}
    for indicator in rules.indicators:
        lacks = tuple(column for column in reads(indicator, rules) if column not in there)
        if lacks:
            lacking[indicator.code] = lacks
    return lacking


def reads(indicator: Deprivation, rules: Deprivations) -> tuple[str, ...]:
    """The columns of answers that an indicator reads."""
    schema = schema_of(rules.answers)
    texts = (indicator.deprived_when, indicator.applies_when, indicator.severe_when)
    columns = [
        column for text in texts if text for column in condition(text, schema=schema, where=_where(indicator.code)).columns
    ]
    return tuple(dict.fromkeys([*columns, *([indicator.gap.column] if indicator.gap is not None else [])]))


def deprivations(households: AnyFrame, *, rules: Deprivations, by: Sequence[str] = ()) -> nw.LazyFrame[Any]:
    """One row per household, judged: the columns of KEYS that the file has, those of `by`, and one column per indicator.

    An indicator's column is 1 deprived, 0 not, null unknown. `severe_<code>` says the same of the stricter condition (never
    without the first); `gap_<code>` how many steps below the line a deprived household is (0 when it is not deprived).
    Lazy: the engine that holds the answers runs it later. A text that the rulebook does not list counts as a missing
    answer. Raises BadData when a column is missing or is of another kind, BadRulebook on a wrong condition.
    """
    frame = answers(households, rules=rules, by=by)
    schema = schema_of(rules.answers)
    carried = [name for name in (*KEYS, *by) if name in frame.collect_schema()]
    return frame.select(*carried, *(column for indicator in rules.indicators for column in _judged(indicator, schema)))


def answers(households: AnyFrame, *, rules: Deprivations, by: Sequence[str] = ()) -> nw.LazyFrame[Any]:
    """The households with their answers as the rulebook declares them: yes and no as flags, unlisted texts as null."""
    frame = lazy(households)
    schema = frame.collect_schema()
    _refuse_lacking(rules, schema, by)
    available = kinds(schema)
    changed = []
    for answer in rules.answers:
        column = nw.col(answer.column)
        if answer.column in schema and schema[answer.column] == nw.Unknown:
            # Nobody answered, so the column has no type.
            changed.append(column.cast(_TYPES[answer.kind]).alias(answer.column))
        elif answer.kind == "flag" and available.get(answer.column) == "number":
            changed.append((column != 0).alias(answer.column))
        elif answer.kind == "number" and available.get(answer.column) == "flag":
            changed.append(column.cast(nw.Int64).alias(answer.column))
        elif answer.among and answer.column in available:
            changed.append(nw.when(column.is_in(list(answer.among))).then(column).alias(answer.column))
    return frame.with_columns(*changed) if changed else frame


def missing_answers(judged: AnyFrame, *, rules: Deprivations) -> pl.DataFrame:
    """One row per indicator: `households` and `people_share` (weighted, 0 to 1) whose judgement is unknown, and `policy`.

    Where the policy says what a missing answer means, the judgement is known: give frames judged with `missing="drop"` to
    count the answers themselves. The last row, without indicator, counts the households left out because of any of them.
    """
    frame = lazy(judged)
    weight = nw.col("people").cast(nw.Float64)
    if "weight" in frame.collect_schema():
        weight = weight * nw.col("weight").cast(nw.Float64)
    codes = [indicator.code for indicator in rules.indicators]
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
            "policy": [*(indicator.missing for indicator in rules.indicators), None],
            "households": [int(row[f"n_{name}"] or 0) for name in unknown],
            "people_share": [float(row[f"w_{name}"]) / whole if whole else 0.0 for name in unknown],
        },
        schema={"indicator": pl.String, "policy": pl.String, "households": pl.Int64, "people_share": pl.Float64},
    )


def _judged(indicator: Deprivation, schema: nw.Schema) -> list[nw.Expr]:
    applies = (
        condition(indicator.applies_when, schema=schema, where=_where(indicator.code)).expression
        if indicator.applies_when
        else None
    )
    deprived = condition(indicator.deprived_when, schema=schema, where=_where(indicator.code)).expression
    # Where the indicator does not apply, the household is not deprived, whatever it answered.
    verdict = deprived if applies is None else applies & deprived
    verdict = {"not_deprived": verdict.fill_null(value=False), "deprived": verdict.fill_null(value=True)}.get(
        indicator.missing, verdict
    )
    columns = [verdict.cast(nw.Int8).alias(indicator.code)]
    if indicator.severe_when:
        strict = condition(indicator.severe_when, schema=schema, where=_where(indicator.code)).expression
        columns.append((verdict & strict.fill_null(value=False)).cast(nw.Int8).alias(f"severe_{indicator.code}"))
    if indicator.gap is not None:
        short = int(indicator.gap.line) - nw.col(indicator.gap.column).cast(nw.Int64)
        steps = nw.when(verdict & (short > 0)).then(short).otherwise(0)
        columns.append(nw.when(~verdict.is_null()).then(steps).alias(f"gap_{indicator.code}"))
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
    available = kinds(schema)
    for name in wanted.keys() & set(schema):
        if schema[name] == nw.Unknown:
            continue
        kind = available.get(name, str(schema[name]).lower())
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
