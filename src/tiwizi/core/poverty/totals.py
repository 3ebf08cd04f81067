"""Multidimensional poverty of any number of households: one scan down to exact integer totals, from which every measure is
computed.

The engine that holds the rows (DuckDB, Polars, Spark ...) adds up, for each place, subgroup, stratum and primary sampling
unit: people, poor people, their deprivations. Scores and cutoffs are numerators over the weights' common denominator, so
that no one on the line is lost to rounding, and all sums are whole numbers below 2^53, so that every engine gives the same
bits. Method: Alkire and Foster (2011), doi:10.1016/j.jpubeco.2010.11.006; Alkire et al. (2015), chapters 5 and 9.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import reduce
from math import ceil, floor, isfinite, lcm, log10
from operator import add
from typing import Any, Final, Literal

import narwhals as nw
import numpy as np
import polars as pl

from tiwizi.core import text
from tiwizi.core.errors import BadData, Problem, Sentence, say, say_count
from tiwizi.core.poverty.deprivation import AnyFrame, Indicator, lazy
from tiwizi.core.poverty.lanes import DIGITS, FEW, MANY, Lanes, for_sums
from tiwizi.core.poverty.sampling import Ints

Term = tuple[str, ...]
"""What a total counts: ("people",), ("deprived", indicator), ("poor", scheme, cutoff) ..."""
Drawn = Literal["sample", "all"]

WHOLE: Final = 2**53
"""Doubles hold every whole number up to here: sums below it are exact in any order."""
_WEIGHTS: Final = 1e15


@dataclass(frozen=True)
class Scheme:
    """Weights of the indicators, which sum to one, and the cutoffs at which people count as poor.

    Every measure is computed at each of `cutoffs`; at those of `counted` only the poor are counted (bands of vulnerability).
    """

    name: str
    weights: Mapping[str, Fraction]
    cutoffs: tuple[Fraction, ...]
    counted: tuple[Fraction, ...] = ()

    def __post_init__(self) -> None:
        wrong = []
        if sum(self.weights.values(), Fraction(0)) != 1 or min(self.weights.values(), default=Fraction(-1)) < 0:
            wrong.append(say("the weights sum to {total}, not to 1.", total=str(sum(self.weights.values(), Fraction(0)))))
        wrong += [
            say("the cutoff {cutoff} is not above 0 and at most 1.", cutoff=str(cutoff))
            for cutoff in (*self.cutoffs, *self.counted)
            if not 0 < cutoff <= 1
        ]
        if wrong:
            raise BadData(
                [
                    Problem(what=what, where=[say("weights {name}", name=self.name)], remedy=say("Write exact fractions."))
                    for what in wrong
                ]
            )

    @property
    def scale(self) -> int:
        """The common denominator of the weights: the score of someone deprived in every indicator."""
        return lcm(*(weight.denominator for weight in self.weights.values()))

    def points(self, indicator: str) -> int:
        """What deprivation in an indicator adds to the score."""
        return int(self.weights[indicator] * self.scale)

    def least(self, cutoff: Fraction) -> int:
        """The smallest score that counts as poor."""
        return ceil(cutoff * self.scale)


@dataclass(frozen=True)
class Totals:
    """Exact totals: one row per place, subgroup, stratum and primary sampling unit.

    `keys` holds the columns place, those of `by`, and for a sample stratum and psu; `counts` one column per term of `terms`,
    in steps of `1 / scale`. `population_psus` is the number of units that each row's stratum holds, where it was given.
    """

    keys: pl.DataFrame
    counts: Ints
    terms: Mapping[Term, int]
    scale: int
    indicators: tuple[Indicator, ...]
    schemes: tuple[Scheme, ...]
    by: tuple[str, ...]
    drawn: Drawn
    population_psus: Ints | None = field(default=None, repr=False)

    def column(self, *term: str) -> Ints:
        """The counts of one term, one for each row."""
        return self.counts[:, self.terms[term]]


def totals(
    judged: AnyFrame,
    *,
    indicators: Sequence[Indicator],
    schemes: Sequence[Scheme],
    by: Sequence[str] = (),
    drawn: Drawn = "sample",
) -> Totals:
    """The totals of judged households (see `deprivation.deprivations`, or any table with the same columns), in one scan.

    `drawn` says whether the rows are a sample with `weight`, `stratum` and `psu` (a missing weight is 1, a missing stratum
    is one stratum, a missing psu is the household), or all households, which have no error of sampling. Weights that are not
    whole are first summed once, then counted in steps small enough that all sums stay exact. A household whose judgement in
    any indicator is unknown is left out of the measures and kept in the design. Raises BadData: weights or people missing,
    negative or not finite, a unit in two strata, a row without place or unit, a place or a subgroup whose name holds signs
    that cannot be seen.
    """
    frame = lazy(judged)
    schema = frame.collect_schema()
    _refuse_columns(schema, indicators, by, drawn)
    sized = drawn == "sample" and "population_psus" in schema
    keys = list(dict.fromkeys(["place", *by, *(_DESIGN if drawn == "sample" else ())]))
    scale = _scale(frame, schema, schemes)
    judged_rows = frame.select(*_keyed(schema, keys), *_weighted(schema, scale, sized=sized), *_judgements(schema, indicators))
    lanes = _first_lanes(schemes, indicators, scale, drawn)
    terms, collected = _scanned(judged_rows, keys, schemes, indicators, lanes, fine=scale > 1, sized=sized)
    _refuse_rows(collected, frame, keys)
    heaviest = float(collected["everyone"].max() or 0.0)  # type: ignore[arg-type]
    if not lanes.holds(heaviest):
        lanes = for_sums(heaviest)
        terms, collected = _scanned(judged_rows, keys, schemes, indicators, lanes, fine=scale > 1, sized=sized)
    made = {"indicators": tuple(indicators), "schemes": tuple(schemes), "by": tuple(by), "drawn": drawn}
    return _finished(collected, keys, terms, lanes, scale=scale, **made)


_DESIGN: Final = ("stratum", "psu")


def _first_lanes(schemes: Sequence[Scheme], indicators: Sequence[Indicator], scale: int, drawn: Drawn) -> Lanes:
    """Lanes wide enough for most files; none where a judgement that some weights ignore may be unknown."""
    codes = {indicator.code for indicator in indicators}
    if scale > 1 or any(codes - scheme.weights.keys() for scheme in schemes):
        return Lanes(DIGITS)
    return Lanes(FEW if drawn == "sample" else MANY)


def _scanned(
    rows: nw.LazyFrame[Any],
    keys: list[str],
    schemes: Sequence[Scheme],
    indicators: Sequence[Indicator],
    lanes: Lanes,
    *,
    fine: bool,
    sized: bool,
) -> tuple[list[tuple[Term, ...]], pl.DataFrame]:
    """What was added up, and the sums of the rows by their keys."""
    words = lanes.words(len(indicators))
    rows = rows.with_columns(
        **{f"s{at}": _score(scheme, indicators, "d") for at, scheme in enumerate(schemes)},
        **_strict(schemes, indicators),
        **{f"p{at}": lanes.word([nw.col(f"d{j}") for j in word]) for at, word in enumerate(words)},
    )
    rows = rows.with_columns(c=nw.when(~nw.col("s0").is_null()).then(nw.col("w")), **dict(_poor(schemes, indicators)))
    added = list(_terms(schemes, indicators, words, fine=fine))
    counted = rows.group_by(*keys).agg(
        *(expression.alias(f"t{at}") for at, (_, expression) in enumerate(added)),
        everyone=nw.col("w").sum(),
        rows=nw.len(),
        counted=nw.col("w").count(),
        least=nw.col("lesser").min(),
        **({"least_units": nw.col("units").min(), "most_units": nw.col("units").max()} if sized else {}),
    )
    collected = pl.DataFrame(counted.collect("polars").to_native()).sort(keys)
    return [terms for terms, _ in added], collected


def _finished(
    frame: pl.DataFrame, keys: list[str], terms: list[tuple[Term, ...]], lanes: Lanes, *, scale: int, **made: Any
) -> Totals:
    alone = [f"t{at}" for at, those in enumerate(terms) if len(those) == 1]
    largest = max(float(frame[name].cast(pl.Float64).sum() or 0.0) for name in alone)
    if largest >= (WHOLE if scale == 1 else 2**63):
        raise BadData(
            Problem(
                what=say("the weights add up to more than can be counted exactly."),
                where=[say("column {column}", column="weight")],
                remedy=say("Give each household the number of households that it stands for, not a total."),
            )
        )
    counts: dict[Term, Ints] = {}
    for at, those in enumerate(terms):
        sums = frame[f"t{at}"].cast(pl.Int64).fill_null(0).to_numpy()
        counts |= dict(zip(those, lanes.apart(sums, len(those)), strict=True))
    counts |= dict(_loads(counts, made["schemes"]))
    units = frame["most_units"].cast(pl.Int64).to_numpy() if "most_units" in frame.columns else None
    return Totals(
        keys=frame.select(keys),
        # Each term is contiguous in memory: measures read the terms one by one.
        counts=np.stack(list(counts.values())).T,
        terms={term: at for at, term in enumerate(counts)},
        scale=scale,
        population_psus=units,
        **made,
    )


def _loads(counts: Mapping[Term, Ints], schemes: Sequence[Scheme]) -> Iterator[tuple[Term, Ints]]:
    """The points that the poor bear: the points of each indicator times its censored count."""
    for scheme in schemes:
        for cutoff in map(str, scheme.cutoffs):
            parts = [counts["censored", scheme.name, cutoff, code] * scheme.points(code) for code in scheme.weights]
            yield ("load", scheme.name, cutoff), np.add.reduce(parts, axis=0)


def _keyed(schema: nw.Schema, keys: Sequence[str]) -> Iterator[nw.Expr]:
    for key in keys:
        if key in schema:
            yield nw.col(key)
        elif key == "psu":
            yield nw.col("household").alias("psu")
        else:
            yield nw.lit("all").alias(key)


def _weighted(schema: nw.Schema, scale: int, *, sized: bool) -> Iterator[nw.Expr]:
    """Weighted people of each row as a whole number in a double, null or not finite where its weight or its people are."""
    people, weight = (factor.cast(nw.Float64) for factor in _factors(schema))
    if scale == 1:
        yield (weight * people).alias("w")
    else:
        # Some engines round to 64-bit integers, and fail on NaN and infinities.
        yield nw.when(_usable(schema)).then((weight * scale + 0.5).floor() * people).alias("w")
    # The product of two negative numbers would pass for people.
    yield nw.when(weight < people).then(weight).otherwise(people).alias("lesser")
    if sized:
        yield nw.col("population_psus").cast(nw.Int64).alias("units")


def _factors(schema: nw.Schema) -> tuple[nw.Expr, nw.Expr]:
    return nw.col("people"), nw.col("weight") if "weight" in schema else nw.lit(1)


def _usable(schema: nw.Schema) -> nw.Expr:
    """Whether a row's people and weight can be counted: neither missing, negative nor infinite."""
    people, weight = (factor.cast(nw.Float64) for factor in _factors(schema))
    fine = (people >= 0) & (people <= _WEIGHTS) & (weight >= 0) & (weight <= _WEIGHTS)
    return fine.fill_null(value=False)


def _judgements(schema: nw.Schema, indicators: Sequence[Indicator]) -> Iterator[nw.Expr]:
    for at, indicator in enumerate(indicators):
        yield nw.col(indicator.code).cast(nw.Float64).alias(f"d{at}")
        if indicator.severe and f"severe_{indicator.code}" in schema:
            yield nw.col(f"severe_{indicator.code}").cast(nw.Float64).alias(f"x{at}")
        if indicator.steps:
            yield nw.col(f"gap_{indicator.code}").cast(nw.Float64).alias(f"g{at}")


def _score(scheme: Scheme, indicators: Sequence[Indicator], letter: str) -> nw.Expr:
    """The points of a household; unknown as soon as one judgement is."""
    alike: dict[int, nw.Expr] = {}
    for at, indicator in enumerate(indicators):
        if indicator.code in scheme.weights:
            column = nw.col(f"{'x' if letter == 'x' and indicator.severe else 'd'}{at}")
            points = scheme.points(indicator.code)
            alike[points] = alike[points] + column if points in alike else column
    return reduce(add, (column * float(points) if points != 1 else column for points, column in alike.items()))


def _destitution(indicators: Sequence[Indicator]) -> bool:
    return any(indicator.severe for indicator in indicators)


def _strict(schemes: Sequence[Scheme], indicators: Sequence[Indicator]) -> dict[str, nw.Expr]:
    if not _destitution(indicators):
        return {}
    return {f"y{at}": _score(scheme, indicators, "x") for at, scheme in enumerate(schemes)}


def _poor(schemes: Sequence[Scheme], indicators: Sequence[Indicator]) -> Iterator[tuple[str, nw.Expr]]:
    """Weighted people of a row where it is poor, by scheme and cutoff, and where it is also destitute; null elsewhere."""
    for at, scheme in enumerate(schemes):
        for number, cutoff in enumerate((*scheme.cutoffs, *scheme.counted)):
            poor = nw.col(f"s{at}") >= float(scheme.least(cutoff))
            yield f"q{at}_{number}", nw.when(poor).then(nw.col("w"))
            if number < len(scheme.cutoffs) and _destitution(indicators):
                strict = nw.col(f"y{at}") >= float(scheme.least(cutoff))
                yield f"z{at}_{number}", nw.when(poor & strict).then(nw.col("w"))


def _terms(
    schemes: Sequence[Scheme], indicators: Sequence[Indicator], words: Sequence[range], *, fine: bool
) -> Iterator[tuple[tuple[Term, ...], nw.Expr]]:
    """What is added up, and how; the sum of several terms is one word with a lane for each.

    `fine` weights make squares and gaps too large for a double: those are added as 64-bit whole numbers.
    """
    people = nw.col("c")
    yield (("rows",),), nw.col("s0").count()
    yield (("people",),), people.sum()
    yield (("everyone",),), nw.col("w").sum()
    yield (("largest",),), people.max()
    for at, word in enumerate(words):
        yield tuple(("deprived", indicators[j].code) for j in word), (people * nw.col(f"p{at}")).sum()
    for at, scheme in enumerate(schemes):
        for number, cutoff in enumerate((*scheme.cutoffs, *scheme.counted)):
            poor, here = nw.col(f"q{at}_{number}"), (scheme.name, str(cutoff))
            yield (("poor", *here),), poor.sum()
            yield (("poor rows", *here),), poor.count()
            if number < len(scheme.cutoffs):
                for j, word in enumerate(words):
                    yield tuple(("censored", *here, indicators[k].code) for k in word), (poor * nw.col(f"p{j}")).sum()
                yield from _others(here, f"{at}_{number}", indicators, fine=fine)


def _others(
    here: tuple[str, str], suffix: str, indicators: Sequence[Indicator], *, fine: bool
) -> Iterator[tuple[tuple[Term, ...], nw.Expr]]:
    """Squares of the score, gaps, and destitution at one cutoff."""
    at = suffix.partition("_")[0]
    poor, score = nw.col(f"q{suffix}"), nw.col(f"s{at}")
    yield (("squares", *here),), _large(poor * score * score, fine).sum()
    for j, indicator in enumerate(indicators):
        if indicator.steps:
            yield (("gap", *here, indicator.code),), _large(poor * nw.col(f"g{j}"), fine).sum()
            squared = _large(poor * nw.col(f"g{j}") * nw.col(f"g{j}"), fine)
            yield (("squared gap", *here, indicator.code),), squared.sum()
    if _destitution(indicators):
        yield (("destitute", *here),), nw.col(f"z{suffix}").sum()
        yield (("destitute load", *here),), (nw.col(f"z{suffix}") * nw.col(f"y{at}")).sum()


def _large(product: nw.Expr, fine: bool) -> nw.Expr:
    return product.cast(nw.Int64) if fine else product


def _scale(frame: nw.LazyFrame[Any], schema: nw.Schema, schemes: Sequence[Scheme]) -> int:
    """In how many steps a weight of one is counted: 1 for whole weights, else the largest power of ten that keeps sums exact."""
    if "weight" not in schema or not schema["weight"].is_float():
        return 1
    people, weight = (factor.cast(nw.Float64) for factor in _factors(schema))
    total = frame.select(nw.when(_usable(schema)).then(weight * people).otherwise(0.0).sum().alias("all")).collect("polars")
    everyone = float(total["all"][0] or 0.0)
    room = WHOLE / max(everyone * max(scheme.scale for scheme in schemes), 1.0)
    return int(10 ** min(floor(log10(room)), 9)) if room >= 10 else 1


def _refuse_columns(schema: nw.Schema, indicators: Sequence[Indicator], by: Sequence[str], drawn: Drawn) -> None:
    wanted = [
        "place",
        "people",
        *by,
        *(indicator.code for indicator in indicators),
        *(f"gap_{indicator.code}" for indicator in indicators if indicator.steps),
    ]
    wanted += [f"severe_{indicator.code}" for indicator in indicators if indicator.severe]
    if drawn == "sample" and "psu" not in schema:
        wanted.append("household")
    problems = [
        Problem(
            what=say("the column {column} is missing.", column=name),
            where=[say("table {table}", table="deprivations")],
            remedy=say("Add it, or say which column of the file holds it."),
        )
        for name in wanted
        if name not in schema
    ]
    if problems:
        raise BadData(problems)


def _refuse_rows(rows: pl.DataFrame, frame: nw.LazyFrame[Any], keys: Sequence[str]) -> None:
    problems = []
    everyone = float(rows["everyone"].cast(pl.Float64).sum() or 0.0)
    least = rows.select(pl.col("least").cast(pl.Float64).min()).item()
    if rows["counted"].sum() < rows["rows"].sum() or (least or 0.0) < 0 or not isfinite(everyone):
        bad, places = _unusable(frame)
        problems.append(
            Problem(
                what=say_count(
                    "{count} row has a weight or a number of people that is missing, negative or not finite.",
                    "{count} rows have a weight or a number of people that is missing, negative or not finite.",
                    count=bad,
                ),
                where=[say("table {table}", table="deprivations"), _some(places)],
                why=say("Such a row would stand for nobody, or for less than nobody."),
                remedy=say("Correct these rows in the file, or take them out."),
            )
        )
    problems += [
        Problem(
            what=say("rows without {column}.", column=key),
            where=[say("column {column}", column=key)],
            remedy=say("Fill it in for each household."),
        )
        for key in keys
        if rows[key].null_count()
    ]
    problems.extend(_unseen(rows, [key for key in keys if key not in _DESIGN]))
    if "psu" in keys:
        problems.extend(_two_strata(rows))
    if "most_units" in rows.columns:
        problems.extend(_two_sizes(rows))
    if problems:
        raise BadData(problems)


def _unusable(frame: nw.LazyFrame[Any]) -> tuple[int, list[str]]:
    """How many rows cannot be counted, and the first places where they are: computed only once something is wrong."""
    wrong = frame.filter(~_usable(frame.collect_schema())).select(place=nw.col("place").cast(nw.String))
    places = pl.DataFrame(wrong.group_by("place").agg(nw.len().alias("rows")).collect("polars").to_native()).sort("place")
    return int(places["rows"].sum()), [str(place) for place in places["place"].head(3)]


def _unseen(rows: pl.DataFrame, keys: Sequence[str]) -> Iterator[Problem]:
    """Names of places and subgroups with signs that cannot be seen: asked of the sums, few, and not of each household."""
    problems = [text.problem_of_names(keys)]
    for key in keys:
        values = rows[key].unique().cast(pl.String, strict=False).drop_nulls().sort()
        problems.append(text.problem_of_names(values, say("column {column}", column=text.without(key))))
    yield from (problem for problem in problems if problem is not None)


def _two_strata(rows: pl.DataFrame) -> Iterator[Problem]:
    crossing = rows.group_by("psu").agg(pl.col("stratum").n_unique()).filter(pl.col("stratum") > 1)["psu"].sort()
    if len(crossing):
        yield Problem(
            what=say_count(
                "{count} primary sampling unit stands in two strata.",
                "{count} primary sampling units stand in two strata.",
                count=len(crossing),
            ),
            where=[say("column {column}", column="psu"), _some(crossing.head(3).to_list())],
            why=say("A unit is drawn inside one stratum: its number must name one unit of the whole sample."),
            remedy=say("Number the units so that each number stands in one stratum, for instance stratum and unit joined."),
        )


def _two_sizes(rows: pl.DataFrame) -> Iterator[Problem]:
    sizes = rows.group_by("stratum").agg(
        pl.col("least_units").min(), pl.col("most_units").max(), pl.col("least_units").null_count().alias("none")
    )
    wrong = sizes.filter((pl.col("least_units") != pl.col("most_units")) | (pl.col("none") > 0))["stratum"].sort()
    if len(wrong):
        yield Problem(
            what=say_count(
                "{count} stratum does not hold one number of units.",
                "{count} strata do not hold one number of units.",
                count=len(wrong),
            ),
            where=[say("column {column}", column="population_psus"), _some(wrong.head(3).to_list())],
            remedy=say("Write in each row how many primary sampling units its stratum holds in all."),
        )


def _some(values: Sequence[object]) -> Sentence:
    return say("for instance {values}", values=", ".join(str(value) for value in values))
