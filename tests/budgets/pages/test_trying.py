"""What is tried on the page of a scenario: by its address, mended, sorted, paged, saved under another name, taken away."""

import re
from typing import Any

import pytest
from django.test import Client
from tests import office as offices
from tests import trees
from tests.budgets.pages.people import client, text
from tests.office import Office
from tests.trees import AT, MACHINE

from tiwizi.budgets import commands, queries
from tiwizi.budgets.models import Scenario
from tiwizi.budgets.pages.results import PER_PAGE, SORTS
from tiwizi.database import scope
from tiwizi.journal.models import Entry
from tiwizi.territories.models import Boundary, Place


@pytest.fixture
def officer(here: Office) -> Client:
    """Who drafts at the province."""
    return client(("officer", here.tree.province))


def at(scenario: Scenario, more: str = "") -> str:
    return f"/budgets/scenarios/{scenario.pk}/{more}"


def codes(html: str) -> list[str]:
    """The places of the table, in its order."""
    return re.findall(r"/places/([0-9.]+)/\"><bdi>", html)


def amounts(scenario: Scenario, **numbers: Any) -> dict[str, int]:
    with scope.everything():
        return dict(queries.amounts_of(queries.shared_of(scenario, **numbers)))


def entries() -> int:
    with scope.everything():
        count: int = Entry.objects.count()
    return count


def test_an_address_opens_numbers_that_nobody_kept(here: Office, officer: Client) -> None:
    before = entries()
    page = text(officer.get(at(here.draft, "?weight_remoteness=60&cap_share=35,5")))
    assert re.search(r'name="weight_remoteness"[^>]* value="60"', page)
    assert 'name="cap_share" inputmode="decimal" dir="ltr" value="35.5"' in page
    assert "warning" in page
    assert "warning" not in text(officer.get(at(here.draft)))
    assert "warning" not in text(officer.get(at(here.draft, f"?weight_poverty={here.draft.weights['poverty']}")))
    tried = amounts(here.draft, weights={**here.draft.weights, "remoteness": 60}, cap_share="71/200")
    assert codes(page) == sorted(tried, key=lambda code: (-tried[code], code))
    rows = officer.get(at(here.draft, "?weight_remoteness=60&cap_share=35,5&format=json")).json()
    assert sum(row["amount_dh"] for row in rows if row["place"] == codes(page)[0]) == tried[codes(page)[0]]
    assert entries() == before
    assert officer.get(at(here.draft, "?weight_remoteness=x")).status_code == 400


def test_who_only_reads_is_shown_what_was_kept(here: Office) -> None:
    page = text(client(("reader", here.tree.province)).get(at(here.draft, "?weight_remoteness=60")))
    assert re.search(rf'name="weight_remoteness"[^>]* value="{here.draft.weights["remoteness"]}"', page)
    assert "warning" not in page


def test_bounds_that_do_not_fit_come_with_the_address_of_those_that_do(here: Office, officer: Client) -> None:
    for answer in (
        officer.post(at(here.draft, "recompute/"), {"cap_share": "1", "weight_poverty": "33"}),
        officer.get(at(here.draft, "?cap_share=1&weight_poverty=33")),
    ):
        found = re.search(r'href="(/budgets/scenarios/\d+/\?[^"]+)"', text(answer))
        assert found, text(answer)
        mended = text(officer.get(found[1].replace("&amp;", "&")))
        assert "tw-reasons" not in mended
        assert re.search(r'name="weight_poverty"[^>]* value="33"', mended)
        assert len(codes(mended)) == 4


def test_what_no_bound_would_mend_offers_none(here: Office, officer: Client) -> None:
    nothing = {f"weight_{code}": "0" for code in here.draft.weights}
    answer = text(officer.post(at(here.draft, "recompute/"), nothing))
    assert "tw-reasons" in answer
    assert "href=" not in answer
    assert "href=" not in text(officer.post(at(here.draft, "recompute/"), {"cap_share": "x"}))


def test_links_of_what_is_tried_lead_to_what_is_tried(here: Office, officer: Client) -> None:
    answer = text(officer.post(at(here.draft, "recompute/"), {"weight_remoteness": "60", "sort": "name"}))
    assert 'aria-sort="ascending"' in answer
    link = re.search(r'href="(\?[^"]*sort=-amount_dh[^"]*)"', answer)
    assert link
    page = text(officer.get(at(here.draft, link[1].replace("&amp;", "&"))))
    assert re.search(r'name="weight_remoteness"[^>]* value="60"', page)


@pytest.mark.parametrize("sort", [*SORTS, *(f"-{name}" for name in SORTS), "", "x", "-position"])
def test_the_table_is_in_the_order_asked_for(here: Office, officer: Client, sort: str) -> None:
    given = amounts(here.other)
    usual = amounts(here.draft)
    with scope.everything():
        names = {place.code: place.sort_fr for place in Place.objects.filter(level="commune")}
        people = {place.code: place.population or 0 for place in Place.objects.filter(level="commune")}
    keys: dict[str, Any] = {
        "name": lambda code: names[code],
        "amount_dh": lambda code: given[code],
        "a_head": lambda code: given[code] / people[code],
        "difference": lambda code: given[code] - usual[code],
    }
    column = sort.removeprefix("-") if sort.removeprefix("-") in SORTS else "amount_dh"
    down = sort.startswith("-") or column == "amount_dh" != sort
    shown = codes(text(officer.get(at(here.other, f"?sort={sort}"))))
    assert [keys[column](code) for code in shown] == sorted(map(keys[column], given), reverse=down)


def test_many_places_come_by_pages_that_leave_none_out(here: Office, officer: Client) -> None:
    wide = many(here, PER_PAGE + 3)
    first, second = (codes(text(officer.get(at(wide, f"?page={number}")))) for number in (1, 2))
    assert (len(first), len(second)) == (PER_PAGE, 3)
    assert set(first + second) == set(amounts(wide))
    assert "page=2" in text(officer.post(at(wide, "recompute/"), {"weight_poverty": "30"}))
    compared = f"/budgets/compare/?one={wide.pk}&other={wide.pk}"
    assert [len(codes(text(officer.get(f"{compared}&page={number}")))) for number in (1, 2)] == [PER_PAGE, 3]


def many(here: Office, count: int) -> Scenario:
    """A scenario over so many communes."""
    communes = [*here.tree.near_communes, *here.tree.far_communes]
    with scope.everything():
        communes += [
            trees.place(f"{here.tree.far.code}.{slot}", "commune", f"Farccommune{slot}", here.tree.far, slot, 4)
            for slot in range(10, 10 + count - len(communes))
        ]
    run = offices.run_at(here.tree.province, communes, here.officer, base=70)
    with scope.everything():
        envelope = commands.open_envelope(
            place=here.tree.province, year=2029, title="Many", amount_dh=900_000_000, account=here.officer, by=MACHINE, at=AT
        )
        return commands.draft(envelope, run=run, name="Many", account=here.officer, by=MACHINE, at=AT)


def test_what_is_tried_is_saved_under_a_name_of_its_own(here: Office, officer: Client) -> None:
    form = {"version": "1", "name": "First draft", "weight_remoteness": "60", "save_as": "1"}
    answer = officer.post(at(here.draft), form)
    with scope.everything():
        made = Scenario.objects.get(name="First draft (2)")
        kept = Scenario.objects.get(pk=here.draft.pk)
    assert (answer.status_code, answer["Location"]) == (303, at(made))
    assert (made.weights["remoteness"], made.version) == (60, 1)
    assert (kept.weights, kept.version) == (here.draft.weights, 1)
    assert officer.post(at(here.draft), {**form, "name": "Second draft"}).status_code == 409
    assert officer.post(at(here.draft), {**form, "name": "Other"}).status_code == 303
    assert officer.post(at(here.draft), {**form, "name": "Third", "cap_share": "1"}).status_code == 409
    with scope.everything():
        assert set(Scenario.objects.values_list("name", flat=True)) == {
            "First draft",
            "First draft (2)",
            "Second draft",
            "Other",
        }


def outlined(here: Office) -> None:
    """An outline for each commune, all different."""
    from shapely.geometry import box

    with scope.everything():
        for order, place in enumerate([*here.tree.near_communes, *here.tree.far_communes]):
            west, south, east, north = -6 + order / 10, 32.0, -5.9 + order / 10, 32.1
            Boundary.objects.create(
                place=place,
                position=place.position,
                wkb=box(west, south, east, north).wkb,
                west=west,
                south=south,
                east=east,
                north=north,
                area_km2=100,
                source="made up",
            )


def test_the_map_has_the_class_of_each_place(here: Office, officer: Client) -> None:
    assert "tw-map" not in text(officer.get(at(here.draft))), "no outline is known"
    outlined(here)
    page = text(officer.get(at(here.draft)))
    assert 'data-values="?format=values"' in page
    assert f'data-tiles="/territories/tiles/{{z}}/{{x}}/{{y}}.pbf?on={here.run.on.isoformat()}"' in page
    found = officer.get(at(here.draft, "?format=values")).json()
    places = {str(place.pk): place.code for place in (*here.tree.near_communes, *here.tree.far_communes)}
    assert set(found["values"]) == set(places)
    assert set(found["values"].values()) == set(range(len(found["classes"])))
    given = amounts(here.draft)
    with scope.everything():
        people = {place.code: place.population or 0 for place in Place.objects.filter(level="commune")}
    heads = {pk: given[code] / people[code] for pk, code in places.items()}
    order = sorted(places, key=lambda pk: heads[pk])
    assert [found["values"][pk] for pk in order] == sorted(found["values"].values())
    tried = text(officer.get(at(here.draft, "?weight_remoteness=60")))
    assert "weight_remoteness=60" in re.findall(r'data-values="([^"]*)"', tried)[0]


def test_the_whole_plan_is_a_workbook_and_a_report(here: Office, officer: Client) -> None:
    outlined(here)
    book = officer.get(at(here.draft, "?format=plan"))
    assert (book.content[:2], "draft.xlsx" in book["Content-Disposition"]) == (b"PK", True)
    report = officer.get(at(here.draft, "?format=report"))
    assert (report.content[:5], "draft.pdf" in report["Content-Disposition"]) == (b"%PDF-", True)
    offices.adopted(here)
    assert "draft" not in officer.get(at(here.draft, "?format=plan"))["Content-Disposition"]


@pytest.mark.parametrize("kind", ["plan", "report", "values"])
def test_from_below_nothing_whole_is_taken_away(here: Office, kind: str) -> None:
    outlined(here)
    offices.adopted(here)
    answer = client(("local_secretary", here.tree.near)).get(at(here.draft, f"?format={kind}"))
    assert answer["Content-Type"].startswith("text/html")
    assert here.tree.far_communes[0].code not in text(answer)
    assert f'"{here.tree.far_communes[0].pk}"' not in text(answer)


def test_a_plan_of_other_amounts_than_the_adopted_ones_is_not_made(here: Office, officer: Client) -> None:
    offices.adopted(here)
    with scope.everything():
        base = queries.ground(here.run.pk, here.tree.province.pk)
        queries.forget()
        changed = base.measures.with_columns(value=base.measures["value"] * base.measures["people"])
        queries._grounds.get((here.run.pk, here.tree.province.pk), lambda: type(base)(**{**vars(base), "measures": changed}))
    for kind in ("plan", "report"):
        assert officer.get(at(here.draft, f"?format={kind}")).status_code == 409, kind
