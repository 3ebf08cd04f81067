"""Entries in a real database: written with their act or not at all, in order, and never changed, by whoever."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction

from tiwizi.core.errors import Refused
from tiwizi.journal import commands, queries, verifier
from tiwizi.journal.commands import Actor
from tiwizi.journal.models import Checkpoint, Entry

AT = datetime(2026, 11, 23, 10, 30, tzinfo=UTC)
OFFICER = Actor(account="7", role="das")
KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
SECRET = bytes(32)


def act(number: int = 1, **more: Any) -> Entry:
    """One act and its entry."""
    with transaction.atomic():
        return commands.write(
            "adopt", by=OFFICER, at=AT, kind="scenario", object_id=str(number), place="05.301", after={"weight": number}, **more
        )


@pytest.fixture
def acts(db: None) -> list[Entry]:
    return [act(number) for number in range(1, 6)]


def by_hand(statement: str) -> None:
    """What somebody with the database's own tools would type."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def unguarded(statement: str) -> None:
    """The same by somebody who may also take the triggers off."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("ALTER TABLE journal_entry DISABLE TRIGGER ALL")
            cursor.execute(statement)
        else:
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'journal_entry'")
            for (name,) in cursor.fetchall():
                cursor.execute(f"DROP TRIGGER {name}")
            cursor.execute(statement)


def test_entries_are_chained_from_the_first(acts: list[Entry]) -> None:
    assert [entry.number for entry in acts] == [1, 2, 3, 4, 5]
    assert acts[0].previous == verifier.FIRST
    assert [entry.previous for entry in acts[1:]] == [entry.hash for entry in acts[:-1]]
    assert queries.breaks() == []


def test_what_is_read_back_is_what_was_hashed(acts: list[Entry]) -> None:
    for entry in Entry.objects.all():
        assert verifier.digest(entry.previous, entry.body()) == entry.hash


def test_only_what_changed_is_kept(db: None) -> None:
    with transaction.atomic():
        entry = commands.write(
            "edit",
            by=OFFICER,
            at=AT,
            kind="scenario",
            object_id="1",
            before={"a": 1, "b": 2},
            after={"a": 1, "b": 3, "c": "جديد"},
        )
    assert entry.changes == {"b": [2, 3], "c": [None, "جديد"]}


def test_personal_values_are_hidden_yet_comparable(db: None) -> None:
    with transaction.atomic():
        entry = commands.write(
            "edit",
            by=OFFICER,
            at=AT,
            kind="file",
            object_id="1",
            before={"phone": "0661223344"},
            after={"phone": "0661223355"},
            personal={"phone"},
            secret=SECRET,
        )
    before, after = entry.changes["phone"]
    assert before == commands.hidden("0661223344", SECRET) != after
    assert "0661" not in json.dumps(list(queries.exported()))
    assert commands.hidden("0661223344", bytes(31) + b"x") != before
    with pytest.raises(Refused, match="without a secret"):
        commands.hidden("0661223344", b"short")


def test_the_record_falls_with_its_act(acts: list[Entry]) -> None:
    def failing() -> None:
        with transaction.atomic():
            act(6)
            raise ValueError("the act fails")

    with pytest.raises(ValueError, match="the act fails"):
        failing()
    assert Entry.objects.count() == 5
    assert act(6).number == 6


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE journal_entry SET actor = 'nobody' WHERE number = 3",
        "UPDATE journal_entry SET changes = '{}'",
        "DELETE FROM journal_entry WHERE number = 5",
        "DELETE FROM journal_entry",
        "UPDATE journal_checkpoint SET number = 1",
        "DELETE FROM journal_checkpoint",
    ],
)
def test_the_database_itself_refuses_a_change(acts: list[Entry], statement: str) -> None:
    commands.checkpoint(key=KEY, at=AT)
    with pytest.raises(DatabaseError, match="the journal is append-only"):
        by_hand(statement)
    assert queries.breaks() == []


@pytest.mark.parametrize(("number", "previous"), [(7, None), (6, "0" * 64), (3, None)])
def test_the_database_itself_refuses_an_entry_out_of_order(acts: list[Entry], number: int, previous: str | None) -> None:
    entry = Entry.objects.get(number=5)
    entry.number, entry.previous, entry.hash = number, previous or acts[-1].hash, "f" * 64
    with pytest.raises(DatabaseError), transaction.atomic():
        entry.save(force_insert=True)
    assert Entry.objects.count() == 5


@pytest.mark.parametrize(
    ("statement", "message"),
    [
        ("UPDATE journal_entry SET actor = 'nobody' WHERE number = 3", "entry 3: its content is not what was written"),
        ("UPDATE journal_entry SET position = 1 WHERE number = 4", "entry 4: its content is not what was written"),
        ("UPDATE journal_entry SET place = '05.311' WHERE number = 1", "entry 1: its content is not what was written"),
        ("DELETE FROM journal_entry WHERE number = 2", "entry 3: entry 2 should stand here"),
        ("DELETE FROM journal_entry WHERE number = 5", "entry 5: the journal was cut: it has 4 entries"),
    ],
)
def test_a_row_edited_by_hand_is_found(acts: list[Entry], statement: str, message: str) -> None:
    commands.checkpoint(key=KEY, at=AT)
    unguarded(statement)
    faults = queries.breaks()
    assert str(faults[0]) == str(queries.sentence(faults[0])) == message
    assert faults[0].what in {*queries.SENTENCES, verifier.CUT}


def test_a_checkpoint_holds_and_is_that_of_the_last_entry(acts: list[Entry]) -> None:
    made = commands.checkpoint(key=KEY, at=AT)
    assert (made.number, made.hash) == (5, acts[-1].hash)
    body = Checkpoint.objects.get().body()
    assert verifier.checkpoint_breaks(body, [entry.hash for entry in acts], key=made.key) == []
    assert queries.breaks(key=made.key) == []
    assert [fault.what for fault in queries.breaks(key="0" * 64)] == ["the checkpoint names another key"]


def test_an_empty_journal_has_nothing_to_sign(db: None) -> None:
    with pytest.raises(Refused, match="nothing to sign"):
        commands.checkpoint(key=KEY, at=AT)


def test_migrations_are_those_of_the_models(db: None) -> None:
    call_command("makemigrations", "--check", "--dry-run", verbosity=0)


def test_every_sentence_of_the_verifier_can_be_translated() -> None:
    sentences = {value for name, value in vars(verifier).items() if name.isupper() and isinstance(value, str) and " " in value}
    # How many entries are left is said in the form of its number.
    assert sentences - {verifier.CUT} == set(queries.SENTENCES)


def test_a_clock_set_back_is_refused_and_said(acts: list[Entry], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(commands, "CLOCKS_DIFFER", timedelta(minutes=1))
    with pytest.raises(Refused, match="the clock of the server was set back"):
        commands.refuse_clock_set_back(AT - timedelta(minutes=2))
    commands.refuse_clock_set_back(AT - timedelta(seconds=59))
