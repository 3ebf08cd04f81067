"""Acts in force as rows: with their names and words for the page, with their codes and amounts to take away."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from tiwizi.committees.lists import named
from tiwizi.committees.models import Act
from tiwizi.committees.pages.delegation.words import conditions_in_words, set_in_words
from tiwizi.committees.queries import delegation as queries
from tiwizi.committees.rules import delegation as rules
from tiwizi.office import lists
from tiwizi.office.answers import language
from tiwizi.office.lists import Cell
from tiwizi.office.lists.columns import Said
from tiwizi.territories.models import Place


def rows_of(found: list[rules.Row], on: date) -> list[dict[str, Any]]:
    """Each act in force with its names, its words, and what is left of its ceiling in the year of the day."""
    words, spoken, bodies = queries.words_on(on), language(), queries.bodies_by_code()
    kept = {row.number: row for row in Act.objects.filter(number__in=[one.act for one in found])}
    places = {place.code: place for place in Place.objects.filter(code__in={row.place_code for row in kept.values()})}
    uses = queries.uses(on.year)
    return [
        {
            "row": one,
            "act": kept[one.act],
            "body": bodies[str.__str__(one.body)],
            "giver": bodies.get(str.__str__(one.giver)) if one.giver else None,
            "place": places.get(kept[one.act].place_code),
            "use": uses.get(one.act),
            "conditions": conditions_in_words(words, kept[one.act].conditions, spoken),
            **set_in_words(words, one, spoken),
        }
        for one in found
    ]


def holes_of(found: list[queries.Hole], on: date) -> list[dict[str, Any]]:
    """What nobody may decide, in words; all kinds of project are said to be all."""
    words, spoken = queries.words_on(on), language()
    return [
        {
            "hole": one,
            "places": one.places[:6],
            "more": len(one.places) - 6,
            "matter": words.named("matters", one.matter, spoken),
            "programme": words.named("programmes", one.programme, spoken) if one.programme else "",
            "all": len(one.kinds) == len(words.kinds),
            "kinds": words.listed("kinds", one.kinds, spoken),
        }
        for one in found
    ]


def _sets(what: str, title: Said) -> lists.Column:
    """A set of codes in words and, beside it, the codes apart by blanks."""

    def compute(rows: Sequence[dict[str, Any]]) -> list[Cell | None]:
        return [Cell(row[what], code=" ".join(sorted(getattr(row["row"], what)))) for row in rows]

    return lists.PerPage(what, title, compute=compute)


def _body(which: str) -> Callable[[Sequence[dict[str, Any]]], list[Cell | None]]:
    return lambda rows: [named(row[which]) for row in rows]


def _conditions(rows: Sequence[dict[str, Any]]) -> list[Cell | None]:
    return [Cell("; ".join(row["conditions"]), code=" ".join(one["code"] for one in row["act"].conditions)) for row in rows]


def _places(rows: Sequence[dict[str, Any]]) -> list[Cell | None]:
    return [Cell(row["place"].name(language()) if row["place"] else "", code=row["act"].place_code) for row in rows]


COLUMNS: Final[Sequence[lists.Column]] = (
    lists.Name("act", _("Act of delegation"), lambda row: row["row"].act),
    lists.PerPage("body", _("Committee"), compute=_body("body")),
    lists.PerPage("giver", _("Given by"), compute=_body("giver")),
    lists.PerPage("place", _("Place"), compute=_places),
    _sets("programmes", _("Programmes")),
    _sets("axes", _("Axes")),
    _sets("matters", _("Matters")),
    _sets("kinds", _("Kinds of project")),
    lists.PerPage("conditions", _("Conditions"), compute=_conditions),
    lists.Text("signed_by", _("Signed by"), lambda row: row["act"].signer.in_(language())),
    lists.Money("ceiling_project_centimes", _("Ceiling a project"), lambda row: row["row"].ceiling_project_centimes, zero=True),
    lists.Money("ceiling_year_centimes", _("Ceiling a year"), lambda row: row["row"].ceiling_year_centimes, zero=True),
    lists.Money("used_centimes", _("Used"), lambda row: row["use"].used_centimes if row["use"] else None, zero=True),
    lists.Money("left_centimes", _("Left this year"), lambda row: row["use"].left_centimes if row["use"] else None, zero=True),
    lists.Day("since", _("Since"), lambda row: row["row"].since),
    lists.Day("until", _("Until"), lambda row: row["row"].until),
    lists.Day("signed_on", _("Signed on"), lambda row: row["row"].signed_on),
)
"""The columns of a file of acts in force."""
