"""Entries hold the digests of the rows that their act wrote, by whatever way it wrote them."""

from datetime import date
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import override_settings
from tests import trees
from tests.committees.every_table import run
from tests.trees import AT, MACHINE, Tree

from tiwizi.database import digests, keeping, triggers
from tiwizi.database.scope import everything
from tiwizi.journal import commands, stock, verifying
from tiwizi.journal.models import Entry
from tiwizi.people.models import Account, Role
from tiwizi.territories.models import Place


@pytest.fixture
def tree(db: None) -> Tree:
    made = trees.tree()
    with transaction.atomic():
        act("begin")
    return made


def act(name: str, number: int = 1) -> Entry:
    """One entry."""
    return commands.write(name, by=MACHINE, at=AT, kind="place", object_id=str(number), after={"number": number})


def held(entry: Entry) -> Any:
    """What an entry says of rows, as the database has it."""
    with everything():
        return Entry.objects.get(pk=entry.number).rows


def findings() -> list[str]:
    return [str(fault) for fault in verifying.wrong()]


def test_every_table_says_how_it_is_kept() -> None:
    """A table of which nobody says it is a fault of the program: Undeclared."""
    assert {model._meta.db_table for model in keeping.models()} >= {model._meta.db_table for model, _how in keeping.recorded()}
    for model in keeping.models():
        how = keeping.of(model)
        assert not isinstance(how, keeping.Unkept) or len(how.why) > 20, model


@pytest.mark.parametrize("way", ["save", "update", "create", "bulk", "sql", "after the entry"])
def test_a_row_is_on_record_whatever_the_way_it_was_written(tree: Tree, way: str) -> None:
    with transaction.atomic(), everything():
        account = trees.account("someone@example.org")
        entry = act("prepare")
    with transaction.atomic(), everything():
        if way == "after the entry":
            entry = act(way)
        if way in ("save", "after the entry"):
            account.name = "Another"
            account.save()
        elif way == "update":
            Account.objects.filter(pk=account.pk).update(name="Another")
        elif way == "sql":
            run("UPDATE people_account SET name = 'Another' WHERE id = %s", account.pk)
        else:
            values = {"email": "b@example.org", "name": "B", "created_at": AT, "password": "!"}
            account = Account.objects.create(**values) if way == "create" else Account.objects.bulk_create([Account(**values)])[0]
        if way != "after the entry":
            entry = act(way)
    if account.pk is None:
        account = Account.objects.get(email="b@example.org")
    assert list(held(entry)) == ["people_account"]
    assert list(held(entry)["people_account"]) == [str(account.pk)]
    assert findings() == []


def test_a_row_that_ends_is_on_record_as_ended(tree: Tree) -> None:
    with transaction.atomic(), everything():
        made = trees.place("05.301.09", "cercle", "Short", tree.province, 3, 3)
        act("begin place")
    key = str(made.pk)
    with transaction.atomic(), everything():
        made.delete()
        entry = act("undo place")
    assert held(entry)["territories_place"][key] is None
    assert findings() == []


def test_each_entry_of_a_transaction_holds_what_was_written_up_to_it(tree: Tree) -> None:
    with transaction.atomic(), everything():
        account, first = trees.account("one@example.org"), act("first")
        two, second = trees.account("two@example.org"), act("second")
    assert held(first) == {"people_account": {str(account.pk): _digest(account)}}
    assert held(second) == {"people_account": {str(two.pk): _digest(two)}}


def _digest(account: Account) -> str | None:
    how = keeping.of(Account)
    assert isinstance(how, keeping.Rows)
    return digests.of_keys(Account, how, [str(account.pk)])[str(account.pk)]


def test_what_is_rolled_back_to_a_savepoint_leaves_no_entry_and_forgets_no_row(tree: Tree) -> None:
    def failing() -> None:
        with transaction.atomic():
            act("undone")
            raise ValueError("undone")

    with transaction.atomic(), everything():
        account = trees.account("someone@example.org")
        with pytest.raises(ValueError, match="undone"):
            failing()
        entry = act("done")
    assert list(held(entry)["people_account"]) == [str(account.pk)]
    with everything():
        assert not Entry.objects.filter(command="undone").exists()
        assert list(Entry.objects.order_by("number").values_list("number", flat=True)) == [1, 2]
    assert findings() == []


def test_the_machine_s_notes_are_no_part_of_a_digest(tree: Tree) -> None:
    with transaction.atomic(), everything():
        account = trees.account("someone@example.org")
        act("begin account")
    before = _digest(account)
    Account.objects.filter(pk=account.pk).update(last_login=AT)
    assert _digest(account) == before
    assert findings() == []


def test_a_digest_is_the_same_on_every_engine(tree: Tree) -> None:
    """Keyed with a key of the test's own, so that both engines say the same text."""
    with transaction.atomic(), everything(), override_settings(RECORD_KEY="00" * 32):
        account = trees.account("someone@example.org", ("officer", tree.near))
        role = Role.objects.get(account=account)
        Role.objects.filter(pk=role.pk).update(until=date(2031, 1, 1))
        Place.objects.filter(pk=tree.near.pk).update(lon=-5.25, name_ar="مريرت")
        how = keeping.of(Place)
        assert isinstance(how, keeping.Rows)
        names = [field.attname for field in keeping.columns(Place, how)]
        row = Place.objects.filter(pk=tree.near.pk).values_list(*names).get()
        known = dict(zip(names, row, strict=True)) | {"id": 1, "parent_id": 2}
        digest = digests._digest(bytes(32), names, tuple(known[name] for name in names))
        act("change")
    assert digest == KNOWN


KNOWN = "c9aec8a761dce03387ea7b19dee0dfd8"


def test_what_was_there_before_the_triggers_is_put_on_record_once(tree: Tree) -> None:
    with transaction.atomic(), everything():
        account = trees.account("someone@example.org")
        for statement in triggers._drops(connection):
            run(statement)
        Account.objects.filter(pk=account.pk).update(name="Unseen")
        stock.take(connection)
        Account.objects.filter(pk=account.pk).update(name="Seen")
        act("change")
    with everything():
        taken = Entry.objects.get(command="take stock")
    assert taken.rows is not None
    assert str(tree.near.pk) in taken.rows["territories_place"]
    assert findings() == []
