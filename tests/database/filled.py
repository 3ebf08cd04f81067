"""An office with a row in every table on record, all of them known to the journal; and what somebody does to it by hand."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any
from uuid import UUID

from django.db import connection, models, transaction
from tests import office as offices
from tests.committees import every_table
from tests.committees.every_table import run
from tests.trees import AT, MACHINE

from tiwizi.database import keeping, scope
from tiwizi.journal import commands as journal
from tiwizi.journal.models import Receipt
from tiwizi.people.models import Account
from tiwizi.territories.models import Boundary, Import, Outline, Place, Succession

Rows = dict[Any, Any]


def filled() -> Rows:
    """By model, one row of each table on record."""
    with transaction.atomic(), scope.everything():
        here = offices.office()
        offices.adopted(here)
        far, communes = here.tree.far, here.tree.far_communes
        every_table.rows_at(far, communes, "far", here.officer, None)
        box = {
            "west": -6.0,
            "south": 32.0,
            "east": -5.9,
            "north": 32.1,
            "wkb": b"outline",
            "position": far.position,
            "place": far,
        }
        Boundary.objects.create(area_km2=1.5, source="made up", **box)
        Outline.objects.create(level="cercle", band=1, since=date(2009, 1, 1), **box)
        Succession.objects.create(
            before=communes[0], after=communes[1], on=date(2015, 1, 1), people=5, source="made up", position=far.position
        )
        Import.objects.create(
            place=far, position=far.position, name="places.xlsx", sha256="0" * 64, sheet={}, errors={}, differences=[],
            status="preview", by=here.officer, at=AT,
        )  # fmt: skip
        Receipt.objects.create(client_id=UUID(int=7), account="7", command="adopt", body="0" * 64, answer="1", at=AT)
        for model, _how in keeping.recorded():
            if not model._default_manager.exists():
                _library_row(model, {Account: here.officer.pk, Place: far.pk})
        journal.write("fill", by=MACHINE, at=AT, kind="table", object_id="")
    with scope.everything():
        return {model: model._default_manager.order_by("-pk")[0] for model, _how in keeping.recorded()}


def _library_row(model: Any, there: dict[Any, int]) -> None:
    """A row of a table that a library brings, or that nothing here fills."""
    values: dict[str, Any] = {}
    for field in model._meta.concrete_fields:
        if field.null:
            continue
        if isinstance(field, models.ForeignKey):
            values[field.attname] = there[field.related_model]
        elif not field.primary_key and not field.has_default():
            values[field.attname] = another(field, None)
    model._default_manager.create(**values)


def another(field: Any, value: Any) -> Any:
    """A value that a column does not hold."""
    kind = field.get_internal_type()
    if kind == "FloatField":
        return (value or 0.0) + 1.5
    if kind == "UUIDField":
        return UUID(int=11)
    changed = every_table.other(field, value)
    if changed != value and not (isinstance(value, memoryview | bytes) and bytes(value) == changed):
        return changed
    return {"JSONField": {"changed": False}, "BinaryField": b"otherwise", "DateTimeField": AT}[kind]


@contextmanager
def by_hand(*tables: str) -> Iterator[None]:
    """What somebody does who may take the triggers off; nothing of it is left behind."""
    with transaction.atomic():
        for table in tables:
            if connection.vendor == "postgresql":
                run("SET CONSTRAINTS ALL IMMEDIATE")
                run("SET CONSTRAINTS ALL DEFERRED")
                run(f"ALTER TABLE {table} DISABLE TRIGGER USER")
                continue
            with connection.cursor() as cursor:
                cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s", [table])
                names = [name for (name,) in cursor.fetchall()]
            for name in names:
                run(f"DROP TRIGGER {name}")
        yield
        transaction.set_rollback(True)
