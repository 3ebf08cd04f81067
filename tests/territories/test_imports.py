"""What an import must not do: take a code that is another's, lose what stands on its places, or fail where it should refuse."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

import polars as pl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests import trees
from tests.trees import AT, MACHINE, ON, Tree, of

from tiwizi.core.errors import Refused
from tiwizi.database.scope import within
from tiwizi.measures.models import Dataset
from tiwizi.people.models import Account, Role
from tiwizi.reports import cells
from tiwizi.territories import imports
from tiwizi.territories.models import Import, Place

NEW: dict[str, object] = {"place": "3010301", "level": "douar", "parent": "05.301.03.01", "name_ar": "دوار"}


@pytest.fixture
def tree(db: None) -> Tree:
    return trees.tree()


@pytest.fixture
def officer(tree: Tree) -> Account:
    return trees.account("officer@example.org", ("officer", tree.province))


def brought(seat: Place, officer: Account, rows: Sequence[Mapping[str, object]]) -> Import:
    return imports.preview(cells.csv_bytes(pl.DataFrame(rows)), "x.csv", place=seat, account=officer, by=MACHINE, at=AT)


def applied(seat: Place, officer: Account, rows: Sequence[Mapping[str, object]], *, minutes: int = 0) -> Import:
    upload = brought(seat, officer, rows)
    assert upload.errors == {}
    imports.apply(upload, by=MACHINE, on=ON, at=AT + timedelta(minutes=minutes))
    settled: Import = Import.objects.get(pk=upload.pk)
    return settled


def refused_undo(upload: Import) -> str:
    with pytest.raises(Refused) as refused:
        imports.undo(upload, by=MACHINE, at=AT)
    assert Import.objects.get(pk=upload.pk).status == "applied"
    return str(refused.value)


def test_the_code_of_a_place_beyond_ones_own_is_an_error_in_its_row_even_with_all_that_a_new_place_needs(
    tree: Tree, officer: Account
) -> None:
    with within(of(tree.near)):
        upload = brought(tree.near, officer, [{**NEW, "place": tree.far_communes[0].code}])
        errors = imports.errors_of(upload)
        assert list(errors) == [2]
        assert "no place of yours, and no new place can have this code" in str(errors[2][0])
        assert "Farc" not in str(errors), "the sentence says nothing about the place itself"


def test_a_code_taken_between_preview_and_apply_is_told_and_nothing_is_kept(tree: Tree, officer: Account) -> None:
    with within(of(tree.near)):
        upload = brought(tree.near, officer, [NEW])
    with within(of(tree.province)):
        applied(tree.province, officer, [{**NEW, "parent": tree.far_communes[0].code}])
    with within(of(tree.near)):
        with pytest.raises(Refused, match="changed since this preview"):
            imports.apply(upload, by=MACHINE, on=ON, at=AT)
        assert Import.objects.get(pk=upload.pk).status == "preview"
        assert not Place.objects.filter(code=NEW["place"]).exists()


def test_two_new_places_under_each_other_are_errors_in_their_rows(tree: Tree, officer: Account) -> None:
    rows = [
        {"place": "A", "level": "commune", "parent": "B", "name_ar": "ا"},
        {"place": "B", "level": "douar", "parent": "A", "name_ar": "ب"},
        {"place": "C", "level": "douar", "parent": "C", "name_ar": "ج"},
    ]
    with within(of(tree.province)):
        assert list(imports.errors_of(brought(tree.province, officer, rows))) == [2, 4]


def test_a_move_in_a_table_is_not_passed_over_in_silence(tree: Tree, officer: Account) -> None:
    with within(of(tree.province)):
        upload = brought(tree.province, officer, [{"place": tree.near_communes[0].code, "parent": tree.far.code}])
        assert "a move is recorded on the page of its history" in str(imports.errors_of(upload)[2][0])


def test_new_places_come_under_new_places_whatever_the_order_of_rows(tree: Tree, officer: Account) -> None:
    rows = [
        {"place": "D1", "level": "douar", "parent": "05.301.03.09", "name_ar": "ا"},
        {"place": "D2", "level": "douar", "parent": "05.301.03.09", "name_ar": "ب"},
        {"place": "05.301.03.09", "level": "commune", "parent": "05.301.03", "name_ar": "ج"},
    ]
    with within(of(tree.province)):
        upload = applied(tree.province, officer, rows)
        commune = Place.objects.get(code="05.301.03.09")
        douars = list(Place.objects.filter(parent=commune).order_by("position"))
        assert [place.code for place in douars] == ["D1", "D2"]
        assert commune.parent_id == tree.near.pk
        assert tree.near.position < commune.position < douars[0].position < douars[1].position <= commune.last <= tree.near.last
        imports.undo(upload, by=MACHINE, at=AT)
        assert not Place.objects.filter(code__in=("D1", "D2", "05.301.03.09")).exists()


def test_undo_gives_back_a_position_that_was_not_there_and_an_emptied_one(tree: Tree, officer: Account) -> None:
    first, second = tree.near_communes
    with within(of(tree.province)):
        Place.objects.filter(pk=second.pk).update(lon=-5.6, lat=32.8)
        upload = applied(
            tree.province,
            officer,
            [{"place": first.code, "lon": "-5.5", "lat": "32.9"}, {"place": second.code, "lon": "", "lat": ""}],
        )
        assert list(Place.objects.filter(pk__in=(first.pk, second.pk)).values_list("lon", flat=True)) == [-5.5, None]
        imports.undo(upload, by=MACHINE, at=AT)
        assert list(Place.objects.filter(pk__in=(first.pk, second.pk)).values_list("lon", flat=True)) == [None, -5.6]


def test_a_place_with_figures_or_tables_of_its_own_is_not_taken_away(tree: Tree, officer: Account) -> None:
    with within(of(tree.province)):
        upload = applied(tree.province, officer, [NEW])
        douar = Place.objects.get(code=NEW["place"])
        Dataset.objects.create(
            place=douar, position=douar.position, table="measures", name="x", content=b"", sha256="0", rows=0, source="", at=AT
        )
        assert "has others below it, figures or roles" in refused_undo(upload)
        assert Place.objects.filter(pk=douar.pk).exists()


def test_a_place_where_somebody_has_a_role_is_not_taken_away(tree: Tree, officer: Account) -> None:
    with within(of(tree.province)):
        upload = applied(tree.province, officer, [NEW])
        douar = Place.objects.get(code=NEW["place"])
        Role.objects.create(account=officer, kind="reader", place=douar.code, position=douar.position, last=douar.last, since=ON)
        assert "has others below it, figures or roles" in refused_undo(upload)


def test_a_place_with_another_below_it_is_not_taken_away(tree: Tree, officer: Account) -> None:
    with within(of(tree.province)):
        upload = applied(
            tree.province, officer, [{"place": "05.301.03.09", "level": "commune", "parent": "05.301.03", "name_ar": "ج"}]
        )
        newer = applied(tree.province, officer, [{**NEW, "parent": "05.301.03.09"}], minutes=1)
        assert "1 of the places that it brought has others below it" in refused_undo(upload)
        imports.undo(newer, by=MACHINE, at=AT)
        imports.undo(upload, by=MACHINE, at=AT)
        assert not Place.objects.filter(code="05.301.03.09").exists()


def test_the_newer_of_two_imports_is_undone_first(tree: Tree, officer: Account) -> None:
    with within(of(tree.province)):
        older = applied(tree.province, officer, [NEW])
        newer = applied(tree.province, officer, [{"place": NEW["place"], "population": 50}], minutes=1)
        assert "A newer import concerns 1 of its places" in refused_undo(older)
        imports.undo(newer, by=MACHINE, at=AT)
        imports.undo(older, by=MACHINE, at=AT)
        assert not Place.objects.filter(code=NEW["place"]).exists()


def test_many_rows_ask_the_database_as_often_as_few(tree: Tree, officer: Account) -> None:
    def asked(letter: str, count: int) -> int:
        rows = [{**NEW, "place": f"{letter}{number}"} for number in range(count)]
        with within(of(tree.province)), CaptureQueriesContext(connection) as asked:
            imports.undo(applied(tree.province, officer, rows), by=MACHINE, at=AT)
        return len(asked)

    asked("W", 1)
    assert asked("A", 3) == asked("B", 20)
