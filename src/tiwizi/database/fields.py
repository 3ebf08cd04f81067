"""The column of an amount of money."""

from typing import Any

from django.db import models
from django.db.models.query_utils import DeferredAttribute

from tiwizi.core.money import Centimes


class _Exact(DeferredAttribute):
    """Whatever is put into the attribute is an amount, or refused: a float raises TypeError."""

    def __set__(self, instance: models.Model, value: Any) -> None:
        asked_of_database = value is None or hasattr(value, "resolve_expression")
        instance.__dict__[self.field.attname] = value if asked_of_database else Centimes(value)


class CentimesField(models.BigIntegerField):  # type: ignore[type-arg] # generic in the stubs alone
    """Whole centimes in the database, Centimes in the program: on a row, in `values`, in a sum."""

    descriptor_class = _Exact

    def from_db_value(self, value: int | None, _expression: Any, _connection: Any) -> Centimes | None:
        """What the database holds, as an amount."""
        return None if value is None else Centimes(value)

    def deconstruct(self) -> Any:
        """As any column of large whole numbers: migrations need not know what it counts."""
        name, _path, arguments, keywords = super().deconstruct()
        return name, "django.db.models.BigIntegerField", arguments, keywords
