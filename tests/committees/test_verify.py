"""`tiwizi verify` on an office with a sealed session: what somebody who owns the database changes in it is named."""

import re
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psycopg
import pytest
from tests.own_office import Office, new_office

pytestmark = pytest.mark.django_db  # its own office is a copy of the tables made for tests


@pytest.fixture(scope="module")
def office(django_db_setup: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """An office on the engine under test, with one session decided and sealed."""
    with new_office(tmp_path_factory.mktemp("sealed")) as made:
        yield filled(made)


def filled(office: Office) -> Office:
    command = [sys.executable, "-m", "tests.committees.sealed"]
    root = Path(__file__).parents[2]
    done = subprocess.run(command, env=office.environment, cwd=root, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return office


TABLES = ("committees_resolution", "committees_minutes", "committees_signature", "committees_approval")


def by_hand(address: str, statements: list[str]) -> None:
    """What somebody who owns the database can do: the triggers off, and the foreign keys with them, then anything."""
    if address.startswith("sqlite"):
        with closing(sqlite3.connect(address.removeprefix("sqlite:///"))) as database, database:
            names = [row[0] for row in database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")]
            for name in names:
                if name.startswith(TABLES):
                    database.execute(f"DROP TRIGGER {name}")
            for statement in statements:
                database.execute(statement)
        return
    with psycopg.connect(address) as server:
        for table in TABLES:
            server.execute(f"ALTER TABLE {table} DISABLE TRIGGER ALL".encode())
        for statement in statements:
            server.execute(statement.encode())


@pytest.fixture
def mended(office: Office, tmp_path: Path) -> Iterator[Office]:
    """The office, whose rows come back after the test."""
    address = office.environment["TIWIZI_DATABASE"]
    if address.startswith("sqlite"):
        path = Path(address.removeprefix("sqlite:///"))
        kept = path.read_bytes()
        yield office
        path.write_bytes(kept)
        return
    copies = [f"CREATE TABLE kept_{table} AS TABLE {table}" for table in TABLES]
    by_hand(address, copies)
    yield office
    for table in TABLES:
        by_hand(address, [f"DELETE FROM {table}", f"INSERT INTO {table} SELECT * FROM kept_{table}", f"DROP TABLE kept_{table}"])


def test_a_sealed_session_passes(office: Office) -> None:
    checked = office.run("verify", "--language", "en")
    assert (checked.returncode, checked.stderr) == (0, "")
    assert checked.stdout.startswith("All holds: ")


DECISION = r"Decision CPDH-05\.301-2026-1"
SEAL = r"Minutes of session 1/2026: the signature or the seal of entry \d+ is missing or was changed by hand\."
FILE = r"Minutes of session 1/2026, file {}: the bytes kept are not those that entry \d+ sealed\."
CHANGES = {
    "text": ("UPDATE committees_resolution SET text_fr = 'Le comité refuse.'", DECISION + r" differs from entry \d+"),
    "amount": ("UPDATE committees_resolution SET amount_centimes = amount_centimes + 1", DECISION + r" differs from entry \d+"),
    "result": ("UPDATE committees_resolution SET result = 'rejected'", DECISION + r" differs from entry \d+"),
    "words": ("UPDATE committees_resolution SET words = '{}'", DECISION + r" differs from entry \d+"),
    "reach": ("UPDATE committees_resolution SET reach = NULL", DECISION + r" differs from entry \d+"),
    "another entry": ("UPDATE committees_resolution SET entry = 99999", DECISION + ": its entry 99,999 is not in the journal"),
    "no decision": ("DELETE FROM committees_resolution", DECISION + r", of entry \d+ of the journal, is missing\."),
    "bytes": ("UPDATE committees_minutes SET content = {bytes} WHERE language = 'fr' AND media = 'pdf'", FILE.format(r"fr\.pdf")),
    "file gone": ("DELETE FROM committees_minutes WHERE language = 'ar' AND media = 'docx'", FILE.format(r"ar\.docx")),
    "code": ("UPDATE committees_minutes SET code = 'ZZZZZZZZZZ'", FILE.format(r"ar\.pdf")),
    "swapped": ("UPDATE committees_minutes SET media = media || '2' WHERE language = 'fr'", FILE.format(r"fr\.pdf2")),
    "seal taken off": ("UPDATE committees_signature SET entry = NULL", SEAL),
    "seal of another entry": ("UPDATE committees_signature SET entry = 1 WHERE capacity = 'chair'", SEAL),
    "hashes": ("UPDATE committees_signature SET hashes = '{}' WHERE capacity = 'secretary'", SEAL),
    "name of who signed": ("UPDATE committees_signature SET name = 'X' WHERE capacity = 'secretary'", SEAL),
    "on paper": ("UPDATE committees_signature SET on_paper = (1 = 0)", SEAL),
    "seal gone": ("DELETE FROM committees_signature WHERE capacity = 'chair'", SEAL),
    "nobody signed": ("DELETE FROM committees_signature", SEAL),
    "capacity": (
        "UPDATE committees_signature SET capacity = 'witness' WHERE capacity = 'chair'",
        "Minutes of session 1/2026: the signature of “witness” is not in the journal",
    ),
}


@pytest.mark.parametrize("change", CHANGES)
def test_what_was_changed_by_hand_is_named(mended: Office, change: str) -> None:
    statement, named = CHANGES[change]
    address = mended.environment["TIWIZI_DATABASE"]
    other = "x'00'" if address.startswith("sqlite") else "'\\x00'::bytea"
    by_hand(address, [statement.replace("{bytes}", other)])
    found = mended.run("verify", "--language", "en")
    assert found.returncode == 1, found.stdout + found.stderr
    assert re.search(named, found.stdout.replace("\u2068", "").replace("\u2069", "")), found.stdout
    assert "All holds" not in found.stdout


def test_the_hash_beside_the_minutes_is_held_too(mended: Office) -> None:
    by_hand(mended.environment["TIWIZI_DATABASE"], ["UPDATE committees_minutes SET sha256 = 'x'"])
    found = mended.run("verify", "--language", "en")
    assert found.returncode == 1
    assert "committees_minutes 1: it is not as entry" in found.stdout
