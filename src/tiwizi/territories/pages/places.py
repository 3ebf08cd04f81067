"""The tree of places: one place with its direct children, and the path up."""

from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property
from typing import Final
from urllib.parse import urlencode

from django.db.models import Count
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tiwizi.core.errors import mark
from tiwizi.database.scope import ScopedQuerySet
from tiwizi.language import colon, number
from tiwizi.office import lists
from tiwizi.office.answers import Context, day_of, language
from tiwizi.office.lists import Action, Cell, Sort
from tiwizi.office.lists.columns import Said
from tiwizi.people.doors import Request
from tiwizi.territories import queries, rules
from tiwizi.territories.models import Place
from tiwizi.territories.titles import TITLES

MILIEUX: Final = {"urban": mark("urban"), "rural": mark("rural"), "mixed": mark("urban and rural")}


def above(rows: Sequence[Place]) -> list[Cell | None]:
    """The parent of each, none when outside the scope."""
    parents = {place.pk: place for place in Place.objects.filter(pk__in={row.parent_id for row in rows})}
    cells = {pk: Cell(place.name(language()), code=place.code) for pk, place in parents.items()}
    return [cells.get(row.parent_id or 0) for row in rows]


class Places(lists.ListPage[Place]):
    """`?place=` the one shown (else where the reader's tree begins), `?level=` all of a level below it, `?on=` the day.

    A file holds all below the place, in columns that an import accepts in any language. With `?boundaries=` it holds the
    places of that day, with their people as counted on the day of `?on=`.
    """

    permission = "places.see"
    name = "places"
    personal = False
    title, caption = _("Places"), _("Places below")
    columns = (
        lists.Link("name", _("Name"), lists.in_language("name")),
        lists.Text(
            "other", _("In the other script"), lambda it: it.name_fr if language() == "ar" else it.name_ar, exported=False
        ),
        lists.Name("place", TITLES["place"], lambda place: place.code, shown=False),
        lists.Words("level", TITLES["level"], words=rules.level_names),
        lists.Name("code", _("Code"), sort="code", exported=False),
        lists.PerPage("parent", TITLES["parent"], compute=above, shown=False),
        *(lists.Text(name, TITLES[name], shown=False) for name in ("name_ar", "name_fr", "name_en")),
        lists.Words("milieu", TITLES["milieu"], words=MILIEUX, shown=False),
        lists.Number("population", TITLES["population"], sort="population"),
        lists.Number("households", TITLES["households"], sort="households"),
        *(lists.Decimals(name, TITLES[name], shown=False) for name in ("lon", "lat")),
        lists.Day("since", _("Since"), shown=False),
        lists.Day("until", _("Until"), shown=False),
    )
    filters = (lists.OnDay("on", _("As it was on")), lists.Choice("level", _("Show")))
    sorts = (
        Sort("name", _("Name"), ("code",)),
        Sort("code", _("Code"), ("code",)),
        Sort("population", _("People"), ("-population", "code")),
        Sort("households", _("Households"), ("-households", "code")),
    )
    empty = _("The office has no places of yours yet. An officer brings them by an import.")
    path_part, above = "territories/parts/path.html", "territories/parts/place_facts.html"
    per_page = 100

    def __init__(self, request: Request) -> None:
        super().__init__(request)
        self.on = day_of(request)
        self.asked["on"] = self.on.isoformat()
        self.today = self.on == timezone.localdate()
        self.visible[0] = replace(self.columns[0], url=self._address)  # type: ignore[call-arg]

    @cached_property
    def tops(self) -> list[Place]:
        """The top of the reader's tree, if no place is requested."""
        return [] if self.request.GET.get("place", "").strip() else queries.tops(on=self.on)

    @cached_property
    def here(self) -> Place | None:
        """The place shown. Raises Http404 for a code outside the scope."""
        code = self.request.GET.get("place", "").strip()
        if not code:
            return self.tops[0] if len(self.tops) == 1 else None
        here = queries.by_code(code, on=self.on)
        if here is None:
            raise Http404(code)
        return here

    @cached_property
    def counts(self) -> list[tuple[str, int]]:
        """The number of places of each level below, from the top down."""
        if self.here is None:
            return []
        below = queries.tree(on=self.on).filter(position__gt=self.here.position, position__lte=self.here.last)
        counts = dict(below.order_by().values_list("level").annotate(count=Count("pk")))
        levels = list(rules.ranks())
        return sorted(counts.items(), key=lambda pair: levels.index(pair[0]))

    def found(self) -> ScopedQuerySet[Place]:
        """The direct children of the place, or all of a level below it."""
        here, level = self.here, self.asked["level"]
        if here and level in dict(self.counts):
            rows = queries.tree(on=self.on).filter(position__gt=here.position, position__lte=here.last, level=level)
        else:
            rows = queries.children(here, on=self.on) if here else Place.objects.filter(pk__in=[top.pk for top in self.tops])
        by_name = ("sort_ar" if language() == "ar" else "sort_fr", "code")
        return rows.order_by(*(by_name if self.sort is None or self.sort.name == "name" else self.sort.fields))

    def for_file(self) -> ScopedQuerySet[Place]:
        """All below the place."""
        drawn = self.on
        if "boundaries" in self.request.GET:
            drawn = day_of(self.request, "boundaries")
            people = queries.population_under(counted_on=self.on, boundaries_on=drawn)
            counted = lists.Number("population", TITLES["population"], lambda place: people.get(place.code))
            self.visible = [counted if column.name == "population" else column for column in self.visible]
        below = queries.tree(on=drawn)
        return below.filter(position__gte=self.here.position, position__lte=self.here.last) if self.here else below

    def file_name(self) -> str:
        """The name of the file, with the code of the place."""
        return f"places-{self.here.code if self.here else 'all'}"

    def fields(self) -> list[Context]:
        """The day, and the levels below the place."""
        day, level = [
            {"name": filter_.name, "kind": filter_.kind, "label": filter_.words(()), "value": self.asked[filter_.name]}
            for filter_ in self.filters
        ]
        labels = rules.level_names()
        names = {code: f"{lists.in_words(labels[code])}{colon(language())}" for code, _count in self.counts}
        levels = [(code, f"{names[code]} {number(count, language())}") for code, count in self.counts]
        return [day, {**level, "choices": levels, "all": _("Right below it")}] if self.counts else [day]

    def hidden(self) -> list[tuple[str, str]]:
        """The place."""
        return [("place", self.here.code)] if self.here else []

    def asks(self) -> bool:
        """Always true: another day may show more."""
        return True

    @property
    def filtered(self) -> bool:
        """Always false: the rows are those below the place, not matches of a filter."""
        return False

    def buttons(self) -> list[Action]:
        """Links to other pages of the place."""
        code = (self.here.code,) if self.here else ()
        today = {**self.request.GET.dict(), "format": "xlsx", "boundaries": timezone.localdate().isoformat()}
        return [
            *([Action("place", _("Figures"), "measures.see", primary=True, args=code)] if code else []),
            *([Action("place_history", _("History"), args=code)] if code else []),
            Action("imports", _("Import"), "places.change"),
            *([] if self.today else [Action("places", _("Excel, under today's boundaries"), query=f"?{urlencode(today)}")]),
        ]

    def nothing(self) -> Said:
        """The text for a place without children."""
        return _("No place lies below this one.") if self.here else self.empty

    def words(self) -> Context:
        """The title and heading: the place's name."""
        heading = {"title": self.here.name(language()), "heading": self.here.name(language())} if self.here else {}
        return super().words() | heading

    def marks(self, place: Place) -> dict[str, str]:
        """The attribute by which the map highlights the row."""
        return {"data-place": str(place.pk)}

    def more(self) -> Context:
        """The path up, and facts about the place."""
        return {"here": self.here, "counts": self.counts, "path": queries.path(self.here)[:-1] if self.here else []}

    def _address(self, place: Place) -> str:
        return f"?{urlencode({'place': place.code} | ({} if self.today else {'on': self.on.isoformat()}))}"


places = Places.view()
