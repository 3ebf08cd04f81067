"""Runs on households: their poverty with its errors, place by place, and its change between two rounds."""

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from datetime import date
from typing import Final, NamedTuple

import polars as pl

from tiwizi.core.errors import BadData, Problem, Refused, Sentence, say, say_count
from tiwizi.core.poverty.change import Round, changes
from tiwizi.core.poverty.deprivation import unanswered
from tiwizi.core.rulebook.subjects import Deprivations, Rules
from tiwizi.core.tables import MEASURES
from tiwizi.core.tables import figures as completed
from tiwizi.measures import surveys
from tiwizi.measures.rules import CAREFUL, FLAGS, UNRELIABLE
from tiwizi.survey import Assessment, assess, levels_of
from tiwizi.survey.assessing import reading_of

SERIES_MOST: Final = 32
MADE_UP: Final = "Synthetic: "
"""Prefix of the source of a figure whose households are synthetic."""
Progress = Callable[[float], None]
_CHANGES: Final = ("headcount_ratio", "adjusted_headcount", "intensity")


class Poverty(NamedTuple):
    """Figures as MEASURES, the warnings of those that are uncertain (FLAGS), and notes for the reader."""

    figures: pl.DataFrame
    flags: pl.DataFrame
    notes: tuple[Sentence, ...]


def _silent(_share: float) -> None:
    """The progress callback if none is given."""


def poverty_of(content: bytes, places: pl.DataFrame, rules: Rules, *, source: str, progress: Progress = _silent) -> Poverty:
    """Every measure of a table of households in each place of the tree, as MEASURES; what is withheld has no value.

    `deprivation_people` is the adjusted headcount times the people: so many people deprived of everything, as the budget
    counts. `progress` receives the part of a file on the server that was checked.
    """
    with surveys.households_of(content, _codes(places), progress=progress) as read:
        made = assess(read.frame, rules=_judging(rules), over=_levels(places), places=places)
    rows = _rows(made, rules)
    figures = _completed(rows.drop("flag"), rules, made, day=read.as_of, source=source)
    return Poverty(figures, _flags(rows, figures), (*read.notes, *made.notes))


def change_of(
    earlier: bytes, later: bytes, places: pl.DataFrame, rules: Rules, *, source: str, progress: Progress = _silent
) -> Poverty:
    """How poverty changed between two tables of households, in each place of the tree, as MEASURES of the later day.

    Both rounds are judged on the answers that both have. They are treated as independent samples. A place withheld in either
    round has no change.
    """
    judging = _judging(rules)
    over = _levels(places)
    with ExitStack() as opened:
        read = [
            opened.enter_context(surveys.households_of(content, _codes(places), progress=_half(progress, at)))
            for at, content in enumerate((earlier, later))
        ]
        _refuse_mixed(read)
        columns = [file.frame.collect_schema().names() for file in read]
        gone = _only(judging, {code for names in columns for code in unanswered(judging, names)})
        made = [
            assess(file.frame.drop([name for name in names if name in gone]), rules=judging, over=over, places=places)
            for file, names in zip(read, columns, strict=True)
        ]
    rounds = [Round(assessment.series, file.as_of, assessment.totals) for assessment, file in zip(made, read, strict=True)]
    changed = changes(*rounds, units="apart", levels=levels_of(places), over=over, reading=reading_of(judging))
    rows = _changed(changed, made, over)
    every = [note for file in read for note in file.notes] + [note for assessment in made for note in assessment.notes]
    notes = {note.text(): note for note in every}
    figures = _completed(rows, rules, made[1], day=rounds[1].on, source=source)
    return Poverty(figures, pl.DataFrame(schema=FLAGS), tuple(notes.values()))


def _half(progress: Progress, at: int) -> Progress:
    return lambda share: progress((at + share) / 2)


def _refuse_mixed(rounds: Sequence[surveys.Households]) -> None:
    if len({file.synthetic for file in rounds}) > 1:
        raise Refused(
            Problem(
                what=say("one of the two rounds is made up."),
                why=say("A change from real to made-up households would say nothing."),
                remedy=say("Choose two rounds of the same kind."),
            )
        )


def _codes(places: pl.DataFrame) -> list[str]:
    return places["place"].unique().to_list()


def _only(rules: Deprivations, codes: set[str]) -> set[str]:
    """The answers that only these indicators read."""
    unanswerable = unanswered(rules, ())
    others = {column for code, columns in unanswerable.items() if code not in codes for column in columns}
    return {column for code in codes for column in unanswerable[code]} - others


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


def _flags(rows: pl.DataFrame, figures: pl.DataFrame) -> pl.DataFrame:
    """The warnings of the figures; a withheld one has none, since even its uncertainty is informative."""
    warned = rows.filter(pl.col("value").is_not_null() & pl.col("flag").is_in([CAREFUL, UNRELIABLE]))
    keyed = figures.select(*MEASURES.key)
    return keyed.join(warned.select("place", "measure", "flag"), on=["place", "measure"], maintain_order="left").select(*FLAGS)


def _rows(made: Assessment, rules: Rules) -> pl.DataFrame:
    """The figures of places at the rulebook's cutoff, with the warning of each."""
    judging = _judging(rules)
    over = [(name,) for name in made.figures.columns[: made.figures.columns.index("scheme")]]
    poor = {str(judging.poor_cutoff.value), None}
    table = made.figures.with_columns(place=_place(made.figures, over)).filter(pl.col("place").is_not_null())
    bands = pl.col("measure").is_in(["vulnerable_share", "severe_headcount_ratio"])
    table = table.filter(pl.col("cutoff").is_in([cutoff for cutoff in poor if cutoff]) | pl.col("cutoff").is_null() | bands)
    rows = table.select("place", "measure", "value", "low", "high", "flag", people=pl.col("people").round().cast(pl.Int64))
    depth = rows.filter(pl.col("measure") == "adjusted_headcount").with_columns(
        pl.col("value", "low", "high") * pl.col("people"), measure=pl.lit("deprivation_people")
    )
    rounded = depth.with_columns(((pl.col(name).round(6) + 0.5).floor()).alias(name) for name in ("value", "low", "high"))
    return pl.concat([rows, rounded])


def _completed(rows: pl.DataFrame, rules: Rules, made: Assessment, *, day: date, source: str) -> pl.DataFrame:
    judging = _judging(rules)
    assumed = made.synthetic or any(indicator.weight.assumed for indicator in judging.indicators)
    return completed(
        rows,
        as_of=day,
        series=series_name(made.series, judging),
        source=(MADE_UP if made.synthetic else "") + source,
        standing="proxy" if made.synthetic else "computed",
        assumed=assumed,
    )


def _changed(changed: pl.DataFrame, made: Sequence[Assessment], over: Sequence[Sequence[str]]) -> pl.DataFrame:
    table = changed.with_columns(place=_place(changed, over)).filter(pl.col("measure").is_in(_CHANGES))
    closed = pl.concat(
        [
            assessment.figures.with_columns(place=_place(assessment.figures, over)).filter("withheld").select("place")
            for assessment in made
        ]
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
    """The name of the series of figures: that of the rulebook, with a mark for indicators left out."""
    if len(series) <= SERIES_MOST:
        return series
    gone = series.removeprefix(rules.series).rpartition("without ")[2]
    codes = [code.strip() for code in gone.split(",")]
    name = f"Households less {', '.join(codes)}"
    return name if len(name) <= SERIES_MOST else f"Households less {'/'.join(code[:3] for code in codes)}"[:SERIES_MOST]


def over_margins(
    margins: pl.DataFrame, content: bytes, places: pl.DataFrame, rules: Rules, *, source: str, progress: Progress = _silent
) -> Poverty:
    """The census's figures with `deprivation_people` from households instead of margins, at every place that has them.

    Where one of the recipients has none (nobody surveyed there, or withheld), the margins apply to all: two ways of counting
    are never mixed in one criterion.
    """
    rows, flags, notes = poverty_of(content, places, rules, source=source, progress=progress)
    own = rows.filter((pl.col("measure") == "deprivation_people") & pl.col("value").is_not_null())
    recipients = set(places.filter(pl.col("level") == rules.allocation.level)["place"])
    short = recipients - set(own["place"])
    if short:
        note = say_count(
            "Households tell nothing usable of {count} place: the criterion of poverty stays with the census's margins.",
            "Households tell nothing usable of {count} places: the criterion of poverty stays with the census's margins.",
            count=len(short),
        )
        return Poverty(margins, flags.clear(), (*notes, note))
    others = margins.filter(pl.col("measure") != "deprivation_people")
    replaced = say("The criterion of poverty comes from households instead of the census's margins.")
    warned = flags.filter(pl.col("measure") == "deprivation_people")
    return Poverty(pl.concat([others, own.select(others.columns)]), warned, (*notes, replaced))
