"""What the pages of every app share: the reader's language, problems in words, and tables to take away."""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from io import BytesIO
from typing import Any, Final

import polars as pl
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.translation import get_language

from tiwizi import store
from tiwizi.core.errors import Problem
from tiwizi.language import LANGUAGES, text
from tiwizi.people.acting import Personal
from tiwizi.reports import cells

FORMATS: Final = ("csv", "xlsx", "json", "parquet")
_TYPES: Final = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "parquet": "application/vnd.apache.parquet",
}

Context = dict[str, Any]
"""What a template of Django shows."""


def language() -> str:
    """The language of the request under way."""
    said = (get_language() or "ar")[:2]
    return said if said in LANGUAGES else "ar"


def day_of(request: HttpRequest, name: str = "on") -> date:
    """The day that an address asks for, else today."""
    try:
        return date.fromisoformat(request.GET.get(name, ""))
    except ValueError:
        return timezone.localdate()


MOST_DIGITS: Final = 15
"""More are no number of ours."""


def number_of(text: str) -> int:
    """A whole number as a form sends it; 0 where it is none."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= MOST_DIGITS else 0


def number_in(request: HttpRequest, name: str) -> int:
    """A number that a form sent; 0 where it sent none."""
    return number_of(request.POST.get(name, ""))


def said(problem: Problem) -> Context:
    """A problem in the reader's words: what, where, why, remedy; a part that is not there is empty."""
    spoken = language()
    return {
        "what": text(problem.what, spoken),
        "where": [text(part, spoken) for part in problem.where],
        "why": text(problem.why, spoken) if problem.why else "",
        "remedy": text(problem.remedy, spoken) if problem.remedy else "",
    }


def export(
    frame: pl.DataFrame, kind: str, *, name: str, title: str, headers: Mapping[str, str], personal: Personal | None
) -> HttpResponse:
    """A table to take away as CSV, workbook, JSON or Parquet, under an ASCII name; `headers` are words for its columns."""
    if kind == "json":
        return as_json(store.rows(frame), personal=personal)
    if kind == "csv":
        content = cells.csv_bytes(frame)
    elif kind == "parquet":
        written = BytesIO()
        frame.write_parquet(written)
        content = written.getvalue()
    else:
        content = cells.workbook_bytes(frame, title=title, language=language(), headers=headers)
    return attachment(content, f"tiwizi-{name}.{kind}", _TYPES[kind], personal=personal)


def as_json(rows: Sequence[Mapping[str, Any]], *, personal: Personal | None) -> HttpResponse:
    """Rows to take away as JSON."""
    if personal is not None:
        personal.record()
    return JsonResponse(rows, safe=False, json_dumps_params={"ensure_ascii": False})


def attachment(content: bytes, name: str, kind: str, *, personal: Personal | None, inline: bool = False) -> HttpResponse:
    """A file to keep, under an ASCII name; with `inline` the browser shows it.

    Every file that leaves the office passes here or by `as_json`, and says whether it carries names of people: `personal` is
    what the journal calls it then, None where it carries none.
    """
    if personal is not None:
        personal.record()
    plain = re.sub(r"[^A-Za-z0-9.-]+", "-", name).strip("-") or "tiwizi"
    shown = "inline" if inline else "attachment"
    return HttpResponse(content, content_type=kind, headers={"Content-Disposition": f'{shown}; filename="{plain}"'})
