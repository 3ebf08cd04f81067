"""The figures of a place in groups: one cell per year, the change, the interval and the rank."""

from collections.abc import Mapping
from datetime import date
from typing import Final

from tiwizi.core.rulebook.subjects import Rules
from tiwizi.language import number
from tiwizi.measures import labels, queries
from tiwizi.measures.models import Run
from tiwizi.measures.pages import answers
from tiwizi.measures.queries import Rank, Row
from tiwizi.office.answers import Context
from tiwizi.territories.models import Place

NO_BREAK_SPACE: Final = "\u00a0"
WORD_JOINER: Final = "\u2060"
Found = Mapping[tuple[str, date], Row]
"""The figures of one measure by series and day."""


def latest(by_series: Found) -> tuple[str, date]:
    """The series and the day of the last figure; years are compared within that series only."""
    return max(by_series, key=lambda series: series[1])


def interval(measure: str, low: float | None, high: float | None, language: str) -> str:
    """Both ends of an interval; empty where one is not known."""
    if low is None or high is None:
        return ""
    # On a narrow screen the line breaks before the dash only; a plain dash would allow a break after it too.
    ends = [labels.shown(measure, end, language).replace(" ", NO_BREAK_SPACE) for end in (low, high)]
    return f" –{WORD_JOINER}{NO_BREAK_SPACE}".join(ends)


def figures(run: Run, place: Place, rows: list[tuple[str, date, Row]], words: Rules, language: str) -> Context:
    """Groups of measures, each with one cell per year; the change is between the first and the last year of one series."""
    by_measure = queries.trends(rows)
    days = sorted({day for _measure, day, _row in rows})
    ranks = queries.ranks(run, place)
    groups = [
        _group(title, [_line(measure, name, by_measure[measure], days, ranks, language) for measure, name in measures], days)
        for title, measures in labels.grouped(by_measure, words, language)
    ]
    return {
        "groups": groups,
        "flagged": answers.flagged((row.flag for _measure, _day, row in rows if row.value is not None), words),
        "sources": answers.sources_named(row.source for _measure, _day, row in rows),
        "marked": {
            "proxy": any(row.standing == "proxy" for _measure, _day, row in rows),
            "assumed": any(row.assumed for _measure, _day, row in rows),
        },
    }


def _group(title: str, lines: list[Context], days: list[date]) -> Context:
    """A table of measures; an empty column is left out, so that narrow screens have room for the others."""
    filled = [at for at in range(len(days)) if any(line["values"][at]["value"] for line in lines)]
    return {
        "title": title,
        "years": [days[at].year for at in filled],
        "lines": [{**line, "values": [line["values"][at] for at in filled]} for line in lines],
        **{name: any(line[name] for line in lines) for name in ("change", "interval", "rank")},
    }


def _cell(measure: str, row: Row | None, language: str) -> dict[str, str]:
    if row is None:
        return {"value": "", "flag": ""}
    return {"value": labels.shown(measure, row.value, language), "flag": (row.flag or "") if row.value is not None else ""}


def _line(
    measure: str, name: str, by_series: Found, days: list[date], ranks: Mapping[tuple[str, date, str], Rank], language: str
) -> Context:
    series, last = latest(by_series)
    row = by_series[series, last]
    own = {day: value for (of, day), value in by_series.items() if of == series}
    rank = ranks.get((measure, last, series))
    return {
        "measure": measure,
        "name": name,
        "values": [_cell(measure, own.get(day), language) for day in days],
        "change": labels.change(measure, own[min(own)].value, row.value, language) if len(own) > 1 else "",
        # The rank of a rank would repeat it in reverse order.
        "rank": number(rank.rank, language) if rank and rank.of > 1 and not measure.startswith("development_rank") else "",
        "of": number(rank.of, language) if rank else "",
        "interval": interval(measure, row.low, row.high, language),
        "proxy": row.standing == "proxy",
        "assumed": row.assumed,
        "unit": labels.unit(measure, language),
    }
