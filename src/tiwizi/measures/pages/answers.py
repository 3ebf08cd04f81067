"""What the pages of measures share: the reader's language, tables to take away, words of marks and levels."""

import re
from collections.abc import Mapping
from typing import Any, Final

import polars as pl
from django.http import HttpResponse, JsonResponse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tiwizi import store
from tiwizi.core.errors import Problem, Sentence
from tiwizi.core.subjects import Rules
from tiwizi.language import LANGUAGES, text
from tiwizi.measures import rules
from tiwizi.measures.results import as_bytes
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


def export(frame: pl.DataFrame, kind: str, *, name: str, title: str) -> HttpResponse:
    """A table to take away as CSV, workbook, JSON or Parquet, under an ASCII name."""
    if kind == "json":
        return JsonResponse(store.rows(frame), safe=False, json_dumps_params={"ensure_ascii": False})
    if kind == "csv":
        content = cells.csv_bytes(frame)
    elif kind == "parquet":
        content = as_bytes(frame)
    else:
        content = cells.workbook_bytes(frame, title=title, language=language(), headers=headers())
    plain = re.sub(r"[^A-Za-z0-9.-]+", "-", name).strip("-") or "table"
    return HttpResponse(
        content, content_type=_TYPES[kind], headers={"Content-Disposition": f'attachment; filename="tiwizi-{plain}.{kind}"'}
    )


def headers() -> Mapping[str, str]:
    """What the columns of a table of figures are called."""
    return {
        "place": _("Code"),
        "name": _("Place"),
        "level": _("Level"),
        "measure": _("Measure"),
        "value": _("Value"),
        "low": _("Low end"),
        "high": _("High end"),
        "people": _("People it is about"),
        "as_of": _("Day"),
        "series": _("Series"),
        "standing": _("Standing"),
        "assumed": _("Assumption behind it"),
        "source": _("Source"),
        "run": _("Run"),
    }


def level_name(level: str, words: Rules) -> str:
    """A level of the territory in words; one that the rulebook does not name keeps its own."""
    found = next((one.label.in_(language()) for one in words.programme.levels if one.code == level), None)
    if found is not None:
        return found
    return {"douar": _("Douar"), "country": _("Country"), "region": _("Region")}.get(level, level)


def status_name(status: str) -> str:
    """The state of a run in words."""
    return {
        rules.WAITING: _("waiting"),
        rules.RUNNING: _("being computed"),
        rules.DONE: _("done"),
        rules.FAILED: _("failed"),
    }[status]


def kind_name(kind: str) -> str:
    """The kind of a run in words."""
    return _("Figures made elsewhere") if kind == "table" else _("Measures from the census")


def in_words(sentence: Sentence) -> str:
    """A sentence of ours in the reader's language."""
    return text(sentence, language())


def problem_said(problem: Problem) -> dict[str, Any]:
    """A problem in the reader's words: what, where, why, remedy; a part that is not there is empty."""
    return {
        "what": in_words(problem.what),
        "where": [in_words(part) for part in problem.where],
        "why": in_words(problem.why) if problem.why else "",
        "remedy": in_words(problem.remedy) if problem.remedy else "",
    }


def filled(asked: Any) -> dict[str, str]:
    """The parameters of an address, each once."""
    return {key: str(asked.get(key, "")) for key in asked}
