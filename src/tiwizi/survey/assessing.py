"""Poverty of a file of households, from the rows to what may be published: judged, counted, computed with errors, protected.
The rulebook gives the answers, conditions and cutoffs, the core computes; what a reader must know (who was left out, what
was withheld, what is synthetic) comes back as notes.
"""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any

import narwhals as nw
import polars as pl

from tiwizi.core import text
from tiwizi.core.disclosure.rules import DisclosureReport
from tiwizi.core.errors import BadData, Problem, Refused, Sentence, say, say_count
from tiwizi.core.poverty.deprivation import (
    AnyFrame,
    Indicator,
    deprivations,
    indicators,
    lazy,
    missing_answers,
    unanswered,
    without,
)
from tiwizi.core.poverty.estimates import Reading, estimates
from tiwizi.core.poverty.parts import shares
from tiwizi.core.poverty.totals import Drawn, Scheme, Totals, totals
from tiwizi.core.rulebook.subjects import Deprivations
from tiwizi.core.tables import PLACES
from tiwizi.survey.publication import published

SYNTHETIC = "synthetic"
"""A column that marks made-up households: figures of such a file are never those of a real place."""


@dataclass(frozen=True)
class Assessment:
    """The results of a file of households. `figures` has the rows of `estimates` and of the shares, with `withheld`: their
    value, error and interval are null where the domain may not be published. `missing` counts unknown judgements by
    indicator. Any other figure can be computed from `totals`; they are not protected.
    """

    series: str
    figures: pl.DataFrame
    missing: pl.DataFrame
    notes: tuple[Sentence, ...]
    totals: Totals = field(repr=False)
    synthetic: bool = False
    report: DisclosureReport | None = None


def assess(
    households: AnyFrame,
    *,
    rules: Deprivations,
    over: Sequence[Sequence[str]] = ((),),
    places: pl.DataFrame | None = None,
    drawn: Drawn | None = None,
    cutoffs: Sequence[Fraction] = (),
    leave_out: Sequence[str] | None = None,
) -> Assessment:
    """The measures of households' answers by the rulebook, over everyone and the crossings of `over`.

    `over` names subgroup columns of the file, `place`, and levels of `places` (the PLACES table). `drawn` defaults to a
    sample where the file has weights, else to all households. Indicators whose answers the file lacks are left out, their
    weight given to their dimension, and the series renamed, unless `leave_out` says which ones: then any other lack is
    refused.
    """
    frame = lazy(households)
    columns = frame.collect_schema().names()
    lacking = unanswered(rules, columns)
    judged_by = without(rules, lacking if leave_out is None else leave_out)
    if len(lacking) == len(rules.indicators):
        raise _nothing_to_judge(lacking)
    by = [name for name in dict.fromkeys(name for crossing in over for name in crossing) if name in columns and name != "place"]
    rows = deprivations(frame, rules=judged_by, by=by)
    notes = [_left_out(judged_by, rules, lacking)] if judged_by is not rules else []
    made = _assessed(rows, indicators(judged_by), judged_by, over, by, places, drawn or drawn_of(columns), cutoffs)
    missing = _missing(frame, rows, judged_by)
    _refuse_missing(missing, judged_by)
    return _said(made, judged_by, missing, notes, synthetic=_synthetic(frame))


def assess_judged(
    judged: AnyFrame,
    *,
    weights: Mapping[str, Indicator],
    rules: Deprivations,
    over: Sequence[Sequence[str]] = ((),),
    places: pl.DataFrame | None = None,
    drawn: Drawn | None = None,
    cutoffs: Sequence[Fraction] = (),
    series: str = "",
) -> Assessment:
    """The same measures of a file that already holds one 0/1 column per indicator; `rules` gives cutoffs, intervals,
    publication.

    An empty judgement is unknown. Raises BadData where a column holds anything but 0, 1 and nothing.
    """
    frame = lazy(judged)
    _refuse_other_judgements(frame, list(weights))
    columns = frame.collect_schema().names()
    by = [name for name in dict.fromkeys(name for crossing in over for name in crossing) if name in columns and name != "place"]
    weighted = [Indicator(indicator.code, indicator.dimension, indicator.weight) for indicator in weights.values()]
    made = _assessed(frame, weighted, rules, over, by, places, drawn or drawn_of(columns), cutoffs)
    missing = pl.DataFrame(
        schema={"indicator": pl.String, "policy": pl.String, "households": pl.Int64, "people_share": pl.Float64}
    )
    return _said(made, rules, missing, [], synthetic=_synthetic(frame), series=series)


def weights_of(text: str) -> dict[str, Indicator]:
    """Indicators by code from a small TOML file: one table per dimension, one exact fraction per indicator.

    [education]
    schooling = "1/6"

    Raises BadData where the file is no such TOML, a weight is no fraction, or the weights do not sum to one.
    """
    try:
        tree = tomllib.loads(text)
        by_code = {
            code: Indicator(code, dimension, Fraction(str(weight)))
            for dimension, parts in tree.items()
            for code, weight in parts.items()
        }
        wrong = sum((indicator.weight for indicator in by_code.values()), Fraction(0)) != 1
    except (tomllib.TOMLDecodeError, AttributeError, ValueError, ZeroDivisionError):
        wrong = True
    if wrong:
        raise BadData(
            Problem(
                what=say("this is not a table of weights that sum to one."),
                remedy=say(
                    "Write one table a dimension, with an exact fraction for each indicator: {example}.",
                    example='[education] schooling = "1/6"',
                ),
            )
        )
    return by_code


def levels_of(places: pl.DataFrame) -> pl.DataFrame:
    """One row per place: `place`, and one column per level with the place of that level that contains it (itself at its own
    level).

    Raises BadData for a name with signs that cannot be seen.
    """
    table = PLACES.check(places).sort("since").unique("place", keep="last", maintain_order=True)
    asked = {name: table[name].unique().sort() for name in ("place", "level")}
    wrong = [text.problem_of_names(values, say("column {column}", column=name)) for name, values in asked.items()]
    if any(wrong):
        raise BadData([problem for problem in wrong if problem is not None])
    known = {row["place"]: row for row in table.iter_rows(named=True)}
    names = list(dict.fromkeys(table["level"]))
    rows = []
    for code in known:
        row: dict[str, str | None] = {"place": code, **dict.fromkeys(names)}
        upper: str | None = code
        while upper is not None and upper in known:
            row[known[upper]["level"]] = upper
            upper = known[upper]["parent"]
        rows.append(row)
    return pl.DataFrame(rows, schema={"place": pl.String, **dict.fromkeys(names, pl.String)})


def scheme_of(rules: Deprivations, weighted: Sequence[Indicator], cutoffs: Sequence[Fraction] = ()) -> Scheme:
    """The weights with the rulebook's cutoffs, or with the given ones; bands of vulnerable and severe poverty are counted."""
    chosen = tuple(cutoffs) or (rules.poor_cutoff.value,)
    bands = (rules.vulnerable_cutoff.value, rules.severe_cutoff.value)
    return Scheme(
        "",
        {indicator.code: indicator.weight for indicator in weighted},
        chosen,
        tuple(band for band in bands if band not in chosen),
    )


def reading_of(rules: Deprivations) -> Reading:
    """The rulebook's settings for errors."""
    return Reading(
        confidence=float(rules.confidence),
        lonely=rules.lonely,
        careful_cv=float(rules.careful_cv),
        unreliable_cv=float(rules.unreliable_cv),
    )


@dataclass(frozen=True)
class _Made:
    totals: Totals
    figures: pl.DataFrame
    report: DisclosureReport | None


def _assessed(
    rows: AnyFrame,
    weighted: Sequence[Indicator],
    rules: Deprivations,
    over: Sequence[Sequence[str]],
    by: Sequence[str],
    places: pl.DataFrame | None,
    drawn: Drawn,
    cutoffs: Sequence[Fraction],
) -> _Made:
    counted = totals(rows, indicators=weighted, schemes=[scheme_of(rules, weighted, cutoffs)], by=by, drawn=drawn)
    levels = levels_of(places) if places is not None else None
    unknown = {name for crossing in over for name in crossing} - {"place", *by, *(levels.columns if levels is not None else ())}
    if unknown:
        raise _no_such_column(sorted(unknown))
    crossings = list(dict.fromkeys([(), *(tuple(crossing) for crossing in over)]))
    reading = reading_of(rules)
    estimated = estimates(counted, levels=levels, over=crossings, reading=reading)
    parts = shares(counted, levels=levels, over=[crossing for crossing in crossings if crossing] or [()], reading=reading)
    figures = pl.concat([estimated, parts], how="diagonal")
    return _Made(counted, *published(counted, figures, crossings, places, rules))


def drawn_of(columns: Sequence[str]) -> Drawn:
    """Whether rows with these columns are a sample, or all households."""
    return "sample" if "weight" in columns else "all"


def _synthetic(frame: nw.LazyFrame[Any]) -> bool:
    if SYNTHETIC not in frame.collect_schema().names():
        return False
    made_up = frame.select(nw.col(SYNTHETIC).cast(nw.Int64).max().alias("made")).collect("polars")
    return bool(made_up["made"][0])


def _said(
    made: _Made, rules: Deprivations, missing: pl.DataFrame, notes: list[Sentence], *, synthetic: bool, series: str = ""
) -> Assessment:
    if synthetic:
        notes.insert(0, say("These households are made up: the figures are no estimate of any real place."))
    left = made.totals.column("everyone").sum() - made.totals.column("people").sum()
    if left:
        share = float(left) / float(made.totals.column("everyone").sum())
        notes.append(
            say("{share} % of people live in households left out because an answer is missing.", share=round(100 * share, 1))
        )
    hidden = made.figures.filter("withheld").select(pl.exclude("scheme", "cutoff", "measure")).unique().height
    if hidden and made.report is not None:
        notes.append(
            say_count(
                "{count} cell is withheld: too few respondents, or to protect those that have.",
                "{count} cells are withheld: too few respondents, or to protect those that have.",
                count=made.report.withheld,
            )
        )
    if made.totals.drawn == "all":
        notes.append(say("All households were counted: figures have no error of sampling."))
    return Assessment(series or rules.series, made.figures, missing, tuple(notes), made.totals, synthetic, made.report)


def _left_out(judged_by: Deprivations, rules: Deprivations, lacking: Mapping[str, Sequence[str]]) -> Sentence:
    judged = {indicator.code for indicator in judged_by.indicators}
    gone = [indicator.label.en for indicator in rules.indicators if indicator.code not in judged]
    return say(
        "Left out, since the file lacks their answers: {indicators}. Their weight goes to the others of their dimension.",
        indicators=", ".join(gone),
    )


def _missing(frame: nw.LazyFrame[Any], rows: nw.LazyFrame[Any], rules: Deprivations) -> pl.DataFrame:
    """Unknown judgements by indicator, including those that the policy decides; last, the households that are left out."""
    bare = replace(rules, indicators=tuple(replace(indicator, missing="drop") for indicator in rules.indicators))
    missing = missing_answers(deprivations(frame, rules=bare), rules=rules).filter(pl.col("indicator").is_not_null())
    left = missing_answers(rows, rules=rules).filter(pl.col("indicator").is_null())
    return pl.concat([missing, left])


def _refuse_missing(missing: pl.DataFrame, rules: Deprivations) -> None:
    wrong = missing.filter((pl.col("policy") == "refuse") & (pl.col("households") > 0))
    if wrong.height:
        raise Refused(
            [
                Problem(
                    what=say_count(
                        "{count} household has no answer.", "{count} households have no answer.", count=row["households"]
                    ),
                    where=[say("indicator {code}", code=row["indicator"])],
                    why=say("The rulebook refuses a file in which this answer is missing."),
                    remedy=say("Fill in the answers, or choose another policy for missing answers in the rulebook."),
                )
                for row in wrong.iter_rows(named=True)
            ]
        )


def _refuse_other_judgements(frame: nw.LazyFrame[Any], codes: Sequence[str]) -> None:
    """Integer columns are judged by their extremes, which Parquet stores; others are checked value by value."""
    schema = frame.collect_schema()
    asked: list[nw.Expr] = []
    for at, code in enumerate(codes):
        column, kind = nw.col(code), schema.get(code, nw.Boolean())
        if kind.is_integer():
            asked += [column.min().cast(nw.Int64).alias(f"least_{at}"), column.max().cast(nw.Int64).alias(f"most_{at}")]
        elif kind.is_numeric():
            asked.append(((column != 0) & (column != 1)).cast(nw.Int64).sum().alias(f"most_{at}"))
    extremes = pl.DataFrame(frame.select(*asked).collect("polars").to_native()).row(0, named=True) if asked else {}
    wrong = [
        code
        for at, code in enumerate(codes)
        if (extremes.get(f"least_{at}") or 0) < 0
        or (extremes.get(f"most_{at}") or 0) > (1 if f"least_{at}" in extremes else 0)
        or (code in schema and not schema[code].is_numeric() and schema[code] not in (nw.Boolean, nw.Unknown))
    ]
    if wrong:
        raise BadData(
            Problem(
                what=say("columns of judgements hold something else than 0 and 1: {columns}.", columns=", ".join(wrong)),
                remedy=say("Write 1 where the household is deprived, 0 where it is not, and nothing where it is not known."),
            )
        )


def _nothing_to_judge(lacking: Mapping[str, Sequence[str]]) -> BadData:
    wanted = ", ".join(dict.fromkeys(column for columns in lacking.values() for column in columns))
    return BadData(
        Problem(
            what=say("the file holds no answer that the rulebook judges."),
            remedy=say("Map its columns to these answers: {wanted}.", wanted=wanted),
        )
    )


def _no_such_column(names: Sequence[str]) -> BadData:
    return BadData(
        Problem(
            what=say("there is no column and no level called {names}.", names=", ".join(names)),
            remedy=say("Name columns of the file, place, or levels of the tree of places."),
        )
    )
