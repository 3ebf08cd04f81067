"""Reads of runs and figures for pages: plain values, inside the scope, cached because a finished run never changes."""

from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from statistics import median
from threading import Lock
from typing import Any, Final, Generic, NamedTuple, TypeVar

from django.db.models import Count, Max, Min, OuterRef, Q, Subquery

from tiwizi import store
from tiwizi.core.errors import BadRulebook
from tiwizi.core.rulebook.subjects import Rules
from tiwizi.database import scope
from tiwizi.measures import results
from tiwizi.measures.models import Dataset, Figure, Run
from tiwizi.measures.rules import DONE, RULEBOOK
from tiwizi.territories.models import Boundary, Place
from tiwizi.territories.rules import ranks as ranks_of_levels
from tiwizi.territories.rules import settlements

T = TypeVar("T")


class Cache(Generic[T]):
    """A cache of the most recent results, by key; keys of results that depend on the reader contain the reader's scope."""

    def __init__(self, most: int) -> None:
        self.most = most
        self._kept: OrderedDict[Hashable, T] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Hashable, make: Callable[[], T]) -> T:
        """The value cached under the key, else computed now."""
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        made = make()
        with self._lock:
            self._kept[key] = made
            while len(self._kept) > self.most:
                self._kept.popitem(last=False)
        return made

    def clear(self) -> None:
        """Empties the cache."""
        with self._lock:
            self._kept.clear()


@dataclass(frozen=True)
class Known:
    """A measure that a run gives at a level, on a day."""

    measure: str
    level: str
    as_of: date


@dataclass(frozen=True)
class Row:
    """A figure without its names: the place's number and position, and its columns of MEASURES."""

    place: int
    position: int
    value: float | None
    low: float | None
    high: float | None
    people: int | None
    series: str
    standing: str
    assumed: bool
    source: str
    flag: str | None


class Rank(NamedTuple):
    """The rank of a figure from the highest, 1 the first, among the number of places ranked."""

    rank: int
    of: int


_FIELDS: Final = ("place_id", "position", "value", "low", "high", "people", "series", "standing", "assumed", "source", "flag")
_known: Cache[list[Known]] = Cache(32)
_rows: Cache[list[Row]] = Cache(96)
_ranks: Cache[dict[tuple[str, date, str], Rank]] = Cache(512)
_medians: Cache[dict[date, tuple[float, int]]] = Cache(512)
_bounds: Cache[tuple[float, float, float, float] | None] = Cache(64)


def forget() -> None:
    """Empties the caches, for anyone who edits the database directly."""
    for cache in (_known, _rows, _ranks, _medians, _bounds):
        cache.clear()


def _reader(run: Run) -> tuple[object, ...]:
    return run.pk, run.fingerprint, run.finished_at, scope.current().ranges


def runs_seen() -> Any:
    """Every run that the reader may open: their own places', and those of wider places that cover theirs; without figures."""
    return Run.objects.defer("notes", "problem", "inputs")


def current_run() -> Run | None:
    """The default run of pages: done, on the census, the latest of the widest place that covers the
    reader's, else the latest inside it."""
    ranges = scope.current().ranges
    covers = Q()
    for first, last in ranges:
        covers &= Q(position__lte=first, reach__gte=last)
    done = Run.objects.filter(status=DONE, kind="census")
    latest: Run | None = (done.filter(covers).order_by("-at", "-pk").first() if ranges else None) or done.order_by(
        "position", "-at", "-pk"
    ).first()
    return latest


def known(run: Run) -> list[Known]:
    """Every measure, level and day of the run's figures inside the scope, in order."""

    def read() -> list[Known]:
        rows = Figure.objects.filter(run=run.pk).order_by().values_list("measure", "level", "as_of").distinct()
        return sorted((Known(*row) for row in rows), key=lambda measure: (measure.measure, measure.level, measure.as_of))

    return _known.get(_reader(run), read)


def figures(run: Run, *, measure: str, level: str, as_of: date) -> list[Row]:
    """The figures of one measure at one level on one day, in the order of the tree, inside the scope."""

    def read() -> list[Row]:
        rows = Figure.objects.filter(run=run.pk, measure=measure, as_of=as_of, level=level).order_by("position", "series")
        return [Row(*row) for row in rows.values_list(*_FIELDS)]

    return _rows.get((*_reader(run), measure, level, as_of), read)


def names(places: Iterable[int], language: str) -> dict[int, tuple[str, str]]:
    """Code and name of places by number, in a language or one in which they have a name; those outside the scope are left
    out."""
    rows = Place.objects.filter(pk__in=list(places)).order_by().values_list("pk", "code", "name_ar", "name_fr", "name_en")
    return {pk: (code, name_in(language, *spelled) or code) for pk, code, *spelled in rows}


def name_in(language: str, arabic: str, french: str, english: str) -> str:
    """One of a place's names: in the language, else in one in which it has a name."""
    own = {"ar": arabic, "fr": french, "en": english}[language]
    return own or french or arabic or english


def in_order_of_name(level: str, language: str) -> dict[int, int]:
    """The rank of each place of a level among their names in a language, inside the scope."""
    column = "sort_ar" if language == "ar" else "sort_fr"
    other = "sort_fr" if language == "ar" else "sort_ar"
    rows = Place.objects.filter(level=level).order_by(column, other, "pk").values_list("pk", flat=True)
    return {pk: order for order, pk in enumerate(rows)}


def of_place(run: Run, place: Place) -> list[tuple[str, date, Row]]:
    """Every figure of one place: measure, day, row; in order."""
    rows = Figure.objects.filter(run=run.pk, place=place.pk).order_by("measure", "as_of", "series")
    return [(measure, as_of, Row(*row)) for measure, as_of, *row in rows.values_list("measure", "as_of", *_FIELDS)]


def ranks(run: Run, place: Place) -> dict[tuple[str, date, str], Rank]:
    """By measure, day and series: the rank of a place's figure from the highest, and the number of places ranked.

    Among the places of its level that the reader sees, so that no rank discloses others. Equal values share the best rank.
    Counted by the database for this place alone: two counts per figure, from a covering index.
    """

    def read() -> dict[tuple[str, date, str], Rank]:
        own = Figure.objects.filter(run=run.pk, place=place.pk, value__isnull=False).order_by()
        alike = {name: OuterRef(name) for name in ("run", "measure", "as_of", "level", "series")}
        same = Figure.objects.filter(value__isnull=False, **alike).order_by().values("measure")
        above = same.filter(value__gt=OuterRef("value"))
        counted = own.annotate(
            above=Subquery(above.annotate(count=Count("*")).values("count")),
            of=Subquery(same.annotate(count=Count("*")).values("count")),
        )
        rows = counted.values_list("measure", "as_of", "series", "above", "of")
        return {(measure, as_of, series): Rank((above or 0) + 1, of) for measure, as_of, series, above, of in rows}

    return _ranks.get((*_reader(run), place.pk), read)


def medians(run: Run, *, measure: str, level: str, series: str) -> dict[date, tuple[float, int]]:
    """By day, the median of a measure over the places of a level that the reader sees, and their number."""

    def read() -> dict[date, tuple[float, int]]:
        rows = Figure.objects.filter(run=run.pk, measure=measure, level=level, series=series, value__isnull=False)
        values_of: dict[date, list[float]] = {}
        for as_of, value in rows.order_by().values_list("as_of", "value"):
            values_of.setdefault(as_of, []).append(value)
        return {as_of: (median(values), len(values)) for as_of, values in sorted(values_of.items())}

    return _medians.get((*_reader(run), measure, level, series), read)


def through_years(run: Run, place: Place, *, measure: str, series: str) -> dict[date, float]:
    """By day, the known figures of one measure of a place in one series; none where the place lies outside the scope."""
    rows = Figure.objects.filter(run=run.pk, place=place.pk, measure=measure, series=series, value__isnull=False)
    return dict(rows.order_by("as_of").values_list("as_of", "value"))


def children_of(place: Place) -> list[Place]:
    """The places one level down that exist now; hamlets apart."""
    return list(Place.objects.filter(parent_id=place.pk, until=None).exclude(level=settlements()))


def neighbours_of(place: Place) -> list[Place]:
    """The other places under the same parent, inside the scope."""
    if place.parent_id is None:
        return []
    return list(Place.objects.filter(parent_id=place.parent_id, until=None).exclude(pk=place.pk).exclude(level=settlements()))


def hamlets_of(run: Run, place: Place) -> dict[int, dict[str, float | None]]:
    """The figures of a place's hamlets: by the hamlet's number, by measure."""
    rows = Figure.objects.filter(
        run=run.pk, level=settlements(), position__gte=place.position, position__lte=place.last
    ).order_by("position")
    by_place: dict[int, dict[str, float | None]] = {}
    for pk, measure, value in rows.values_list("place_id", "measure", "value"):
        by_place.setdefault(pk, {})[measure] = value
    return by_place


def bounds(place: Place | None, run: Run) -> tuple[float, float, float, float] | None:
    """West, south, east, north of the outlines of a place, or of all that the reader sees; None without outlines."""

    def read() -> tuple[float, float, float, float] | None:
        rows = Boundary.objects.all()
        if place is not None:
            rows = rows.filter(position__gte=place.position, position__lte=place.last)
        box = rows.aggregate(west=Min("west"), south=Min("south"), east=Max("east"), north=Max("north"))
        return None if box["west"] is None else (box["west"], box["south"], box["east"], box["north"])

    ends = _bounds.get((*_reader(run), place.pk if place else 0), read)
    if ends is None:
        # Outlines may be loaded later than figures: their absence is not cached.
        _bounds.clear()
    return ends


def datasets_seen() -> Any:
    """Every stored table of the reader's places, without its bytes."""
    return Dataset.objects.defer("content")


@lru_cache(maxsize=8)
def _carried(name: str, version: str, on: date) -> Rules | None:
    book = store.carried(name)
    return book.on(on) if book is not None and (not version or book.version == version) else None


def rules_of(run: Run) -> Rules | None:
    """The rules of a run: the included ones when they are the same, else the stored ones when the reader may see them and
    this version can read them; None otherwise."""
    carried = _carried(run.rulebook, run.rulebook_version, run.on)
    if carried is not None:
        return carried
    dataset = Dataset.objects.filter(pk=run.inputs.get(RULEBOOK, {}).get("id")).first()
    if dataset is None:
        return None
    try:
        return results.rulebook_of(bytes(dataset.content)).on(run.on)
    except BadRulebook:
        # Stored by an earlier version of the program, whose rulebooks had fewer keys: the figures stay valid, and pages open.
        return None


def words_of(run: Run) -> Rules:
    """The rules whose labels name the measures of a run: its own when the reader may see them, else the included ones."""
    return rules_of(run) or store.own_on(run.on)


def levels_in_order(levels: Iterable[str]) -> list[str]:
    """Levels from the largest to the smallest; unknown ones last."""
    order = {level: at for at, level in enumerate(ranks_of_levels())}
    return sorted(set(levels), key=lambda level: (order.get(level, len(order)), level))


def trends(rows: Sequence[tuple[str, date, Row]]) -> Mapping[str, dict[tuple[str, date], Row]]:
    """The figures of one place by measure, then by series and day."""
    lines: dict[str, dict[tuple[str, date], Row]] = {}
    for measure, as_of, row in rows:
        lines.setdefault(measure, {})[row.series, as_of] = row
    return lines
