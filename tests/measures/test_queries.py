"""Reading runs and figures: which run pages show, ranks among the places seen, and nothing beyond the scope."""

import json
from copy import deepcopy

import pytest
from tests.measures import trees
from tests.walls import down

from tiwizi.database.scope import NOTHING, NoScope, within
from tiwizi.measures import queries
from tiwizi.measures.models import Dataset, Run
from tiwizi.measures.rules import RULEBOOK
from tiwizi.territories.models import Place
from tiwizi.territories.queries import path

Tree = dict[str, Place]


@pytest.fixture(scope="module")
def three_runs(planted: Tree) -> dict[str, Run]:
    """Runs on the first province, then on one of its cercles, then on the sister province."""
    return {code: trees.census_run(planted[code]) for code in ("P1", "P1.1", "P2")}


@pytest.fixture
def runs(tree: Tree, three_runs: dict[str, Run]) -> dict[str, Run]:
    return deepcopy(three_runs)


def test_the_run_shown_covers_the_reader_s_places(tree: Tree, runs: dict[str, Run]) -> None:
    for where, shown in (("P1", "P1"), ("P1.2", "P1"), ("P1.2.1", "P1"), ("P2.1", "P2")):
        with within(trees.scope_at(tree[where])):
            assert queries.current_run() == runs[shown], where
    # The cercle's own run is later, and covers it.
    with within(trees.scope_at(tree["P1.1"])):
        assert queries.current_run() == runs["P1.1"]
    with within(trees.scope_at(tree["MA"])):
        assert queries.current_run() == runs["P1"]
    with within(NOTHING):
        assert queries.current_run() is None


def test_runs_that_are_not_done_or_not_of_the_census_are_not_shown(tree: Tree, runs: dict[str, Run]) -> None:
    with within(trees.scope_at(tree["P2"])), down(Run):
        Run.objects.filter(pk=runs["P2"].pk).update(status="failed")
        assert queries.current_run() is None
        Run.objects.filter(pk=runs["P2"].pk).update(status="done", kind="table")
        assert queries.current_run() is None


def test_without_a_scope_nothing_is_answered(tree: Tree, runs: dict[str, Run]) -> None:
    for ask in (
        queries.current_run,
        lambda: queries.known(runs["P1"]),
        lambda: queries.figures(runs["P1"], measure="population", level="commune", as_of=trees.DAY),
        lambda: queries.of_place(runs["P1"], tree["P1"]),
        lambda: queries.ranks(runs["P1"], tree["P1.1.1"]),
        lambda: queries.medians(runs["P1"], measure="population", level="commune", series="RGPH"),
        lambda: queries.through_years(runs["P1"], tree["P1"], measure="population", series="RGPH"),
        lambda: queries.hamlets_of(runs["P1"], tree["P1"]),
        lambda: queries.bounds(None, runs["P1"]),
        lambda: queries.names([tree["P1"].pk], "ar"),
    ):
        with pytest.raises(NoScope):
            ask()


def test_every_question_stops_at_the_scope(tree: Tree, runs: dict[str, Run]) -> None:
    run, inside = runs["P1"], {tree[code].pk for code in trees.inside("P1.1")}
    with within(trees.scope_at(tree["P1"])):
        assert {entry.level for entry in queries.known(run)} == {"province", "cercle", "commune", "douar"}
        assert len(queries.figures(run, measure="population", level="commune", as_of=trees.DAY)) == 3
    with within(trees.scope_at(tree["P1.1"])):
        assert {entry.level for entry in queries.known(run)} == {"cercle", "commune", "douar"}
        assert {row.place for row in queries.figures(run, measure="population", level="commune", as_of=trees.DAY)} < inside
        assert queries.of_place(run, tree["P1.2.1"]) == []
        assert queries.names([place.pk for place in tree.values()], "fr").keys() == inside
        assert [place.code for place in path(tree["P1.1.1"])] == ["P1.1", "P1.1.1"]
        assert [place.code for place in queries.neighbours_of(tree["P1.1"])] == []
    with within(trees.scope_at(tree["P2"])):
        assert queries.figures(run, measure="population", level="commune", as_of=trees.DAY) == []
        assert queries.hamlets_of(run, tree["P1"]) == {}


def ranked(run: Run, place: Place, measure: str) -> list[tuple[int, int]]:
    """The ranks of a place's figures of a measure in 2024, as (rank, of)."""
    ranks = queries.ranks(run, place)
    return [(rank.rank, rank.of) for (name, day, _series), rank in ranks.items() if (name, day) == (measure, trees.DAY)]


def test_ranks_count_from_the_highest_and_ties_share_the_best(tree: Tree, runs: dict[str, Run]) -> None:
    with within(trees.scope_at(tree["P1"])):
        communes = [tree[code] for code in ("P1.1.1", "P1.1.2", "P1.2.1")]
        ranks = [ranked(runs["P1"], place, "illiteracy_10_plus_share") for place in communes]
        assert ranks == [[(3, 3)], [(2, 3)], [(1, 3)]]
        assert [ranked(runs["P1"], place, "people_per_room") for place in communes] == [[(1, 3)]] * 3
        # The second douar has no distances: it has no rank, and nobody is ranked against it.
        assert ranked(runs["P1"], tree["D1"], "track_km") == [(1, 1)]
        assert ranked(runs["P1"], tree["D2"], "track_km") == []


def test_ranks_and_medians_count_only_the_places_that_the_reader_sees(tree: Tree, runs: dict[str, Run]) -> None:
    def ranks_at(where: str) -> tuple[object, object]:
        with within(trees.scope_at(tree[where])):
            (series,) = {rank for name, _day, rank in queries.ranks(runs["P1"], tree["P1.1.1"]) if name == "population"}
            middle = queries.medians(runs["P1"], measure="population", level="commune", series=series)
            return ranked(runs["P1"], tree["P1.1.1"], "population"), middle[trees.DAY]

    # Populations of the communes in the order of the tree: 1020, 1030, 1050. What was kept for one is not told to another.
    assert ranks_at("P1") == ([(3, 3)], (1030, 3))
    assert ranks_at("P1.1") == ([(2, 2)], (1025, 2))
    assert ranks_at("P1.1.1") == ([(1, 1)], (1020, 1))


def test_the_years_of_a_place_beyond_the_scope_are_not_told(tree: Tree, runs: dict[str, Run]) -> None:
    with within(trees.scope_at(tree["P1"])):
        values = queries.through_years(runs["P1"], tree["P1"], measure="population", series="RGPH")
        assert [day.year for day in values] == [2014, 2024]
    with within(trees.scope_at(tree["P1.1"])):
        assert queries.through_years(runs["P1"], tree["P1"], measure="population", series="RGPH") == {}
        assert queries.ranks(runs["P1"], tree["P1"]) == {}


def test_a_rulebook_that_this_version_cannot_read_leaves_the_figures_their_words(tree: Tree, runs: dict[str, Run]) -> None:
    run = runs["P1"]
    with within(trees.scope_at(tree["P1"])):
        dataset = Dataset.objects.get(pk=run.inputs[RULEBOOK]["id"])
        old = json.loads(bytes(dataset.content))
        # As if an earlier version had kept it, which knew less of the programme.
        old["texts"]["allocation"] = "[allocation]\n"
        values = {
            name: getattr(dataset, name) for name in ("place", "position", "table", "name", "rows", "source", "licence", "at")
        }
        earlier = Dataset.objects.create(**values, content=json.dumps(old).encode(), sha256="0" * 64)
        run.inputs[RULEBOOK]["id"], run.rulebook_version = earlier.pk, "earlier"
        assert queries.rules_of(run) is None
        assert queries.words_of(run).allocation.criteria


def test_the_oldest_answer_is_forgotten_first() -> None:
    cache: queries.Cache[int] = queries.Cache(2)
    made: list[str] = []

    def make(key: str) -> int:
        made.append(key)
        return len(made)

    for key in ("a", "b", "a", "c", "a", "b"):
        cache.get(key, lambda key=key: make(key))  # type: ignore[misc]
    assert made == ["a", "b", "c", "b"]
