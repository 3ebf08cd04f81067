"""Every column of every table on record, changed by hand with the triggers off: `tiwizi verify` finds it, and nothing else."""

from typing import Any

import pytest
from django.db import IntegrityError, models, transaction
from tests.committees.every_table import insert, run, stored, values_of
from tests.database.filled import Rows, another, by_hand, filled

from tiwizi.database import keeping
from tiwizi.database.scope import everything
from tiwizi.journal import verifying
from tiwizi.people.models import Founding

pytestmark = pytest.mark.django_db
RECORDED = [model for model, _how in keeping.recorded()]


@pytest.fixture(scope="module")
def office(django_db_setup: None, django_db_blocker: Any) -> Any:
    """The filled office, made once: each test puts back what it did."""
    with django_db_blocker.unblock():
        block: Any = transaction.atomic()
        block._from_testcase = True
        with block:
            yield filled()
            transaction.set_rollback(True)


MADE_UP = ("Decision R-far", "Minutes of session 1/2026")
"""What verify says before: the rows that stand for a decision and its minutes were made up, without their acts."""


def findings() -> list[str]:
    """What verify says of the tables, but for what it says of made-up decisions."""
    return [text for text in map(str, verifying.wrong()) if not text.startswith(MADE_UP)]


def names_it(faults: list[str], model: Any, *keys: object) -> bool:
    """Whether all that is said is said of these rows of this table, or of sums that rest on them."""
    table, how = model._meta.db_table, keeping.of(model)
    what = f"{table}, rows of {how.by} " if isinstance(how, keeping.Whole) else f"{table} "
    heads = {f"{what}{key}:" for key in keys} | {f"{table} {key}:" for key in keys}
    return bool(faults) and all(any(fault.startswith(head) for head in heads) for fault in faults if fault.startswith(f"{table}"))


def key_of(row: Any) -> object:
    """What names the row, or the rows that it belongs to, on record."""
    model = type(row)
    how = keeping.of(model)
    assert isinstance(how, keeping.Rows | keeping.Whole)
    return getattr(row, keeping.key(model, how).attname)


def others(faults: list[str], model: Any) -> list[str]:
    """What is said of other tables."""
    return [fault for fault in faults if not fault.startswith(model._meta.db_table)]


SUMS = ("Decision", "Minutes", "Adoption", "Act ")
"""How the sentences begin that hold rows of one table against those of another."""


def test_a_filled_office_holds(office: Rows) -> None:
    assert findings() == []
    assert set(office) == set(RECORDED)


@pytest.mark.parametrize("model", RECORDED, ids=lambda model: model._meta.db_table)
def test_each_column_changed_by_hand_is_found(office: Rows, model: Any) -> None:
    how, row, tried = keeping.of(model), office[model], 0
    assert isinstance(how, keeping.Rows | keeping.Whole)
    for field in keeping.columns(model, how):
        value = another(field, getattr(row, field.attname))
        with by_hand(model._meta.db_table), everything():
            if not _changed(model, field, stored(field, value), row.pk):
                continue
            tried += 1
            faults = findings()
        keys = {key_of(row), value} if field.primary_key or field is keeping.key(model, how) else {key_of(row)}
        assert names_it(faults, model, *keys), f"{field.name}: {faults}"
        assert all(fault.startswith(SUMS) for fault in others(faults, model)), f"{field.name}: {faults}"
    assert tried >= len(keeping.columns(model, how)) // 2


def _changed(model: Any, field: Any, value: object, key: object) -> bool:
    """Whether the database took it: a constraint of its own may refuse, which is as well."""
    stored_key = stored(model._meta.pk, key)
    try:
        with transaction.atomic():
            run(f'UPDATE {model._meta.db_table} SET "{field.column}" = %s WHERE {model._meta.pk.column} = %s', value, stored_key)
    except IntegrityError:
        return False
    return True


@pytest.mark.parametrize("model", RECORDED, ids=lambda model: model._meta.db_table)
def test_a_row_removed_by_hand_is_found(office: Rows, model: Any) -> None:
    row = office[model]
    with by_hand(model._meta.db_table), everything():
        assert run(f"DELETE FROM {model._meta.db_table} WHERE {model._meta.pk.column} = %s", stored(model._meta.pk, row.pk)) == 1
        faults = findings()
    assert names_it(faults, model, key_of(row)), faults
    assert all(fault.startswith(SUMS) for fault in others(faults, model)), faults


@pytest.mark.parametrize("model", RECORDED, ids=lambda model: model._meta.db_table)
def test_a_row_added_by_hand_is_found(office: Rows, model: Any) -> None:
    row = office[model]
    with by_hand(model._meta.db_table), everything():
        # A copy of a row, whose own keys are others.
        values = values_of(row) | {field.attname: another(field, getattr(row, field.attname)) for field in _unshared(model)}
        if isinstance(model._meta.pk, models.UUIDField):
            values[model._meta.pk.attname] = another(model._meta.pk, row.pk)
        if not _added(model, values):
            # There is one founding, or none: its own constraint refuses a second.
            assert model is Founding
            return
        faults = findings()
    assert faults, "nothing was found"
    assert all(fault.startswith((model._meta.db_table, *SUMS)) for fault in faults), faults


def _added(model: Any, values: dict[str, object]) -> bool:
    try:
        with transaction.atomic():
            return insert(model, values) == 1
    except IntegrityError:
        return False


def _unshared(model: Any) -> list[Any]:
    """Fields that a second row may not share with the first."""
    names = {field.name for field in model._meta.concrete_fields if field.unique and not field.primary_key}
    for constraint in model._meta.constraints:
        if isinstance(constraint, models.UniqueConstraint):
            names |= set(constraint.fields[:1] if constraint.condition is None else constraint.fields)
    how = keeping.of(model)
    kept_together = how.by if isinstance(how, keeping.Whole) else ""
    fields = [model._meta.get_field(name) for name in names if name != kept_together]
    if kept_together and not fields:
        fields = [model._meta.get_field(name) for constraint in model._meta.constraints for name in constraint.fields[1:2]]
    return fields
