"""How each table is recorded in the journal. Every table of the database is declared in one of these ways; a house test
checks it. A model declares it in its attribute `kept`; rows of a place (scope.Scoped) are recorded row by row by default.
Tables of a library are declared by the app that uses it, with `declare`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from django.apps import apps
from django.db.models import Model


@dataclass(frozen=True)
class Rows:
    """Each row is on record: the journal's entry of an act holds the digest of each row that the act wrote or deleted.
    Columns in `without` are excluded: technical notes, such as the progress of a job. `recorded_as` names the columns renamed
    since rows were first on record: digests go by the name of then, so that they still hold.
    """

    without: frozenset[str] = frozenset()
    recorded_as: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Whole:
    """Rows that belong together are on record together: one digest over all rows with the same value of the column `by`."""

    by: str
    without: frozenset[str] = frozenset()
    recorded_as: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Chained:
    """A table of the journal itself: its chain and its signatures protect it."""


@dataclass(frozen=True)
class Unkept:
    """Not on record, for the given reason: sessions, queues, derived data of a library."""

    why: str


Keeping = Rows | Whole | Chained | Unkept

ROWS: Final = Rows()
_declared: dict[str, Keeping] = {}


class Undeclared(LookupError):
    """A table without a declaration of how it is recorded: an error of the program."""


def declare(table: str, how: Keeping) -> None:
    """Declares how the table of a library is recorded."""
    _declared[table] = how


def of(model: type[Model]) -> Keeping:
    """How the table of a model is recorded. Raises Undeclared without a declaration."""
    how = _declared.get(model._meta.db_table) or getattr(model, "kept", None)
    if how is None:
        raise Undeclared(f"{model._meta.db_table}: say how it is kept (database/keeping.py)")
    declared: Keeping = how
    return declared


def models() -> Iterator[type[Model]]:
    """Every model that has a table here, tables of many-to-many relations included, by the name of the table."""
    known = (model for model in apps.get_models(include_auto_created=True) if model._meta.managed and not model._meta.proxy)
    yield from sorted(known, key=lambda model: model._meta.db_table)


def recorded() -> Iterator[tuple[type[Model], Rows | Whole]]:
    """Every model whose rows are on record, and how."""
    for model in models():
        how = of(model)
        if isinstance(how, Rows | Whole):
            yield model, how


def columns(model: type[Model], how: Rows | Whole) -> list[Any]:
    """The fields of a model that a digest covers, its key first."""
    fields = [field for field in model._meta.concrete_fields if field.attname not in how.without]
    return sorted(fields, key=lambda field: not field.primary_key)


def key(model: type[Model], how: Rows | Whole) -> Any:
    """The field whose value identifies what one digest covers: a row, or a set of rows."""
    if isinstance(how, Rows):
        return model._meta.pk
    return next(field for field in model._meta.concrete_fields if how.by in (field.name, field.attname))
