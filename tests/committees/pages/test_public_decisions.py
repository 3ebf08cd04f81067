"""The public list of decisions: anybody reads and exports it; what is reserved is in no file of it."""

import pytest
from tests.answers import rows_in
from tests.budgets.pages.people import text
from tests.committees.chamber import Chamber
from tests.committees.pages.test_register import anybody, decided

from tiwizi.committees.pages.register.public_decisions import PublicDecisions

ADDRESS = "/committees/decisions/public/"


@pytest.mark.parametrize("kind", ["csv", "xlsx", "json", "parquet"])
def test_anybody_takes_the_public_part_away_without_what_is_reserved(here: Chamber, kind: str) -> None:
    made = decided(here, "Piste de Tizi")
    decided(here, "Affaire du personnel", reserved=True)
    answer = anybody().get(ADDRESS, {"format": kind})
    rows = rows_in(answer, kind)
    assert [made.number in row.values() for row in rows] == [True]
    assert "Affaire" not in str(rows)
    assert "provincial 3" not in str(rows)


def test_filters_narrow_and_an_unmatched_one_says_how_to_clear_it(here: Chamber) -> None:
    made = decided(here, "Piste de Tizi", "no")
    for query in ({"body": here.province.code}, {"result": "rejected"}, {"kind": "project"}, {"year": str(made.decided_on.year)}):
        assert made.number in text(anybody().get(ADDRESS, query)), query
    for query in ({"body": "x"}, {"result": "adopted"}, {"kind": "x"}, {"year": "2031"}, {"q": "barrage"}):
        page = text(anybody().get(ADDRESS, query))
        assert made.number not in page, query
        assert "tw-empty" in page, query


def test_many_decisions_come_by_pages(here: Chamber, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(PublicDecisions, "per_page", 1)
    first, second = decided(here, "Piste"), decided(here, "Barrage")
    page = text(anybody().get(ADDRESS))
    assert (second.number in page, first.number in page) == (True, False)
    assert 'rel="next"' in page
    page = text(anybody().get(ADDRESS, {"page": "2"}))
    assert (second.number in page, first.number in page) == (False, True)
