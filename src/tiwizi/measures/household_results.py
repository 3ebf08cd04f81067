"""Runs on households: their poverty with its errors, place by place, and its change between two rounds."""

import io
from collections.abc import Sequence
from datetime import date
from typing import Final

import polars as pl

from tiwizi.core.change import Round, changes
from tiwizi.core.deprivation import unanswered
from tiwizi.core.errors import BadData, Problem, Refused, Sentence, say
from tiwizi.core.subjects import Deprivations, Rules
from tiwizi.core.tables import figures
from tiwizi.measures.households import AS_OF, SYNTHETIC
from tiwizi.poverty import Assessment, assess, levels_of
from tiwizi.poverty.assessing import reading_of

SERIES_MOST: Final = 32
_CHANGES: Final = ("headcount_ratio", "adjusted_headcount", "intensity")


def poverty_of(content: bytes, places: pl.DataFrame, rules: Rules, *, source: str) -> tuple[pl.DataFrame, tuple[Sentence, ...]]:
    """Every measure of a table of households in each place of the tree, as MEASURES; what is withheld has no value.

    `deprivation_people` is the adjusted headcount times the people: so many people deprived of everything, as the budget counts.
    """
    frame = pl.read_parquet(io.BytesIO(content))
    made = assess(frame, rules=_judging(rules), over=_levels(places), places=places)
    return _rows(made, rules, day=frame[AS_OF][0], source=source), made.notes


def change_of(
    earlier: bytes, later: bytes, places: pl.DataFrame, rules: Rules, *, source: str
) -> tuple[pl.DataFrame, tuple[Sentence, ...]]:
    """How poverty changed between two tables of households, in each place of the tree, as MEASURES of the later day.

    Both rounds are judged on the answers that both have. Rounds are taken as drawn apart. A place that either round withholds has
    no change.
    """
    frames = [pl.read_parquet(io.BytesIO(content)) for content in (earlier, later)]
    judging = _judging(rules)
    lacking = {code for frame in frames for code in unanswered(judging, frame.columns)}
    if any(frame[SYNTHETIC][0] for frame in frames) and not all(frame[SYNTHETIC][0] for frame in frames):
        raise Refused(
            Problem(
                what=say("one of the two rounds is made up."),
                why=say("A change from real to made-up households would say nothing."),
                remedy=say("Choose two rounds of the same kind."),
            )
        )
    over = _levels(places)
    made = [
        assess(
            frame.drop([one for one in frame.columns if one in _only(judging, lacking)]), rules=judging, over=over, places=places
        )
        for frame in frames
    ]
    rounds = [Round(one.series, frame[AS_OF][0], one.totals) for one, frame in zip(made, frames, strict=True)]
    found = changes(*rounds, units="apart", levels=levels_of(places), over=over, reading=reading_of(judging))
    rows = _changed(found, made, over)
    notes = {note.text(): note for one in made for note in one.notes}
    return _completed(rows, rules, made[1], day=rounds[1].on, source=source), tuple(notes.values())


def _only(rules: Deprivations, codes: set[str]) -> set[str]:
    """The answers that only these indicators read."""
    kept = unanswered(rules, ())
    others = {column for code, columns in kept.items() if code not in codes for column in columns}
    return {column for code in codes for column in kept[code]} - others


def _judging(rules: Rules) -> Deprivations:
    if rules.deprivations is None:
        raise BadData(
            Problem(
                what=say("this rulebook does not say how households are judged."),
                where=[say("file {file}", file="deprivations.toml")],
                remedy=say("Copy it from the rulebook that comes with Tiwizi, then change what differs."),
            )
        )
    return rules.deprivations


def _levels(places: pl.DataFrame) -> list[tuple[str, ...]]:
    return [(level,) for level in dict.fromkeys(places["level"])]


def _place(table: pl.DataFrame, over: Sequence[Sequence[str]]) -> pl.Expr:
    return pl.coalesce(*(pl.col(level) for (level,) in over if level in table.columns))


def _rows(made: Assessment, rules: Rules, *, day: date, source: str) -> pl.DataFrame:
    judging = _judging(rules)
    over = [(name,) for name in made.figures.columns[: made.figures.columns.index("scheme")]]
    poor = {str(judging.poor_cutoff.value), None}
    table = made.figures.with_columns(place=_place(made.figures, over)).filter(pl.col("place").is_not_null())
    bands = pl.col("measure").is_in(["vulnerable_share", "severe_headcount_ratio"])
    table = table.filter(pl.col("cutoff").is_in([one for one in poor if one]) | pl.col("cutoff").is_null() | bands)
    rows = table.select("place", "measure", "value", "low", "high", people=pl.col("people").round().cast(pl.Int64))
    depth = rows.filter(pl.col("measure") == "adjusted_headcount").with_columns(
        pl.col("value", "low", "high") * pl.col("people"), measure=pl.lit("deprivation_people")
    )
    rounded = depth.with_columns(((pl.col(name).round(6) + 0.5).floor()).alias(name) for name in ("value", "low", "high"))
    return _completed(pl.concat([rows, rounded]), rules, made, day=day, source=source)


def _completed(rows: pl.DataFrame, rules: Rules, made: Assessment, *, day: date, source: str) -> pl.DataFrame:
    judging = _judging(rules)
    assumed = made.synthetic or any(one.weight.assumed for one in judging.indicators)
    return figures(
        rows,
        as_of=day,
        series=series_name(made.series, judging),
        source=("Synthetic: " if made.synthetic else "") + source,
        standing="proxy" if made.synthetic else "computed",
        assumed=assumed,
    )


def _changed(found: pl.DataFrame, made: Sequence[Assessment], over: Sequence[Sequence[str]]) -> pl.DataFrame:
    table = found.with_columns(place=_place(found, over)).filter(pl.col("measure").is_in(_CHANGES))
    closed = pl.concat(
        [one.figures.with_columns(place=_place(one.figures, over)).filter("withheld").select("place") for one in made]
    )
    open_ = ~pl.col("place").is_in(closed["place"].unique().implode())
    people = made[1].figures.filter(pl.col("measure") == "headcount_ratio")
    people = people.select(place=_place(people, over), people=pl.col("people").round().cast(pl.Int64)).unique("place")
    ends = ("absolute", "absolute_low", "absolute_high")
    parts = [
        table.select(
            "place",
            measure=pl.col("measure") + "_change",
            **{name: pl.when(open_).then(pl.col(end)) for name, end in zip(("value", "low", "high"), ends, strict=True)},
        ),
        table.filter(pl.col("measure") != "intensity").select(
            "place",
            measure=pl.col("measure") + "_annual_change",
            value=pl.when(open_).then("annual"),
            low=pl.lit(None, dtype=pl.Float64),
            high=pl.lit(None, dtype=pl.Float64),
        ),
    ]
    return pl.concat(parts).join(people, on="place", how="left").filter(pl.col("place").is_not_null())


def series_name(series: str, rules: Deprivations) -> str:
    """The name under which figures are kept: that of the rulebook, or it with a mark of the indicators that were left out."""
    if len(series) <= SERIES_MOST:
        return series
    gone = series.removeprefix(rules.series).rpartition("without ")[2]
    codes = [code.strip() for code in gone.split(",")]
    said = f"Households less {', '.join(codes)}"
    return said if len(said) <= SERIES_MOST else f"Households less {'/'.join(code[:3] for code in codes)}"[:SERIES_MOST]


def over_margins(
    margins: pl.DataFrame, content: bytes, places: pl.DataFrame, rules: Rules, *, source: str
) -> tuple[pl.DataFrame, tuple[Sentence, ...]]:
    """The census's figures with `deprivation_people` from households instead of margins, at every place that has them.

    Where a place of the level that shares has none (nobody asked there, or withheld), the margins stand for all: two ways of
    counting are never mixed in one criterion.
    """
    rows, notes = poverty_of(content, places, rules, source=source)
    own = rows.filter((pl.col("measure") == "deprivation_people") & pl.col("value").is_not_null())
    sharing = set(places.filter(pl.col("level") == rules.allocation.level)["place"])
    short = sharing - set(own["place"])
    if short:
        told = say(
            "Households tell nothing usable of {count} places: the criterion of poverty stays with the census's margins.",
            count=len(short),
        )
        return margins, (*notes, told)
    kept = margins.filter(pl.col("measure") != "deprivation_people")
    said = say("The criterion of poverty comes from households instead of the census's margins.")
    return pl.concat([kept, own.select(kept.columns)]), (*notes, said)
