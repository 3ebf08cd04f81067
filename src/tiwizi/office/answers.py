"""What the pages of every app share: the reader's language, problems in words, and tables to take away."""

import re
from collections.abc import Mapping
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
from tiwizi.reports import cells

FORMATS: Final = ("csv", "xlsx", "json", "parquet")
_TYPES: Final = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "parquet": "application/vnd.apache.parquet",
}


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


def said(problem: Problem) -> dict[str, Any]:
    """A problem in the reader's words: what, where, why, remedy; a part that is not there is empty."""
    spoken = language()
    return {
        "what": text(problem.what, spoken),
        "where": [text(part, spoken) for part in problem.where],
        "why": text(problem.why, spoken) if problem.why else "",
        "remedy": text(problem.remedy, spoken) if problem.remedy else "",
    }


def export(frame: pl.DataFrame, kind: str, *, name: str, title: str, headers: Mapping[str, str]) -> HttpResponse:
    """A table to take away as CSV, workbook, JSON or Parquet, under an ASCII name; `headers` are words for its columns."""
    if kind == "json":
        return JsonResponse(store.rows(frame), safe=False, json_dumps_params={"ensure_ascii": False})
    if kind == "csv":
        content = cells.csv_bytes(frame)
    elif kind == "parquet":
        written = BytesIO()
        frame.write_parquet(written)
        content = written.getvalue()
    else:
        content = cells.workbook_bytes(frame, title=title, language=language(), headers=headers)
    return attachment(content, f"tiwizi-{name}.{kind}", _TYPES[kind])


def attachment(content: bytes, name: str, kind: str) -> HttpResponse:
    """A file to keep, under an ASCII name."""
    plain = re.sub(r"[^A-Za-z0-9.-]+", "-", name).strip("-") or "tiwizi"
    return HttpResponse(content, content_type=kind, headers={"Content-Disposition": f'attachment; filename="{plain}"'})
