"""Conditions on answers: what they may say, missing answers, what is refused before anything runs."""

from typing import Any

import duckdb
import narwhals as nw
import polars as pl
import pytest

from tiwizi.core.errors import BadRulebook, say
from tiwizi.core.rulebook.conditions import LONGEST, condition

ANSWERS = pl.DataFrame(
    {
        "water_minutes": [10.0, 40.0, None, float("nan")],
        "water_source": ["river", "tap", None, "tap"],
        "electricity": [True, False, None, True],
        "rooms": [1, 2, None, 4],
    }
)


def read(text: str) -> Any:
    return condition(text, schema=nw.from_native(ANSWERS).schema, where=say("indicator {code}", code="water"))


@pytest.fixture(params=["polars", "duckdb"])
def table(request: pytest.FixtureRequest) -> Any:
    if request.param == "polars":
        return nw.from_native(ANSWERS.lazy())
    return nw.from_native(duckdb.connect().from_arrow(ANSWERS.to_arrow()))


@pytest.mark.parametrize(
    ("text", "verdicts"),
    [
        ("water_minutes > 30", [False, True, None, None]),
        ("water_minutes > 30 or water_source in ['river', 'spring']", [True, True, None, None]),
        ("water_minutes > 30 and water_source == 'tap'", [False, True, None, None]),
        ("not electricity", [False, True, None, False]),
        ("electricity == 0", [False, True, None, False]),
        ("0 < rooms <= 2", [True, True, None, False]),
        ("rooms * 2 - 1 > 3", [False, False, None, True]),
        ("-rooms < -1", [False, True, None, True]),
        ("rooms not in [1, 2]", [False, False, None, True]),
        ("missing(rooms)", [False, False, True, False]),
        ("missing(water_minutes)", [False, False, True, True]),
        ("missing(rooms) or rooms > 3", [False, False, True, True]),
        ("electricity != true", [False, True, None, False]),
    ],
)
def test_conditions_say_the_same_in_every_engine(table: Any, text: str, verdicts: list[bool | None]) -> None:
    assert table.select(told=read(text).expression).collect("polars")["told"].to_list() == verdicts


@pytest.mark.parametrize("dtype", [pl.Int64, pl.UInt8, pl.Float64, pl.Decimal(10, 2)], ids=str)
@pytest.mark.parametrize("values", ["[1, 4]", "[1.0, 4]", "[1, 2.5, 4.0]", "(1, 4, 10000000)"])
@pytest.mark.parametrize("engine", ["polars", "duckdb", "pyarrow"])
def test_numbers_of_any_type_are_looked_for_in_a_list_of_any_numbers(engine: str, values: str, dtype: Any) -> None:
    rows = ANSWERS.select(pl.col("rooms").cast(dtype))
    native: Any = {"polars": rows.lazy, "pyarrow": rows.to_arrow, "duckdb": lambda: duckdb.connect().from_arrow(rows.to_arrow())}
    table: Any = nw.from_native(native[engine]())
    selected = table.select(told=condition(f"rooms in {values}", schema=table.collect_schema(), where=say("x")).expression)
    collected = selected.collect("polars") if engine != "pyarrow" else selected
    assert collected["told"].to_list() == [True, False, None, True]


def test_a_condition_knows_the_columns_that_it_reads() -> None:
    assert read("rooms > 1 and (water_minutes > 3 or rooms == 4)").columns == ("rooms", "water_minutes")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("water_sorce == 'tap'", r"there is no column water_sorce with answers\. Did you mean water_source\?"),
        ("zzz > 1", r"there is no column zzz with answers\. The columns found are: electricity, rooms, water_minutes"),
        ("rooms", r"this is a number, where true or false is wanted\. Compare it with something, such as: rooms == 1"),
        ("rooms > 'a'", r"character 9, at 'a': a number is compared with a text"),
        ("electricity == 2", r"true or false is compared with a number"),
        ("water_source < 'a'", r"a text has no order"),
        ("water_source + 1 > 2", r"this is a text, where a number is wanted"),
        ("rooms in []", r"`in` wants a list of values like the column's, which holds a number"),
        ("rooms in [1, 99999999999999999999]", r"this value cannot be compared with an answer"),
        ("rooms in [1e400]", r"this value cannot be compared with an answer"),
        ("rooms in ['a']", r"Write it so: rooms in \[1\]"),
        ("rooms is 1", r"Compare by ==, !=, <, <=, >, >= or in"),
        ("rooms / 2 > 1", r"this is not allowed in a condition"),
        ("rooms == 1e400", r"this value cannot be compared with an answer"),
        ("true", r"this condition names no column"),
        ("1 < 2", r"this condition names no column"),
        ("rooms >", r"this condition cannot be read from character"),
        ("", r"this condition cannot be read"),
        ("rooms > 1\x00", r"this condition cannot be read"),
    ],
)
def test_what_cannot_be_judged_is_refused_with_its_place(text: str, message: str) -> None:
    with pytest.raises(BadRulebook, match=message) as raised:
        read(text)
    assert "indicator water" in str(raised.value)


@pytest.mark.parametrize(
    "text",
    [
        "__import__('os').system('true')",
        "().__class__",
        "rooms.mean() > 1",
        "[rooms for rooms in rooms]",
        "lambda: 1",
        "(rooms := 3) > 1",
        "f'{rooms}' == '1'",
        "missing(rooms + 1)",
        "missing(rooms, rooms)",
        "rooms ** 99999 > 1",
        "rooms if rooms else rooms",
    ],
)
def test_no_text_becomes_code(text: str) -> None:
    with pytest.raises(BadRulebook):
        read(text)


@pytest.mark.parametrize(
    "text",
    ["rooms > 1 " + "or rooms > 1 " * LONGEST, "(" * 900 + "rooms", "not " * 400 + "electricity", "+".join(["rooms"] * 600)],
)
def test_a_text_that_would_exhaust_the_reader_is_refused(text: str) -> None:
    with pytest.raises(BadRulebook):
        read(text)
