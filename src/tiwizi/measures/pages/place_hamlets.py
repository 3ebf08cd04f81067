"""The hamlets of a place with their distances, found by name and sorted."""

from collections.abc import Mapping

from tiwizi import store
from tiwizi.core.folding import folded
from tiwizi.core.places.published import HAMLET_MEASURES
from tiwizi.core.rulebook.subjects import Rules
from tiwizi.measures import labels, queries
from tiwizi.measures.models import Run
from tiwizi.office.answers import Context
from tiwizi.territories import rules as levels
from tiwizi.territories.models import Place


def hamlets(asked: Mapping[str, str], run: Run, place: Place, words: Rules, language: str) -> Context:
    """The hamlets of a place that shares or of one right above, found by name and sorted by name, people or a distance."""
    above, ranks = levels.levels_above(), levels.ranks()
    if not levels.settlements() or (above and ranks[place.level] < ranks[above[-1]]):
        return {"hamlets": None}
    hamlet_level = store.own_rules().programme.level(levels.settlements())
    figures = queries.hamlets_of(run, place)
    columns = [name for name in HAMLET_MEASURES if any(name in figure for figure in figures.values())]
    sort = asked.get("sort", "")
    spelled = _sorted(_found(asked.get("hamlet", ""), figures, language), figures, sort, columns)
    return {
        "hamlet_name": hamlet_level.label.in_(language),
        "hamlets_name": hamlet_level.plural.in_(language),
        "hamlets": [
            {
                "code": code,
                "name": name,
                "values": [labels.shown(column, figures[pk].get(column), language) for column in columns],
            }
            for pk, code, name in spelled
        ],
        "hamlet_columns": [
            {
                "code": column,
                "label": labels.label(column, words, language),
                "next": column if sort == f"-{column}" else f"-{column}",
            }
            for column in columns
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
    """The hamlets in the order of a column, those without a figure last."""
    name = sort.removeprefix("-")
    if name not in columns:
        return spelled
    known = [hamlet for hamlet in spelled if figures[hamlet[0]].get(name) is not None]
    rest = [hamlet for hamlet in spelled if figures[hamlet[0]].get(name) is None]
    return sorted(known, key=lambda hamlet: figures[hamlet[0]][name] or 0.0, reverse=sort.startswith("-")) + rest
