"""Texts in the files that people bring: the one rule, at each reader, with file, sheet, column and row."""

import io
from collections.abc import Callable, Sequence
from pathlib import Path

import polars as pl
import pytest
import xlsxwriter

from tiwizi.core import text
from tiwizi.core.errors import BadData
from tiwizi.core.tables import PURSES
from tiwizi.sources import files, survey_files, uploads

SIGNS = ["\x07", "\x0b", "\x1b", "\ufffe", "\ufdd0", "\u200f", "\u202e"]


def csv(cell: str) -> bytes:
    return f"place,criterion,people\n05.301,a,1\n05.302,{cell},2\n".encode()


def xlsx(cell: str) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        sheet = book.add_worksheet("الورقة")
        for number, row in enumerate((("place", "criterion", "people"), ("05.301", "a", 1), ("05.302", cell, 2))):
            sheet.write_row(number, 0, row)
    return out.getvalue()


def parquet(cell: str) -> bytes:
    out = io.BytesIO()
    frame = pl.DataFrame({"place": ["05.301", "05.302"], "criterion": ["a", cell], "people": [1, 2]})
    frame.write_parquet(out)
    return out.getvalue()


KINDS: dict[str, tuple[Callable[[str], bytes], str]] = {
    "p.csv": (csv, "file p.csv, column criterion, row 3: "),
    "p.xlsx": (xlsx, "file p.xlsx, sheet الورقة, column criterion, row 3: "),
    "p.parquet": (parquet, "file p.parquet, column criterion, row 2: "),
}


def own(content: bytes, name: str, folder: Path) -> pl.DataFrame:
    """Read from a file of one's own, as the command line does."""
    path = folder / name
    path.write_bytes(content)
    return files.read_table(path, PURSES)


def surveyed(content: bytes, name: str, folder: Path) -> pl.DataFrame:
    """Read as a file of households, lazily."""
    path = folder / name
    path.write_bytes(content)
    with survey_files.readable(path, failures=survey_files.ENGINE_FAILURES):
        read: pl.DataFrame = survey_files.open_households(path).collect("polars").to_native()
        return read


WAYS: dict[str, Callable[[bytes, str, Path], pl.DataFrame]] = {
    "upload": lambda content, name, _folder: uploads.read_upload(content, name, PURSES),
    "rows": lambda content, name, _folder: files.frame_of(uploads.rows_of(content, name)),
    "own": own,
    "survey": surveyed,
}
CASES = [(way, name) for way in WAYS for name in KINDS if (way, name) != ("survey", "p.xlsx")]


def unfound(tmp_path: Path, signs: Sequence[str] = SIGNS) -> list[str]:
    """Each way in, kind of file and sign that is not refused as it must be."""
    passed = []
    for way, name in CASES:
        made, where = KINDS[name]
        for sign in signs:
            if (name, sign) == ("p.xlsx", "\ufffe"):
                continue  # the library that writes this workbook puts another sign in its place
            try:
                WAYS[way](made(f"x{sign}y"), name, tmp_path)
            except BadData as error:
                if not str(error).startswith(f"{where}it holds the sign U+{ord(sign):04X}"):
                    passed.append(f"{way} {name} U+{ord(sign):04X}: {error}")
            else:
                passed.append(f"{way} {name} U+{ord(sign):04X}: taken")
    return passed


def test_a_refused_sign_is_found_at_each_way_in(tmp_path: Path) -> None:
    assert unfound(tmp_path) == []


def test_the_rule_switched_off_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(text, "plain", lambda _text: True)
    assert {line.split()[1] for line in unfound(tmp_path, SIGNS[:3])} == {"p.csv", "p.xlsx"}
    monkeypatch.undo()
    monkeypatch.setattr(text, "why_not", lambda _text, **_more: None)
    assert {(line.split()[0], line.split()[1]) for line in unfound(tmp_path, SIGNS[:3])} == set(CASES)


@pytest.mark.parametrize(("way", "name"), CASES)
def test_marks_at_the_ends_of_a_cell_and_of_a_column_are_removed(way: str, name: str, tmp_path: Path) -> None:
    made, _where = KINDS[name]
    assert WAYS[way](made("\u200fالماء\u202c"), name, tmp_path)["criterion"].to_list() == ["a", "الماء"]
    content = csv("b").replace(b"criterion", "\ufeffcriterion\u200e".encode())
    assert uploads.rows_of(content, "p.csv").header == ("place", "criterion", "people")


def test_the_name_of_a_column_is_refused_with_its_cells() -> None:
    content = csv("x\x07").replace(b"people", b"peo\x1bple")
    with pytest.raises(BadData) as refused:
        uploads.rows_of(content, "p.csv")
    assert [str(problem.text()).split(":")[0] for problem in refused.value.problems] == [
        "file p.csv, column people, row 1",
        "file p.csv, column criterion, row 3",
    ]


def test_texts_of_several_lines_keep_their_joiners() -> None:
    content = 'place,note\n05,"one\u202e\ntwo\u200dthree"\n'.encode()
    assert uploads.rows_of(content, "p.csv").rows == [["05", "one\ntwo\u200dthree"]]
