"""Two scenarios side by side, and the reasons of one commune with its sheet."""

import csv
import io
import re
from fractions import Fraction

import pytest
from django.test import Client
from tests import office as offices
from tests import trees
from tests.budgets.pages.people import client, cost, text
from tests.office import Office
from tests.trees import AT, MACHINE

from tiwizi.budgets import commands
from tiwizi.database import scope


@pytest.fixture
def officer(here: Office) -> Client:
    """Who drafts at the province."""
    return client(("officer", here.tree.province))


def beside(here: Office, more: str = "") -> str:
    return f"/budgets/compare/?one={here.draft.pk}&other={here.other.pk}{more}"


def test_gains_and_losses_are_listed_and_sum_to_nothing(here: Office, officer: Client) -> None:
    rows = list(csv.DictReader(io.StringIO(officer.get(beside(here, "&format=csv")).content.decode("utf-8-sig"))))
    differences = [int(row["difference_dh"]) for row in rows]
    assert len(rows) == 4
    assert {row["name"] for row in rows} == {place.name_fr for place in (*here.tree.near_communes, *here.tree.far_communes)}
    assert sum(int(row["one_dh"]) for row in rows) == sum(int(row["other_dh"]) for row in rows) == here.envelope.amount_dh
    assert sum(differences) == 0
    assert differences[0] > 0
    assert differences == sorted(differences, reverse=True)
    assert officer.get(beside(here, "&format=json")).json()[0]["place"] == rows[0]["place"]
    page = text(officer.get(beside(here)))
    codes = [page.index(f"/places/{row['place']}/") for row in rows]
    assert codes == sorted(codes)
    assert page.count("tw-diff-up") == 1 + sum(difference > 0 for difference in differences)
    assert page.count("tw-diff-down") == 1 + sum(difference < 0 for difference in differences)


@pytest.mark.parametrize("asked", ["", "?one=1", "?one=²&other=x", f"?one={'9' * 5000}&other=1", "?one=99999&other=99999"])
def test_what_is_no_pair_of_scenarios_is_not_there(here: Office, officer: Client, asked: str) -> None:
    assert officer.get(f"/budgets/compare/{asked}").status_code == 404
    assert officer.get(f"/budgets/compare/curves.svg{asked}").status_code == 404


def test_scenarios_of_two_envelopes_are_not_compared(here: Office, officer: Client) -> None:
    with scope.everything():
        other = commands.open_envelope(
            place=here.tree.province, year=2028, title="Next", amount_dh=500_000, account=here.officer, by=MACHINE, at=AT
        )
        made = commands.draft(other, run=here.run, name="Next", account=here.officer, by=MACHINE, at=AT)
    assert officer.get(f"/budgets/compare/?one={here.draft.pk}&other={made.pk}").status_code == 404


def test_the_curves_are_drawn_with_both_names(here: Office, officer: Client) -> None:
    answer = officer.get(f"/budgets/compare/curves.svg?one={here.draft.pk}&other={here.other.pk}")
    assert answer["Content-Type"] == "image/svg+xml"
    assert "First draft" in text(answer)
    assert "Second draft" in text(answer)
    alone = text(officer.get(f"/budgets/scenarios/{here.draft.pk}/curve.svg"))
    assert alone.startswith("<svg")


def test_the_differences_are_drawn_with_the_names_of_the_places(here: Office, officer: Client) -> None:
    answer = officer.get(f"/budgets/compare/differences.svg?one={here.draft.pk}&other={here.other.pk}")
    assert answer["Content-Type"] == "image/svg+xml"
    for place in (*here.tree.near_communes, *here.tree.far_communes):
        assert place.name_fr in text(answer)
    assert "/budgets/compare/differences.svg" in text(officer.get(beside(here)))


def test_a_place_that_only_one_run_knows_leads_to_the_scenario_that_shares_over_it(here: Office, officer: Client) -> None:
    three = [*here.tree.near_communes, here.tree.far_communes[0]]
    run = offices.run_at(here.tree.province, three, here.officer, base=70)
    with scope.everything():
        made = commands.draft(
            here.envelope, run=run, name="Three", cap_share=Fraction(1, 2), account=here.officer, by=MACHINE, at=AT
        )
    page = text(officer.get(f"/budgets/compare/?one={here.draft.pk}&other={made.pk}"))
    links = set(re.findall(r"/budgets/scenarios/\d+/places/[0-9.]+/", page))
    assert len(links) == 4
    assert f"/budgets/scenarios/{here.draft.pk}/places/{here.tree.far_communes[1].code}/" in links
    for link in links:
        assert officer.get(link).status_code == 200, link


def test_both_pages_cost_the_same_for_few_rows_and_for_more(here: Office, officer: Client) -> None:
    with scope.everything():
        more = [
            trees.place(f"{here.tree.far.code}.{slot:02}", "commune", f"Farccommune{slot}", here.tree.far, slot, 4)
            for slot in (5, 7)
        ]
    wide = offices.run_at(here.tree.province, [*here.tree.near_communes, *here.tree.far_communes, *more], here.officer, base=70)
    with scope.everything():
        pair = [
            commands.draft(here.envelope, run=wide, name=name, account=here.officer, by=MACHINE, at=AT) for name in ("A", "B")
        ]
    large = f"/budgets/compare/?one={pair[0].pk}&other={pair[1].pk}"
    assert cost(officer, large) == cost(officer, beside(here))
    code = here.tree.near_communes[0].code
    assert cost(officer, f"/budgets/scenarios/{pair[0].pk}/places/{code}/") == cost(
        officer, f"/budgets/scenarios/{here.draft.pk}/places/{code}/"
    )
