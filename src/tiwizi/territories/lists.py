"""What lists of every app show of places: a column with a place's name, a filter by place."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from tiwizi.answers import language
from tiwizi.core.errors import mark
from tiwizi.office.lists import Cell, Coded, Typed
from tiwizi.office.lists.columns import Said, found
from tiwizi.office.lists.filters import Narrow
from tiwizi.scope import ScopedQuerySet
from tiwizi.territories.models import Place

CODE: Final = mark("Code of the place")


@dataclass(frozen=True)
class PlaceName(Coded):
    """The place of a row that has `place_id` and `place_code`, named where the scope sees it; one query per page.

    `code` is another attribute that holds the code; where there is no `place_id`, `by_code` finds the place by it.
    """

    code: str = "place_code"
    by_code: bool = False

    def values(self, rows: Sequence[Any]) -> list[Cell]:
        """The name of each place, else its code."""
        codes = [str(found(row, self.code)) for row in rows]
        keys = codes if self.by_code else [found(row, f"{self.name}_id") for row in rows]
        seen = Place.objects.filter(**{"code__in" if self.by_code else "pk__in": set(keys)})
        names = {place.code if self.by_code else place.pk: place.name(language()) for place in seen}
        return [Cell(names.get(key, ""), code=code) for key, code in zip(keys, codes, strict=True)]


def below(rows: ScopedQuerySet[Any], code: str) -> ScopedQuerySet[Any]:
    """Those of these rows that lie at a place or below it; none for a code that the scope does not know."""
    seat = Place.objects.filter(code=code).order_by("-since").first()
    return rows.filter(position__gte=seat.position, position__lte=seat.last) if seat else rows.none()


@dataclass(frozen=True)
class PlaceBelow(Typed):
    """The code of a place: it and all below it."""

    name: str = "place"
    label: Said = CODE
    narrow: Narrow | None = below
