"""The files of a list: its columns as CSV, XLSX, JSON and Parquet, titled in the reader's language."""

from collections.abc import Sequence
from typing import Any

import polars as pl
from django.http import HttpRequest, HttpResponse

from tiwizi.office.answers import export
from tiwizi.office.lists.columns import Column, Said, in_words
from tiwizi.people.acting import Personal


def table_of(columns: Sequence[Column], rows: Sequence[Any], *, names: bool = False) -> pl.DataFrame:
    """One row per row of the list, one column per exported field, typed; its columns carry titles, or `names` for programs."""
    fields = [field for one in columns if one.exported for field in one.fields(one.values(rows))]
    return pl.DataFrame([pl.Series(one.name if names else one.title, one.values, dtype=one.dtype) for one in fields])


def file_of(
    request: HttpRequest,
    kind: str,
    columns: Sequence[Column],
    rows: Sequence[Any],
    *,
    name: str,
    title: Said,
    personal: Personal | None,
) -> HttpResponse:
    """These rows as a file of a kind in answers.FORMATS. With `?titles=names` its columns have the names that never change."""
    frame = table_of(columns, rows, names=request.GET.get("titles") == "names")
    return export(frame, kind, name=name, title=in_words(title), headers={}, personal=personal)
