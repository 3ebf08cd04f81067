"""A scenario whose criterion rests on unreliable estimates says so beside the slider, and of how many places."""

from datetime import date

from tests.budgets.pages.people import client, text
from tests.office import Office
from tests.walls import down

from tiwizi.budgets import queries
from tiwizi.database import scope
from tiwizi.measures.models import Figure


def estimated(here: Office, flags: list[str | None]) -> None:
    """The figures of the criterion of poverty as later estimates, with these warnings for the first communes."""
    communes = [*here.tree.near_communes, *here.tree.far_communes]
    queries.forget()
    with scope.everything(), down(Figure):
        Figure.objects.bulk_create(
            Figure(
                run=here.run,
                place=commune,
                position=commune.position,
                level="commune",
                measure="deprivation_people",
                value=100 + number,
                people=commune.population,
                as_of=date(2025, 9, 1),
                series="Households",
                standing="computed",
                assumed=False,
                source="made up",
                flag=flags[number] if number < len(flags) else None,
            )
            for number, commune in enumerate(communes)
        )


def warnings(here: Office) -> list[str]:
    page = text(client(("officer", here.tree.province)).get(f"/budgets/scenarios/{here.draft.pk}/"))
    form = page[page.index('class="tw-sliders"') : page.index("</form>", page.index('class="tw-sliders"'))]
    return [part[: part.index("</p>")] for part in form.split('<p class="tw-message warning" role="note">')[1:]]


def test_a_criterion_of_unreliable_estimates_is_warned_of(here: Office) -> None:
    estimated(here, ["unreliable", "careful", "unreliable", None])
    found = warnings(here)
    communes = len(here.tree.near_communes) + len(here.tree.far_communes)
    assert len(found) == 1
    assert "2" in found[0]
    assert str(communes) in found[0]


def test_reliable_figures_are_not_warned_of(here: Office) -> None:
    assert warnings(here) == []
    estimated(here, ["careful"])
    assert warnings(here) == []
