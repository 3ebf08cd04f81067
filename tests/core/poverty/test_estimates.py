"""Errors of poverty measures: R's survey package as the referee, parts and changes, intervals at the edges, refusals."""

from datetime import date
from fractions import Fraction
from pathlib import Path

import polars as pl
import pytest
from tests.engines import held

from tiwizi.core.errors import BadData, Refused
from tiwizi.core.poverty.change import Round, Units, change_by_place, changes
from tiwizi.core.poverty.deprivation import Indicator
from tiwizi.core.poverty.estimates import Reading, estimates
from tiwizi.core.poverty.parts import shares
from tiwizi.core.poverty.sampling import Lonely
from tiwizi.core.poverty.totals import Scheme, Totals, totals

PACKAGE = Path(__file__).parent / "survey_package"
WEIGHTS = {"schooling": Fraction(1, 6), "years": Fraction(1, 3), "water": Fraction(1, 3), "light": Fraction(1, 6)}
INDICATORS = [Indicator(code, "one", weight) for code, weight in WEIGHTS.items()]
SCHEME = Scheme("", WEIGHTS, (Fraction(1, 3),))
CENTRED = Reading(lonely="centred")


def counted(rows: pl.DataFrame) -> Totals:
    return totals(held(rows), indicators=INDICATORS, schemes=[SCHEME], by=["area"])


def households(name: str = "households") -> pl.DataFrame:
    return pl.read_csv(PACKAGE / f"{name}.csv")


def design(name: str) -> tuple[pl.DataFrame, Lonely]:
    """The households as one of the designs of figures.R sees them, and what a lonely unit adds there."""
    rows = households()
    lonely: dict[str, Lonely] = {"lonely_centred": "centred", "lonely_certain": "certainty", "lonely_scaled": "scaled"}
    if name in lonely:
        return rows.drop("population_psus"), lonely[name]
    rows = rows.filter(pl.col("stratum") != "s7")
    if name == "stratified":
        return rows.drop("psu", "population_psus"), "refuse"
    return rows.drop("population_psus") if name == "clustered" else rows, "refuse"


def published(name: str) -> pl.DataFrame:
    table = pl.read_csv(PACKAGE / "figures.csv", infer_schema=False).filter(pl.col("design") == name)
    numbers = ("value", "error", "low", "high", "effect")
    return table.with_columns(pl.col(column).str.strip_chars().replace("NA", None).cast(pl.Float64) for column in numbers)


def ours(name: str) -> dict[tuple[str, str], dict[str, float]]:
    rows, lonely = design(name)
    figures = estimates(counted(rows), over=[(), ("area",), ("place",)], reading=Reading(lonely=lonely))
    domain = pl.coalesce("area", "place", pl.lit("all"))
    return {(row["domain"], row["measure"]): row for row in figures.with_columns(domain=domain).iter_rows(named=True)}


# Beside R's survey package


@pytest.mark.parametrize("name", ["stratified", "clustered", "finite", "lonely_centred", "lonely_certain", "lonely_scaled"])
def test_values_and_errors_are_those_of_the_survey_package(name: str) -> None:
    figures, expected = ours(name), published(name)
    assert expected.height >= 16
    for row in expected.iter_rows(named=True):
        figure = figures[row["domain"], row["measure"].removesuffix(" by people")]
        assert figure["value"] == pytest.approx(row["value"], rel=1e-8), row
        assert figure["error"] == pytest.approx(row["error"], rel=1e-8), row


@pytest.mark.parametrize("name", ["stratified", "clustered", "finite"])
def test_intervals_and_design_effects_are_those_of_the_survey_package(name: str) -> None:
    figures = ours(name)
    for row in published(name).filter(pl.col("low").is_not_null() & (pl.col("domain") == "all")).iter_rows(named=True):
        figure = figures["all", row["measure"].removesuffix(" by people")]
        assert (figure["low"], figure["high"]) == pytest.approx((row["low"], row["high"]), rel=1e-8), row
    for row in published(name).filter(pl.col("effect").is_not_null()).iter_rows(named=True):
        figure = figures["all", row["measure"].removesuffix(" by people")]
        assert figure["design_effect"] == pytest.approx(row["effect"], rel=1e-8), row


def test_parts_of_the_whole_are_those_of_the_survey_package() -> None:
    rows = households().drop("population_psus")
    parts = shares(counted(rows), over=[("area",)], reading=CENTRED).filter(pl.col("area") == "rural")
    for row in published("lonely_centred parts").iter_rows(named=True):
        part = parts.row(by_predicate=pl.col("measure") == row["measure"], named=True)
        assert (part["value"], part["error"]) == pytest.approx((row["value"], row["error"]), rel=1e-8), row


def rounds() -> tuple[Round, Round]:
    both = [households(name).filter(pl.col("stratum") != "s7").drop("population_psus") for name in ("households", "later")]
    return Round("a", date(2014, 9, 1), counted(both[0])), Round("a", date(2024, 9, 1), counted(both[1]))


@pytest.mark.parametrize("units", ["shared", "apart"])
def test_changes_are_those_of_the_survey_package(units: Units) -> None:
    differences = changes(*rounds(), units=units, over=[(), ("area",)]).filter(pl.col("measure") == "adjusted_headcount")
    expected = published(f"change {units}")
    assert expected.height == 6
    for row in expected.iter_rows(named=True):
        difference = differences.row(by_predicate=pl.col("area").fill_null("all") == row["domain"], named=True)
        way = row["measure"]
        assert (difference[way], difference[f"{way}_error"]) == pytest.approx((row["value"], row["error"]), rel=1e-8), row


# Laws of parts and changes


def test_parts_add_up_to_one() -> None:
    parts = shares(counted(households()), over=[("area",), ("place", "area")], reading=CENTRED)
    for crossing in (pl.col("place").is_null(), pl.col("place").is_not_null()):
        sums = parts.filter(crossing).group_by("measure").agg(pl.col("value").sum())
        assert sums["value"].to_list() == pytest.approx([1.0] * 3, abs=1e-12)


def test_the_change_is_the_sum_of_its_indicators_and_of_its_places() -> None:
    before, after = rounds()
    differences = changes(before, after, units="shared", over=[(), ("place",)])
    whole = differences.filter(pl.col("place").is_null())
    change = whole.row(by_predicate=pl.col("measure") == "adjusted_headcount", named=True)["absolute"]
    parts = whole.filter(pl.col("measure").str.starts_with("absolute_contribution_"))["absolute"]
    assert parts.sum() == pytest.approx(change, abs=1e-12)
    places = change_by_place(
        differences, *(shares(survey.totals, over=[("place",)], reading=CENTRED) for survey in (before, after)), place="place"
    )
    assert places.height == 3
    assert (places["within"] + places["between"]).sum() == pytest.approx(change, abs=1e-12)


def test_units_seen_twice_tell_a_change_better_than_rounds_drawn_apart() -> None:
    errors = [changes(*rounds(), units=units)["absolute_error"] for units in ("shared", "apart")]
    assert (errors[0] < errors[1]).sum() > 0.9 * len(errors[0])


def test_a_census_changes_without_error() -> None:
    before, after = (
        Round("a", day, totals(held(households(name)), indicators=INDICATORS, schemes=[SCHEME], drawn="all"))
        for day, name in ((date(2014, 9, 1), "households"), (date(2024, 9, 1), "later"))
    )
    differences = changes(before, after, units="apart")
    assert differences["absolute_error"].null_count() == differences.height
    assert differences["significant"].null_count() == differences.height
    assert differences["absolute"].null_count() == 0


# Refusals


def test_two_series_are_never_compared() -> None:
    before, after = rounds()
    with pytest.raises(Refused, match=r"a and b are two series\. They ask or judge otherwise"):
        changes(before, Round("b", after.on, after.totals), units="apart")


def test_rounds_come_in_the_order_of_their_days() -> None:
    before, after = rounds()
    with pytest.raises(Refused, match=r"is not before the second"):
        changes(after, before, units="apart")


def test_a_lonely_unit_is_refused_unless_the_rules_say_what_it_adds() -> None:
    counts = counted(households())
    with pytest.raises(BadData, match=r"1 stratum holds a single primary sampling unit: s7\."):
        estimates(counts)
    assert estimates(counts, reading=CENTRED).height > 0


def test_more_units_drawn_than_the_stratum_holds_is_refused() -> None:
    rows = households().with_columns(population_psus=pl.lit(2))
    with pytest.raises(BadData, match=r"more units were drawn than the strata are said to hold"):
        estimates(counted(rows), reading=CENTRED)


def test_a_place_outside_the_tree_is_refused() -> None:
    levels = pl.DataFrame({"place": ["p1", "p2"], "province": ["a", "a"]})
    with pytest.raises(BadData, match=r"1 place is not in the tree: p3\."):
        estimates(counted(households()), levels=levels, over=[("province",)], reading=CENTRED)


# Edges


def test_a_share_of_none_or_all_has_the_exact_interval_of_its_respondents() -> None:
    rows = households().with_columns(schooling=pl.lit(0), years=pl.lit(1))
    figures = estimates(counted(rows), reading=CENTRED)
    none = figures.row(by_predicate=pl.col("measure") == "headcount_schooling", named=True)
    every = figures.row(by_predicate=pl.col("measure") == "headcount_ratio", named=True)
    edge = 1 - 0.025 ** (1 / rows.height)
    assert (none["value"], none["low"], none["high"]) == (0.0, 0.0, pytest.approx(edge))
    assert (every["value"], every["low"], every["high"]) == (1.0, pytest.approx(1 - edge), 1.0)


def test_a_place_without_poor_people_has_no_intensity() -> None:
    rows = households().with_columns(
        pl.when(pl.col("place") == "p1").then(0).otherwise(pl.col(column)).alias(column) for column in WEIGHTS
    )
    figures = estimates(counted(rows), over=[("place",)], reading=CENTRED).filter(pl.col("place") == "p1")
    by_measure = {row["measure"]: row for row in figures.iter_rows(named=True)}
    assert by_measure["headcount_ratio"]["value"] == 0.0
    for measure in ("intensity", "contribution_water"):
        assert by_measure[measure]["value"] is None
        assert by_measure[measure]["error"] is None
        assert by_measure[measure]["low"] is None


def test_a_place_inside_one_unit_has_an_unknown_error() -> None:
    rows = households().with_columns(place=pl.when(pl.col("psu") == "u02").then(pl.lit("alone")).otherwise("place"))
    figures = estimates(counted(rows), over=[("place",)], reading=CENTRED).filter(pl.col("place") == "alone")
    for row in figures.filter(pl.col("value") > 0).iter_rows(named=True):
        assert (row["error"], row["low"], row["flag"]) == (None, None, "unreliable"), row


def test_figures_that_a_sample_can_hardly_tell_are_flagged() -> None:
    few = households().filter(pl.col("stratum") != "s7").with_columns(schooling=(pl.col("household") == 9).cast(pl.Int64))
    figures = estimates(counted(few))
    flags = {row["measure"]: row["flag"] for row in figures.iter_rows(named=True)}
    assert flags["headcount_schooling"] == "unreliable"
    assert flags["headcount_water"] == ""
    assert (
        estimates(counted(few), reading=Reading(careful_cv=0.01, unreliable_cv=0.9))["flag"]
        .is_in(["careful", "unreliable"])
        .all()
    )
