"""Which figures of a poverty table may be published, along the tree of places and over subgroups; the others are withheld."""

from collections.abc import Sequence
from itertools import combinations
from typing import Final

import polars as pl

from tiwizi.core.disclosure.rules import DisclosureReport, DisclosureRules, protect
from tiwizi.core.poverty.totals import Totals
from tiwizi.core.rulebook.subjects import Deprivations
from tiwizi.core.tables import PLACES

_TOP: Final = "*"


def published(
    counted: Totals, figures: pl.DataFrame, crossings: Sequence[tuple[str, ...]], places: pl.DataFrame | None, rules: Deprivations
) -> tuple[pl.DataFrame, DisclosureReport]:
    """The figures with `withheld`, withheld ones emptied of everything informative, and the report on the protection.

    The counts of people and of poor people at the lowest cutoff are protected; a domain whose counts are withheld has no
    figure at all. Every subgroup that a crossing names is protected in every place, whichever crossings are shown.
    """
    cells = cells_of(counted, places, [name for name in counted.by if any(name in crossing for crossing in crossings)])
    done = protect(cells, rules=publication_of(rules), crossings=[name for name in counted.by if name in cells.columns])
    return _hidden(figures, done.cells.filter("withheld"), crossings), done.report


def publication_of(rules: Deprivations) -> DisclosureRules:
    """The rulebook's conditions for publishing a table."""
    return DisclosureRules(
        least_observations=int(rules.least_observations),
        group_disclosure=False,
        dominance_share=float(rules.largest_share),
        protection_share=float(rules.protection_share),
    )


def cells_of(counted: Totals, places: pl.DataFrame | None, crossed: Sequence[str]) -> pl.DataFrame:
    """The table that disclosure control judges: each place of the tree with all of its people, and each part by each subgroup.

    Counts are whole people; every total is the sum of its parts, so that no remainder can be subtracted.
    """
    cutoff = str(min(counted.schemes[0].cutoffs))
    base = counted.keys.select("place", *crossed).with_columns(
        observations=counted.column("rows"),
        people=(counted.column("people") + counted.scale // 2) // counted.scale,
        poor_people=(counted.column("poor", "", cutoff) + counted.scale // 2) // counted.scale,
        poor_observations=counted.column("poor rows", "", cutoff),
        largest=counted.column("largest") / counted.scale,
    )
    sums = [pl.col("observations", "people", "poor_people", "poor_observations").sum(), pl.col("largest").max()]
    parents = _parents(places, base["place"].unique().sort().to_list())
    base = base.join(parents, on="place", how="left", maintain_order="left")
    frames = []
    level = base.group_by("place", "parent", *crossed, maintain_order=True).agg(sums)
    while level.height:
        frames.append(level)
        level = (
            level.filter(pl.col("parent").is_not_null())
            .drop("place")
            .rename({"parent": "place"})
            .join(parents, on="place", how="left", maintain_order="left")
            .group_by("place", "parent", *crossed, maintain_order=True)
            .agg(sums)
        )
    finest = pl.concat(frames, how="diagonal_relaxed").group_by("place", "parent", *crossed, maintain_order=True).agg(sums)
    crossing = [finest]
    for count in range(1, len(crossed) + 1):
        crossing += [
            finest.group_by("place", "parent", *(column for column in crossed if column not in gone), maintain_order=True).agg(
                sums
            )
            for gone in combinations(crossed, count)
        ]
    table = pl.concat(crossing, how="diagonal_relaxed")
    return table.with_columns(
        *(pl.col(name).cast(pl.String) for name in ("place", "parent", *crossed)),
        largest_share=pl.when(pl.col("people") > 0).then((pl.col("largest") / pl.col("people")).clip(0, 1)),
    ).drop("largest")


def _parents(places: pl.DataFrame | None, codes: Sequence[str]) -> pl.DataFrame:
    """Each place and its parent, up to a single root; without a tree all places lie under one root."""
    if places is None:
        return pl.DataFrame(
            {"place": list(codes), "parent": [_TOP] * len(codes)}, schema={"place": pl.String, "parent": pl.String}
        )
    table = PLACES.check(places).sort("since").unique("place", keep="last", maintain_order=True)
    return table.select("place", "parent").with_columns(
        parent=pl.when(pl.col("parent").is_in(table["place"].implode())).then("parent")
    )


def _hidden(figures: pl.DataFrame, withheld: pl.DataFrame, crossings: Sequence[tuple[str, ...]]) -> pl.DataFrame:
    """The figures with `withheld`; a figure's domain is the place that its finest territorial column names, and its subgroups."""
    names = list(dict.fromkeys(name for crossing in crossings for name in crossing))
    groups = [name for name in names if name in withheld.columns and name not in ("place", "parent")]
    territorial = [name for name in names if name not in groups]
    place = pl.coalesce(*(pl.col(name) for name in territorial)) if territorial else pl.lit(None, dtype=pl.String)
    keyed = figures.with_columns(_place=place.cast(pl.String), **{f"_{name}": pl.col(name).cast(pl.String) for name in groups})
    top = withheld.with_columns(_place=pl.when(pl.col("parent").is_not_null()).then("place"))
    marks = top.select("_place", **{f"_{name}": pl.col(name) for name in groups}).with_columns(withheld=pl.lit(value=True))
    joined = keyed.join(
        marks.unique(), on=["_place", *(f"_{name}" for name in groups)], how="left", nulls_equal=True, maintain_order="left"
    )
    hidden_columns = ("value", "error", "low", "high", "design_effect", "observations", "people")
    hide = pl.col("withheld").fill_null(value=False)
    shown = [pl.when(~hide).then(pl.col(name)).alias(name) for name in hidden_columns]
    # The uncertainty of a figure discloses the figure.
    flag = pl.when(~hide).then("flag").otherwise(pl.lit("")).alias("flag")
    return joined.with_columns(hide.alias("withheld"), flag, *shown).drop("_place", *(f"_{name}" for name in groups))
