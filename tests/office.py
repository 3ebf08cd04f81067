"""A small office for tests: the made-up territory with figures, an envelope, scenarios, people, and rows at every place."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from tests import trees
from tests.trees import AT, MACHINE, ON, Tree

from tiwizi import store
from tiwizi.budgets import commands as budgets
from tiwizi.budgets import queries as budget_queries
from tiwizi.budgets.models import Adoption, Envelope, Scenario
from tiwizi.core.tables import DISTANCES
from tiwizi.database import scope
from tiwizi.journal.commands import Actor
from tiwizi.measures import exploring
from tiwizi.measures import queries as measure_queries
from tiwizi.measures.models import Dataset, Figure, Run
from tiwizi.measures.results import as_bytes
from tiwizi.people.models import Account, Founding
from tiwizi.territories.models import Place


@dataclass(frozen=True)
class Office:
    """What stands in it; `near` and `far` are sister cercles of the tree."""

    tree: Tree
    officer: Account
    run: Run
    envelope: Envelope
    draft: Scenario
    other: Scenario


def criteria() -> tuple[Any, list[str]]:
    """The rules of the day, and the measures that the formula and the curve need."""
    rules = store.rulebook("indh").on(ON)
    return rules, [criterion.measures[0] for criterion in rules.allocation.criteria] + ["adjusted_headcount_union"]


HOUSEHOLD_MEASURES = ("headcount_ratio", "intensity", "adjusted_headcount", "absolute_contribution_water")


def run_at(place: Place, communes: list[Place], account: Account, *, base: int = 100, kind: str = "census") -> Run:
    """A run done, with made-up figures of these communes; those of each commune differ from all others."""
    with scope.everything():
        run: Run = Run.objects.create(
            place=place,
            place_code=place.code,
            position=place.position,
            reach=place.last,
            kind=kind,
            on=ON,
            rulebook="indh",
            rulebook_version=store.rulebook("indh").version,
            code_version="0",
            seed=1,
            inputs={},
            fingerprint=f"{kind}-{place.code}-{base}",
            status="running",
            by=account,
            at=AT,
        )
        names = criteria()[1] if kind == "census" else HOUSEHOLD_MEASURES
        Figure.objects.bulk_create(
            Figure(
                run=run,
                place=commune,
                position=commune.position,
                level="commune",
                measure=name,
                value=(base + 37 * number + 11 * order) if name != "adjusted_headcount_union" else 0.1 + 0.01 * number,
                people=commune.population,
                as_of=date(2024, 9, 1),
                series="RGPH",
                standing="computed",
                assumed=False,
                source="made up",
            )
            for number, commune in enumerate(communes)
            for order, name in enumerate(names)
        )
        run.status, run.finished_at = "done", AT
        run.save()
    return run


def forget() -> None:
    """What pages keep in memory of rows of other tests, whose numbers come again."""
    exploring.forget()
    measure_queries.forget()
    budget_queries.forget()


def office() -> Office:
    """The whole of it, in the database; what pages keep in memory is forgotten first."""
    forget()
    tree = trees.tree()
    officer = trees.account("officer@example.org", ("officer", tree.province), name="Officer")
    by = Actor(account=str(officer.pk), role="officer@05.301")
    run = run_at(tree.province, [*tree.near_communes, *tree.far_communes], officer)
    with scope.everything():
        envelope = budgets.open_envelope(
            place=tree.province, year=2027, title="Envelope 2027", amount_dh=1_000_000, account=officer, by=by, at=AT
        )
        draft = budgets.draft(envelope, run=run, name="First draft", account=officer, by=by, at=AT)
        other = budgets.draft(envelope, run=run, name="Second draft", account=officer, by=by, at=AT)
        other = budgets.change(
            other, version=other.version, weights={**other.weights, "remoteness": 60}, account=officer, by=by, at=AT
        )
    return Office(tree, officer, run, envelope, draft, other)


def demonstration() -> None:
    """Makes the office a demonstration, where a scenario is adopted without a committee."""
    if not Founding.objects.exists():
        Founding.objects.create(pk=1, place="05.301", reference="made up", demonstration=True, at=AT)


def adopted(here: Office, scenario: Scenario | None = None) -> Adoption:
    """The first draft adopted in a trial, or another scenario."""
    chosen = scenario or here.draft
    demonstration()
    with scope.everything():
        live = Scenario.objects.get(pk=chosen.pk)
        return budgets.adopt(
            live,
            version=live.version,
            expected=budget_queries.number_in_force(here.envelope),
            decided_on=ON,
            reference="PV 1/2026",
            account=here.officer,
            by=MACHINE,
            at=AT,
        )


def dataset_at(place: Place, account: Account, name: str) -> Dataset:
    """A stored table at a place."""
    with scope.everything():
        made: Dataset = Dataset.objects.create(
            place=place,
            position=place.position,
            table="distances",
            name=name,
            content=as_bytes(DISTANCES.frame([{"place": name, "parent": place.code, "population": 1, "households": 1}])),
            sha256=f"{place.pk:064d}",
            rows=1,
            source="made up",
            by=account,
            at=AT,
        )
    return made
