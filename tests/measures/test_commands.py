"""Tables stored once, runs asked for, performed, replayed: what changes, what the journal says, what a refusal leaves."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import polars as pl
import pytest
from django.db import connection
from tests.measures import trees
from tests.measures.trees import AT, OFFICER, ON
from tests.walls import down

from tiwizi import store
from tiwizi.core.errors import BadData, BadRulebook, Refused
from tiwizi.core.rulebook.rulebook import parse
from tiwizi.database.scope import OutOfScope, everything, within
from tiwizi.journal.models import Entry
from tiwizi.measures import commands, results, rules
from tiwizi.measures.models import Dataset, Figure, Run
from tiwizi.territories.models import Place

Tree = dict[str, Place]
WHO: dict[str, Any] = {"by": OFFICER, "account": None, "at": AT}


@pytest.fixture
def office(tree: Tree) -> Iterator[Tree]:
    """The tree, in the scope of an officer of P1."""
    with within(trees.scope_at(tree["P1"])):
        yield tree


def counts() -> tuple[int, int, int, int]:
    with everything():
        return Dataset.objects.count(), Run.objects.count(), Figure.objects.count(), Entry.objects.count()


def test_the_same_table_is_kept_once_and_recorded_once(office: Tree) -> None:
    first = trees.stored(office["P1"], "census", trees.census_table("P1"))
    again = trees.stored(office["P1"], "census", trees.census_table("P1"))
    assert (again.pk, counts()[0]) == (first.pk, 1)
    entry = Entry.objects.get()
    assert (entry.command, entry.place, entry.position) == ("measures.store_dataset", "P1", 1000)
    assert entry.changes["sha256"] == [None, first.sha256]
    assert first.rows == trees.census_table("P1").height


def test_names_of_a_frame_pass_the_rule_of_texts(office: Tree) -> None:
    table, before = trees.census_table("P1"), counts()
    odd = table.with_columns(place=pl.col("place") + "\u200fx")
    with pytest.raises(BadData, match=r"column place, rows? .*U\+200F"):
        trees.stored(office["P1"], "census", odd)
    assert counts() == before


def test_bytes_of_parquet_are_read_and_checked(office: Tree) -> None:
    dataset = trees.stored(office["P1"], "census", trees.census_table("P1"))
    content = bytes(dataset.content)
    credit: dict[str, Any] = {"name": "n", "source": "s", "licence": ""}
    assert commands.store_dataset(content, table="census", place=office["P1"], **credit, **WHO).pk == dataset.pk
    before = counts()
    with pytest.raises(BadData, match="the stored bytes of this table cannot be read"):
        commands.store_dataset(b"PAR1nothing", table="census", place=office["P1"], **credit, **WHO)
    with pytest.raises(BadData, match="this column is missing"):
        commands.store_dataset(pl.DataFrame({"place": ["P1"]}), table="census", place=office["P1"], **credit, **WHO)
    with pytest.raises(Refused, match="no table is called potatoes"):
        commands.store_dataset(b"", table="potatoes", place=office["P1"], **credit, **WHO)
    assert counts() == before


def test_nobody_stores_at_a_place_beyond_their_own(office: Tree) -> None:
    with pytest.raises(OutOfScope):
        trees.stored(office["P2"], "census", trees.census_table("P2"))
    assert counts() == (0, 0, 0, 0)


def test_a_run_waits_with_all_that_it_depends_on(office: Tree) -> None:
    run = commands.request_run(office["P1"], on=ON, datasets=trees.census_datasets(office["P1"]), **WHO)
    assert (run.status, run.position, run.reach, run.place_code, run.kind) == ("waiting", 1000, 1999, "P1", "census")
    assert sorted(run.inputs) == ["census", "distances", "places", "rulebook"]
    assert run.rulebook_version == store.rulebook("indh").version
    assert Entry.objects.get(command="measures.request_run").changes["status"] == [None, "waiting"]
    again = commands.request_run(office["P1"], on=ON, datasets=trees.census_datasets(office["P1"]), **WHO)
    assert again.pk == run.pk


def test_a_run_that_its_server_left_is_asked_for_anew(office: Tree) -> None:
    tables = trees.census_datasets(office["P1"])
    run = commands.request_run(office["P1"], on=ON, datasets=tables, **WHO)
    later = AT + commands.ABANDONED
    assert commands.request_run(office["P1"], on=ON, datasets=tables, by=OFFICER, account=None, at=later).pk != run.pk


def test_every_reason_is_said_at_once_and_nothing_is_kept(office: Tree) -> None:
    tables = trees.census_datasets(office["P1.1"])
    before = counts()
    with pytest.raises(Refused) as refused:
        commands.request_run(office["P1"], on=ON, datasets=[tables[0], tables[0]], **WHO)
    message = refused.value.text()
    assert "The table census is missing" in message
    assert "The table places was chosen twice" in message
    assert "is of another place" in message
    with pytest.raises(BadRulebook):
        commands.request_run(office["P1"], on=date(1990, 1, 1), datasets=trees.census_datasets(office["P1"]), **WHO)
    assert counts()[1:3] == before[1:3]


def test_a_run_is_done_with_its_figures_in_one_go(office: Tree) -> None:
    run = trees.census_run(office["P1"])
    assert (run.status, run.problem) == ("done", None)
    assert run.figures == Figure.objects.filter(run=run).count() > 300
    assert run.finished_at == AT
    entry = Entry.objects.get(command="measures.perform")
    assert entry.changes["status"] == ["running", "done"]
    assert entry.changes["result_sha256"] == [None, run.result_sha256]


def test_figures_stand_at_their_places_levels_and_years(office: Tree) -> None:
    run = trees.census_run(office["P1"])
    own = Figure.objects.filter(run=run, place=office["P1.1.1"], measure="electricity_share").order_by("as_of")
    assert [(row.as_of.year, row.level, row.position) for row in own] == [(2014, "commune", 1110), (2024, "commune", 1110)]
    road = Figure.objects.get(run=run, place=office["D1"], measure="health_centre_km")
    assert (road.level, road.value, road.standing) == ("douar", 4.5, "published")
    children = Figure.objects.filter(run=run, level="commune", measure="illiterate_people").values_list("value", flat=True)
    assert Figure.objects.get(run=run, place=office["P1"], measure="illiterate_people").value == sum(children)
    assert not Figure.objects.filter(run=run, place=office["P1"], measure="development_rank").exists()
    # What the census itself says of a cercle is not replaced by what its communes give.
    cercle = Figure.objects.get(run=run, place=office["P1.1"], measure="paved_road_km", as_of=trees.DAY)
    assert (cercle.value, cercle.standing) == (3.0, "published")


def test_the_same_inputs_are_not_computed_twice(office: Tree) -> None:
    run = trees.census_run(office["P1"])
    before = counts()
    again = commands.request_run(office["P1"], on=ON, datasets=trees.census_datasets(office["P1"]), **WHO)
    assert (again.pk, again.status, counts()) == (run.pk, "done", before)
    assert commands.perform(again, by=OFFICER).finished_at == AT
    assert counts() == before


def test_only_one_of_two_performs(office: Tree) -> None:
    run = commands.request_run(office["P1"], on=ON, datasets=trees.census_datasets(office["P1"]), **WHO)
    Run.objects.filter(pk=run.pk).update(status="running")
    assert commands.perform(run, by=OFFICER).status == "running"
    assert counts()[2] == 0


def test_a_failure_is_kept_with_its_problem_and_no_figure(office: Tree) -> None:
    broken = trees.census_table("P1").filter(pl.col("place") == "P1")
    tables = [trees.stored(office["P1"], "places", trees.places_table("P1")), trees.stored(office["P1"], "census", broken)]
    extra = pl.concat([trees.places_table("P1"), trees.places_table("P1").head(1).with_columns(place=pl.lit("P1.9"))])
    tables[0] = trees.stored(office["P1"], "places", extra)
    tables[1] = trees.stored(
        office["P1"], "census", pl.concat([trees.census_table("P1"), broken.with_columns(place=pl.lit("P1.9"))])
    )
    run = commands.perform(commands.request_run(office["P1"], on=ON, datasets=tables, **WHO), by=OFFICER, now=lambda: AT)
    assert run.status == "failed"
    assert run.problem is not None
    assert "P1.9" in str(rules.unpacked_problem(run.problem[0]).what)
    assert counts()[2] == 0
    assert Entry.objects.get(command="measures.perform").changes["status"] == ["running", "failed"]


def test_figures_made_elsewhere_are_taken_as_they_are(office: Tree) -> None:
    table = trees.stored(office["P1"], "measures", trees.figures_table({"P1.1.1": 5.0, "P1.1.2": None}))
    run = commands.perform(commands.request_run(office["P1"], on=ON, kind="table", datasets=[table], **WHO), by=OFFICER)
    assert (run.status, run.figures) == ("done", 2)
    assert min(Figure.objects.values_list("place__code", "value")) == ("P1.1.1", 5.0)
    assert commands.replay(run).same


def test_figures_of_a_place_outside_the_run_s_are_refused(office: Tree) -> None:
    table = trees.stored(office["P1.1"], "measures", trees.figures_table({"P1.2.1": 5.0}))
    run = commands.perform(commands.request_run(office["P1.1"], on=ON, kind="table", datasets=[table], **WHO), by=OFFICER)
    assert (run.status, counts()[2]) == ("failed", 0)


def tamper(statement: str, *values: str | bytes) -> None:
    """What somebody who owns the database can do: the guards off, one row changed."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in ("measures_figure", "measures_dataset"):
            if connection.vendor == "sqlite":
                cursor.execute(f"DROP TRIGGER IF EXISTS {table}_no_UPDATE")
            else:
                cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER ALL")
        cursor.execute(statement, values)
        assert cursor.rowcount > 0


def test_a_replay_gives_the_same_bytes_and_changes_nothing(office: Tree) -> None:
    run = trees.census_run(office["P1"])
    before = counts()
    assert commands.replay(run).differences == ()
    assert counts() == before


def test_a_replay_finds_a_figure_that_was_changed(office: Tree) -> None:
    run = trees.census_run(office["P1"])
    tamper("UPDATE measures_figure SET value = value + 0.001 WHERE measure = %s AND position = 1110", "illiterate_share")
    (difference,) = commands.replay(run).differences
    assert "The figures kept are not those that were computed" in str(difference)


@pytest.mark.parametrize("table", ["census", "rulebook"])
def test_a_replay_finds_bytes_that_were_changed(office: Tree, table: str) -> None:
    run = trees.census_run(office["P1"])
    tamper('UPDATE measures_dataset SET content = %s WHERE "table" = %s', b"other", table)
    (difference,) = commands.replay(run).differences
    assert str(difference) == f"the bytes of the table {table} are not those that the run read."


def test_a_replay_finds_a_rulebook_that_was_changed_with_its_hash(office: Tree) -> None:
    run = trees.census_run(office["P1"])
    texts = dict(store.rulebook("indh").texts)
    texts["access"] = texts["access"] + "\n# another\n"
    with everything():
        other = commands._stored(
            results.rulebook_bytes(parse("indh", texts)),
            5,
            "rulebook",
            {"name": "x", "source": "", "licence": ""},
            office["P1"],
            **WHO,
        )
    inputs = run.inputs | {"rulebook": run.inputs["rulebook"] | {"id": other.pk, "sha256": other.sha256}}
    with down(Run):
        Run.objects.filter(pk=run.pk).update(inputs=inputs)
    run.refresh_from_db()
    assert "The fingerprint is not that of these inputs and rules." in [
        str(difference) for difference in commands.replay(run).differences
    ]


def test_a_replay_by_another_version_says_so(office: Tree) -> None:
    run = trees.census_run(office["P1"])
    with down(Run):
        Run.objects.filter(pk=run.pk).update(code_version="0.0.1", result_sha256="0" * 64)
    run.refresh_from_db()
    message = " ".join(map(str, commands.replay(run).differences))
    assert "computes another result than version 0.0.1 did" in message


def test_only_a_run_that_is_done_is_replayed(office: Tree) -> None:
    run = commands.request_run(office["P1"], on=ON, datasets=trees.census_datasets(office["P1"]), **WHO)
    with pytest.raises(Refused, match="only a run that is done"):
        commands.replay(run)
