"""Nobody sees beyond their own places: one rule for rows, applied to pages, exports, tiles, files and jobs alike.

Places are numbered: each has a position, and all places below it lie between that position and its last. A row that belongs
to a place has the place's position; a scope is a list of such ranges. A row is visible when its position lies in the scope.
A row that a committee published downwards also has `reach`, the last position of its place: it is then visible, but not
changeable, below (they read the formula that was adopted above).

Three layers enforce the rule independently: addresses that declare their permissions (people.doors); managers that refuse to
answer without a scope; and on PostgreSQL the database itself, by row-level security. The managers do not cover a join inside
a query (`select_related`, an aggregate over another table): queries stay on rows of their own place.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar, Final, NoReturn, Self, TypeVar

from django.db import InternalError, connection, models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created
from django.db.migrations.operations.base import Operation
from django.db.models import Q

from tiwizi.database.keeping import ROWS

LAST: Final = 2**62
"""The highest position."""


class NoScope(RuntimeError):
    """A row was requested without a scope: an error of the program; no row is returned."""


class OutOfScope(PermissionError):
    """A row would be written at a place outside the writer's scope."""


@dataclass(frozen=True)
class Scope:
    """The positions that a person may see, as inclusive ranges; without any range the scope is empty."""

    ranges: tuple[tuple[int, int], ...]

    def holds(self, position: int) -> bool:
        """Whether a position lies in the scope."""
        return any(first <= position <= last for first, last in self.ranges)

    def multirange(self) -> str:
        """The scope in PostgreSQL's notation."""
        return "{" + ",".join(f"[{first},{last}]" for first, last in self.ranges) + "}"


EVERYTHING: Final = Scope(((0, LAST),))
NOTHING: Final = Scope(())

_current: ContextVar[Scope | None] = ContextVar("tiwizi_scope", default=None)


def current() -> Scope:
    """The current scope. Raises NoScope where there is none."""
    scope = _current.get()
    if scope is None:
        raise NoScope("no scope is set: a page declares its permission, a command line says scope.everything()")
    return scope


@contextmanager
def within(scope: Scope) -> Iterator[Scope]:
    """Sets the scope for the code inside, here and in the database; restores the previous one afterwards."""
    token = _current.set(scope)
    _tell(connection)
    try:
        yield scope
    finally:
        _current.reset(token)
        try:
            _tell(connection)
        except InternalError:
            # A failed transaction accepts no statement; its end restores the earlier setting.
            if not connection.in_atomic_block:
                raise


def everything() -> Any:
    """The scope of the system itself: loading, migrating, signing in. Never that of a person's request."""
    return within(EVERYTHING)


def _tell(live: BaseDatabaseWrapper) -> None:
    if live.vendor != "postgresql" or live.connection is None or live.needs_rollback:
        return
    scope = _current.get() or NOTHING
    with live.cursor() as cursor:
        cursor.execute("SELECT set_config('tiwizi.scope', %s, false)", [scope.multirange()])


def _tell_new(connection: BaseDatabaseWrapper, **_more: Any) -> None:
    _tell(connection)


connection_created.connect(_tell_new, dispatch_uid="tiwizi.scope")

_Row = TypeVar("_Row", bound="Scoped")


class ScopedQuerySet(models.QuerySet[_Row]):
    """Rows of the current scope; writes are limited to positions inside it."""

    def held(self) -> Self:
        """Rows whose own position lies in the scope: those that may be changed, without rows published from above."""
        return self.filter(inside("position"))

    def in_force(self, on: date) -> Self:
        """Of dated rows those in force on a day: on their first day `since` they are, on the day `until` no longer."""
        return self.filter(Q(until=None) | Q(until__gt=on), since__lte=on)

    def update(self, **values: Any) -> int:
        """Changes rows of the scope. Raises OutOfScope for a change of position: a row never moves."""
        if "position" in values:
            raise OutOfScope("a row never moves to another place")
        return super(ScopedQuerySet, self.held()).update(**values)

    def delete(self) -> tuple[int, dict[str, int]]:
        """Removes rows of the scope."""
        return super(ScopedQuerySet, self.held()).delete()

    def raw(self, *_arguments: Any, **_more: Any) -> NoReturn:
        """Refused: raw SQL bypasses the scope."""
        raise OutOfScope("raw queries pass beside the scope")

    def _update(self, values: Any, *more: Any) -> Any:
        # Called by Model.save(): the row is looked up in the scope; its position may be repeated but not changed.
        for field, _model, value in values:
            if field.name == "position" and not current().holds(value):
                raise OutOfScope(f"position {value} lies beyond the scope")
        return super(ScopedQuerySet, self.held())._update(values, *more)  # type: ignore[misc]

    def _insert(self, objs: Iterable[_Row], *arguments: Any, **more: Any) -> Any:
        rows = list(objs)
        scope = current()
        for row in rows:
            if not scope.holds(row.position):
                raise OutOfScope(f"position {row.position} lies beyond the scope")
        return super()._insert(rows, *arguments, **more)  # type: ignore[misc]


def inside(field: str) -> Q:
    """The condition that a position lies in the current scope; false for all rows when the scope is empty."""
    condition = Q(pk__in=[])
    for first, last in current().ranges:
        condition |= Q(**{f"{field}__gte": first, f"{field}__lte": last})
    return condition


def _reaching() -> Q:
    """The condition that the interval of a row published downwards meets the scope."""
    condition = Q(pk__in=[])
    for first, last in current().ranges:
        condition |= Q(position__lte=last, reach__gte=first)
    return condition


class ScopedManager(models.Manager.from_queryset(ScopedQuerySet)):  # type: ignore[misc]
    """The only manager of a scoped table; also used by foreign keys and by saving."""

    def get_queryset(self) -> ScopedQuerySet[Any]:
        """Rows of the current scope. Raises NoScope where there is none."""
        rows: ScopedQuerySet[Any] = super().get_queryset()
        if current() == EVERYTHING:
            return rows
        seen = inside("position")
        if issubclass(self.model, Published):
            seen |= _reaching()
        return rows.filter(seen)


class Scoped(models.Model):
    """A row that belongs to a place: its position is that of the place, and never changes."""

    position = models.BigIntegerField(db_index=True, editable=False)

    kept: ClassVar[Any] = ROWS

    objects: ClassVar[ScopedManager] = ScopedManager()

    class Meta:
        """All managers are scoped."""

        abstract = True
        base_manager_name = "objects"
        default_manager_name = "objects"


class Published(Scoped):
    """A row that may be published downwards: `reach` is empty until then, and afterwards its place's last position."""

    reach = models.BigIntegerField(null=True, editable=False)

    class Meta:
        """As for every scoped row."""

        abstract = True
        base_manager_name = "objects"
        default_manager_name = "objects"


class Wall(Operation):
    """A migration operation: row-level security on a scoped table, forced on its owner too. Does nothing on SQLite."""

    reversible = True

    def __init__(self, table: str, *, published: bool = False) -> None:
        self.table, self.published = table, published

    def state_forwards(self, app_label: str, state: Any) -> None:
        """Changes no model."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        """Adds the policies."""
        if schema_editor.connection.vendor != "postgresql":
            return
        scope = "nullif(current_setting('tiwizi.scope', true), '')::int8multirange"
        held = f"position <@ {scope}"
        seen = f"({held}) OR (reach IS NOT NULL AND int8range(position, reach, '[]') && {scope})" if self.published else held
        for statement in (
            f"ALTER TABLE {self.table} ENABLE ROW LEVEL SECURITY",
            f"ALTER TABLE {self.table} FORCE ROW LEVEL SECURITY",
            f"CREATE POLICY seen ON {self.table} FOR SELECT USING ({seen})",
            f"CREATE POLICY added ON {self.table} FOR INSERT WITH CHECK ({held})",
            f"CREATE POLICY changed ON {self.table} FOR UPDATE USING ({held}) WITH CHECK ({held})",
            f"CREATE POLICY removed ON {self.table} FOR DELETE USING ({held})",
        ):
            schema_editor.execute(statement, params=None)

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        """Removes them with the table."""

    def describe(self) -> str:
        """What it does, for readers of a migration plan."""
        return f"Nobody sees rows of {self.table} beyond their place"


class AppendOnly(Operation):
    """A migration operation: rows of a table can be added but never changed or removed, by any program."""

    reversible = True

    def __init__(self, table: str) -> None:
        self.table = table

    def state_forwards(self, app_label: str, state: Any) -> None:
        """Changes no model."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        """Adds the triggers."""
        message = f"{self.table} is append-only"
        if schema_editor.connection.vendor == "sqlite":
            for act in ("UPDATE", "DELETE"):
                head = f"CREATE TRIGGER {self.table}_no_{act} BEFORE {act} ON {self.table}"
                schema_editor.execute(f"{head} BEGIN SELECT RAISE(ABORT, '{message}'); END", params=None)
            return
        body = f"BEGIN RAISE EXCEPTION '{message}' USING ERRCODE = 'integrity_constraint_violation'; END"
        schema_editor.execute(
            f"CREATE FUNCTION {self.table}_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ {body} $$", params=None
        )
        schema_editor.execute(
            f"CREATE TRIGGER {self.table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {self.table} "
            f"FOR EACH STATEMENT EXECUTE FUNCTION {self.table}_append_only()",
            params=None,
        )

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        """Removes them with the table."""

    def describe(self) -> str:
        """What it does, for readers of a migration plan."""
        return f"Rows of {self.table} are never changed"
