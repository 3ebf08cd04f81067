"""The door of the core: a table is taken whole, typed and keyed, or refused with every problem."""

from datetime import date

import polars as pl
import pyarrow as pa
import pytest

from tiwizi.core.errors import BadData
from tiwizi.core.tables import DISTANCES, MEASURES, PLACES, PURSES, TABLES

ROW: dict[str, object] = {"place": "05.301", "level": "province", "since": date(2009, 1, 1)}


def refused(rows: dict[str, list[object]]) -> str:
    with pytest.raises(BadData) as error:
        PURSES.check(pl.DataFrame(rows))
    return str(error.value)


def test_columns_come_typed_and_in_order_and_unknown_ones_are_left_out() -> None:
    frame = PURSES.check(pl.DataFrame({"people": [3.0], "note": ["x"], "criterion": ["poverty"], "place": ["a"]}))
    assert frame.schema == pl.Schema({"place": pl.String, "criterion": pl.String, "people": pl.Int64})


def test_the_frame_of_another_library_is_taken_and_so_is_a_lazy_one() -> None:
    columns = {"place": ["a"], "criterion": ["poverty"], "people": [3]}
    for frame in (pa.table(columns), pl.LazyFrame(columns)):
        assert PURSES.check(frame).rows() == [("a", "poverty", 3)]


def test_rows_typed_in_may_leave_out_what_may_be_empty() -> None:
    frame = PLACES.frame([ROW])
    assert frame["name_ar"].to_list() == [None]


def test_an_optional_column_stays_when_it_is_there() -> None:
    base = {"place": ["d"], "parent": ["c"], "population": [5], "households": [1]}
    assert "altitude_m" not in DISTANCES.check(pl.DataFrame(base), fill=True).columns
    assert DISTANCES.check(pl.DataFrame({**base, "altitude_m": [1500]}), fill=True)["altitude_m"].to_list() == [1500.0]


def test_a_missing_column_is_named_with_those_found() -> None:
    message = refused({"place": ["a"], "people": [1]})
    assert message == (
        "table purses, column criterion: this column is missing (criterion of the rulebook's formula). "
        "Add it, or rename the column that holds it; the columns found are: place, people."
    )


def test_below_zero_is_refused_with_its_row() -> None:
    assert "table purses, column people, row 2: -4 is below 0" in refused(
        {"place": ["a", "b"], "criterion": ["p", "p"], "people": [1, -4]}
    )


def test_half_a_person_is_refused() -> None:
    assert "1.5 is not of the type int" in refused({"place": ["a"], "criterion": ["p"], "people": [1.5]})


def test_words_where_a_number_belongs_are_refused() -> None:
    assert "'many' is not of the type int" in refused({"place": ["a"], "criterion": ["p"], "people": ["many"]})


def test_an_empty_cell_is_refused_where_none_may_be() -> None:
    assert "column people, row 1: the value is missing" in refused({"place": ["a"], "criterion": ["p"], "people": [None]})


def test_days_and_flags_written_as_text_are_read_and_other_words_refused() -> None:
    row = {
        "place": "a",
        "measure": "m",
        "series": "s",
        "standing": "computed",
        "source": "x",
        "as_of": "2024-09-01",
        "assumed": "true",
    }
    frame = MEASURES.check(pl.DataFrame([row]), fill=True)
    assert frame.select("as_of", "assumed").row(0) == (date(2024, 9, 1), True)
    for column, wrong in (("as_of", "01/09/2024"), ("assumed", "perhaps")):
        with pytest.raises(BadData, match=f"column {column}, row 1: '{wrong}' is not of the type"):
            MEASURES.check(pl.DataFrame([{**row, column: wrong}]), fill=True)


def test_a_type_that_cannot_become_another_is_refused() -> None:
    with pytest.raises(BadData, match="is not of the type date"):
        PLACES.check(pl.DataFrame([{**ROW, "since": True}]), fill=True)


@pytest.mark.parametrize("infinite", [float("inf"), float("-inf")])
def test_an_infinite_figure_counts_as_missing(infinite: float) -> None:
    assert PLACES.check(pl.DataFrame([{**ROW, "lat": infinite}]), fill=True)["lat"].to_list() == [None]


def test_not_a_number_counts_as_empty() -> None:
    frame = PLACES.check(pl.DataFrame([{**ROW, "lon": float("nan")}]), fill=True)
    assert frame["lon"].to_list() == [None]


def test_a_place_that_stands_twice_is_refused_with_the_reason() -> None:
    message = refused({"place": ["a"] * 5, "criterion": ["p"] * 5, "people": [1] * 5})
    assert "rows 1, 2, 3 and 2 more: a, p stands more than once." in message
    assert "counted twice" in message


def test_every_problem_comes_at_once() -> None:
    with pytest.raises(BadData) as error:
        PURSES.check(pl.DataFrame({"place": [None], "people": [-1]}))
    assert len(error.value.problems) == 3


def test_an_error_can_be_said_in_another_language() -> None:
    with pytest.raises(BadData) as error:
        PURSES.check(pl.DataFrame({"place": ["a"]}))
    assert "CRITERION" not in error.value.text()
    assert "{COLUMN}" not in error.value.text(
        lambda template, _plural="", _count=1: (
            template.upper()
            .replace("{COLUMN}", "{column}")
            .replace("{TABLE}", "{table}")
            .replace("{MEANING}", "{meaning}")
            .replace("{FOUND}", "{found}")
        )
    )


@pytest.mark.parametrize("table", TABLES.values(), ids=lambda table: str(table.name))
def test_every_table_is_well_formed(table: object) -> None:
    from tiwizi.core.tables import Table

    assert isinstance(table, Table)
    names = [column.name for column in table.columns]
    assert len({name.lower() for name in names}) == len(names)
    assert all(name == name.lower() for name in names)
    assert set(table.key) <= set(names)
    for column in table.columns:
        assert column.meaning
        if column.name.endswith("_dh"):
            assert column.kind == "int"
        if column.name.endswith("_share"):
            assert (column.least, column.most) == (0, 1)
        if column.kind in ("int", "float") and column.name not in {"value", "low", "high"}:
            assert column.unit, f"{table.name}.{column.name} has no unit"
