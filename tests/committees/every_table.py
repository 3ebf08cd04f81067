"""One row of every table of committees at a place, and what raw SQL does to them."""

from datetime import date
from typing import Any

from django.db import connection, models
from tests.committees import canaries
from tests.committees.canaries import MODELS
from tests.trees import AT
from tests.walls import down

from tiwizi.committees import models as nouns
from tiwizi.organisations.models import Person
from tiwizi.people.models import Account
from tiwizi.territories.models import Place

DAY = date(2026, 3, 1)


def names(model: Any) -> str:
    """How a test is called after its table."""
    found: str = model.__name__
    return found


@down(*MODELS)
def rows_at(seat: Place, communes: tuple[Place, ...], name: str, account: Account, above: nouns.Body | None) -> dict[Any, Any]:
    """The row of each table at a place: those that the canaries make, and one of each table besides."""
    made = canaries.rows_at(seat, communes, name, account, above)
    here = {"position": seat.position}
    body, mandate, session, matter = made["body"], made["mandate"], made["session"], made["matter"]
    deputy = Person.objects.create(name_fr=f"Deputy {name}", **here)
    nouns.Deputy.objects.create(mandate=mandate, person=deputy, since=DAY, **here)
    nouns.Attendance.objects.create(activity=made["activity"], body=None, women=3, men=2, **here)
    nouns.Amendment.objects.create(item=made["item"], number=1, text_fr="Autrement", **here)
    nouns.Papers.objects.create(poll=made["poll"], yes=3, no=1, abstain=0, void=0, at=AT, **here)
    nouns.Revocation.objects.create(act=made["act"], since=DAY, signed_on=DAY, reach=seat.last, at=AT, **here)
    nouns.CallBack.objects.create(
        matter=matter, body=body, by_body=above or body, on=DAY, reason="importance", reach=seat.last, at=AT, **here
    )
    nouns.CeilingUse.objects.create(act=made["act"], year=2026, used_centimes=100, ceiling_centimes=1000, **here)
    nouns.Approval.objects.create(
        act=made["act"], matter=matter, resolution=made["resolution"], year=2026, amount_centimes=100, **here
    )
    signed = {"capacity": "chair", "name": "N.", "entry": 1, "hashes": {}}
    nouns.Signature.objects.create(session=session, number=1, by=account, at=AT, **signed, **here)
    nouns.Letter.objects.create(session=session, mandate=mandate, way="letter", sent_on=DAY, at=AT, **here)
    return {model: model.objects.get(pk=_first(model, seat)) for model in MODELS}


def _first(model: Any, seat: Place) -> int:
    rows = model.objects.filter(position__gte=seat.position, position__lte=seat.last).order_by("-pk")
    found: int = rows.values_list("pk", flat=True)[0]
    return found


def run(statement: str, *values: Any) -> int:
    """Runs a statement as it is; gives how many rows it met."""
    with connection.cursor() as cursor:
        cursor.execute(statement, list(values))
        return int(cursor.rowcount)


def kept(model: Any) -> list[dict[str, Any]]:
    """All rows of a table as they are."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {model._meta.db_table} ORDER BY id")
        columns = [one[0] for one in cursor.description]
        return [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]


def stored(field: models.Field[Any, Any], value: object) -> object:
    """A value as this engine stores it."""
    return field.get_db_prep_save(value, connection)


def values_of(row: Any) -> dict[str, object]:
    """What a row holds, by field, but for its id."""
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields if not field.primary_key}


def insert(model: Any, values: dict[str, object], *, verb: str = "INSERT", more: str = "") -> int:
    """Writes a row by SQL of one's own."""
    fields = {field.attname: field for field in model._meta.concrete_fields}
    columns = ", ".join(f'"{fields[name].column}"' for name in values)
    marks = ", ".join(["%s"] * len(values))
    ready = [stored(fields[name], value) for name, value in values.items()]
    return run(f"{verb} INTO {model._meta.db_table} ({columns}) VALUES ({marks}) {more}", *ready)


def other(field: models.Field[Any, Any], value: Any) -> Any:
    """Another value of the same kind than the one that a row holds."""
    if isinstance(field, models.ForeignKey):
        return (value or 0) + 7_000_000
    kind = field.get_internal_type()
    if kind == "BooleanField":
        return not value
    if kind == "JSONField":
        return {"changed": True}
    if kind == "DateField":
        return date(2031, 1, 1)
    if kind == "DateTimeField":
        return AT.replace(year=2031)
    if kind == "TimeField":
        return AT.time().replace(hour=5)
    if kind == "BinaryField":
        return b"changed"
    if "Integer" in kind or "Auto" in kind:
        return (value or 0) + 3
    return "zz" if value != "zz" else "yy"
