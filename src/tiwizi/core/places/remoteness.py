"""How far people live from services: who lives beyond a threshold, and how harsh that is.

Distances are means of a hamlet's dwellings by the roads actually travelled. Those of small hamlets are withheld: what is not
known stays unknown, and the measures say between which ends it lies.
"""

from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from typing import Literal

import polars as pl

from tiwizi.core.errors import BadData, Problem, Refused, rows_sentence, say, say_count
from tiwizi.core.rulebook.subjects import Service
from tiwizi.core.tables import CENSUS, DISTANCES, figures

Unknown = Literal["as_known", "not_remote", "remote"]


def remote_people(
    distances: pl.DataFrame,
    *,
    services: Sequence[Service],
    services_at_least: int,
    unknown: Unknown,
    places: Sequence[str],
    as_of: date,
    series: str,
    source: str,
    assumed: bool,
) -> pl.DataFrame:
    """Rows of MEASURES for each of `places`: `remote_people` and `remote_share`, and `far_<service>_people`.

    A hamlet is remote when at least `services_at_least` services lie beyond their `far_km`. People of a hamlet whose distances
    are withheld are unknown: `low` counts none of them as remote, `high` all; the value counts them by the policy
    `unknown`, where `as_known` gives them the share of the place's known people (of all places' where none is known).
    `people` is the population of the place's hamlets; a place without hamlets counts 0.
    """
    table = _of_places(distances, places)
    _least_possible(services_at_least, len(services))
    far = {service.code: pl.col(service.column) > float(service.far_km) for service in services}
    count = pl.sum_horizontal(flag.fill_null(value=False).cast(pl.Int64) for flag in far.values())
    unknown_count = pl.sum_horizontal(pl.col(service.column).is_null().cast(pl.Int64) for service in services)
    remote = pl.when(count >= services_at_least).then(statement=True).when(count + unknown_count >= services_at_least).then(None)
    judged = table.with_columns(
        far_remote=remote.otherwise(statement=False), **{f"far_{code}": flag for code, flag in far.items()}
    )
    frames = [_people_beyond(judged, "far_remote", "remote_people", unknown, places)]
    frames.append(_as_share(frames[0]))
    frames += [_people_beyond(judged, f"far_{code}", f"far_{code}_people", unknown, places) for code in far]
    return figures(pl.concat(frames), as_of=as_of, series=series, source=source, standing="computed", assumed=assumed)


def _of_places(distances: pl.DataFrame, places: Sequence[str]) -> pl.DataFrame:
    """The table checked; a hamlet of a place that is not asked about is refused, so that nobody is lost in silence."""
    table = DISTANCES.check(distances)
    rows = (~table["parent"].is_in(list(places))).arg_true().to_list()
    if rows:
        raise BadData(
            Problem(
                what=say("{parent} is not one of the places asked about.", parent=table["parent"][rows[0]]),
                where=[say("table {table}", table="distances"), say("column {column}", column="parent"), rows_sentence(rows)],
                why=say("The people of its hamlets would be counted nowhere."),
                remedy=say("Correct the code, leave these rows out, or ask about that place too."),
            )
        )
    return table


def _least_possible(services_at_least: int, known: int) -> None:
    if not 1 <= services_at_least <= known:
        raise Refused(
            Problem(
                what=say_count(
                    "a hamlet cannot be far from {wanted} of {count} service.",
                    "a hamlet cannot be far from {wanted} of {count} services.",
                    wanted=services_at_least,
                    count=known,
                ),
                where=[say("key {key}", key="services_at_least")],
                remedy=say("Write a number from 1 to {known}.", known=known),
            )
        )


def _people_beyond(judged: pl.DataFrame, flag: str, measure: str, unknown: Unknown, places: Sequence[str]) -> pl.DataFrame:
    """People by place: surely beyond, surely not, and unknown; the value follows the policy, rounded half up."""
    counted = judged.group_by("parent").agg(
        people=pl.col("population").sum(),
        beyond=pl.col("population").filter(pl.col(flag)).sum(),
        unknown=pl.col("population").filter(pl.col(flag).is_null()).sum(),
    )
    rows = pl.DataFrame({"place": list(places)}).join(counted, left_on="place", right_on="parent", how="left").fill_null(0)
    beyond, people, missing = (int(rows[column].sum()) for column in ("beyond", "people", "unknown"))
    everywhere = Fraction(beyond, people - missing) if people > missing else Fraction(0)
    values = [
        beyond + _of_unknown(unknown, beyond, people - missing, missing, everywhere)
        for beyond, people, missing in rows.select("beyond", "people", "unknown").iter_rows()
    ]
    return rows.select(
        "place",
        measure=pl.lit(measure),
        value=pl.Series(values, dtype=pl.Float64),
        low=pl.col("beyond").cast(pl.Float64),
        high=(pl.col("beyond") + pl.col("unknown")).cast(pl.Float64),
        people="people",
    )


def _of_unknown(policy: Unknown, beyond: int, known: int, missing: int, everywhere: Fraction) -> int:
    """How many of the people whose distance is unknown count as beyond."""
    if policy == "not_remote":
        return 0
    if policy == "remote":
        return missing
    share = Fraction(beyond, known) if known else everywhere
    return int((share * missing + Fraction(1, 2)) // 1)


def _as_share(counted: pl.DataFrame) -> pl.DataFrame:
    share = {end: pl.when(pl.col("people") > 0).then(pl.col(end) / pl.col("people")) for end in ("value", "low", "high")}
    return counted.with_columns(measure=pl.lit("remote_share"), **share)


def harshness(
    distances: pl.DataFrame,
    *,
    services: Sequence[Service],
    altitude_m: tuple[float, float, float] | None = None,
    snow_days: tuple[float, float, float] | None = None,
) -> pl.DataFrame:
    """One row per hamlet: place, parent, population and harshness from 0 to 1, null where nothing is known of it.

    The weighted mean of each distance on a scale from `harsh_near_km` (0) to `harsh_far_km` (1), and of altitude and days
    under snow where the table has them and a (least, most, weight) is given. A distance that is unknown is left out of
    the mean.
    """
    table = DISTANCES.check(distances)
    scales = [
        (service.column, float(service.harsh_near_km), float(service.harsh_far_km), float(service.harsh_weight))
        for service in services
    ]
    for column, given in (("altitude_m", altitude_m), ("snow_days", snow_days)):
        if given is not None and column in table.columns:
            scales.append((column, *given))
    loads = [((pl.col(name) - least) / (most - least)).clip(0, 1) * weight for name, least, most, weight in scales]
    weights = [pl.when(pl.col(name).is_not_null()).then(weight) for name, _least, _most, weight in scales]
    total = pl.sum_horizontal(weights)
    score = pl.when(total > 0).then(pl.sum_horizontal(loads) / total)
    return table.select("place", "parent", "population", harshness=score)


def mean_harshness(
    scores: pl.DataFrame, *, places: Sequence[str], as_of: date, series: str, source: str, assumed: bool
) -> pl.DataFrame:
    """`harshness_index` of each place: the mean harshness of the people of its hamlets that is known, in the MEASURES table.

    `people` is those people; a place of whose hamlets nothing is known is null.
    """
    known = scores.filter(pl.col("harshness").is_not_null())
    means = known.group_by("parent").agg(
        people=pl.col("population").sum(), value=(pl.col("harshness") * pl.col("population")).sum() / pl.col("population").sum()
    )
    rows = pl.DataFrame({"place": list(places)}).join(
        means, left_on="place", right_on="parent", how="left", maintain_order="left"
    )
    rows = rows.select("place", measure=pl.lit("harshness_index"), value=pl.col("value").fill_nan(None), people="people")
    return figures(rows, as_of=as_of, series=series, source=source, standing="computed", assumed=assumed)


def far_road_people(census: pl.DataFrame, *, far_km: float, year: int, as_of: date, series: str, source: str) -> pl.DataFrame:
    """`far_road_people`: rural people who live beyond `far_km` of a paved road, where only the mean distance is known.

    Assumes that distances fall off exponentially around their mean m, so that a share exp(-far_km / m) lies beyond. A proxy
    of remoteness for territories without a table of hamlets: it covers one service only, and assumes one shape of distances.
    A place without rural people counts 0; one whose mean is unknown is null. `people` is the rural population.
    """
    table = CENSUS.check(census).filter(pl.col("year") == year)
    rural = table.filter(pl.col("milieu") == "rural").select("place", people="population", rural=True)
    whole = table.filter(pl.col("milieu") == "total").select("place", "paved_road_km", "population")
    mean = pl.col("paved_road_km")
    share = pl.when(mean > 0).then((-far_km / mean).exp()).when(mean == 0).then(0.0)
    count = ((share * pl.col("people")).round(6) + 0.5).floor()
    none = pl.col("rural").is_null() & pl.col("population").is_not_null()
    rows = whole.join(rural, on="place", how="left", maintain_order="left").select(
        "place", measure=pl.lit("far_road_people"), value=pl.when(none).then(0.0).otherwise(count), people="people"
    )
    return figures(rows, as_of=as_of, series=series, source=source, standing="proxy", assumed=True)
