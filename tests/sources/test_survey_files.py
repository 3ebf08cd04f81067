"""Files of households on the reader's own machine: four formats read alike, columns mapped, codes kept, what is refused."""

from pathlib import Path
from typing import Any

import polars as pl
import pyreadstat
import pytest

from tiwizi.core.errors import BadData
from tiwizi.sources.survey_files import connection, open_households
from tiwizi.sources.uploads import rows_of

ROWS = pl.DataFrame(
    {"HH": [1.0, 2.0, 3.0], "place": ["05.301", "007", "7"], "Q1": ["network", "well", None], "people": [4.0, 2.0, 5.0]}
)
CODES: dict[str, dict[int | float, str]] = {"Q1": {1: "network", 2: "well"}}


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The same rows in each format; in Stata's and SPSS's the answer is a labelled number."""
    folder = tmp_path_factory.mktemp("survey")
    ROWS.write_parquet(folder / "a.parquet")
    ROWS.write_csv(folder / "a.csv")
    coded = ROWS.with_columns(pl.col("Q1").replace_strict({"network": 1.0, "well": 2.0}, default=None)).to_pandas()
    pyreadstat.write_dta(coded, str(folder / "a.dta"), variable_value_labels=CODES)
    pyreadstat.write_sav(coded, str(folder / "a.sav"), variable_value_labels=CODES)
    return {path.suffix: path for path in folder.iterdir()}


def read(path: Path, **mapping: str) -> pl.DataFrame:
    return pl.DataFrame(open_households(path, mapping=mapping).collect("polars").to_native())


@pytest.mark.parametrize("kind", [".parquet", ".csv", ".dta", ".sav"])
def test_each_format_gives_the_same_rows_under_our_names(files: dict[str, Path], kind: str) -> None:
    rows = read(files[kind], water_source="Q1")
    assert set(rows.columns) == {"hh", "place", "water_source", "people"}
    assert rows.select("place", "people", "water_source").rows() == [
        ("05.301", 4.0, "network"),
        ("007", 2.0, "well"),
        ("7", 5.0, None),
    ]


def test_two_columns_that_differ_by_capitals_are_told_apart_by_the_mapping(tmp_path: Path) -> None:
    pyreadstat.write_dta(pl.DataFrame({"a": [1.0], "A": [2.0]}).to_pandas(), str(tmp_path / "a.dta"))
    with pytest.raises(BadData, match=r"two columns would be called a\. Say by the mapping which of them is meant"):
        read(tmp_path / "a.dta")
    assert read(tmp_path / "a.dta", water="A").rows(named=True) == [{"a": 1.0, "water": 2.0}]


def test_codes_of_places_in_a_csv_keep_their_zeros(files: dict[str, Path], tmp_path: Path) -> None:
    path = tmp_path / "codes.csv"
    path.write_text("commune,psu,people\n007,0012,3\n010,0013,4\n", encoding="utf-8")
    rows = read(path, place="commune")
    assert rows["place"].to_list() == ["007", "010"]
    assert rows["psu"].to_list() == ["0012", "0013"]


@pytest.mark.parametrize("kind", [".dta", ".sav"])
def test_an_uploaded_statistical_file_is_read_apart_with_its_labels(files: dict[str, Path], kind: str) -> None:
    sheet = rows_of(files[kind].read_bytes(), f"survey{kind}")
    assert [row[sheet.header.index("Q1")] for row in sheet.values][:2] == ["network", "well"]


@pytest.mark.parametrize("kind", [".dta", ".sav", ".zsav"])
@pytest.mark.parametrize("content", [b"junk\0" * 400, b"", b"<stata_dta><header><release>118</release>"])
def test_an_uploaded_file_that_only_claims_to_be_one_is_refused(kind: str, content: bytes) -> None:
    with pytest.raises(BadData, match="survey"):
        rows_of(content, f"survey{kind}")


@pytest.mark.parametrize(
    ("name", "content", "mapping", "message"),
    [
        ("a.xls", b"", {}, r"\.xls files are not read here\. Save it as one of: \.parquet"),
        ("none.csv", None, {}, r"there is no such file"),
        ("a.parquet", b"PAR1 no", {}, r"it cannot be read"),
        ("a.sav", b"no", {}, r"it cannot be read"),
        ("a.csv", b"a,b\n1,2\n", {"people": "c"}, r"there is no column c\. The columns found are: a, b"),
    ],
)
def test_what_cannot_be_read_says_why(tmp_path: Path, name: str, content: bytes | None, mapping: Any, message: str) -> None:
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(BadData, match=message):
        read(path, **mapping)


def test_the_engine_reaches_nothing_but_files() -> None:
    with pytest.raises(Exception, match=r"(?i)extension|http"):
        connection().execute("SELECT * FROM 'http://127.0.0.1:9/a.parquet'")
