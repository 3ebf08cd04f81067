"""The journal's page: entries in words, narrowed, pointed at, exported with and without their hashes' own keys; its cost."""

import re

import pytest
from django.db import transaction
from django.test import Client
from tests.answers import rows_in
from tests.budgets.pages.people import client, cost, text
from tests.trees import AT, MACHINE, Tree

from tiwizi.database import scope
from tiwizi.journal import commands
from tiwizi.journal.models import Entry
from tiwizi.territories.models import Place

ADDRESS = "/journal/"


@pytest.fixture
def officer(tree: Tree) -> Client:
    return client(("officer", tree.province))


def written(seat: Place, word: str, command: str = "apply import") -> Entry:
    """One entry at a place, as it stands once its transaction has ended."""
    with scope.everything():
        with transaction.atomic():
            made = commands.write(
                command, by=MACHINE, at=AT, kind="import", object_id=word, place=seat.code, position=seat.position,
                before={"name": "old"}, after={"name": word},
            )  # fmt: skip
        entry: Entry = Entry.objects.get(number=made.number)
    return entry


def test_an_entry_is_shown_in_words_and_can_be_pointed_at(tree: Tree, officer: Client) -> None:
    made = written(tree.near, "first")
    page = text(officer.get(ADDRESS))
    assert f'id="entry-{made.hash[:12]}"' in page
    assert "apply import" not in page.replace('value="apply import"', "")
    assert made.hash[:12] in page
    assert "first" in page


def test_filters_by_place_object_and_command(tree: Tree, officer: Client) -> None:
    written(tree.near, "nearby")
    written(tree.far, "afar", "drop import")
    for query, shown, hidden in (
        ({"place": tree.near.code}, "nearby", "afar"),
        ({"object": "afar"}, "afar", "nearby"),
        ({"command": "drop import"}, "afar", "nearby"),
    ):
        rows = officer.get(ADDRESS, {**query, "format": "json"}).json()
        assert [row["object"] for row in rows] == [shown], query
        assert hidden not in str(rows)
    assert "tw-empty" in text(officer.get(ADDRESS, {"object": "nothing"}))


def test_json_holds_the_entries_as_they_are_hashed_and_tables_hold_words(tree: Tree, officer: Client) -> None:
    made = written(tree.near, "first")
    row = officer.get(ADDRESS, {"object": "first", "format": "json"}).json()[0]
    assert row["command"] == "apply import"
    assert row["changes"] == {"name": ["old", "first"]}
    assert "rows" not in row
    for kind in ("csv", "xlsx", "parquet"):
        values = set(map(str, rows_in(officer.get(ADDRESS, {"object": "first", "format": kind}), kind)[0].values()))
        assert {made.hash, "apply import", "name: old → first"} <= values, kind


def test_the_page_costs_the_same_with_one_entry_and_with_three(tree: Tree, officer: Client) -> None:
    written(tree.near, "first")
    one = cost(officer, ADDRESS)
    written(tree.near, "second")
    written(tree.far, "third", "drop import")
    assert cost(officer, ADDRESS) == one


def test_numbers_of_entries_are_shown_to_who_sees_the_whole_office_alone(tree: Tree, officer: Client) -> None:
    for word in ("beyond", "own"):
        made = written(tree.far if word == "beyond" else tree.near, word)
    local = client(("local_secretary", tree.near))
    columns = {"titles": "names", "object": "own"}
    for reader, shown in ((officer, True), (local, False)):
        assert (f">{made.number}<" in re.sub(r"\s", "", text(reader.get(ADDRESS, {"object": "own"})))) is shown
        assert [row.get("number") for row in reader.get(ADDRESS, {"object": "own", "format": "json"}).json()] == (
            [made.number] if shown else [None]
        )
        for kind in ("csv", "xlsx", "parquet"):
            row = rows_in(reader.get(ADDRESS, {**columns, "format": kind}), kind)[0]
            assert ("number" in row) is shown, kind
            assert row["hash"] == made.hash


def test_taking_the_journal_away_is_on_record(tree: Tree, officer: Client) -> None:
    written(tree.near, "first")
    for kind in ("csv", "json"):
        officer.get(ADDRESS, {"format": kind})
        with scope.everything():
            last = Entry.objects.order_by("-number")[0]
        assert (last.command, last.kind, last.object, last.place) == ("download", "list", "journal", tree.province.code)
