"""Files that should never come, drawn from a seed: random bytes, real files cut and flipped, archives and sheets that lie."""

import io
import random
import re
import tempfile
import zipfile
from collections.abc import Callable
from datetime import datetime
from functools import cache
from pathlib import Path

import polars as pl
import pyreadstat
import xlsxwriter

MADE = datetime(2026, 1, 2)  # noqa: DTZ001 # written into files as it stands
"""When every file says that it was made: a file is the same whenever it is drawn."""
NAMES = ("place", "level", "parent", "name_ar", "name_fr", "population", "people", "measure", "value", "year")
CELLS = (
    '=HYPERLINK("http://x.example","y")',
    "+cmd|' /C calc'!A0",
    "@SUM(1)",
    "\u202e05.301\u202c",
    "\ufeff05.301",
    "a\0b",
    "nan",
    "inf",
    "-inf",
    "1e999",
    "-0",
    "9" * 400,
    "٣٤٥",
    "９９",
    "1_000",
    "0x10",
    "2024-02-30",
    "99999-01-01",
    "{place}",
    "%(place)s",
    "\ud83d\ude00".encode("utf-16", "surrogatepass").decode("utf-16"),
    "ا" * 5000,
    "\x1b[31m",
    "<script>1</script>",
    "'; DROP TABLE x; --",
    "05.301.03.01",
    "05.301",
    "",
    " ",
    "\u2028",
    "true",
    "province",
    "commune",
    "hamlet",
)
NUMBERS = ("-1", "0", "1", "65535", "65536", "1048576", "1048577", "4294967295", "18446744073709551616", "1e400", "x", "", "NaN")
PARTS = ("xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/workbook.xml", "xl/styles.xml", "xl/_rels/workbook.xml.rels")
# What is not printable never comes: who takes the form apart leaves it out of names.
FILE_NAMES = (
    "figures{kind}",
    "../../etc/passwd{kind}",
    "<b>figures</b>{kind}",
    "{{place}}%s{kind}",
    "ف" * 300 + "{kind}",
    "FIGURES{upper}",
    " {kind}",
)


def rows(draw: random.Random) -> list[list[str]]:
    """A table of hostile cells below a header that is mostly right."""
    header = draw.sample(NAMES, draw.randint(1, 6))
    if draw.random() < 0.8 and "place" not in header:
        header[0] = "place"
    if draw.random() < 0.1:
        header.append(draw.choice(CELLS))
    return [header, *([draw.choice(CELLS) for _name in header] for _row in range(draw.randint(0, 12)))]


def written(draw: random.Random) -> bytes:
    """A CSV file, in one of several encodings, its rows not always of one length."""
    separator = draw.choice((",", ",", ";", "\t", "|"))
    lines = rows(draw)
    if draw.random() < 0.2:
        lines[-1] = lines[-1] * draw.choice((0, 2, 700))
    text = draw.choice(("\n", "\r\n", "\r")).join(separator.join(_quoted(cell, draw) for cell in row) for row in lines)
    coded: bytes = text.encode(draw.choice(("utf-8",) * 6 + ("utf-16", "utf-8-sig", "cp1256", "utf-32")), "replace")
    return coded if draw.random() < 0.8 else coded + draw.choice((b"\xed\xa0\x80", b"\xff", b"\xc0\xaf", b'"', b"\x1a"))


def _quoted(cell: str, draw: random.Random) -> str:
    return '"' + cell.replace('"', '""') + '"' if draw.random() < 0.3 else cell


def noise(draw: random.Random) -> bytes:
    """Random bytes behind a start that looks right."""
    start = draw.choice((b"", b"PK\x03\x04", b"PAR1", b"\xef\xbb\xbf", b"$FL2", b"<stata_dta>", b"s\x02\x01\x00"))
    end = b"PAR1" if start == b"PAR1" else b""
    return start + draw.randbytes(draw.randint(0, 3000)) + end


@cache
def workbook(seed: int) -> bytes:
    """A real workbook of hostile cells."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"strings_to_formulas": seed % 2 == 0, "nan_inf_to_errors": True}) as book:
        book.set_properties({"created": MADE})
        sheet = book.add_worksheet("data")
        for number, row in enumerate(rows(random.Random(seed))):  # noqa: S311 # hostile, not secret
            for column, cell in enumerate(row):
                sheet.write(number, column, float(seed) if cell == "9" * 400 else cell)
    return out.getvalue()


@cache
def parquet(seed: int) -> bytes:
    """A real Parquet file of hostile cells, compressed in one of several ways."""
    header, *below = rows(random.Random(seed))  # noqa: S311 # hostile, not secret
    columns = {name: [row[index] for row in below] for index, name in enumerate(dict.fromkeys(header))}
    out = io.BytesIO()
    pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.String)).with_row_index("row").write_parquet(
        out, compression=("uncompressed", "snappy", "zstd", "gzip")[seed % 4]
    )
    return out.getvalue()


@cache
def survey(kind: str) -> bytes:
    """A real file of a statistics program."""
    frame = pl.DataFrame({"place": ["05.301", "05"], "people": [1.0, 2.5], "size": [3, 4]}).to_pandas()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"x{kind}"
        if kind == ".dta":
            pyreadstat.write_dta(frame, path)
        else:
            pyreadstat.write_sav(frame, path, compress=kind == ".zsav")
        content = path.read_bytes()
    # The library writes the moment of writing into the header.
    if kind == ".dta":
        return re.sub(rb"\d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d", MADE.strftime("%d %b %Y %H:%M").encode(), content, count=1)
    return content[:92] + MADE.strftime("%d %b %y%H:%M:%S").encode() + content[109:]


def broken(content: bytes, draw: random.Random) -> bytes:
    """A file cut, flipped, doubled or overwritten at drawn places."""
    spoiled = bytearray(content)
    for _time in range(draw.choice((1, 1, 1, 3, 20))):
        at = draw.randrange(len(spoiled)) if spoiled else 0
        how = draw.random()
        if how < 0.5 and spoiled:
            spoiled[at] ^= 1 << draw.randrange(8)
        elif how < 0.65:
            del spoiled[at:]
        elif how < 0.8:
            del spoiled[at : at + draw.randint(1, 50)]
        elif how < 0.9:
            spoiled[at:at] = spoiled[at : at + draw.randint(1, 500)]
        else:
            spoiled[at : at + 4] = draw.choice((b"\xff\xff\xff\xff", b"\0\0\0\0", b"\xff\xff\xff\x7f", b"\0\0\0\x80"))
    return bytes(spoiled)


def lying_sheet(draw: random.Random) -> bytes:
    """A workbook whose parts say what no spreadsheet would: places of cells, numbers of styles and texts, types, sizes."""
    content = workbook(draw.randint(0, 20))
    part = draw.choice(PARTS)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        text = archive.read(part).decode() if part in archive.namelist() else "<x/>"
    for _time in range(draw.choice((1, 2, 5))):
        text = _lie(text, draw)
    if draw.random() < 0.1:
        text = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>' + text.replace("</", "&b;</", 1)
    return repacked(content, {part: text.encode("utf-8", "replace")})


def _lie(text: str, draw: random.Random) -> str:
    places = [match.span(1) for match in re.finditer(r'="([^"]*)"|>([^<]+)<', text) if match.group(1) is not None]
    if not places:
        return text
    start, end = draw.choice(places)
    cell = draw.choice(("A1", "ZZZ9", "XFD1048576", "AAAAAAAA99999999", "A0", "a1:b", "1A", "A-1"))
    return text[:start] + draw.choice((cell, draw.choice(NUMBERS), "s", "str", "b", "e", "d", "inlineStr", "&#0;")) + text[end:]


def archive(draw: random.Random) -> bytes:
    """A workbook with parts that do not belong there: many, nested, bombs, with names that lead elsewhere."""
    content = workbook(draw.randint(0, 20))
    kind = draw.randrange(6)
    if kind == 0:
        return repacked(content, {draw.choice(PARTS): b" " * draw.randint(1, 12 * 2**20)})
    if kind == 1:
        return repacked(content, {f"xl/{number}.xml": b"<x/>" for number in range(draw.choice((10, 2100)))})
    if kind == 2:
        return repacked(
            content, {draw.choice(("../../x.xml", "/etc/x", "xl/embeddings/a.bin", "a.zip", "xl/vbaProject.bin")): b"x"}
        )
    if kind == 3:
        return declaring(content, draw.choice((0, 1, 2**31, 2**32 - 1)))
    if kind == 4:
        return content + content
    return repacked(content, {"xl/worksheets/sheet1.xml": b"<a>" * draw.choice((10, 100_000)) + draw.randbytes(5000)})


def repacked(content: bytes, parts: dict[str, bytes]) -> bytes:
    """A workbook with some parts replaced or added."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if name not in parts:
                new.writestr(_entry(name), old.read(name))
        for name, part in parts.items():
            new.writestr(_entry(name), part)
    return out.getvalue()


def _entry(name: str) -> zipfile.ZipInfo:
    zip_info = zipfile.ZipInfo(name, MADE.timetuple()[:6])
    zip_info.compress_type = zipfile.ZIP_DEFLATED
    return zip_info


def declaring(content: bytes, size: int) -> bytes:
    """The archive with another unpacked size in each entry of its directory."""
    lying = bytearray(content)
    for match in re.finditer(b"PK\x01\x02", content):
        lying[match.start() + 24 : match.start() + 28] = size.to_bytes(4, "little")
    return bytes(lying)


def shared(draw: random.Random) -> bytes:
    """A small workbook that is large once read: one long text in many cells, or cells at the far end of the grid."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        book.set_properties({"created": MADE})
        sheet = book.add_worksheet()
        sheet.write(0, 0, "place")
        if draw.random() < 0.5:
            for row in range(1, 1500):
                sheet.write_string(row, 0, "a" * 30_000)
        else:
            sheet.write(draw.choice((999, 1_048_575)), draw.choice((0, 390, 16_383)), "x")
    return out.getvalue()


DRAWN: tuple[tuple[str, int, tuple[str, ...], Callable[[random.Random], bytes]], ...] = (
    ("text", 24, (".csv", ".csv", ".tsv", ".txt"), written),
    ("broken text", 10, (".csv", ".csv", ".txt"), lambda draw: broken(written(draw), draw)),
    ("noise", 8, (".csv", ".xlsx", ".parquet", ".sav", ".dta", ".zsav", ".exe", ""), noise),
    ("workbook", 6, (".xlsx",), lambda draw: workbook(draw.randint(0, 20))),
    ("broken workbook", 15, (".xlsx",), lambda draw: broken(workbook(draw.randint(0, 20)), draw)),
    ("lying sheet", 16, (".xlsx",), lying_sheet),
    ("archive", 4, (".xlsx",), archive),
    ("small that is large", 1, (".xlsx",), shared),
    ("Parquet", 4, (".parquet",), lambda draw: parquet(draw.randint(0, 20))),
    ("broken Parquet", 8, (".parquet",), lambda draw: broken(parquet(draw.randint(0, 20)), draw)),
    ("broken SPSS", 4, (".dta", ".sav"), lambda draw: broken(survey(".sav"), draw)),
    ("broken Stata", 2, (".dta",), lambda draw: broken(survey(".dta"), draw)),
    ("broken compressed SPSS", 2, (".zsav",), lambda draw: broken(survey(".zsav"), draw)),
)
"""Each kind of file: what it is called here, how often it is drawn, what its name may end with, and how it is made."""


def file(seed: int) -> tuple[str, bytes]:
    """The name and the content of one hostile file; always the same of one seed."""
    draw, (_called, _weight, kinds, made) = _drawn(seed)
    kind = draw.choice(kinds)
    name = FILE_NAMES[0] if draw.random() < 0.8 else draw.choice(FILE_NAMES)
    return name.format(kind=kind, upper=kind.upper()), made(draw)


def called(seed: int) -> str:
    """What the kind of the file of this seed is called."""
    _draw, (maker, *_how) = _drawn(seed)
    return maker


def _drawn(seed: int) -> tuple[random.Random, tuple[str, int, tuple[str, ...], Callable[[random.Random], bytes]]]:
    draw = random.Random(seed)  # noqa: S311 # hostile, not secret
    return draw, draw.choices(DRAWN, weights=[choice[1] for choice in DRAWN])[0]
