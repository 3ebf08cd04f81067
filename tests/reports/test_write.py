"""Files written, the object for machines, and what comes back when they are read again."""

import json
from pathlib import Path

import polars as pl
import pytest

from tiwizi import reports
from tiwizi.core.errors import Sentence
from tiwizi.core.tables import MEASURES, PLACES, SHARES
from tiwizi.plan import Plan, previous_shares

TABLES = ["shares.csv", "shares.parquet", "reasons.csv", "reasons.parquet", "measures.csv", "measures.parquet"]
DRAWN = ["plan.xlsx", "map.svg", "map.png"]


@pytest.fixture(scope="module")
def written(khenifra: Plan, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("plan")
    reports.write(khenifra, folder, language="fr")
    return folder


def test_every_file_is_written_and_named(khenifra: Plan, tmp_path: Path) -> None:
    steps: list[Sentence] = []
    files = reports.write(khenifra, tmp_path / "new" / "folder", language="ar", progress=steps.append)
    assert [path.name for path in files] == [*TABLES, *DRAWN, "report.pdf"]
    assert sorted(path.name for path in files) == sorted(path.name for path in (tmp_path / "new" / "folder").iterdir())
    assert [step.template for step in steps] == [
        "Writing the tables",
        "Writing the workbook",
        "Drawing the map",
        "Setting the report",
    ]


def test_the_report_can_be_left_out(khenifra: Plan, tmp_path: Path) -> None:
    assert [path.name for path in reports.write(khenifra, tmp_path, language="en", pdf=False)] == [*TABLES, *DRAWN]


def test_written_twice_every_file_has_the_same_bytes(khenifra: Plan, written: Path, tmp_path: Path) -> None:
    again = reports.write(khenifra, tmp_path, language="fr")
    different = [path.name for path in again if path.read_bytes() != (written / path.name).read_bytes()]
    assert different == []


def test_tables_come_back_as_they_were(khenifra: Plan, written: Path) -> None:
    assert SHARES.check(pl.read_parquet(written / "shares.parquet")).equals(khenifra.shares)
    assert MEASURES.check(pl.read_parquet(written / "measures.parquet")).equals(khenifra.measures)
    reasons = pl.read_csv(written / "reasons.csv")
    assert reasons["amount_dh"].sum() == khenifra.envelope_dh
    assert reasons["sentence"].null_count() == 0


def test_this_year_s_shares_are_next_year_s_previous_ones(khenifra: Plan, written: Path) -> None:
    previous = previous_shares(written / "shares.csv")
    assert {programme: sum(amounts.values()) for programme, amounts in previous.items()} == khenifra.sub_envelopes
    assert previous == previous_shares(written / "shares.parquet")


def test_the_object_for_machines_is_json_and_holds_the_tables(khenifra: Plan) -> None:
    written = json.loads(json.dumps(reports.as_json(khenifra), allow_nan=False))
    assert (written["place"], written["envelope_dh"]) == ("05.301", 32_000_000)
    assert written["rulebook"] == {"name": "indh", "version": khenifra.rulebook.version}
    assert sum(row["amount_dh"] for row in written["shares"]) == written["envelope_dh"]
    for table, name in ((SHARES, "shares"), (MEASURES, "measures"), (PLACES, "places")):
        assert list(written[name][0]) == list(table.schema)
    assert written["measures"][0]["as_of"] == "2024-09-01"
    assert len(written["measures"]) == khenifra.measures.height
