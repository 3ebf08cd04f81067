"""A scenario on its page: moved, tried, kept, stale, sent twice, frozen."""

import csv
import io
import re
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from tests import office as offices
from tests import trees
from tests.budgets.pages.people import client, cost, text
from tests.office import Office
from tests.trees import AT, MACHINE

from tiwizi.budgets import commands, queries
from tiwizi.budgets.models import Scenario
from tiwizi.children.parent import made
from tiwizi.core.budget import allocation
from tiwizi.core.tables import SHARES
from tiwizi.database import scope
from tiwizi.journal.models import Entry
from tiwizi.reports import chart


@pytest.fixture
def officer(here: Office) -> Client:
    """Who drafts at the province."""
    return client(("officer", here.tree.province))


def at(scenario: Scenario, more: str = "") -> str:
    return f"/budgets/scenarios/{scenario.pk}/{more}"


def amounts(scenario: Scenario, **numbers: Any) -> dict[str, int]:
    with scope.everything():
        return dict(allocation.totals(queries.shared_of(scenario, **numbers).shares).select("place", "amount_dh").iter_rows())


def journal() -> int:
    with scope.everything():
        count: int = Entry.objects.count()
    return count


def kept(scenario: Scenario) -> Scenario:
    with scope.everything():
        live: Scenario = Scenario.objects.get(pk=scenario.pk)
    return live


def digits(html: str) -> str:
    """The text without the spaces that French puts between thousands."""
    return re.sub(r"(?<=\d)[\u202f\u00a0 ](?=\d)", "", html)


def test_the_page_shows_sliders_places_and_whom_the_money_reaches(here: Office, officer: Client) -> None:
    page = text(officer.get(at(here.draft)))
    for code, weight in here.draft.weights.items():
        assert re.search(rf'name="weight_{code}"[^>]* value="{weight}"', page), code
    assert f'data-recompute="{at(here.draft, "recompute/")}" data-target="#result"' in page
    assert f'<img src="{at(here.draft, "curve.svg")}?v=1"' in page
    for code, amount in amounts(here.draft).items():
        assert at(here.draft, f"places/{code}/") in page
        assert str(amount) in digits(page)
    assert 'style="' not in page
    assert "onclick" not in page


def test_a_reader_sees_the_numbers_and_moves_none(here: Office) -> None:
    page = text(client(("reader", here.tree.province)).get(at(here.draft)))
    assert "data-recompute" not in page
    assert page.count(" disabled>") == len(here.draft.weights) + 3
    assert 'type="submit"' not in page[page.index("tw-sliders") : page.index("</form>", page.index("tw-sliders"))]


def test_keeping_changes_the_scenario_and_leads_back(here: Office, officer: Client) -> None:
    form = {"version": "1", "name": "Renamed", "weight_remoteness": "60", "cap_share": "35,5"}
    answer = officer.post(at(here.draft), form)
    assert (answer.status_code, answer["Location"]) == (303, at(here.draft))
    live = kept(here.draft)
    assert (live.name, live.weights["remoteness"], live.cap_share, live.version) == ("Renamed", 60, "71/200", 2)
    assert live.floor_share == here.draft.floor_share
    assert 'value="35.5"' in text(officer.get(at(here.draft)))


@pytest.mark.parametrize("version", ["1", "", "x", "²", "9" * 5000])
def test_a_stale_form_is_refused_and_told(here: Office, officer: Client, version: str) -> None:
    assert officer.post(at(here.draft), {"version": "1", "weight_poverty": "30"}).status_code == 303
    before = journal()
    answer = officer.post(at(here.draft), {"version": version, "weight_poverty": "60"})
    assert answer.status_code == 409
    assert (kept(here.draft).weights["poverty"], kept(here.draft).version, journal()) == (30, 2, before)


def test_the_same_form_sent_twice_acts_once(here: Office, officer: Client) -> None:
    form = {"version": "1", "weight_poverty": "30", "client_id": str(uuid4())}
    first, before = officer.post(at(here.draft), form), journal()
    again = officer.post(at(here.draft), form)
    assert (first.status_code, again.status_code, again["Location"]) == (303, 303, first["Location"])
    assert (kept(here.draft).version, journal()) == (2, before)
    assert officer.post(at(here.draft), {**form, "weight_poverty": "60"}).status_code == 409
    assert kept(here.draft).weights["poverty"] == 30


def test_an_adopted_scenario_shows_no_form_and_takes_none(here: Office, officer: Client) -> None:
    offices.adopted(here)
    page = text(officer.get(at(here.draft)))
    assert "data-recompute" not in page
    assert "PV 1/2026" in page
    assert officer.post(at(here.draft), {"version": "1", "weight_poverty": "30"}).status_code == 409
    assert kept(here.draft).weights == here.draft.weights


def test_the_difference_is_to_the_share_in_force_else_to_the_rulebook(here: Office, officer: Client) -> None:
    usual, other = amounts(here.draft), amounts(here.other)
    code = here.tree.near_communes[0].code
    difference = f"{abs(other[code] - usual[code])}"
    page = text(officer.get(at(here.other)))
    assert difference in digits(page)
    offices.adopted(here, here.other)
    page = text(officer.get(at(here.draft)))
    assert difference in digits(page)


def test_shares_are_taken_away_as_the_core_has_them(here: Office, officer: Client) -> None:
    rows = list(csv.DictReader(io.StringIO(officer.get(at(here.draft, "?format=csv")).content.decode("utf-8-sig"))))
    assert set(rows[0]) == set(SHARES.schema)
    assert sum(int(row["amount_dh"]) for row in rows) == here.envelope.amount_dh
    assert len(officer.get(at(here.draft, "?format=json")).json()) == len(rows)
    assert officer.get(at(here.draft, "?format=xlsx")).content[:2] == b"PK"
    offices.adopted(here)
    below = client(("local_secretary", here.tree.near)).get(at(here.draft, "?format=json")).json()
    assert {row["place"] for row in below} == {place.code for place in here.tree.near_communes}


def test_from_below_the_part_and_the_envelope_are_told(here: Office) -> None:
    offices.adopted(here)
    page = digits(text(client(("local_secretary", here.tree.near)).get(at(here.draft))))
    mine = {place.code for place in here.tree.near_communes}
    assert str(sum(amount for code, amount in amounts(here.draft).items() if code in mine)) in page
    assert "1000000" in page


def test_a_reader_of_a_place_without_shares_gets_an_empty_table(here: Office) -> None:
    offices.adopted(here)
    with scope.everything():
        douar = trees.place("05.301.03.01.9", "douar", "Douar", here.tree.near_communes[0], 9, 5)
    asking = client(("reader", douar))
    for more in ("", "?format=csv", "?format=json", "?format=xlsx"):
        assert asking.get(at(here.draft, more)).status_code == 200, more


def test_what_was_adopted_and_what_is_computed_are_told_apart(here: Office, officer: Client) -> None:
    offices.adopted(here)
    code = here.tree.near_communes[0].code
    assert "tw-message error" not in text(officer.get(at(here.draft)))
    with scope.everything():
        # As if another version of the program computed other figures from the same run.
        base = queries.ground(here.run.pk, here.tree.province.pk)
        queries.forget()
        changed = base.measures.with_columns(value=base.measures["value"] * base.measures["people"])
        queries._grounds.get((here.run.pk, here.tree.province.pk), lambda: type(base)(**{**vars(base), "measures": changed}))
    assert "tw-message error" in text(officer.get(at(here.draft)))
    assert "tw-message error" in text(officer.get(at(here.draft, f"places/{code}/")))
    assert officer.get(at(here.draft, f"places/{code}/sheet.pdf")).status_code == 409


def test_numbers_of_the_rulebook_that_do_not_fit_few_places_can_be_changed(here: Office, officer: Client) -> None:
    with scope.everything():
        small = commands.open_envelope(
            place=here.tree.near, year=2027, title="Two communes", amount_dh=500_000, account=here.officer, by=MACHINE, at=AT
        )
        made = commands.draft(small, run=here.run, name="Only", account=here.officer, by=MACHINE, at=AT)
    page = officer.get(at(made))
    assert page.status_code == 200
    assert "tw-reasons" in text(page)
    assert "data-recompute" in text(page)
    assert officer.get(at(made, "?format=csv")).status_code == 409
    assert officer.post(at(made), {"version": "1", "weight_poverty": "30"}).status_code == 409
    tried = officer.post(at(made, "recompute/"), {"cap_share": "90"})
    assert here.tree.near_communes[0].code in text(tried)
    assert officer.post(at(made), {"version": "1", "cap_share": "90"}).status_code == 303
    assert "tw-reasons" not in text(officer.get(at(made)))


def test_more_places_cost_no_more_queries(here: Office, officer: Client) -> None:
    communes = [*here.tree.near_communes, *here.tree.far_communes]
    with scope.everything():
        more = [
            trees.place(f"{here.tree.far.code}.{slot:02}", "commune", f"Farccommune{slot}", here.tree.far, slot, 4)
            for slot in (5, 7, 9)
        ]
    wide = offices.run_at(here.tree.province, [*communes, *more], here.officer, base=70)
    with scope.everything():
        large = commands.draft(here.envelope, run=wide, name="Seven", account=here.officer, by=MACHINE, at=AT)
    assert text(officer.get(at(large))).count("data-place=") == 7
    assert cost(officer, at(large)) == cost(officer, at(here.draft))
    # Who has one commune pays what who has two pays.
    offices.adopted(here)
    one, two = here.tree.near_communes[0], here.tree.near
    assert cost(client(("reader", one)), at(here.draft)) == cost(client(("reader", two)), at(here.draft))


def test_a_drawing_that_ends_its_process_is_a_page_in_words(
    here: Office, officer: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    officer.cookies["django_language"] = "en"
    with monkeypatch.context() as planted:
        planted.setattr(chart, "made", lambda kind, *_job: made(kind, "os", "abort"))
        answer = officer.get(at(here.draft, "curve.svg"))
    assert answer.status_code == 409
    assert "the drawing was not made: the program that makes it stopped" in text(answer)
    assert officer.get(at(here.draft, "curve.svg"))["Content-Type"] == "image/svg+xml"


def test_a_name_that_drawing_dies_of_is_refused_and_one_kept_before_ends_in_words(here: Office, officer: Client) -> None:
    answer = officer.post("/budgets/", {"place": "05.301", "year": "2028", "title": "a\x07b", "amount_dh": "500000"})
    assert answer.status_code == 400
    with scope.everything():
        Scenario.objects.filter(pk=here.draft.pk).update(name="a\x07b")
    both = {"one": str(here.draft.pk), "other": str(here.other.pk)}
    assert officer.get("/budgets/compare/curves.svg", both).status_code == 409
    assert officer.get(at(here.other, "curve.svg")).status_code == 200
