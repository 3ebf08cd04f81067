"""The tables came from committees: what the journal recorded of their rows holds, and no data moved."""

from datetime import date
from importlib import import_module

import pytest
from django.db.models import Model

from tiwizi.database import digests, keeping
from tiwizi.organisations.models import Carrier, Person, Tie

RECORDED = [
    (
        Person(pk=7, position=1001, name_ar="إيطو", name_fr="Itto", sex="woman", birth_year=1998, email="itto@example.org"),
        "committees_person",
        "66ab34ab147266128173e420c5dd70b5",
    ),
    (
        Carrier(pk=8, position=1002, code="A-1", kind="association", name_fr="Association", place_id=3),
        "committees_carrier",
        "224abcac1b240cb505e15e10bcfdfb1e",
    ),
    (
        Tie(pk=9, position=1001, person_id=7, carrier_id=8, kind="board", since=date(2026, 1, 1), source="register"),
        "committees_tie",
        "659f2da71433374dcf565e9d4a4b0ab2",
    ),
]
"""Rows with the table and the digest under which the journal recorded them while they were of committees."""


@pytest.mark.parametrize(("row", "table", "digest"), RECORDED, ids=lambda value: value if isinstance(value, str) else "")
def test_a_row_recorded_while_it_was_of_committees_keeps_its_table_and_its_digest(row: Model, table: str, digest: str) -> None:
    names = [field.attname for field in keeping.columns(type(row), keeping.ROWS)]
    assert keeping.of(type(row)) == keeping.ROWS
    assert row._meta.db_table == table
    assert digests._digest(bytes.fromhex("0b" * 32), names, tuple(getattr(row, name) for name in names)) == digest


@pytest.mark.parametrize("module", ["committees.migrations.0009_organisations", "organisations.migrations.0001_initial"])
def test_the_migrations_change_nothing_of_the_database(module: str) -> None:
    operations = import_module(f"tiwizi.{module}").Migration.operations
    assert [(type(one).__name__, one.database_operations) for one in operations] == [("SeparateDatabaseAndState", [])]
