"""Power cuts: whatever moment the power fails at, no acknowledged act is lost, none is half there, and the journal holds.

The office's journal is written through SQLite with the office's own settings to a disk in memory that notes every write and
every sync. Then the disk is made as a cut at a drawn moment leaves it, the database is opened anew, and what it holds must be
what the last acknowledged commit left, or that and the one commit that was under way.
"""

import random
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from django.db import connection
from tests.faults import calls, cuts
from tests.faults.disk import LINK, SYNC, SYNC_FOLDER, UNLINK, WRITE, Act, Disk

from tiwizi.web.database import JOURNAL_MODE, from_url

OPTIONS = from_url("sqlite:////office.sqlite3")["OPTIONS"]
SETTINGS: str = OPTIONS["init_command"]
BEGIN: str = OPTIONS["transaction_mode"]
OTHER_MODE = "delete" if JOURNAL_MODE == "wal" else "wal"
IN_ONE_STORY = 100

pytestmark = pytest.mark.skipif(connection.vendor != "sqlite", reason="SQLite's own files")


def other(*changes: tuple[str, str]) -> str:
    """The office's settings with something else in them."""
    script = SETTINGS
    for old, new in changes:
        assert old in script, script
        script = script.replace(old, new)
    return script


def many(script: str, seeds: range) -> cuts.Found:
    """A story for each seed, and the cuts in it."""
    findings, schema = cuts.Found(), cuts.schema()
    for seed in seeds:
        story = cuts.story_of(script, BEGIN, seed, schema)
        cuts.cut(story, script, seed, IN_ONE_STORY, findings)
    return findings


def kept_all(findings: cuts.Found, number: int) -> None:
    """That nothing was lost, in so many cuts of every kind."""
    assert findings.wrong == [], f"{findings.cuts}\n" + "\n".join(findings.wrong[:20])
    assert findings.cuts["once"] + findings.cuts["twice"] == number
    assert min(findings.cuts[fate] for fate in ("once", "twice", "as acknowledged", "one more")) > 0, findings.cuts


@pytest.mark.django_db
@pytest.mark.parametrize("piece", range(4))
def test_power_cuts_lose_nothing(piece: int) -> None:
    kept_all(many(SETTINGS, range(25 * piece, 25 * (piece + 1))), 2_500)


@pytest.mark.django_db
def test_power_cuts_lose_nothing_in_the_other_mode_either() -> None:
    # Another SQLite than this machine's would have the office use it.
    kept_all(many(other((f"journal_mode={JOURNAL_MODE}", f"journal_mode={OTHER_MODE}")), range(10)), 1_000)


@pytest.mark.long
@pytest.mark.django_db
@pytest.mark.parametrize("piece", range(10))
def test_a_hundred_thousand_power_cuts(piece: int) -> None:
    kept_all(many(SETTINGS, range(10_000 + 100 * piece, 10_000 + 100 * (piece + 1))), 10_000)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("mode", "synchronous", "finding"),
    [
        ("delete", "OFF", "broken"),
        ("wal", "OFF", "broken"),
        ("truncate", "NORMAL", "broken"),
        ("delete", "NORMAL", "lost"),
        ("wal", "NORMAL", "lost"),
        # The folder is not synced after the journal is deleted: it comes back, and takes the commit back.
        ("delete", "FULL", "lost"),
    ],
)
def test_the_cuts_find_settings_that_do_not_hold(mode: str, synchronous: str, finding: str) -> None:
    script = other((f"journal_mode={JOURNAL_MODE}", f"journal_mode={mode}"), ("synchronous=EXTRA", f"synchronous={synchronous}"))
    cut = many(script, range(5))
    assert cut.cuts[finding] > 10, cut.cuts


@pytest.mark.django_db
def test_the_cuts_find_half_a_transaction() -> None:
    # The bug: what should be one transaction is two, of which a cut may leave the first.
    schema, findings = cuts.schema(), cuts.Found()
    for seed in range(10):
        story = cuts.story_of(SETTINGS, BEGIN, seed, schema)
        story.states, story.acknowledged = story.states[::2], story.acknowledged[1::2]
        cuts.cut(story, SETTINGS, seed, IN_ONE_STORY, findings)
    assert any("a state that never was committed" in fault for fault in findings.wrong)
    assert not any("lost" in fault for fault in findings.wrong)


@pytest.mark.django_db
def test_the_cuts_find_an_answer_before_the_commit() -> None:
    # The bug: who acts is told so while SQLite still writes.
    schema, findings = cuts.schema(), cuts.Found()
    for seed in range(10):
        story = cuts.story_of(SETTINGS, BEGIN, seed, schema)
        story.acknowledged = [max(length - 8, 0) for length in story.acknowledged]
        cuts.cut(story, SETTINGS, seed, IN_ONE_STORY, findings)
    assert any("an acknowledged commit is not there" in fault for fault in findings.wrong)


@pytest.mark.django_db
def test_the_disk_that_notes_holds_what_the_machines_own_holds(tmp_path: Path) -> None:
    schema = cuts.schema()
    story = cuts.story_of(SETTINGS, BEGIN, 1, schema)
    platter = cuts.Platter(story.start)
    for act in [*story.log, Act(SYNC_FOLDER), *(Act(SYNC, number) for number in range(1, 200))]:
        platter.did(act)
    for name, content in platter.left(random.Random(0)).items():  # noqa: S311 # nothing is left to draw
        (tmp_path / name.lstrip("/")).write_bytes(content)
    with closing(sqlite3.connect(tmp_path / "office.sqlite3")) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert cuts.held(connection) == story.states[-1]


@pytest.mark.parametrize("synchronous", ["NORMAL", "FULL", "EXTRA"])
def test_the_disk_that_notes_is_told_what_the_machine_is_told(tmp_path: Path, synchronous: str) -> None:
    script = f"PRAGMA journal_mode=DELETE; PRAGMA synchronous={synchronous}; PRAGMA cache_size=4"
    texts, disk = ["x" * size for size in (10, 5_000, 20_000, 300)], Disk()
    with disk.open(script) as connection:
        acts(connection, texts)
    with calls.noted() as noted, closing(sqlite3.connect(tmp_path / "office.sqlite3", isolation_level=None)) as connection:
        connection.executescript(script)
        acts(connection, texts)
    assert noted == calls.calls_of(disk.log)
    assert (UNLINK, 0) in noted
    after = {second for first, second in zip(noted, [*noted[1:], ("end", 0)], strict=True) if first == (UNLINK, 0)}
    assert (after == {(SYNC_FOLDER, 0)}) == (synchronous == "EXTRA")


def acts(connection: sqlite3.Connection, texts: list[str]) -> None:
    """Some transactions, one taken back."""
    connection.execute("CREATE TABLE act (number INTEGER PRIMARY KEY, said TEXT UNIQUE)")
    for end in ("COMMIT", "ROLLBACK", "COMMIT"):
        connection.execute("BEGIN IMMEDIATE")
        connection.executemany("INSERT INTO act (said) VALUES (?)", [(text + str(connection.total_changes),) for text in texts])
        connection.execute(end)


def test_what_is_synced_survives_every_cut_and_what_is_not_may_not() -> None:
    start = {"/a": b"old"}
    platter = cuts.Platter(start)
    for act in (Act(WRITE, 1, 0, b"new"), Act(SYNC, 1), Act(WRITE, 1, 3, b"er" * 600), Act(LINK, 2, name="/b")):
        platter.did(act)
    draws = [platter.left(random.Random(seed)) for seed in range(200)]  # noqa: S311 # drawn anew, not secret
    assert {draw["/a"][:3] for draw in draws} == {b"new"}
    assert {len(draw["/a"]) for draw in draws} >= {3, 512, 1024, 1203}
    assert {"/b" in draw for draw in draws} == {True, False}
