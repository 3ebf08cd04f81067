"""Parts of lists about places, for every app: a column with a place's name, a filter by place."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from tiwizi.core.errors import mark
from tiwizi.database.scope import ScopedQuerySet
from tiwizi.office.answers import language
from tiwizi.office.lists import Cell, Coded, Typed
from tiwizi.office.lists.columns import Said, found
from tiwizi.office.lists.filters import Narrow
from tiwizi.territories.models import Place

CODE: Final = mark("Code of the place")


@dataclass(frozen=True)
class PlaceName(Coded):
    """The place of a row that has `place_id`, shown by name when in the scope, else by its `place_code`; one query per page.

    `code` is the attribute that holds the code, if another; with `by_code` the place is found by it.
    """

    code: str = "place_code"
    by_code: bool = False

    def values(self, rows: Sequence[Any]) -> list[Cell | None]:
        """The name of each place, else its code."""
        keys = [found(row, self.code if self.by_code else f"{self.name}_id") for row in rows]
        key = "code" if self.by_code else "pk"
        seen = {getattr(place, key): place for place in Place.objects.filter(**{f"{key}__in": set(keys)})}
        return [self._cell(row, seen.get(key)) for row, key in zip(rows, keys, strict=True)]

    def _cell(self, row: Any, place: Place | None) -> Cell | None:
        if place is not None:
            return Cell(place.name(language()), code=place.code)
        code = str(getattr(row, self.code, ""))
        return Cell("", code=code) if code else None


def below(rows: ScopedQuerySet[Any], code: str) -> ScopedQuerySet[Any]:
    """Those of these rows at a place or below it; none for a code outside the scope."""
    seat = Place.objects.filter(code=code).order_by("-since").first()
    return rows.filter(position__gte=seat.position, position__lte=seat.last) if seat else rows.none()


@dataclass(frozen=True)
class PlaceBelow(Typed):
    """Filter by the code of a place: the place and all below it."""

    name: str = "place"
    label: Said = CODE
    narrow: Narrow | None = below
