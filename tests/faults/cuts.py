"""Stories of the journal on a disk in memory, and what the disk holds when the power fails in the midst of one.

What was synced is there. Of what was not, each thing is there, is not, or is half there, as drawn: a write is torn between
sectors of 512 bytes, a file has its new size and noise in the place of what was written, a name is made or taken away or not.
"""

import json
import random
import sqlite3
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db import connection, models
from tests.faults.disk import LINK, RESIZE, SYNC, SYNC_FOLDER, UNLINK, WRITE, Act, Disk, cut_to, put

from tiwizi.journal import verifier
from tiwizi.journal.models import Checkpoint, Entry, Receipt

SECTOR: Final = 512
TABLES: Final[tuple[type[models.Model], ...]] = (Entry, Checkpoint, Receipt)
Row = tuple[Any, ...]
Rows = tuple[tuple[Row, ...], ...]
"""What the tables hold, in the order of TABLES."""


@dataclass
class Story:
    """What was done to a disk, and what the tables held after each commit, the state before the first one included."""

    start: dict[str, bytes]
    log: list[Act]
    states: list[Rows]
    acknowledged: list[int]
    """How long the log was when each commit came back."""


@dataclass
class Found:
    """Cuts by what they left: the last commit acknowledged, one more that was under way, or what must not be."""

    cuts: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)


@dataclass
class File:
    """A file on the disk: what it holds for certain, and what was done to it since."""

    settled: bytearray = field(default_factory=bytearray)
    since: list[Act] = field(default_factory=list)


class Platter:
    """What a disk holds for certain, and what it may hold, act after act."""

    def __init__(self, start: Mapping[str, bytes]) -> None:
        self.files = {number: File(bytearray(content)) for number, content in enumerate(start.values(), start=1)}
        self.names = {name: number for number, name in enumerate(start, start=1)}
        self.since: list[Act] = []

    def did(self, act: Act) -> None:
        """Takes in the next act."""
        if act.kind == SYNC_FOLDER:
            _name(self.names, self.since)
            self.since = []
        elif act.kind in (LINK, UNLINK):
            self.since.append(act)
        else:
            file = self.files.setdefault(act.node, File())
            file.since.append(act)
            if act.kind == SYNC:
                for event in file.since:
                    _apply(file.settled, event)
                file.since = []

    def left(self, draw: random.Random) -> dict[str, bytes]:
        """What the disk holds when the power comes back, one of the many ways that it may be."""
        names = dict(self.names)
        _name(names, _some(self.since, draw))
        return {name: self._left(number, draw) for name, number in sorted(names.items())}

    def _left(self, number: int, draw: random.Random) -> bytes:
        file = self.files.get(number, File())
        content = bytearray(file.settled)
        whole = set(map(id, _some(file.since, draw)))
        for act in file.since:
            if id(act) in whole:
                _apply(content, act)
            elif act.kind == WRITE:
                _tear(content, act, draw)
        return bytes(content)


def _some(acts: Sequence[Act], draw: random.Random) -> Sequence[Act]:
    """Which of these acts came about whole: all, none, the first ones, or any."""
    how = draw.randrange(4)
    if how < 2:
        return acts if how else ()
    return acts[: draw.randint(0, len(acts))] if how == 2 else [act for act in acts if draw.random() < 0.5]


def _name(names: dict[str, int], acts: Sequence[Act]) -> None:
    for act in acts:
        if act.kind == LINK:
            names[act.name] = act.node
        else:
            names.pop(act.name, None)


def _apply(content: bytearray, act: Act) -> None:
    if act.kind == WRITE:
        put(content, act.at, act.data)
    elif act.kind == RESIZE:
        cut_to(content, act.at)


def _tear(content: bytearray, act: Act, draw: random.Random) -> None:
    """A write that came about in part: nothing, noise beyond the file's end, its first sectors, or any of its sectors."""
    how, end = draw.randrange(4), act.at + len(act.data)
    if how == 1 and end > len(content):
        put(content, max(act.at, len(content)), draw.randbytes(end - max(act.at, len(content))))
    places = range(act.at - act.at % SECTOR, end, SECTOR)
    torn = places[: draw.randint(0, len(places))] if how == 2 else [place for place in places if how == 3 and draw.random() < 0.5]
    for place in torn:
        first, last = max(place, act.at), min(place + SECTOR, end)
        put(content, first, act.data[first - act.at : last - act.at])


def schema() -> str:
    """The journal's tables, indexes and triggers, as migrations made them."""
    names = [model._meta.db_table for model in TABLES]
    with connection.cursor() as cursor:
        cursor.execute("SELECT tbl_name, sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY type = 'trigger', type = 'index'")
        return ";\n".join(sql + (" " if sql.endswith("END") else "") for table, sql in cursor.fetchall() if table in names)


class Writer:
    """Who writes the journal in a story: entries chained as the office chains them, receipts, checkpoints."""

    def __init__(self, draw: random.Random) -> None:
        self.draw, self.last, self.number = draw, verifier.FIRST, 0

    def row(self, model: type[models.Model]) -> models.Model:
        """The next row of a table."""
        at = datetime(2026, 11, 23, tzinfo=UTC) + timedelta(microseconds=self.draw.randrange(10**12))
        if model is Receipt:
            client_id = UUID(int=self.draw.getrandbits(128))
            return Receipt(client_id=client_id, account="1", command="apply", body=self._hex(64), answer=self._hex(20), at=at)
        if model is Checkpoint:
            key, signature = self._hex(64), self._hex(128)
            return Checkpoint(
                pk=self.draw.getrandbits(40), number=self.number, hash=self.last, at=at, key=key, signature=signature
            )
        size = self.draw.choice((0, 30, 30, 300, 3_000, 20_000))
        entry = Entry(number=self.number + 1, at=at, actor="1", role="officer@05.301", command="store", kind="dataset")
        entry.object, entry.place, entry.position = self._hex(8), "05.301", self.draw.randrange(100)
        entry.changes, entry.previous = {"content": [None, self._hex(size)]}, self.last
        entry.hash = verifier.digest(entry.previous, entry.body())
        self.last, self.number = entry.hash, entry.number
        return entry

    def _hex(self, size: int) -> str:
        return self.draw.randbytes(size // 2).hex()

    def rows(self) -> list[models.Model]:
        """The rows of one transaction: one entry or more, mostly a receipt, now and then a checkpoint."""
        entries = [self.row(Entry) for _time in range(self.draw.choice((1, 1, 1, 2, 6)))]
        receipts = [self.row(Receipt)] if self.draw.random() < 0.8 else []
        return [*entries, *receipts, *([self.row(Checkpoint)] if self.draw.random() < 0.1 else [])]


def story_of(script: str, begin: str, seed: int, schema: str) -> Story:
    """A story drawn from a seed: transactions, some taken back, in one connection after another, all opened with a script."""
    draw = random.Random(seed)  # noqa: S311 # drawn anew, not secret
    disk = Disk()
    with disk.open(script) as first:
        first.executescript(schema)
        state = held(first)
    story = Story(disk.files, [], [state], [])
    disk = Disk.holding(story.start)
    writer = Writer(draw)
    while len(story.acknowledged) < 12:
        # Small caches send pages to the disk before their commit; a log is taken over by the tables in the midst of a story.
        small = "; PRAGMA cache_size=4; PRAGMA wal_autocheckpoint=8" if draw.random() < 0.4 else ""
        with disk.open(script + small) as connection:
            for _time in range(draw.randint(1, 4)):
                _transaction(connection, begin, writer, draw.random() < 0.15)
                if held(connection) != story.states[-1]:
                    story.states.append(held(connection))
                    story.acknowledged.append(len(disk.log))
    story.log = disk.log
    return story


def _transaction(database: sqlite3.Connection, begin: str, writer: Writer, taken_back: bool) -> None:
    last, number = writer.last, writer.number
    database.execute(f"BEGIN {begin}")
    for row in writer.rows():
        fields = row._meta.concrete_fields
        values = [field.get_db_prep_save(getattr(row, field.attname), connection) for field in fields]
        database.execute(
            f"INSERT INTO {row._meta.db_table} ({_columns(type(row))}) VALUES ({', '.join('?' * len(fields))})", values
        )
    if taken_back:
        writer.last, writer.number = last, number
    database.execute("ROLLBACK" if taken_back else "COMMIT")


def held(connection: sqlite3.Connection) -> Rows:
    """What the tables hold."""
    return tuple(
        tuple(connection.execute(f"SELECT {_columns(model)} FROM {model._meta.db_table} ORDER BY rowid")) for model in TABLES
    )


def _columns(model: type[models.Model]) -> str:
    return ", ".join(f'"{field.column}"' for field in model._meta.concrete_fields)


def cut(story: Story, script: str, seed: int, number: int, findings: Found) -> None:
    """So many power cuts in a story, each at a moment of its own; notes what they left."""
    draw = random.Random(seed)  # noqa: S311 # drawn anew, not secret
    moments = Counter(draw.randint(0, len(story.log)) for _cut in range(number))
    platter = Platter(story.start)
    for moment in range(len(story.log) + 1):
        for _cut in range(moments[moment]):
            _cut_once(story, platter.left(draw), script, (seed, moment), draw, findings)
        if moment < len(story.log):
            platter.did(story.log[moment])


def _cut_once(
    story: Story, files: dict[str, bytes], script: str, where: tuple[int, int], draw: random.Random, findings: Found
) -> None:
    how = "once"
    if draw.random() < 0.1:
        how, files = "twice", _again(files, script, draw)
    acknowledged = sum(moment <= where[1] for moment in story.acknowledged)
    wrong, state = _opened(files, script)
    if state in story.states[acknowledged : acknowledged + 2]:
        under_way = state != story.states[acknowledged]
        findings.cuts["one more" if under_way else "as acknowledged"] += 1
    elif state in story.states[:acknowledged]:
        wrong = "lost: an acknowledged commit is not there"
    else:
        wrong = wrong or "broken: a state that never was committed"
    if wrong:
        findings.cuts[wrong.partition(":")[0]] += 1
        findings.wrong.append(f"story {where[0]}, cut {how} at {where[1]}: {wrong}")
    findings.cuts[how] += 1


def _again(files: dict[str, bytes], script: str, draw: random.Random) -> dict[str, bytes]:
    """What a second cut leaves, while the database mends what the first one did."""
    disk = Disk.holding(files)
    _opened(files, script, disk)
    platter = Platter(files)
    for act in disk.log[: draw.randint(0, len(disk.log))]:
        platter.did(act)
    return platter.left(draw)


def _opened(files: dict[str, bytes], script: str, disk: Disk | None = None) -> tuple[str, Rows | None]:
    """What is wrong with what a cut left, and what its tables hold: opened anew, checked by SQLite and along its chain."""
    try:
        with (disk or Disk.holding(files)).open(script) as connection:
            checked = [str(row[0]) for row in connection.execute("PRAGMA integrity_check")]
            state = held(connection)
        breaks = [str(fault) for fault in verifier.breaks(_entries(state[0]))] if checked == ["ok"] else checked
    except (sqlite3.DatabaseError, ValueError, TypeError) as error:
        return f"broken: {error}", None
    return (f"broken: {breaks[0]}" if breaks else ""), state


def _entries(rows: Sequence[Row]) -> Iterator[dict[str, Any]]:
    """Entries as the verifier reads them."""
    names = [field.attname for field in Entry._meta.concrete_fields]
    for row in rows:
        entry = dict(zip(names, row, strict=True))
        at = datetime.fromisoformat(entry["at"]).replace(tzinfo=UTC).isoformat(timespec="microseconds")
        digests = entry.pop("rows")
        if digests is not None:
            entry["rows"] = json.loads(digests)
        yield {**entry, "at": at, "changes": json.loads(entry["changes"])}
