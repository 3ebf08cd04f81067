"""The minutes of a session as a Word file: right-to-left where the language is; the same record gives the same bytes."""

import io
import zipfile
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Pt

from tiwizi.core.text import printable
from tiwizi.language import colon
from tiwizi.reports.minutes_record import Debated, Headings, Record

FONTS: Final = {"ar": "Noto Sans Arabic", "fr": "Noto Sans"}
MOMENT: Final = (1980, 1, 1, 0, 0, 0)
"""The fixed timestamp of every part of the archive."""


def docx(record: Record) -> bytes:
    """The file of a record."""
    page = _Page(record.language, record.direction == "rtl")
    page.line(record.programme, centre=True)
    page.line(record.body, bold=True, centre=True)
    page.line(record.title, bold=True, size=18, centre=True)
    page.line(record.subtitle, centre=True)
    for words in (record.version, record.correction):
        if words:
            page.line(words, bold=True, centre=True)
    page.facts(record.facts)
    page.heading(record.headings.presence)
    page.table([record.presence.columns, *record.presence.rows])
    page.lines(record.presence.quorum)
    if record.opening:
        page.heading(record.headings.opening)
        page.lines(record.opening)
    page.heading(record.headings.agenda)
    for item in record.items:
        _item(page, item, record.headings)
    if record.closing:
        page.heading(record.headings.closing)
        page.lines(record.closing)
    page.table([[f"{capacity}\n\n{name}\n\n" for capacity, name in record.signatures]], header=False)
    page.line(record.signature_note, size=8)
    page.line(f"{record.check} – {record.headings.code} {record.code}", size=8)
    year, month, day = record.date
    return page.bytes(record.title, record.body, datetime(year, month, day))  # noqa: DTZ001 # Word keeps no zone


def _item(page: "_Page", item: Debated, headings: Headings) -> None:
    page.line(f"{item.number}. {item.title}", bold=True, size=12)
    page.facts(item.facts)
    page.lines([*item.recusals, *item.absences])
    if item.debate:
        page.line(headings.debate, bold=True)
        page.lines(item.debate)
    for head, *text in item.amendments:
        page.line(head, bold=True)
        page.lines(text)
    for vote in item.votes:
        page.line(vote.title, bold=True)
        if vote.secret:
            page.line(vote.secret)
        page.facts(vote.names)
        page.lines(vote.words, size=9)
    page.line(item.result, bold=True)
    if item.resolution is not None:
        page.line(item.resolution.title, bold=True)
        page.lines(item.resolution.text)
        page.line(headings.basis, size=9)
        page.lines(item.resolution.basis, size=9)


class _Page:
    """A document in one direction: each paragraph, run and table declares it, as Word requires."""

    def __init__(self, language: str, right_to_left: bool) -> None:
        self.right_to_left, self.font, self.colon = right_to_left, FONTS.get(language, FONTS["fr"]), colon(language)
        self.document = Document()
        if right_to_left:
            for section in self.document.sections:
                section._sectPr.append(OxmlElement("w:bidi"))  # noqa: SLF001 # the library has no word for it

    def line(self, text: str, *, bold: bool = False, size: float = 10.5, centre: bool = False, into: Any = None) -> None:
        """One paragraph."""
        paragraph = into if into is not None else self.document.add_paragraph()
        if self.right_to_left:
            paragraph._p.get_or_add_pPr().append(OxmlElement("w:bidi"))  # noqa: SLF001
        if centre:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        paragraph.paragraph_format.space_after = Pt(4)
        run = paragraph.add_run(printable(text))  # for texts stored before such characters were refused
        run.bold = bold
        run.font.size = Pt(size)
        run.font.name = self.font
        properties = run._r.get_or_add_rPr()  # noqa: SLF001
        properties.get_or_add_rFonts().set(qn("w:cs"), self.font)
        if self.right_to_left:
            self._complex(properties, bold, size)

    def _complex(self, properties: Any, bold: bool, size: float) -> None:
        """Arabic text takes its weight and size from the complex-script properties."""
        if bold:
            properties.append(OxmlElement("w:bCs"))
        points = OxmlElement("w:szCs")
        points.set(qn("w:val"), str(int(size * 2)))
        properties.append(points)
        properties.append(OxmlElement("w:rtl"))

    def lines(self, texts: Sequence[str], *, size: float = 10.5) -> None:
        """One paragraph each."""
        for text in texts:
            self.line(text, size=size)

    def heading(self, text: str) -> None:
        """A heading of the document, kept with what follows."""
        self.line(text, bold=True, size=13, into=self.document.add_heading(level=1))

    def facts(self, rows: Sequence[Sequence[str]]) -> None:
        """Names and values, one line each."""
        for name, value in rows:
            self.line(f"{name}{self.colon} {value}")

    def table(self, rows: Sequence[Sequence[str]], *, header: bool = True) -> None:
        """A table whose first row is its header, read in the document's direction."""
        table = self.document.add_table(rows=len(rows), cols=len(rows[0]))
        table.style = "Table Grid"
        if self.right_to_left:
            table._tbl.tblPr.append(OxmlElement("w:bidiVisual"))  # noqa: SLF001
        for number, row in enumerate(rows):
            for cell, text in zip(table.rows[number].cells, row, strict=True):
                self.line(text, bold=header and number == 0, size=9.5, into=cell.paragraphs[0])

    def bytes(self, title: str, author: str, moment: datetime) -> bytes:
        """The file, without any time but the session's own."""
        core = self.document.core_properties
        core.title, core.author, core.last_modified_by, core.comments = printable(title), printable(author), printable(author), ""
        core.created = core.modified = moment
        core.revision = 1
        raw = io.BytesIO()
        self.document.save(raw)
        return _timeless(raw.getvalue())


def _timeless(content: bytes) -> bytes:
    """The same archive with fixed timestamps."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as target:
        for name in sorted(source.namelist(), key=lambda name: (name != "[Content_Types].xml", name)):
            target.writestr(zipfile.ZipInfo(name, MOMENT), source.read(name), zipfile.ZIP_DEFLATED)
    return made.getvalue()
