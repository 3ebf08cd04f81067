"""Acts in force as rows: with their names and words for the page, with their codes and amounts to take away."""

from datetime import date
from typing import Any

import polars as pl

from tiwizi.committees.models import Act
from tiwizi.committees.pages.delegation.words import conditions_in_words, set_in_words
from tiwizi.committees.queries import delegation as queries
from tiwizi.committees.rules import delegation as rules
from tiwizi.committees.rules.competence import dirhams
from tiwizi.office.answers import language
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


def table(rows: list[dict[str, Any]]) -> pl.DataFrame:
    """One row an act in force; money in dirhams with two decimals, codes apart by blanks."""
    names = ("act", "body", "giver", "place", "programmes", "axes", "matters", "kinds", "conditions", "signed_by")
    money = ("ceiling_project_dh", "ceiling_year_dh", "used_dh", "left_dh")
    schema: dict[str, Any] = dict.fromkeys(names, pl.String) | dict.fromkeys(money, pl.Decimal(18, 2))
    schema |= dict.fromkeys(("since", "until", "signed_on"), pl.Date)
    return pl.DataFrame([_exported(row) for row in rows], schema=schema, orient="row")


def _exported(row: dict[str, Any]) -> dict[str, Any]:
    one, use = row["row"], row["use"]
    amounts = (one.ceiling_project, one.ceiling_year, use.used if use else None, use.left if use else None)
    named = zip(("ceiling_project_dh", "ceiling_year_dh", "used_dh", "left_dh"), amounts, strict=True)
    return {
        "act": one.act,
        "body": row["body"].code,
        "giver": row["giver"].code if row["giver"] else None,
        "place": row["act"].place_code,
        **{what: " ".join(getattr(one, what)) for what in ("programmes", "axes", "matters", "kinds")},
        "conditions": " ".join(known["code"] for known in row["act"].conditions),
        "signed_by": row["act"].signer.in_(language()),
        **{name: None if amount is None else dirhams(amount) for name, amount in named},
        **{name: getattr(one, name) for name in ("since", "until", "signed_on")},
    }
