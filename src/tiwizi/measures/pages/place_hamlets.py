"""The hamlets of a place with their distances, found by name and sorted."""

from collections.abc import Mapping
from typing import Any

from tiwizi import store
from tiwizi.core.folding import folded
from tiwizi.core.places.published import HAMLET_MEASURES
from tiwizi.core.rulebook.subjects import Rules
from tiwizi.measures import labels, queries
from tiwizi.measures.models import Run
from tiwizi.territories import rules as levels
from tiwizi.territories.models import Place


def hamlets(asked: Mapping[str, str], run: Run, place: Place, words: Rules, language: str) -> dict[str, Any]:
    """The hamlets of a place that shares or of one right above, found by name and sorted by name, people or a distance."""
    above, ranks = levels.levels_above(), levels.ranks()
    if not levels.settlements() or (above and ranks[place.level] < ranks[above[-1]]):
        return {"hamlets": None}
    named = store.own_rules().programme.level(levels.settlements())
    figures = queries.hamlets_of(run, place)
    columns = [name for name in HAMLET_MEASURES if any(name in one for one in figures.values())]
    sort = asked.get("sort", "")
    spelled = _sorted(_found(asked.get("hamlet", ""), figures, language), figures, sort, columns)
    return {
        "hamlet_name": named.label.in_(language),
        "hamlets_name": named.plural.in_(language),
        "hamlets": [
            {
                "code": code,
                "name": said,
                "values": [labels.shown(column, figures[pk].get(column), language) for column in columns],
            }
            for pk, code, said in spelled
        ],
        "hamlet_columns": [
            {"code": one, "label": labels.label(one, words, language), "next": one if sort == f"-{one}" else f"-{one}"}
            for one in columns
        ],
        "hamlet_asked": asked.get("hamlet", ""),
        "hamlet_total": len(figures),
        "sort": sort,
    }


Spelled = list[tuple[int, str, str]]
Figures = Mapping[int, Mapping[str, float | None]]


def _found(asked: str, figures: Figures, language: str) -> Spelled:
    """Number, code and name of the hamlets whose names hold what was typed, in the order of their names."""
    rows = Place.objects.filter(pk__in=list(figures)).order_by("sort_ar", "pk")
    wanted = folded(asked[:60])
    if wanted:
        rows = rows.filter(folded__contains=wanted)
    return [
        (pk, code, queries.name_in(language, *names) or code)
        for pk, code, *names in rows.values_list("pk", "code", "name_ar", "name_fr", "name_en")
    ]


def _sorted(spelled: Spelled, figures: Figures, sort: str, columns: list[str]) -> Spelled:
    """The same in the order of a column, those without a figure last."""
    name = sort.removeprefix("-")
    if name not in columns:
        return spelled
    known = [one for one in spelled if figures[one[0]].get(name) is not None]
    rest = [one for one in spelled if figures[one[0]].get(name) is None]
    return sorted(known, key=lambda one: figures[one[0]][name] or 0.0, reverse=sort.startswith("-")) + rest
