"""Hostile files at the doors of the office: each is taken or refused with what to do, and none shakes the server.

A file goes the whole way of an upload: the product's reader under the limits of the machine (2 s of processor, 256 MB), then the
checks of places, of figures, and of households, and its refusal said in Arabic. Only the process is another: forked from one
that has its libraries, not begun anew for each file; the last test sends files by both ways and compares.
"""

import io
import json
import random
import subprocess
import sys
import zipfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from signal import SIGABRT, SIGKILL, SIGSEGV, SIGXCPU
from typing import Any

import polars as pl
import pytest
from django.db import transaction
from tests import trees
from tests.faults import hostile
from tests.faults.conftest import ROOT
from tests.trees import AT, MACHINE

from tiwizi import scope
from tiwizi.answers import said
from tiwizi.core.errors import BadData, Refused
from tiwizi.measures import uploads as figures
from tiwizi.people.models import Account
from tiwizi.sources import uploads
from tiwizi.sources.files import frame_of
from tiwizi.sources.upload_reader import OUT_OF_MEMORY
from tiwizi.territories import imports

LIMITS = replace(figures.LIMITS, seconds_most=2.0, memory_bytes_most=256 * 2**20)
SAID = figures.Said(date(2026, 11, 23), "own", "made up")
STOPPED = (OUT_OF_MEMORY, -SIGABRT, -SIGKILL, -SIGSEGV, -SIGXCPU)
"""Ends by the machine's limits, which the product says in words of their own."""


@dataclass
class Desk:
    """Where files come in: the readers, how each ended, and what must not be."""

    readers: subprocess.Popen[bytes]
    ends: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)

    def asked(self, content: bytes, question: str, name: str, limits: uploads.Limits) -> bytes:
        """In the place of the product's own call: the same question to the same reader, forked."""
        strict = {**json.loads(question), "limits": {**json.loads(question)["limits"], **BOUNDS}}
        head = json.dumps({"question": json.dumps(strict), "size": len(content)}).encode()
        assert self.readers.stdin is not None
        assert self.readers.stdout is not None
        self.readers.stdin.write(head + b"\n" + content)
        self.readers.stdin.flush()
        told = json.loads(self.readers.stdout.readline())
        answer = self.readers.stdout.read(told["size"])
        if told["status"] == 0:
            return answer
        if told["status"] not in STOPPED:
            self.wrong.append(f"{name!r}: {told}")
        self.ends["stopped"] += 1
        raise uploads._too_heavy(name, limits)


BOUNDS = {"seconds_most": LIMITS.seconds_most, "memory_bytes_most": LIMITS.memory_bytes_most}


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    """The readers, put where the product starts its own."""
    pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
    running = subprocess.Popen([sys.executable, "-m", "tests.faults.readers"], cwd=ROOT, **pipes)
    made = Desk(running)
    monkeypatch.setattr(uploads, "_asked", made.asked)
    yield made
    running.kill()
    running.communicate()


@pytest.fixture
def tree(db: None) -> trees.Tree:
    return trees.tree()


def taken(desk: Desk, tree: trees.Tree, seed: int) -> None:
    """One file at a door drawn for it; notes what must not be."""
    name, content = hostile.file(seed)
    draw = random.Random(-seed)  # noqa: S311 # hostile, not secret
    door = draw.choice(("places", "figures", "table", "households"))
    try:
        with transaction.atomic(), scope.everything():
            if door == "places":
                account = Account.objects.first() or trees.account("officer@example.org", ("officer", tree.province))
                imports.preview(content, name, place=tree.province, account=account, by=MACHINE, at=AT)
            elif door == "households":
                figures.read_frame(content, name)
            else:
                table = "measures" if door == "figures" else draw.choice(figures.TAKEN)
                figures.read(content, name, table, known=["05.301", "05.301.03.01"], said=SAID)
            transaction.set_rollback(True)
        desk.ends["taken"] += 1
    except (BadData, Refused) as error:
        desk.ends["refused"] += 1
        texts = [error.text(), *(str(part) for problem in error.problems for part in said(problem).values() if part)]
        if any(not text.strip() for text in texts) or not all(problem.remedy for problem in error.problems):
            desk.wrong.append(f"{seed} at {door}: {texts}")
    except Exception as error:  # whatever comes is what is looked for
        desk.wrong.append(f"{seed} at {door}: {type(error).__name__}: {str(error)[:300]}")


def test_hostile_files_are_taken_or_refused(desk: Desk, tree: trees.Tree) -> None:
    for seed in range(2_500):
        taken(desk, tree, seed)
    assert desk.wrong == [], "\n".join(desk.wrong)
    assert min(desk.ends["taken"], desk.ends["refused"]) > 300
    assert desk.ends["stopped"] > 3


@pytest.mark.long
@pytest.mark.parametrize("piece", range(10))
def test_eighty_thousand_hostile_files(desk: Desk, tree: trees.Tree, piece: int) -> None:
    for seed in range(100_000 + 8_000 * piece, 100_000 + 8_000 * (piece + 1)):
        taken(desk, tree, seed)
    assert desk.wrong == [], "\n".join(desk.wrong)


@pytest.mark.parametrize(
    ("seed", "said"),
    [
        (658, "the column value is missing"),
        (1277, "the column measure is missing"),
    ],
)
def test_half_a_table_of_figures_row_by_row_is_refused(seed: int, said: str) -> None:
    name, content = hostile.file(seed)
    with pytest.raises(BadData, match=said):
        figures.read(content, name, "measures", known=["05.301"], said=SAID)


@pytest.mark.parametrize(("seed", "said"), [(842, "this is not a Parquet file"), (1348, "it cannot be read: ")])
def test_a_broken_file_that_makes_a_library_stumble_is_refused_by_its_kind(seed: int, said: str) -> None:
    name, content = hostile.file(seed)
    with pytest.raises(BadData, match=said):
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
            found = uploads.rows_of(content, name, limits=limits)
        except BadData as error:
            return error.text()
        return found.header, [list(row) for row in found.values], list(found.lines)


ASKED = uploads._asked


def test_the_machine_itself_bounds_the_readers(desk: Desk) -> None:
    assert desk.readers.stdin is not None
    assert desk.readers.stdout is not None
    desk.readers.stdin.write(json.dumps({"question": "bounds", "limits": BOUNDS, "size": 0}).encode() + b"\n")
    desk.readers.stdin.flush()
    told = json.loads(desk.readers.stdout.readline())
    bounds = json.loads(desk.readers.stdout.read(told["size"]))
    assert bounds == {"CPU": 3, "DATA": 256 * 2**20, "AS": 1024 * 2**20, "FSIZE": 0, "CORE": 0}


@pytest.mark.parametrize("kind", [".xlsx", ".parquet", ".sav"])
def test_the_sign_nul_in_a_cell_is_refused(kind: str) -> None:
    out = io.BytesIO()
    if kind == ".xlsx":
        content = hostile.repacked(hostile.workbook(1), {"xl/sharedStrings.xml": b""})
        with zipfile.ZipFile(io.BytesIO(hostile.workbook(1))) as archive:
            texts = archive.read("xl/sharedStrings.xml")
        content = hostile.repacked(hostile.workbook(1), {"xl/sharedStrings.xml": texts.replace(b"<t>", b"<t>_x0000_&#0;")})
    elif kind == ".parquet":
        pl.DataFrame({"place": ["05", "a\0b"]}).write_parquet(out)
        content = out.getvalue()
    else:
        content = hostile.survey(".sav")
    if kind == ".sav":
        assert uploads.rows_of(content, f"p{kind}").header[0] == "place"
        return
    with pytest.raises(BadData, match="a cell holds the sign NUL"):
        uploads.rows_of(content, f"p{kind}")


def test_the_files_find_a_door_that_stumbles(desk: Desk, tree: trees.Tree, monkeypatch: pytest.MonkeyPatch) -> None:
    # The bug: half a table of figures is taken for a wide one, and its library says so in words of its own.
    monkeypatch.setattr(figures, "_long", lambda sheet, *_words: frame_of(sheet).unpivot(index="place", variable_name="value"))
    for seed in range(600, 1_300):
        taken(desk, tree, seed)
    assert desk.wrong
