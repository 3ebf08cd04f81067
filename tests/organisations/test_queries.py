"""Whom a register ties to a carrier on a day."""

from datetime import date

import pytest
from tests import trees

from tiwizi.database import scope
from tiwizi.organisations.models import Carrier, Person, Tie
from tiwizi.organisations.queries import tied_to


@pytest.mark.parametrize(
    ("day", "tied"),
    [(date(2025, 12, 31), False), (date(2026, 1, 1), True), (date(2026, 5, 31), True), (date(2026, 6, 1), False)],
)
def test_a_tie_holds_from_its_first_day_to_the_day_before_its_end(db: None, day: date, tied: bool) -> None:
    place = trees.tree().far
    with scope.everything():
        person = Person.objects.create(name_fr="Itto", position=place.position)
        carrier, other = (
            Carrier.objects.create(code=code, kind="commune", name_fr=code, place=place, position=place.position)
            for code in ("A-1", "A-2")
        )
        Tie.objects.create(
            person=person,
            carrier=carrier,
            kind="kin",
            source="declared",
            since=date(2026, 1, 1),
            until=date(2026, 6, 1),
            position=place.position,
        )
        assert tied_to(carrier.pk, day) == ({person.pk: "kin"} if tied else {})
        assert tied_to(other.pk, day) == {}
