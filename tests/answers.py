"""What a table to take away holds, whatever its format."""

import csv
from io import BytesIO, StringIO
from typing import Any

import polars as pl
from python_calamine import CalamineWorkbook


def rows_in(response: Any, kind: str) -> list[dict[str, Any]]:
    """The rows of a CSV, XLSX, JSON or Parquet answer, by the titles of its columns."""
    content = response.content
    if kind == "json":
        rows: list[dict[str, Any]] = response.json()
        return rows
    if kind == "csv":
        return list(csv.DictReader(StringIO(content.decode("utf-8-sig"))))
    if kind == "parquet":
        return pl.read_parquet(BytesIO(content)).to_dicts()
    head, *lines = CalamineWorkbook.from_filelike(BytesIO(content)).get_sheet_by_index(0).to_python()
    return [dict(zip(map(str, head), line, strict=True)) for line in lines]
