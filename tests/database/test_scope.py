"""Nobody sees beyond their place: the managers alone, and on PostgreSQL the database alone."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import DatabaseError, connection, models, transaction
from tests import trees
from tests.serving_role import serving_role
from tests.trees import Tree, of

from tiwizi.database import scope
from tiwizi.database.scope import NOTHING, NoScope, OutOfScope, Scope, within
from tiwizi.people.models import Role
from tiwizi.territories.models import Place

postgresql_only = pytest.mark.skipif("connection.vendor != 'postgresql'", reason="row-level security is PostgreSQL's")


@pytest.fixture
def tree(db: None) -> Tree:
    return trees.tree()


def codes() -> set[str]:
    return set(Place.objects.values_list("code", flat=True))


# --- the managers ----------------------------------------------------------------------------------------------------


def test_without_a_scope_nothing_answers(tree: Tree) -> None:
    for question in (
        lambda: list(Place.objects.all()),
        lambda: Place.objects.count(),
        lambda: Place.objects.filter(code="MA").exists(),
        lambda: Place._base_manager.first(),
        lambda: Place._default_manager.first(),
        lambda: Place.objects.filter(code="MA").update(name_fr="x"),
        lambda: Place.objects.filter(code="MA").delete(),
        lambda: Place.objects.create(code="x", position=1),
        lambda: tree.near_communes[0].save(),
        lambda: tree.near_communes[0].refresh_from_db(),
        lambda: tree.near.children.count(),
    ):
        with pytest.raises(NoScope):
            question()


def test_an_empty_scope_holds_no_row(tree: Tree) -> None:
    with within(NOTHING):
        assert codes() == set()
        assert not Place.objects.exists()


def test_a_scope_shows_a_place_and_all_below_it(tree: Tree) -> None:
    with within(of(tree.near)):
        assert codes() == {"05.301.03", "05.301.03.01", "05.301.03.03"}
        assert Place.objects.count() == 3
        assert Place.objects.aggregate(people=models.Sum("population"))["people"] == 1000 + 1000 + 3000


def test_two_roles_make_two_ranges(tree: Tree) -> None:
    near, other = tree.near_communes[0], tree.far_communes[1]
    with within(Scope(((near.position, near.last), (other.position, other.last)))):
        assert codes() == {near.code, other.code}


def test_a_foreign_key_does_not_lead_out(tree: Tree) -> None:
    with within(of(tree.near)):
        commune = Place.objects.get(code="05.301.03.01")
        assert commune.parent == tree.near
        cercle = Place.objects.get(code="05.301.03")
        with pytest.raises(Place.DoesNotExist):
            _ = cercle.parent


def test_a_row_is_not_written_beyond_the_scope(tree: Tree) -> None:
    with within(of(tree.near)):
        for write in (
            lambda: Place.objects.create(
                code="05.301.07.09", level="commune", slot=9, position=tree.far.position + 9, last=tree.far.position + 9
            ),
            lambda: Place.objects.bulk_create(
                [Place(code="x", level="commune", slot=9, position=tree.far.position + 9, last=tree.far.last)]
            ),
            lambda: Place.objects.filter(code="05.301.03.01").update(position=tree.far.position + 1),
        ):
            with pytest.raises(OutOfScope), transaction.atomic():
                write()  # type: ignore[no-untyped-call]
        assert Place.objects.filter(code=tree.far_communes[0].code).update(name_fr="taken") == 0
        assert Place.objects.filter(code=tree.far_communes[0].code).delete()[0] == 0
    with scope.everything():
        assert Place.objects.get(code=tree.far_communes[0].code).name_fr == "Farccommune1"


def test_a_row_read_elsewhere_is_not_saved_here(tree: Tree) -> None:
    foreign = tree.far_communes[0]
    foreign.name_fr = "taken"
    with within(of(tree.near)), pytest.raises((OutOfScope, DatabaseError)), transaction.atomic():
        foreign.save()
    with scope.everything():
        assert Place.objects.get(pk=foreign.pk).name_fr == "Farccommune1"


def test_a_raw_query_is_refused(tree: Tree) -> None:
    rows: Any = Place.objects
    with within(of(tree.near)), pytest.raises(OutOfScope):
        rows.raw("SELECT * FROM territories_place")


def test_the_scope_before_comes_back(tree: Tree) -> None:
    with within(of(tree.near)):
        with within(of(tree.far)):
            assert "05.301.07" in codes()
        assert "05.301.07" not in codes()
    with pytest.raises(NoScope):
        codes()


def test_it_comes_back_after_a_failed_transaction_too(tree: Tree) -> None:
    with within(of(tree.near)):
        with pytest.raises(DatabaseError), transaction.atomic(), within(of(tree.far)), connection.cursor() as cursor:
            cursor.execute("SELECT nothing FROM nowhere")
        assert codes() == {"05.301.03", "05.301.03.01", "05.301.03.03"}


# --- the database alone ----------------------------------------------------------------------------------------------


@pytest.fixture
def bare(tree: Tree) -> Iterator[Tree]:
    """The tree, seen by the role that serves: it owns nothing and bypasses nothing."""
    with serving_role():
        yield tree


def by_hand(question: str) -> list[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(question)
        return cursor.fetchall() if cursor.description else [(cursor.rowcount,)]


@postgresql_only
def test_the_database_shows_no_row_where_no_scope_was_said(bare: Tree) -> None:
    assert by_hand("SELECT count(*) FROM territories_place") == [(0,)]


@postgresql_only
def test_the_database_shows_the_rows_of_the_scope_alone(bare: Tree) -> None:
    with within(of(bare.near)):
        assert {row[0] for row in by_hand("SELECT code FROM territories_place")} == {"05.301.03", "05.301.03.01", "05.301.03.03"}
        joined = "SELECT parent.code FROM territories_place one JOIN territories_place parent ON parent.id = one.parent_id"
        assert {row[0] for row in by_hand(joined)} == {"05.301.03"}


@postgresql_only
def test_the_database_refuses_to_write_beyond_the_scope(bare: Tree) -> None:
    with within(of(bare.near)):
        assert by_hand("UPDATE territories_place SET name_fr = 'taken' WHERE code = '05.301.07.01'") == [(0,)]
        assert by_hand("DELETE FROM territories_place WHERE code = '05.301.07.01'") == [(0,)]
        with pytest.raises(DatabaseError), transaction.atomic():
            by_hand(f"UPDATE territories_place SET position = {bare.far.position + 77} WHERE code = '05.301.03.01'")


@postgresql_only
def test_every_scoped_table_has_its_wall(db: None) -> None:
    from django.apps import apps

    tables = {model._meta.db_table for model in apps.get_models() if issubclass(model, scope.Scoped)}
    walled = {
        row[0]
        for row in by_hand(
            "SELECT relname FROM pg_class WHERE relrowsecurity AND relforcerowsecurity AND "
            "(SELECT count(*) FROM pg_policy WHERE polrelid = pg_class.oid) = 4"
        )
    }
    assert tables
    assert tables <= walled


def test_a_role_row_belongs_to_its_place(tree: Tree) -> None:
    trees.account("near@example.org", ("reader", tree.near))
    trees.account("far@example.org", ("reader", tree.far))
    with within(of(tree.near)):
        assert [role.place for role in Role.objects.all()] == ["05.301.03"]
