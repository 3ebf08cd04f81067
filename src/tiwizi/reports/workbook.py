"""The plan as one workbook: shares by place, reasons, measures, assumptions and sources; right-to-left in Arabic."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, time
from io import BytesIO
from typing import Any, Final

import polars as pl
import xlsxwriter

from tiwizi import __version__
from tiwizi.core.errors import mark
from tiwizi.language import direction, translator
from tiwizi.plan import Plan
from tiwizi.reports import measures
from tiwizi.reports.assumptions import assumptions, notes, origins, stand_ins
from tiwizi.reports.cells import FONT, safe_text
from tiwizi.reports.figures import figures
from tiwizi.reports.tables import column, explained, summary
from tiwizi.reports.words import STANDINGS, heading, marks_legend, place_name, plan_title, programme_label

SHEETS: Final = (mark("Shares"), mark("Reasons"), mark("Measures"), mark("Assumptions and sources"))
A4: Final = 9
LINE_PT: Final = 13.5
LETTER: Final = 0.95
"""The width of a letter on average, in the units of column widths."""
SENTENCE_WIDTH: Final = 88
REASON_WIDTH: Final = 52
MEANING_WIDTH: Final = 100
LABEL_WIDTH: Final = 60


@dataclass
class _Sheet:
    """A sheet being written: `row` is the next free one."""

    sheet: Any
    formats: dict[str, Any]
    row: int = 0
    widths: list[float] = field(default_factory=list)

    def text(self, col: int, value: object, style: str = "text") -> None:
        self.sheet.write_string(self.row, col, safe_text(value), self.formats[style])

    def number(self, col: int, value: float | None, style: str) -> None:
        if value is None:
            self.text(col, "–", "none")
        else:
            self.sheet.write_number(self.row, col, value, self.formats[style])

    def tall(self, *texts: tuple[str, float]) -> None:
        """Sets the row's height to its longest wrapped text: not every spreadsheet does so."""
        lines = max(math.ceil(LETTER * len(text) / width) for text, width in texts)
        if lines > 1:
            self.sheet.set_row(self.row, LINE_PT * lines)

    def width(self, widths: Sequence[float]) -> None:
        for col, width in enumerate(widths):
            self.sheet.set_column(col, col, width)


def workbook(plan: Plan, language: str) -> bytes:
    """The workbook's bytes; the same plan and language give the same bytes."""
    out = BytesIO()
    speak = translator(language)
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties(
        {
            "title": plan_title(plan, language),
            "author": f"Tiwizi {__version__}",
            "created": datetime.combine(plan.on, time()),
            "language": language,
        }
    )
    formats = _formats(book, language)
    for name, write in zip(SHEETS, (_shares, _reasons, _measures, _assumptions), strict=True):
        sheet = book.add_worksheet(speak(name))
        if direction(language) == "rtl":
            sheet.right_to_left()
        sheet.set_landscape()
        sheet.set_paper(A4)
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
        sheet.set_footer("&C&P / &N")
        sheet.hide_gridlines(2)
        write(_Sheet(sheet, formats), plan, language)
    book.close()
    return out.getvalue()


def _formats(book: Any, language: str) -> dict[str, Any]:
    start = "right" if direction(language) == "rtl" else "left"
    order = 2 if direction(language) == "rtl" else 1
    base = {"font_name": FONT, "font_size": 10, "valign": "top", "reading_order": order}
    ruled = {**base, "bottom": 4, "bottom_color": "#B7C2C7"}
    right = {**ruled, "align": "right"}
    bold = {"bold": True, "top": 1, "bottom": 0}
    looks: dict[str, dict[str, Any]] = {
        "title": {**base, "bold": True, "font_size": 14, "align": start},
        "section": {**base, "bold": True, "font_size": 12, "align": start, "font_color": "#1F5F6B"},
        "plain": {**base, "align": start},
        "wrapped": {**base, "align": start, "text_wrap": True},
        "head": {
            **base,
            "bold": True,
            "text_wrap": True,
            "valign": "vcenter",
            "align": "center",
            "bg_color": "#1F5F6B",
            "font_color": "#FFFFFF",
            "border": 1,
            "border_color": "#FFFFFF",
        },
        "text": {**ruled, "align": start, "indent": 1},
        "wrap": {**ruled, "align": start, "text_wrap": True, "indent": 1},
        "none": {**ruled, "align": "center", "font_color": "#777777"},
        "whole": {**right, "num_format": "#,##0"},
        "decimal": {**right, "num_format": "#,##0.0"},
        "index": {**right, "num_format": "0.000"},
        "percent": {**right, "num_format": "0.0%"},
        "total_text": {**ruled, "align": start, "indent": 1, **bold},
        "total_whole": {**right, "num_format": "#,##0", **bold},
        "total_percent": {**right, "num_format": "0.0%", **bold},
        "total_decimal": {**right, "num_format": "#,##0.0", **bold},
    }
    return {name: book.add_format(look) for name, look in looks.items()}


def _head(out: _Sheet, headings: Sequence[str], rows: int, *, height: float = 32) -> None:
    """The heading row of a table: frozen, filtered, repeated on each printed page."""
    for col, text in enumerate(headings):
        out.text(col, text, "head")
    out.sheet.set_row(out.row, height)
    out.sheet.freeze_panes(out.row + 1, 2)
    out.sheet.repeat_rows(out.row)
    out.sheet.autofilter(out.row, 0, out.row + rows, len(headings) - 1)
    out.row += 1


def _title(out: _Sheet, plan: Plan, language: str) -> None:
    out.text(0, plan_title(plan, language), "title")
    out.sheet.set_row(out.row, 22)
    out.row += 1


def _programmes(plan: Plan, language: str) -> list[str]:
    currency = plan.rules.programme.currency.in_(language)
    return [f"{programme_label(code, plan.rules, language)} ({currency})" for code in plan.sub_envelopes]


def _shares(out: _Sheet, plan: Plan, language: str) -> None:
    table = summary(plan, language)
    texts, styles = ["place", "name", "parent"], {"population": "whole", "amount_dh": "whole", "dh_per_head": "decimal"}
    styles |= {"share": "percent", "rank": "whole"}
    programmes = [column(code) for code in plan.sub_envelopes]
    names = [*texts, *styles, "main_reason"]
    _title(out, plan, language)
    _head(out, [*(heading(name, plan.rules, language) for name in names), *_programmes(plan, language)], table.height, height=78)
    for row in table.iter_rows(named=True):
        for col, name in enumerate(texts):
            out.text(col, row[name])
        for col, (name, style) in enumerate(styles.items(), start=len(texts)):
            out.number(col, row[name], style)
        out.text(len(names) - 1, row["main_reason"], "wrap")
        out.tall((row["main_reason"], REASON_WIDTH))
        for col, name in enumerate(programmes, start=len(names)):
            out.number(col, row[name], "whole")
        out.row += 1
    _total(out, table, plan, language)
    out.width([13, 24, 20, 11, 13, 9, 11, 7, REASON_WIDTH, *([14] * len(programmes))])


def _total(out: _Sheet, table: pl.DataFrame, plan: Plan, language: str) -> None:
    people, amount = int(table["population"].sum()), int(table["amount_dh"].sum())
    out.text(0, heading("total", plan.rules, language), "total_text")
    for col in (1, 2, 8):
        out.text(col, "", "total_text")
    out.number(3, people, "total_whole")
    out.number(4, amount, "total_whole")
    out.number(5, amount / people if people else None, "total_decimal")
    out.number(6, float(table["share"].sum()), "total_percent")
    out.text(7, "", "total_text")
    for col, code in enumerate(plan.sub_envelopes, start=9):
        out.number(col, int(table[column(code)].sum()), "total_whole")
    out.row += 1


def _reasons(out: _Sheet, plan: Plan, language: str) -> None:
    speak = translator(language)
    table = explained(plan, language)
    programmes = [column(code) for code in plan.sub_envelopes]
    heads = [
        heading(name, plan.rules, language)
        for name in ("place", "name", "criterion", "amount_dh", "people", "sentence", "standing")
    ]
    _title(out, plan, language)
    out.text(0, marks_legend(language), "plain")
    out.row += 1
    _head(out, [*heads, *_programmes(plan, language)], table.height, height=78)
    for row in table.iter_rows(named=True):
        for col, name in enumerate(("place", "name", "label")):
            out.text(col, row[name])
        out.number(3, row["amount_dh"], "whole")
        out.number(4, row["people"], "whole")
        out.text(5, row["sentence"], "wrap")
        out.tall((row["sentence"], SENTENCE_WIDTH))
        standing = STANDINGS.get(row["standing"], "")
        out.text(6, speak(standing) if standing else "", "text")
        for col, name in enumerate(programmes, start=7):
            out.number(col, row[name], "whole")
        out.row += 1
    out.width([13, 24, 25, 13, 12, SENTENCE_WIDTH, 30, *([14] * len(programmes))])


def _measures(out: _Sheet, plan: Plan, language: str) -> None:
    """One row per place, one column per measure, with its unit under its name."""
    names = plan.measures["measure"].unique().sort().to_list()
    # Two series should never give the same measure here; if they do, the first is shown.
    wide = plan.measures.pivot("measure", index="place", values="value", aggregate_function="first")
    places = {row["place"]: row for row in plan.places.iter_rows(named=True)}
    labels = [f"{measures.label(name, plan.rules, language)} ({measures.unit(name, language)})" for name in names]
    _title(out, plan, language)
    _head(out, [heading("place", plan.rules, language), heading("name", plan.rules, language), *labels], wide.height, height=92)
    for row in wide.sort("place").iter_rows(named=True):
        out.text(0, row["place"])
        out.text(1, place_name(places[row["place"]], language))
        for col, name in enumerate(names, start=2):
            out.number(col, row[name], _style(name))
        out.row += 1
    out.width([13, 24, *([15] * len(names))])
    # Too wide for one page: the names are repeated on each.
    out.sheet.fit_to_pages(0, 0)
    out.sheet.set_print_scale(70)
    out.sheet.repeat_columns(0, 1)


def _style(measure: str) -> str:
    if measures.is_share(measure):
        return "percent"
    return {0: "whole", 1: "decimal"}.get(measures.decimals(measure), "index")


def _assumptions(out: _Sheet, plan: Plan, language: str) -> None:
    speak = translator(language)
    _title(out, plan, language)
    _section(out, speak("Whom the money reaches"))
    for figure in figures(plan, language):
        _line(out, figure.label, figure.value, figure.meaning)
    _section(out, speak("Assumptions"))
    for col, name in enumerate(("label", "value", "unit", "checked")):
        out.text(col, heading(name, plan.rules, language), "head")
    out.row += 1
    for assumption in assumptions(plan, language):
        for col, value in enumerate((assumption.label, assumption.value, assumption.unit, assumption.checked.isoformat())):
            out.text(col, value, "wrap")
        out.row += 1
    _section(out, speak("What to know of the data"))
    for sentence in (*stand_ins(plan, language), *notes(plan, language)):
        out.text(0, sentence, "plain")
        out.row += 1
    _section(out, speak("Sources"))
    for origin in origins(plan, language):
        _line(out, origin.title, origin.licence, " — ".join(filter(None, (origin.url, origin.changed))))
    _section(out, speak("Version"))
    book = plan.rulebook
    out.text(
        0,
        speak("Rulebook {name}, version {version}; Tiwizi {code}.").format(
            name=book.name, version=book.version, code=__version__
        ),
        "plain",
    )
    out.row += 1
    out.width([LABEL_WIDTH, 14, MEANING_WIDTH, 14])


def _section(out: _Sheet, text: str) -> None:
    out.row += 1
    out.text(0, text, "section")
    out.row += 1


def _line(out: _Sheet, label: str, value: str, meaning: str) -> None:
    out.text(0, label, "wrapped")
    out.text(1, value, "plain")
    out.text(2, meaning, "wrapped")
    out.tall((label, LABEL_WIDTH), (meaning, MEANING_WIDTH))
    out.row += 1
