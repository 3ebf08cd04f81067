"""The journal from the command line, in an office of its own: several programs write at once, one checks, one signs."""

import json
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psycopg
import pytest
from tests.own_office import Office, new_office
from tests.patience import PATIENCE_S

from tiwizi.journal import verifier

pytestmark = pytest.mark.django_db  # its own office is a copy of the tables made for tests


@pytest.fixture
def office(django_db_setup: None, tmp_path: Path) -> Iterator[Office]:
    """An office on the engine under test, its tables made."""
    with new_office(tmp_path / "office") as made:
        yield made


def test_programs_that_write_at_once_make_one_chain(office: Office) -> None:
    writers = [office.writer(number, 25) for number in range(4)]
    for writer in writers:
        _out, error = writer.communicate(timeout=PATIENCE_S)
        assert writer.returncode == 0, error
    checked = office.run("verify", "--language", "en")
    assert (checked.returncode, checked.stdout) == (0, "All holds: 100 entries, 0 checkpoints, every row on record.\n")


def test_outsiders_can_check_what_is_published(office: Office, tmp_path: Path) -> None:
    office.writer(1, 5).communicate(timeout=PATIENCE_S)
    journal, point = tmp_path / "journal.jsonl", tmp_path / "checkpoint.json"
    assert office.run("journal", "--out", journal).returncode == 0
    assert office.run("checkpoint", "--out", point).returncode == 0
    key = json.loads(point.read_text(encoding="utf-8"))["key"]
    script = [sys.executable, "-I", "-S", verifier.__file__, journal, point, "--key", key]
    alone = subprocess.run(list(map(str, script)), capture_output=True, text=True, check=False)
    assert (alone.returncode, alone.stdout) == (0, "5 entries, 1 checkpoints: all holds\n")
    assert office.run("verify", "--key", key).returncode == 0
    assert office.run("verify", "--key", "0" * 64).returncode == 1


def edited_by_hand(address: str, statement: str) -> None:
    """What somebody who owns the database can do: take the triggers off, then change a row."""
    if address.startswith("sqlite"):
        with closing(sqlite3.connect(address.removeprefix("sqlite:///"))) as database, database:
            query = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'journal_entry'"
            guards = database.execute(query).fetchall()
            for name, _sql in guards:
                database.execute(f"DROP TRIGGER {name}")
            database.execute(statement)
            for _name, sql in guards:
                database.execute(sql)
        return
    with psycopg.connect(address) as server:
        server.execute("ALTER TABLE journal_entry DISABLE TRIGGER ALL")
        server.execute(statement.encode())
        server.execute("ALTER TABLE journal_entry ENABLE TRIGGER ALL")


@pytest.mark.parametrize(
    ("language", "message"),
    [
        ("en", "entry 3: its content is not what was written\n"),
        ("fr", "entrée 3\u00a0: son contenu n'est pas ce qui a été écrit\n"),
        ("ar", "القيد 3: مضمونه ليس ما كتب\n"),
    ],
)
def test_a_row_edited_by_hand_is_named_in_the_reader_s_language(office: Office, language: str, message: str) -> None:
    office.writer(1, 5).communicate(timeout=PATIENCE_S)
    edited_by_hand(office.environment["TIWIZI_DATABASE"], "UPDATE journal_entry SET actor = 'nobody' WHERE number = 3")
    process = office.run("verify", "--language", language)
    assert (process.returncode, process.stdout) == (1, message)


def test_a_guard_taken_off_is_named(office: Office) -> None:
    office.writer(1, 1).communicate(timeout=PATIENCE_S)
    address = office.environment["TIWIZI_DATABASE"]
    if address.startswith("sqlite"):
        with closing(sqlite3.connect(address.removeprefix("sqlite:///"))) as database, database:
            database.execute("DROP TRIGGER journal_entry_no_UPDATE")
    else:
        with psycopg.connect(address) as server:
            server.execute("ALTER TABLE journal_entry DISABLE TRIGGER journal_entry_append_only")
    process = office.run("verify", "--language", "en")
    assert process.returncode == 1
    assert "journal_entry" in process.stdout
    assert process.stdout.count("\n") == 1


def test_a_journal_rewritten_and_signed_with_another_key_is_found(office: Office, tmp_path: Path) -> None:
    """The office's own public key is asked for unless another is named."""
    office.writer(1, 2).communicate(timeout=PATIENCE_S)
    assert office.run("checkpoint", "--out", tmp_path / "own.json").returncode == 0
    assert office.run("verify").returncode == 0
    (Path(office.environment["TIWIZI_HOME"]) / "secrets" / "journal").unlink()
    assert office.run("checkpoint", "--out", tmp_path / "other.json").returncode == 0
    process = office.run("verify", "--language", "en")
    assert (process.returncode, process.stdout) == (1, "entry 2: the checkpoint names another key\n")


def test_a_second_checkpoint_is_signed_by_the_same_key(office: Office, tmp_path: Path) -> None:
    office.writer(1, 2).communicate(timeout=PATIENCE_S)
    points = [tmp_path / "one.json", tmp_path / "two.json"]
    for point in points:
        assert office.run("checkpoint", "--out", point).returncode == 0
        office.writer(2, 1).communicate(timeout=PATIENCE_S)
    keys = {json.loads(point.read_text(encoding="utf-8"))["key"] for point in points}
    assert len(keys) == 1
    secret = Path(office.environment["TIWIZI_HOME"]) / "secrets" / "journal"
    assert secret.stat().st_mode & 0o077 == 0


def test_an_empty_journal_holds_and_cannot_be_signed(office: Office, tmp_path: Path) -> None:
    assert office.run("verify").returncode == 0
    refused = office.run("checkpoint", "--out", tmp_path / "none.json", "--language", "en")
    assert refused.returncode == 1
    assert "the journal is empty" in refused.stderr
    assert not (tmp_path / "none.json").exists()


def test_an_act_is_never_recorded_outside_its_transaction(office: Office) -> None:
    bare = office.writer(1, 0)
    _out, error = bare.communicate(timeout=PATIENCE_S)
    assert bare.returncode == 1
    assert "an act cannot be recorded outside its transaction" in error
    assert office.run("verify", "--language", "en").stdout.startswith("All holds: 0 entries")
