"""Hostile files at the doors of the office: each is taken or refused with what to do, and none shakes the server.

A file goes the whole way of an upload: the product's reader under the limits of the machine (2 s of processor, 256 MB), then the
checks of places, of figures, and of households, and its refusal said in Arabic. What the reader and the server spend on it is
counted in bytes of memory; seconds of processor depend on the machine, and are measured by `python -m bench hostile`. Only the
reader's process is another: forked from one that has its libraries, not begun anew for each file; one test sends files by both
ways and compares.
"""

import io
import json
import random
import subprocess
import sys
import time
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from signal import SIGABRT, SIGALRM, SIGKILL, SIGSEGV, SIGXCPU
from typing import Any

import polars as pl
import pytest
from django.db import transaction
from tests import trees
from tests.faults import hostile
from tests.faults.readers import ASLEEP_S
from tests.own_office import ROOT
from tests.trees import AT, MACHINE

from tiwizi.children.child import OUT_OF_MEMORY
from tiwizi.core.errors import BadData, Refused
from tiwizi.database import scope
from tiwizi.measures import uploads as figures
from tiwizi.office.answers import said
from tiwizi.people.models import Account
from tiwizi.sources import uploads
from tiwizi.sources.files import frame_of
from tiwizi.territories import imports

MEMORY_BYTES = 256 * 2**20
SECONDS = 2
# The product has the machine stop a reader one second of processor after the time that it waits by the clock.
BOUNDS = {"seconds_most": SECONDS - 1, "memory_bytes_most": MEMORY_BYTES}
LIMITS = replace(figures.LIMITS, memory_bytes_most=MEMORY_BYTES)
DOORS = ("places", "figures", "table", "households")
KINDS = {choice[0] for choice in hostile.DRAWN}
PROVENANCE = figures.Provenance(date(2026, 11, 23), "own", "made up")
STOPPED = (OUT_OF_MEMORY, -SIGABRT, -SIGKILL, -SIGSEGV, -SIGXCPU)
"""Ends by the machine's limits, which the product says in words of their own."""


@dataclass
class Desk:
    """Where files come in: the readers, how each file ended at its door, and what must not be."""

    readers: subprocess.Popen[bytes]
    ends: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    met: set[tuple[str, str]] = field(default_factory=set)
    asleep_s: int = ASLEEP_S
    seed: int = 0
    slowest: tuple[float, str] = (0.0, "")
    """Seconds of processor that one file cost at most, and who spent them."""

    def reply(self, asked: dict[str, Any], content: bytes = b"") -> tuple[dict[str, Any], bytes]:
        """How a reader ended, and its answer."""
        assert self.readers.stdin is not None
        assert self.readers.stdout is not None
        head = {**asked, "size": len(content), "asleep_s": self.asleep_s}
        self.readers.stdin.write(json.dumps(head).encode() + b"\n" + content)
        self.readers.stdin.flush()
        reply = json.loads(self.readers.stdout.readline())
        return reply, self.readers.stdout.read(reply["size"])

    def asked(self, content: bytes, question: str, name: str, limits: uploads.Limits) -> bytes:
        """In the place of the product's own call: the same question to the same reader, forked."""
        strict = {**json.loads(question), "limits": {**json.loads(question)["limits"], **BOUNDS}}
        reply, answer = self.reply({"question": json.dumps(strict)}, content)
        self.spent(f"the reader of {self.seed}, {name!r},", reply["seconds"], reply["memory_bytes"])
        if reply["status"] == 0:
            return answer
        if reply["status"] not in STOPPED:
            self.wrong.append(f"the reader of {self.seed}, {name!r}: {reply}")
        self.ends["stopped"] += 1
        raise uploads.too_heavy(name, limits)

    def spent(self, who: str, seconds: float, memory_bytes: int) -> None:
        """Notes who spent more than a file may cost."""
        self.slowest = max(self.slowest, (seconds, who))
        if memory_bytes > MEMORY_BYTES:
            self.wrong.append(f"{who} took {memory_bytes // 2**20} MB of memory")


@contextmanager
def watched(desk: Desk, who: str) -> Iterator[None]:
    """Counts what this process, the server, spends on one file."""
    Path("/proc/self/clear_refs").write_text("5")  # The highest mark of its memory is set anew.
    before_bytes, before_s = memory("VmRSS"), time.process_time()
    yield
    desk.spent(who, time.process_time() - before_s, memory("VmHWM") - before_bytes)


def memory(what: str) -> int:
    """A figure that the machine gives of this process, in bytes."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith(what))


@contextmanager
def desk_with(*bugs: str) -> Iterator[Desk]:
    """The readers, put where the product starts its own; with the bugs named."""
    pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
    running = subprocess.Popen([sys.executable, "-m", "tests.faults.readers", *bugs], cwd=ROOT, **pipes)
    made = Desk(running)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(uploads, "_asked", made.asked)
        yield made
    running.kill()
    running.communicate()


@pytest.fixture
def desk() -> Iterator[Desk]:
    """The readers as they are."""
    with desk_with() as made:
        yield made


@pytest.fixture
def tree(db: None) -> trees.Tree:
    return trees.tree()


def taken(desk: Desk, tree: trees.Tree, seed: int) -> None:
    """One file at a door drawn for it; notes how it ended and what must not be."""
    desk.seed, (name, content) = seed, hostile.file(seed)
    door = random.Random(-seed).choice(DOORS)  # noqa: S311 # hostile, not secret
    with watched(desk, f"the server, with {seed} at {door},"):
        end = _taken(desk, tree, (seed, door), content, name)
    desk.ends[end] += 1
    desk.met |= {(hostile.called(seed), end), (door, end)}


def _taken(desk: Desk, tree: trees.Tree, where: tuple[int, str], content: bytes, name: str) -> str:
    seed, door = where
    try:
        with transaction.atomic(), scope.everything():
            if door == "places":
                account = Account.objects.first() or trees.account("officer@example.org", ("officer", tree.province))
                imports.preview(content, name, place=tree.province, account=account, by=MACHINE, at=AT)
            elif door == "households":
                figures.read_frame(content, name)
            else:
                table = "measures" if door == "figures" else figures.TAKEN[seed % len(figures.TAKEN)]
                figures.read(content, name, table, known=["05.301", "05.301.03.01"], provenance=PROVENANCE)
            transaction.set_rollback(True)
    except (BadData, Refused) as error:
        texts = [error.text(), *(str(part) for problem in error.problems for part in said(problem).values() if part)]
        if any(not text.strip() for text in texts) or not all(problem.remedy for problem in error.problems):
            desk.wrong.append(f"{seed} at {door}: {texts}")
        return "refused"
    except Exception as error:  # whatever comes is what is looked for
        desk.wrong.append(f"{seed} at {door}: {type(error).__name__}: {str(error)[:300]}")
        return "failed"
    return "taken"


@pytest.mark.parametrize("piece", range(2))
def test_hostile_files_are_taken_or_refused(
    desk: Desk, tree: trees.Tree, record_property: Callable[[str, object], None], piece: int
) -> None:
    for seed in range(500 * piece, 500 * (piece + 1)):
        taken(desk, tree, seed)
    record_property("slowest", desk.slowest)
    assert desk.wrong == [], "\n".join(desk.wrong)
    assert desk.met >= {(kind, "refused") for kind in (*KINDS, *DOORS)}, sorted(desk.met)
    assert desk.ends["taken"] > 0
    assert desk.ends["stopped"] > 0


@pytest.mark.parametrize("door", DOORS)
def test_a_plain_file_is_taken_at_each_door(desk: Desk, tree: trees.Tree, door: str) -> None:
    assert _taken(desk, tree, (0, door), b"place,poor_people\n05.301,1\n", "plain.csv") == "taken"


@pytest.mark.long
@pytest.mark.parametrize("piece", range(10))
def test_eighty_thousand_hostile_files(desk: Desk, tree: trees.Tree, piece: int) -> None:
    for seed in range(100_000 + 8_000 * piece, 100_000 + 8_000 * (piece + 1)):
        taken(desk, tree, seed)
    assert desk.wrong == [], "\n".join(desk.wrong)


@pytest.mark.parametrize(
    ("seed", "message"),
    [
        (658, "the column value is missing"),
        (1277, "the column measure is missing"),
    ],
)
def test_half_a_table_of_figures_row_by_row_is_refused(seed: int, message: str) -> None:
    name, content = hostile.file(seed)
    with pytest.raises(BadData, match=message):
        figures.read(content, name, "measures", known=["05.301"], provenance=PROVENANCE)


@pytest.mark.parametrize(
    ("seed", "message"),
    [
        (842, "this is not a Parquet file"),
        (1348, "it cannot be read: (?!the program)"),
        (105_001, "this is not an Excel workbook"),
    ],
)
def test_a_broken_file_that_makes_a_library_stumble_is_refused_by_its_kind(seed: int, message: str) -> None:
    name, content = hostile.file(seed)
    with pytest.raises(BadData, match=message):
        uploads.rows_of(content, name)


def test_the_forked_readers_answer_as_those_that_the_product_starts(desk: Desk) -> None:
    forked = uploads._asked
    assert forked == desk.asked
    for seed in range(5_000, 5_040):
        name, content = hostile.file(seed)
        assert outcome(content, name, LIMITS) == outcome(content, name, LIMITS, whole=True), seed


def outcome(content: bytes, name: str, limits: uploads.Limits, *, whole: bool = False) -> Any:
    """The rows of a file, or its refusal; with `whole`, read by a process begun anew."""
    with pytest.MonkeyPatch.context() as patch:
        if whole:
            patch.setattr(uploads, "_asked", ASKED)
        try:
            sheet = uploads.rows_of(content, name, limits=limits)
        except BadData as error:
            return error.text()
        return sheet.header, [list(row) for row in sheet.values], list(sheet.lines)


ASKED = uploads._asked


def test_the_machine_itself_bounds_the_readers(desk: Desk) -> None:
    reply, answer = desk.reply({"question": "bounds", "limits": BOUNDS})
    assert reply["status"] == 0
    assert json.loads(answer) == {"CPU": SECONDS, "DATA": MEMORY_BYTES, "AS": 4 * MEMORY_BYTES, "FSIZE": 0, "CORE": 0}


@pytest.mark.parametrize(
    ("written", "message"),
    [
        # What Excel itself writes for a sign that XML does not have: it comes back as that sign.
        (b"_x0000_", r"column place, rows 2, 3, 4 and 4 more: it begins with the sign U\+0000"),
        # XML 1.0 has no such sign, however it is written: this is no workbook.
        (b"&#0;", "this is not an Excel workbook"),
        (b"&#x0;", "this is not an Excel workbook"),
        (b"\0", "its part sharedStrings.xml is not as a spreadsheet writes it"),
    ],
)
def test_the_sign_nul_in_a_workbook_is_refused(written: bytes, message: str) -> None:
    part, content = "xl/sharedStrings.xml", hostile.workbook(1)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        texts = archive.read(part).replace(b"<t>", b"<t>" + written)
    with pytest.raises(BadData, match=message):
        uploads.rows_of(hostile.repacked(content, {part: texts}), "p.xlsx")


def test_the_sign_nul_in_a_parquet_file_is_refused() -> None:
    out = io.BytesIO()
    pl.DataFrame({"place": ["05", "a\0b"]}).write_parquet(out)
    with pytest.raises(BadData, match=r"column place, row 2: it holds the sign U\+0000"):
        uploads.rows_of(out.getvalue(), "p.parquet")


def test_the_zeros_that_fill_a_survey_file_are_no_sign_nul() -> None:
    content = hostile.survey(".sav")
    assert b"\0" in content
    assert uploads.rows_of(content, "p.sav").header[0] == "place"


def test_the_files_find_a_door_that_stumbles(desk: Desk, tree: trees.Tree, monkeypatch: pytest.MonkeyPatch) -> None:
    # The bug: half a table of figures is taken for a wide one, and its library says so in words of its own.
    monkeypatch.setattr(figures, "_long", lambda sheet, *_words: frame_of(sheet).unpivot(index="place", variable_name="value"))
    for seed in range(600, 660):
        taken(desk, tree, seed)
    assert any("at figures: DuplicateError: " in fault for fault in desk.wrong), desk.wrong


CSV = ("p.csv", b"place,measure,value\n05.301,x,1\n")


@pytest.mark.parametrize(
    ("bugs", "finding"),
    [
        (("stumbles",), "ValueError: stumbles"),
        (("asleep",), f"'status': -{SIGALRM.value}"),
        (("greedy", "unbound"), " MB of memory"),
    ],
)
def test_the_files_find_a_reader_with_a_bug(bugs: tuple[str, ...], finding: str) -> None:
    name, content = CSV
    with desk_with(*bugs) as desk:
        desk.asleep_s = 1 if "asleep" in bugs else desk.asleep_s
        assert desk.wrong == []
        outcome(content, name, LIMITS)
    assert len(desk.wrong) == 1
    assert finding in desk.wrong[0]


@pytest.mark.parametrize("bug", ["slow", "greedy"])
def test_the_machine_stops_a_reader_that_takes_too_much(bug: str) -> None:
    name, content = CSV
    with desk_with(bug) as desk:
        assert "and was stopped" in outcome(content, name, LIMITS)
    assert (desk.wrong, desk.ends["stopped"]) == ([], 1)


def test_the_files_find_a_server_that_takes_too_much(desk: Desk, tree: trees.Tree, monkeypatch: pytest.MonkeyPatch) -> None:
    def wasteful(*_asked: object) -> pl.DataFrame:
        return pl.DataFrame({"place": ["x" * (300 * 2**20)]})

    monkeypatch.setattr(figures, "read_frame", wasteful)
    seed = next(seed for seed in range(50) if random.Random(-seed).choice(DOORS) == "households")  # noqa: S311
    taken(desk, tree, seed)
    assert len(desk.wrong) == 1
    assert " MB of memory" in desk.wrong[0]
