"""Which cells of a table may be published: those of few people or of one large respondent are withheld, and so are the cells
that protect them.

Three steps: the rules of the cell itself (primary suppression); further cells along the tree and over the crossings, so that
no withheld cell equals a total minus its published parts (complementary suppression, to a fix-point); then the attack of
`attack`: further cells are withheld until it recovers nothing. The attack decides: the steps before it only save
it work. Method: Hundepool et al. (2012), Statistical Disclosure Control, Wiley, doi:10.1002/9781118348239, chapter 4; Cox
(1980), doi:10.1080/01621459.1980.10477481. Cheapest cells first is a heuristic: fewer people might do.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import polars as pl

from tiwizi.core.disclosure.attack import QUANTITIES, Floats, Key, cell_keys, check_sums, known_from, sums_of
from tiwizi.core.disclosure.guard import ATTACK, PROTECTS, Guard
from tiwizi.core.errors import BadData, Problem, Refused, mark, rows_sentence, say
from tiwizi.core.tables import Column, Table

FEW_RESPONDENTS: Final = mark("few respondents")
FEW_POOR: Final = mark("few poor people")
FEW_NOT_POOR: Final = mark("few people who are not poor")
DOMINANCE: Final = mark("dominance")
REASONS: Final = (FEW_RESPONDENTS, FEW_POOR, FEW_NOT_POOR, DOMINANCE, PROTECTS, ATTACK)


@dataclass(frozen=True, kw_only=True)
class DisclosureRules:
    """What makes a cell unsafe, and how uncertain an outsider must remain about a withheld cell.

    `least_observations`: the minimum number of respondents in a cell, and of poor and of not poor respondents where there
    are any. `group_disclosure`: whether a cell whose people are all poor, or all not poor, is unsafe too: it tells about
    each of them. `dominance_share`: the largest part (0 to 1) that one respondent may make of the weighted count. A withheld
    count is recovered when an outsider can narrow it to less than `least_observations` people, or less than
    `protection_share` (0 to 1) of itself.
    """

    least_observations: int
    group_disclosure: bool
    dominance_share: float
    protection_share: float

    def __post_init__(self) -> None:
        right = {
            "least_observations": self.least_observations >= 1,
            "dominance_share": 0 < self.dominance_share <= 1,
            "protection_share": 0 <= self.protection_share <= 1,
        }
        problems = [
            Problem(
                what=say("{value} cannot be used.", value=getattr(self, name)),
                where=[say("parameter {name}", name=name)],
                remedy=say("Give a count of 1 or more for people, and a share between 0 and 1."),
            )
            for name, fits in right.items()
            if not fits
        ]
        if problems:
            raise Refused(problems)


@dataclass(frozen=True)
class DisclosureReport:
    """What the protection took: cells in all and withheld, by reason; rounds of the attack; linear programmes solved.

    `exposed`: figures that the rules withhold but that earlier releases already give away, whatever is withheld now: one row
    per cell and figure (people, poor, not_poor). They are withheld all the same; what to do about it is for a person to
    judge.
    """

    cells: int
    withheld: int
    by_reason: Mapping[str, int]
    rounds: int
    programmes: int
    exposed: pl.DataFrame


@dataclass(frozen=True)
class Protected:
    """The cells with `withheld` and `reason` (null where published), and the report on how they were chosen.

    `cells` still holds every figure, and the reasons, which are themselves informative ("few poor people"): for internal
    use. `published` is what may be released.
    """

    cells: pl.DataFrame
    report: DisclosureReport
    published: pl.DataFrame


def cells_table(crossings: Sequence[str] = ()) -> Table:
    """The table that `protect` takes, when cells are crossed by these columns (null in the row of the whole)."""
    return Table(
        "cells",
        "a place, or one part of its people",
        ("place", *crossings),
        (
            Column("place", "text", "code of the place"),
            Column("parent", "text", "code of the place one level up; empty at the top", nullable=True),
            *(Column(name, "text", "part of the people; empty for all of them", nullable=True) for name in crossings),
            Column("observations", "int", "respondents, not weighted", "people", least=0),
            Column("people", "int", "weighted count", "people", least=0),
            Column("poor_people", "int", "weighted count of poor people", "people", least=0),
            Column(
                "poor_observations",
                "int",
                "respondents who are poor, not weighted",
                "people",
                nullable=True,
                least=0,
                optional=True,
            ),
            Column(
                "largest_share",
                "float",
                "part of the largest respondent in the weighted count",
                "share from 0 to 1",
                nullable=True,
                least=0,
                most=1,
                optional=True,
            ),
        ),
    )


def primary(cells: pl.DataFrame, *, rules: DisclosureRules, crossings: Sequence[str] = ()) -> pl.DataFrame:
    """The cells with `withheld` and `reason` by the rules of the cell itself alone: not sufficient for publication, see
    `protect`.

    Where `poor_observations` is absent or null, respondents in a cell are assumed to have equal weights: observations times
    the share of the poor. A cell without respondents discloses nothing.
    """
    table = _checked(cells, crossings)
    return cells.with_columns(_verdict([_primary_reason(row, rules) for row in table.iter_rows(named=True)]))


def protect(
    cells: pl.DataFrame, *, rules: DisclosureRules, crossings: Sequence[str] = (), earlier: Sequence[pl.DataFrame] = ()
) -> Protected:
    """The cells with those to withhold marked, such that `attack` recovers none of it.

    A row is a cell: see `cells_table`. Withholding a cell withholds its people and its poor people, and so the proportion.
    Sums must hold without a remainder: children to the parent, parts of a place over each crossing column to the row where
    that column is null. `earlier`: what has already been published on the same people on the same day, whatever its tree or
    crossings (the names of all in `crossings`), with people and poor_people null where they were withheld; what they publish
    counts as public. Every withheld figure is protected, including those withheld only to protect others. Totals may be
    withheld up to the root, when nothing below protects. Leaves out: the counts of respondents, which must not be published
    with them; and what neighbours or respondents know. BadData for sums that do not hold, a place with two parents or inside
    itself, more poor than people, and releases that contradict each other.
    """
    table = _checked(cells, crossings)
    frames = [table, *earlier]
    sums = sums_of(frames, crossings)
    check_sums(sums, known_from(sums, frames, crossings))
    values = _values(table)
    guard = Guard(
        sums,
        known_from(sums, earlier, crossings),
        values=values,
        asked=_asked(values, rules),
        observations=table["observations"].to_numpy(),
        least=rules.least_observations,
    )
    first = [_primary_reason(row, rules) for row in table.iter_rows(named=True)]
    reasons = guard.run(first)
    marked = cells.with_columns(_verdict(reasons))
    hidden = pl.when(~pl.col("withheld")).then(pl.col("people", "poor_people"))
    columns = [name for name in ("place", "parent", *crossings) if name in cells.columns]
    published = marked.select(*columns, hidden, "withheld")
    report = DisclosureReport(
        cells=table.height,
        withheld=sum(reason is not None for reason in reasons),
        by_reason={reason: reasons.count(reason) for reason in REASONS if reason in reasons},
        rounds=guard.rounds,
        programmes=guard.programmes,
        exposed=_exposed(sums.keys, first, guard.spared, crossings),
    )
    return Protected(marked, report, published)


def recovered(
    cells: pl.DataFrame, intervals: pl.DataFrame, *, rules: DisclosureRules, crossings: Sequence[str] = ()
) -> pl.DataFrame:
    """The figures that an attack narrowed further than the rules allow: one row per cell and figure.

    `intervals` is the table of `attack`, `cells` the true figures. Columns: place, the crossing columns, figure (people,
    poor, not_poor), value, low, high.
    """
    table = _checked(cells, crossings)
    where = {key: row for row, key in enumerate(cell_keys(table, sorted(crossings)))}
    values = _values(table)
    asked = _asked(values, rules)
    rows: list[tuple[Any, ...]] = []
    for key, row in zip(cell_keys(intervals, sorted(crossings)), intervals.iter_rows(named=True), strict=True):
        for quantity, name in enumerate(QUANTITIES):
            low, high = row[f"{name}_low"], row[f"{name}_high"]
            if high is not None and high - low < asked[where[key], quantity]:
                crossed = dict(key[1])
                narrowed = [crossed.get(crossing) for crossing in crossings]
                rows.append((key[0], *narrowed, name, int(values[where[key], quantity]), low, high))
    text, whole = pl.String(), pl.Int64()
    schema = {"place": text, **dict.fromkeys(crossings, text), "figure": text, "value": whole, "low": whole, "high": whole}
    return pl.DataFrame(rows, schema=schema, orient="row")


def _checked(cells: pl.DataFrame, crossings: Sequence[str]) -> pl.DataFrame:
    """The cells with the right types; BadData where a cell or the tree contradicts itself."""
    table = cells_table(crossings).check(cells, fill=True)
    for name in ("poor_observations", "largest_share"):
        if name not in table.columns:
            table = table.with_columns(pl.lit(None, dtype=pl.Float64).alias(name))
    problems = [
        Problem(what=what, where=[say("table {table}", table="cells"), rows_sentence(rows)], remedy=remedy)
        for wrong, what, remedy in (
            (
                pl.col("poor_people") > pl.col("people"),
                say("there are more poor people than people."),
                say("Correct the counts: the poor are part of the people."),
            ),
            (
                (pl.col("observations") == 0) & (pl.col("people") > 0),
                say("there are people without any respondent."),
                say("Give the number of respondents behind the count, or 0 people."),
            ),
            (
                pl.col("poor_observations") > pl.col("observations"),
                say("there are more poor respondents than respondents."),
                say("Correct the counts: the poor are part of the people."),
            ),
            (
                pl.col("parent").fill_null("").n_unique().over("place") > 1,
                say("one place has two parents."),
                say("Write the same parent in all rows of a place; another tree is another release."),
            ),
        )
        if (rows := table.select(wrong.fill_null(value=False).alias("wrong"))["wrong"].arg_true().to_list())
    ]
    above = dict(table.select("place", "parent").iter_rows())
    if not problems and (looped := _looped(above)):
        problems = [
            Problem(
                what=say("{place} lies inside itself.", place=looped),
                where=[say("table {table}", table="cells"), say("column {column}", column="parent")],
                remedy=say("Correct the parents: they lead from each place up to the top."),
            )
        ]
    if problems:
        raise BadData(problems)
    return table


def _looped(above: Mapping[str, str | None]) -> str | None:
    """A place that is its own ancestor, if there is one."""
    fine: set[str] = set()
    for place in above:
        path: dict[str, None] = {}
        step: str | None = place
        while step is not None and step not in fine:
            if step in path:
                return step
            path[step] = None
            step = above.get(step)
        fine.update(path)
    return None


def _values(table: pl.DataFrame) -> Floats:
    """People, poor and not poor of each row."""
    people, poor = (table[name].cast(pl.Float64).to_numpy() for name in ("people", "poor_people"))
    return np.column_stack([people, poor, people - poor])


def _asked(values: Floats, rules: DisclosureRules) -> Floats:
    """How wide an interval of each quantity must stay; for the poor, never wider than all people of a small cell."""
    least = np.full(values.shape, float(rules.least_observations))
    least[:, 1:] = np.minimum(least[:, 1:], values[:, :1])
    return np.asarray(np.maximum(least, values * rules.protection_share))


def _primary_reason(row: Mapping[str, Any], rules: DisclosureRules) -> str | None:
    """Why a cell is unsafe by itself; None when it is safe."""
    observations, least = row["observations"], rules.least_observations
    if row["people"] == 0:
        return None
    if observations < least:
        return FEW_RESPONDENTS
    poor = row["poor_observations"]
    if poor is None:
        poor = observations * row["poor_people"] / row["people"]
    for count, weighted, reason in (
        (poor, row["poor_people"], FEW_POOR),
        (observations - poor, row["people"] - row["poor_people"], FEW_NOT_POOR),
    ):
        if count < least and (weighted > 0 or rules.group_disclosure):
            return reason
    share = row["largest_share"]
    return DOMINANCE if share is not None and share > rules.dominance_share else None


def _verdict(reasons: Sequence[str | None]) -> list[pl.Series]:
    reason = pl.Series("reason", reasons, dtype=pl.String)
    return [reason.is_not_null().alias("withheld"), reason]


def _exposed(
    keys: Sequence[Key], first: Sequence[str | None], spared: npt.NDArray[np.bool_], crossings: Sequence[str]
) -> pl.DataFrame:
    """The figures withheld by the rules themselves that no further withholding could protect."""
    rows = [
        (key[0], *(dict(key[1]).get(name) for name in crossings), QUANTITIES[quantity])
        for key, reason, lost in zip(keys, first, spared, strict=False)
        if reason is not None
        for quantity in np.flatnonzero(lost)
    ]
    return pl.DataFrame(rows, schema=dict.fromkeys(("place", *crossings, "figure"), pl.String()), orient="row")
