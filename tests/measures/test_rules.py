"""The rules of runs as truth tables, and the laws of classes."""

import json
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as some
from tests.measures import trees

from tiwizi.core.errors import Problem, say, say_count
from tiwizi.measures import rules
from tiwizi.measures.rules import Classes, Method, classes


@pytest.mark.parametrize(
    ("kind", "tables", "elsewhere", "messages"),
    [
        ("census", ["places", "census"], [], []),
        ("census", ["places", "census", "distances"], [], []),
        ("table", ["measures"], [], []),
        ("census", ["places"], [], ["The table census is missing: choose one, or upload it."]),
        ("table", ["measures", "measures"], [], ["The table measures was chosen twice."]),
        ("table", ["measures", "census"], [], ["A run of this kind does not read the table census."]),
        ("table", ["measures"], ["survey"], ["The table “survey” is of another place."]),
        ("dream", [], [], ["There is no kind of run called dream."]),
    ],
)
def test_why_not_request(kind: str, tables: list[str], elsewhere: list[str], messages: list[str]) -> None:
    assert [str(reason) for reason in rules.why_not_request(kind=kind, tables=tables, elsewhere=elsewhere)] == messages


def test_a_run_ends_once_and_stays_so() -> None:
    ended = dict.fromkeys(("done", "failed", "stopped"), ())
    assert dict(rules.TRANSITIONS) == {"waiting": ("running", "stopped"), "running": ("done", "failed", "stopped"), **ended}


def test_whatever_a_result_depends_on_is_in_its_fingerprint() -> None:
    base = {
        "kind": "census",
        "place": "P1",
        "inputs": {"census": "aa"},
        "rulebook_version": "1",
        "code_version": "1",
        "seed": 1,
        "on": date(2026, 1, 1),
    }
    others = {"kind": "table", "place": "P2", "inputs": {"census": "ab"}, "rulebook_version": "2", "code_version": "2", "seed": 2}
    made = {rules.fingerprint(**{**base, key: value}) for key, value in (others | {"on": date(2026, 1, 2)}).items()}  # type: ignore[arg-type]
    assert len(made | {rules.fingerprint(**base)}) == 8  # type: ignore[arg-type]


def test_the_hash_of_a_result_sees_every_value_and_no_order() -> None:
    table = trees.figures_table({"P1.1.1": 0.1, "P1.1.2": None})
    assert rules.result_sha256(table) == rules.result_sha256(table.reverse())
    assert rules.result_sha256(table) != rules.result_sha256(trees.figures_table({"P1.1.1": 0.1, "P1.1.2": 0.0}))
    assert rules.result_sha256(trees.figures_table({"P1.1.1": 0.0})) == rules.result_sha256(trees.figures_table({"P1.1.1": -0.0}))


def test_sentences_and_problems_come_back_as_they_were_kept() -> None:
    inner = say("row {rows}", rows="1")
    counted = say_count("{count} row of {name}", "{count} rows of {name}", count=2, name=say("places"))
    problem = Problem(what=say("{value} is {how}.", value=counted, how=inner), where=[inner], remedy=say("Correct it."))
    restored = rules.unpacked_problem(json.loads(json.dumps(rules.packed_problem(problem))))
    assert restored.text() == problem.text() == "row 1: 2 rows of places is row 1. Correct it."


def test_quantiles_share_the_places_out_and_breaks_are_round() -> None:
    made = classes([float(n) for n in range(100)], method="quantile", count=4)
    assert (made.breaks, made.counts) == ((25, 50, 75), (25, 25, 25, 25))
    shares = classes([0.1234, 0.2345, 0.3456, 0.4567, 0.5678, 0.6789], method="quantile", count=3)
    assert all(round(end, 2) == end for end in shares.breaks)
    assert shares.counts == (2, 2, 2)


def test_equal_widths_and_manual_breaks() -> None:
    values = [0.0, 1.0, 2.0, 10.0]
    assert classes(values, method="equal", count=2) == Classes((5.0,), (3, 1), 0, 0.0, 10.0)
    assert classes(values, method="manual", count=2, breaks=[1.5, 40, -3, 9.0]) == Classes((1.5, 9.0), (2, 1, 1), 0, 0.0, 10.0)


def test_ties_never_fall_into_two_classes() -> None:
    made = classes([1.0] * 50 + [2.0, 3.0], method="quantile", count=5)
    assert made.counts[0] >= 50
    assert len(classes([7.0] * 9, method="quantile", count=5).counts) == 1


def test_nothing_known_has_no_class_and_missing_stands_apart() -> None:
    assert classes([None, float("nan")], method="quantile", count=3) == Classes((), (), 2, None, None)
    made = classes([None, 1.0, 2.0], method="equal", count=2)
    assert (made.missing, made.of(None), made.of(2.0)) == (1, None, 1)


figures = some.lists(some.none() | some.floats(-1e9, 1e9) | some.integers(0, 5).map(float), max_size=60)


@given(figures, some.sampled_from(["quantile", "equal"]), some.integers(2, 9))
def test_law_every_figure_has_one_class_and_none_is_empty(values: list[float | None], method: Method, count: int) -> None:
    made = classes(values, method=method, count=count)
    known = [value for value in values if value is not None]
    assert sum(made.counts) + made.missing == len(values)
    assert len(made.counts) <= count
    assert list(made.breaks) == sorted(set(made.breaks))
    assert all(made.counts)
    for number, held in enumerate(made.counts):
        assert held == sum(made.of(value) == number for value in known)


@given(figures, some.lists(some.floats(-1e9, 1e9), max_size=15))
def test_law_manual_breaks_stay_as_they_were_given(values: list[float | None], breaks: list[float]) -> None:
    made = classes(values, method="manual", count=5, breaks=breaks)
    assert set(made.breaks) <= set(breaks)
    assert len(made.counts) <= 9
    assert sum(made.counts) + made.missing == len(values)


def test_few_classes_are_spread_over_the_whole_ramp() -> None:
    made = rules.classes([float(value) for value in range(50)], method="quantile", count=5)
    assert [made.swatch(at) for at in range(5)] == [0, 2, 4, 6, 8]
    assert made.swatch(None) is None
    assert [described["swatch"] for described in made.described(["a", "b", "c", "d", "e"])] == [0, 2, 4, 6, 8]
    alone = rules.classes([3.0, 3.0], method="quantile", count=5)
    assert alone.swatch(0) == 4
    nine = rules.classes([float(value) for value in range(900)], method="quantile", count=9)
    assert [nine.swatch(at) for at in range(9)] == list(range(9))


@pytest.mark.parametrize(("status", "reasons"), [("waiting", 0), ("running", 0), ("done", 1), ("failed", 1), ("stopped", 1)])
def test_only_a_run_that_has_not_ended_can_be_stopped(status: str, reasons: int) -> None:
    assert len(rules.why_not_stop(status)) == reasons
