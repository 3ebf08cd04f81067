"""What the database itself refuses for the tables of committees, whatever the program: raw SQL is tried on each of them."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Final

import pytest
from django.db import DatabaseError, IntegrityError, connection, models, transaction
from tests import trees
from tests.committees.canaries import MODELS
from tests.committees.every_table import DAY, insert, kept, names, other, rows_at, run, stored, values_of
from tests.serving_role import serving_role
from tests.trees import Tree, of

from tiwizi.committees.models import (
    Act,
    Activity,
    Amendment,
    Approval,
    Attendance,
    Body,
    CallBack,
    CeilingUse,
    Deputy,
    Document,
    Item,
    Letter,
    Mandate,
    Matter,
    Minutes,
    Papers,
    Poll,
    Presence,
    Resolution,
    Revocation,
    Scan,
    Session,
    Signature,
    Vote,
)
from tiwizi.database import scope
from tiwizi.database.scope import NOTHING, Published, within
from tiwizi.organisations.models import Carrier, Person, Tie

ADDED_TO: Final = (
    Act, Approval, Attendance, CallBack, Document, Letter, Minutes, Papers, Presence, Resolution, Revocation,
    Scan, Signature, Vote,
)  # fmt: skip
"""Tables whose rows are added and never changed."""
ENDING: Final = (Mandate, Deputy, Tie)
"""Tables whose rows never change but for the day of their end."""
FROZEN: Final = (Poll,)
"""Tables whose rows are frozen once a result stands in them."""
MOVING: Final[dict[Any, tuple[str, object, str]]] = {
    Activity: ("programme", "Other", "a plan, until it is held or given up"),
    Amendment: ("state", "withdrawn", "waits, then is adopted, rejected or withdrawn"),
    Body: ("until", "2031-01-01", "ends on a day"),
    Carrier: ("name_fr", "Other", "a register of addresses"),
    CeilingUse: ("used_centimes", 101, "a sum that rises; held by its own constraints"),
    Item: ("debate_fr", "Other", "an agenda that is put in order, and what the minutes say of the debate"),
    Matter: ("version", 7, "moves from state to state, until it is settled"),
    Person: ("name_fr", "Other", "a register of addresses"),
    Session: ("opening_fr", "Other", "moves from state to state, until it is over"),
}
"""Tables whose rows change in part: a column that may, another value for it, and why."""
GUARDED: Final = (*ADDED_TO, *ENDING, *FROZEN)
REFUSAL: Final = "append-only|only ends|frozen|never removed"
EVER: Final = timedelta(days=1)


@pytest.fixture
def tree(db: None) -> Tree:
    return trees.tree()


@pytest.fixture
def rows(tree: Tree) -> Iterator[dict[Any, Any]]:
    """One row of every table at the far cercle, and a scope that sees it."""
    with scope.everything():
        made = rows_at(tree.far, tree.far_communes, "far", trees.account("keeper@example.org"), None)
        settle()
        yield made


def settle() -> None:
    """PostgreSQL looks at foreign keys now: it truncates and alters no table that it has still to look at."""
    if connection.vendor == "postgresql":
        run("SET CONSTRAINTS ALL IMMEDIATE")
        run("SET CONSTRAINTS ALL DEFERRED")


@contextmanager
def undone() -> Iterator[None]:
    """What is tried leaves nothing behind."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def refused(statement: str, *values: object, match: str = REFUSAL) -> None:
    with pytest.raises(IntegrityError, match=match), transaction.atomic():
        run(statement, *values)


# --- what stands -----------------------------------------------------------------------------------------------------


def test_every_table_is_guarded_or_declared_to_move() -> None:
    decided = [*GUARDED, *MOVING]
    assert sorted(map(names, decided)) == sorted(map(names, MODELS))


def test_the_database_has_guards_on_every_table(db: None) -> None:
    question = "SELECT DISTINCT tbl_name FROM sqlite_master WHERE type = 'trigger' AND name NOT LIKE '%%_touched'"
    if connection.vendor == "postgresql":
        question = (
            "SELECT DISTINCT relname FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid "
            "WHERE NOT tgisinternal AND tgenabled = 'O' AND tgname NOT LIKE '%%_touched'"
        )
    with connection.cursor() as cursor:
        cursor.execute(question.replace("%%", "%"))
        assert {row[0] for row in cursor.fetchall()} >= {model._meta.db_table for model in MODELS}


@pytest.mark.parametrize("model", GUARDED, ids=names)
def test_what_stands_is_neither_changed_nor_removed_by_raw_sql(rows: dict[Any, Any], model: Any) -> None:
    before, table, row = kept(model), model._meta.db_table, rows[model]
    assert before
    for column in model._meta.concrete_fields:
        if model in ENDING and column.name == "until":
            continue
        value = stored(column, other(column, getattr(row, column.attname)))
        refused(f'UPDATE {table} SET "{column.column}" = %s', value)
        refused(f'UPDATE {table} SET "{column.column}" = %s WHERE id = %s', value, row.pk)
    refused(f"DELETE FROM {table}")
    refused(f"DELETE FROM {table} WHERE id = %s", row.pk)
    if connection.vendor == "postgresql":
        refused(f"TRUNCATE {table} CASCADE")
    assert kept(model) == before


@pytest.mark.parametrize("model", MOVING, ids=names)
def test_what_moves_is_changed_in_part_and_stays_where_it_is(rows: dict[Any, Any], model: Any) -> None:
    column, value, _why = MOVING[model]
    table, row = model._meta.db_table, rows[model]
    with undone():
        assert run(f"UPDATE {table} SET {column} = %s WHERE id = %s", value, row.pk) == 1
    refused(f"UPDATE {table} SET position = position + 1 WHERE id = %s", row.pk)
    if model is not Item:
        refused(f"DELETE FROM {table} WHERE id = %s", row.pk, match=f"{REFUSAL}|never removed|none is removed")


@pytest.mark.parametrize("model", ENDING, ids=names)
def test_a_seat_or_a_tie_ends(rows: dict[Any, Any], model: Any) -> None:
    with undone():
        assert run(f"UPDATE {model._meta.db_table} SET until = %s WHERE id = %s", "2027-01-01", rows[model].pk) == 1


def test_an_open_vote_is_closed_and_then_frozen(rows: dict[Any, Any]) -> None:
    values = values_of(rows[Poll])
    with undone():
        without_keeping(Poll)
        insert(Poll, {**values, "number": 2, "result": "", "closed_at": None})
        assert run("UPDATE committees_poll SET result = 'rejected' WHERE number = 2") == 1
        refused("UPDATE committees_poll SET result = 'adopted' WHERE number = 2")
        refused("UPDATE committees_poll SET result = '' WHERE number = 2")


@pytest.mark.parametrize("model", GUARDED, ids=names)
def test_no_row_takes_the_place_of_one_that_stands(rows: dict[Any, Any], model: Any) -> None:
    """REPLACE on SQLite, ON CONFLICT on PostgreSQL: by the same id, and by each key that is not shared."""
    before, row = kept(model), rows[model]
    values = values_of(row)
    same_id = {**values, "id": row.pk, "position": row.position + 1}
    if connection.vendor == "postgresql":
        with pytest.raises(IntegrityError, match=REFUSAL), transaction.atomic():
            insert(model, same_id, more="ON CONFLICT (id) DO UPDATE SET position = excluded.position")
        return
    by_key = [case for name, case in CASES.items() if case.model is model and case.keys and name not in THERE]
    by_key += [shared(model, one) for one in lone(model)]
    for one in (same_id, *({**apart(model, values), **case.first, **case.same(values)} for case in by_key)):
        with pytest.raises(IntegrityError, match=REFUSAL), transaction.atomic():
            insert(model, one, verb="INSERT OR REPLACE")
    assert kept(model) == before


# --- constraints -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Case:
    """A row that breaks one constraint and no other: a copy of the one there with all its keys changed, then these fields.

    `first` holds whatever else the row is, `keys` the fields that it shares with the one there, `wrong` what it may not say.
    """

    model: Any
    first: dict[str, object] = field(default_factory=dict)
    keys: tuple[str, ...] = ()
    wrong: dict[str, object] = field(default_factory=dict)

    def same(self, values: dict[str, object]) -> dict[str, object]:
        """The keys as the row there has them."""
        return {one: values[one] for one in self.keys}


def shared(model: Any, *keys: str, **first: object) -> Case:
    """A row with the same keys as the one there."""
    return Case(model, first, keys)


def said(model: Any, **wrong: object) -> Case:
    """A row that says this."""
    return Case(model, wrong=wrong)


FIRST: Final = date(2026, 1, 1)
CASES: Final = {
    "body_lifetime": said(Body, until=FIRST),
    "person_named": said(Person, name_ar="", name_fr=""),
    "mandate_lifetime": said(Mandate, until=FIRST),
    "mandate_once": shared(Mandate, "body_id", "person_id", chair=False),
    "one_chair": shared(Mandate, "body_id"),
    "deputy_lifetime": said(Deputy, until=DAY),
    "deputy_once": shared(Deputy, "mandate_id", "person_id"),
    "carrier_named": said(Carrier, name_ar="", name_fr=""),
    "carrier_once": shared(Carrier, "place_id", "code"),
    "scan_once": shared(Scan, "session_id", "number", "sha256"),
    "tie_lifetime": said(Tie, until=FIRST),
    "tie_once": shared(Tie, "person_id", "carrier_id", "kind"),
    "activity_held_or_given_up": said(Activity, held_on=FIRST, given_up_on=FIRST),
    "attendance_once": shared(Attendance, "activity_id", "body_id"),
    "attendance_of_others_once": shared(Attendance, "activity_id", body_id=None),
    "session_number_once": shared(Session, "body_id", "number"),
    "repeated_once": shared(Session, "repeats_id"),
    "matter_amount": said(Matter, amount_centimes=-1),
    "matter_titled": said(Matter, title_ar="", title_fr=""),
    "document_once": shared(Document, "matter_id", "sha256"),
    "item_number_once": shared(Item, "session_id", "number"),
    "item_matter_once": shared(Item, "session_id", "matter_id"),
    "amendment_once": shared(Amendment, "item_id", "number"),
    "poll_number_once": shared(Poll, "item_id", "number"),
    "poll_open_once": shared(Poll, "item_id", result=""),
    "vote_once": shared(Vote, "poll_id", "mandate_id"),
    "vote_choice": said(Vote, choice="maybe"),
    "resolution_result": said(Resolution, result="void"),
    "resolved_once": shared(Resolution, "matter_id"),
    "act_lifetime": said(Act, until=FIRST),
    "act_not_before_signed": said(Act, signed_on=FIRST + EVER),
    "act_territory": said(Act, first=5, last=4),
    "revocation_not_before_signed": said(Revocation, signed_on=DAY + EVER),
    "called_back_once": shared(CallBack, "matter_id", "body_id"),
    "ceiling_once": shared(CeilingUse, "act_id", "year"),
    "ceiling_used": said(CeilingUse, used_centimes=-1),
    "ceiling_held": said(CeilingUse, used_centimes=1001),
    "approval_amount": said(Approval, amount_centimes=-1),
    "minutes_once": shared(Minutes, "session_id", "language", "number", "media"),
    "minutes_code": shared(Minutes, "code", "language", "media"),
    "signature_once": shared(Signature, "session_id", "number", "capacity"),
    "letter_once": shared(Letter, "session_id", "mandate_id", "way"),
}
"""By the name of the constraint."""
THERE: Final[dict[str, dict[str, object]]] = {
    "attendance_once": {"body_id": 4_000_000},
    "repeated_once": {"repeats_id": 4_000_000},
    "poll_open_once": {"result": ""},
}
"""What the row that is there says, where that of the tables does not do."""
LONE: Final = [(model, one) for model in MODELS for one in model._meta.concrete_fields if one.unique and not one.primary_key]
POSITIVE: Final = [
    (model, one) for model in MODELS for one in model._meta.concrete_fields if "Positive" in one.get_internal_type()
]


def lone(model: Any) -> list[str]:
    """Fields that no two rows share, each by itself."""
    return [one.attname for owner, one in LONE if owner is model]


def unique(model: Any) -> set[str]:
    """All fields that belong to a key."""
    found = set(lone(model))
    for constraint in model._meta.constraints:
        if isinstance(constraint, models.UniqueConstraint):
            found |= {model._meta.get_field(name).attname for name in constraint.fields}
    return found


def apart(model: Any, values: dict[str, object]) -> dict[str, object]:
    """A copy of a row that shares no key with it."""
    fields = {one.attname: one for one in model._meta.concrete_fields}
    changed = {name: other(fields[name], values[name]) for name in unique(model)}
    return {**values, **changed}


def without_keeping(model: Any) -> None:
    """Guards speak before a constraint: those on new rows are taken off, so that the constraint itself is tried."""
    table = model._meta.db_table
    for name in (f"{table}_no_REPLACE", f"{table}_refuse_insert"):
        run(f"DROP TRIGGER IF EXISTS {name}" + (f" ON {table}" if connection.vendor == "postgresql" else ""))


def speaks(name: str, case: Case) -> str:
    """What an engine says of a broken constraint: PostgreSQL its name, SQLite the columns of a key."""
    if connection.vendor == "sqlite" and case.keys:
        return ", ".join(f"{case.model._meta.db_table}.{one}" for one in case.keys) + "$"
    return rf"\b{name}\b"


def test_every_constraint_has_its_case() -> None:
    declared = {constraint.name: model for model in MODELS for constraint in model._meta.constraints}
    assert {name: case.model for name, case in CASES.items()} == declared
    assert [model._meta.unique_together for model in MODELS if model._meta.unique_together] == []


@pytest.mark.parametrize("name", CASES)
def test_a_constraint_refuses_what_breaks_it_and_nothing_else(rows: dict[Any, Any], name: str) -> None:
    case = CASES[name]
    model, held = case.model, values_of(rows[case.model])
    with undone():
        without_keeping(model)
        if name in THERE:
            held = {**apart(model, held), **THERE[name]}
            insert(model, held)
        before = kept(model)
        whole = {**apart(model, held), **case.first}
        with undone():
            assert insert(model, whole) == 1, "the same row, but for what breaks the constraint"
        with pytest.raises(IntegrityError, match=speaks(name, case)), transaction.atomic():
            insert(model, {**whole, **case.same(held), **case.wrong})
        assert kept(model) == before


@pytest.mark.parametrize(("model", "one"), LONE, ids=lambda one: getattr(one, "__name__", None) or one.name)
def test_a_field_that_no_two_rows_share(rows: dict[Any, Any], model: Any, one: models.Field[Any, Any]) -> None:
    held = values_of(rows[model])
    with undone():
        without_keeping(model)
        before = kept(model)
        with undone():
            assert insert(model, apart(model, held)) == 1
        with pytest.raises(IntegrityError, match=r"(?i)\bunique\b"), transaction.atomic():
            insert(model, {**apart(model, held), one.attname: held[one.attname]})
        assert kept(model) == before


@pytest.mark.parametrize(("model", "one"), POSITIVE, ids=lambda one: getattr(one, "__name__", None) or one.name)
def test_a_count_is_never_below_zero(rows: dict[Any, Any], model: Any, one: models.Field[Any, Any]) -> None:
    with undone():
        without_keeping(model)
        before = kept(model)
        with pytest.raises(IntegrityError, match=rf"(?i)check.*{one.column}"), transaction.atomic():
            insert(model, {**apart(model, values_of(rows[model])), one.attname: -1})
        assert kept(model) == before


# --- the walls -------------------------------------------------------------------------------------------------------

postgresql_only = pytest.mark.skipif("connection.vendor != 'postgresql'", reason="row-level security is PostgreSQL's")


@pytest.fixture
def walls(tree: Tree) -> Iterator[dict[str, dict[Any, Any]]]:
    """Rows of three committees, seen by the role that serves, with every other guard off: what is refused, the wall refuses."""
    made: dict[str, dict[Any, Any]] = {}
    seats = {"province": (tree.province, ()), "near": (tree.near, tree.near_communes), "far": (tree.far, tree.far_communes)}
    with scope.everything():
        keeper = trees.account("keeper@example.org")
        for name, (seat, communes) in seats.items():
            made[name] = rows_at(seat, communes, name, keeper, made["province"][Body] if made else None)
        settle()
        for model in MODELS:
            run(f"ALTER TABLE {model._meta.db_table} DISABLE TRIGGER USER")
    with serving_role():
        yield made


def ids(model: Any) -> set[int]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT id FROM {model._meta.db_table}")
        return {row[0] for row in cursor.fetchall()}


@postgresql_only
@pytest.mark.parametrize("model", MODELS, ids=names)
def test_without_a_scope_a_table_shows_nothing_and_takes_nothing(walls: dict[str, dict[Any, Any]], model: Any) -> None:
    values = values_of(walls["near"][model])
    for nobody in (True, False):
        if nobody:
            run("SELECT set_config('tiwizi.scope', '', false)")
        with undone():
            assert ids(model) == set()
            assert run(f"UPDATE {model._meta.db_table} SET id = id") == 0
            assert run(f"DELETE FROM {model._meta.db_table}") == 0
        with within(NOTHING), pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
            insert(model, apart(model, values))


@postgresql_only
@pytest.mark.parametrize("model", MODELS, ids=names)
def test_a_neighbour_s_rows_are_neither_seen_nor_changed(walls: dict[str, dict[Any, Any]], tree: Tree, model: Any) -> None:
    table, near, far = model._meta.db_table, walls["near"][model], walls["far"][model]
    with within(of(tree.near)):
        seen = ids(model)
        assert near.pk in seen
        assert far.pk not in seen
        with undone():
            assert run(f"UPDATE {table} SET id = id WHERE id = %s", near.pk) == 1, "one's own may be changed"
            assert run(f"UPDATE {table} SET id = id WHERE id = %s", far.pk) == 0
            assert run(f"DELETE FROM {table} WHERE id = %s", far.pk) == 0
            assert run(f"DELETE FROM {table} WHERE id = %s", near.pk) == 1, "one's own may be removed"
        with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
            run(f"UPDATE {table} SET position = %s WHERE id = %s", far.position, near.pk)
        values = apart(model, values_of(near))
        with undone():
            assert insert(model, values) == 1, "one's own may be added"
        with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
            insert(model, {**values, "position": far.position})
    with within(of(tree.far)):
        assert far.pk in ids(model)


@postgresql_only
@pytest.mark.parametrize("model", MODELS, ids=names)
def test_rows_from_above_are_seen_where_they_were_published_and_never_changed(
    walls: dict[str, dict[Any, Any]], tree: Tree, model: Any
) -> None:
    table, above = model._meta.db_table, walls["province"][model]
    published = issubclass(model, Published) and above.reach is not None
    with within(of(tree.near)):
        assert (above.pk in ids(model)) == published
        with undone():
            assert run(f"UPDATE {table} SET id = id WHERE id = %s", above.pk) == 0
            assert run(f"DELETE FROM {table} WHERE id = %s", above.pk) == 0
