"""What the lists of committees share: the committee of a row, the filter by it, words of the rulebook in force today."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.utils import timezone

from tiwizi.committees.models import Body
from tiwizi.committees.queries import delegation
from tiwizi.core.errors import mark
from tiwizi.office.answers import language
from tiwizi.office.lists import Cell, Choice, PerPage, Verbatim
from tiwizi.office.lists.columns import Said
from tiwizi.office.lists.filters import Narrow

COMMITTEE: Final = mark("Committee")


def known(what: str) -> Mapping[str, Said]:
    """What the codes of the rulebook in force today are called."""
    words: Mapping[str, Said] = getattr(delegation.words_on(timezone.localdate()), what)
    return words


def named(body: Body | None, note: str = "") -> Cell | None:
    """A committee by its name, with its code."""
    return Cell(body.name(language()), code=body.code, note=note) if body else None


def of_rows(rows: Sequence[Any]) -> list[Cell | None]:
    """The committee of each row that has `body_id`; one query per page."""
    bodies = {body.pk: body for body in Body.objects.filter(pk__in={row.body_id for row in rows})}
    return [named(bodies.get(row.body_id)) for row in rows]


def offered(bodies: Iterable[Body]) -> list[tuple[str, Said]]:
    """Committees to choose from, by their codes."""
    return [(body.code, Verbatim(body.name(language()))) for body in bodies]


def _of(rows: Any, code: str) -> Any:
    return rows.filter(body__in=Body.objects.filter(code=code).values("pk"))


@dataclass(frozen=True)
class BodyName(PerPage):
    """The committee of a row."""

    name: str = "body"
    title: Said = COMMITTEE
    compute: Any = of_rows


@dataclass(frozen=True)
class OfBody(Choice):
    """One committee among those that the scope sees."""

    name: str = "body"
    label: Said = COMMITTEE
    narrow: Narrow | None = _of
    options: Any = lambda: offered(Body.objects.all())
