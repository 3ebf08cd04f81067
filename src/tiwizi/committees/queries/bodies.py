"""Reading committees: who sits, which rules of composition are met, what the year's trainings came to."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Sum

from tiwizi.committees.models import Activity, Attendance, Body, Mandate, Matter, Session
from tiwizi.committees.queries import record
from tiwizi.committees.queries.record import Seat
from tiwizi.committees.rules import procedure
from tiwizi.committees.rules.composition import COLLEGE_NAMES, Check, Profile, composition, helpful_appointments
from tiwizi.core.errors import Sentence, say, say_count

LARGEST = 100
"""Members up to which everybody's mandates are read for the helpful appointments."""


def checks(body: Body, seated: Sequence[Seat], on: date) -> tuple[list[Check], list[Sentence], set[str]]:
    """The rules of composition on a day, who would help if appointed, and the codes of the rules that are assumptions."""
    _all, committees, _version = procedure.rules_on(max(on, body.since))
    kind = committees.body(body.kind)
    bounds = procedure.composition_rules(kind)
    mandates = [record.mandate_of(seat.mandate) for seat in seated]
    found = composition(mandates, bounds, on)
    helpful = helpful_appointments(mandates, bounds, on) if any(not one.met for one in found) else []
    assumed = {
        bound.code
        for bound in kind.composition
        if any(number is not None and number.assumed for number in (bound.least, bound.most, bound.younger_than))
    }
    return found, [_helpful(one) for one in helpful[:3]], assumed


def _helpful(one: Profile) -> Sentence:
    who = say("a young woman") if one.sex == "woman" and one.young else say("a woman") if one.sex == "woman" else None
    if who is None:
        who = say("a young man") if one.young else say("a man")
    return say_count(
        "To appoint {who} among the {college} brings it nearer: {count} seat wrong, {after} after.",
        "To appoint {who} among the {college} brings it nearer: {count} seats wrong, {after} after.",
        who=who,
        college=COLLEGE_NAMES[one.college],
        count=one.now,
        after=one.short,
    )


@dataclass(frozen=True)
class Overview:
    """One committee in the list of committees."""

    body: Body
    members: int
    rules: int
    met: int
    waiting: int
    next_day: date | None


def overviews(on: date) -> list[Overview]:
    """Every committee that the scope sees, the widest place first. Numbers of members only where the scope holds them."""
    bodies = list(Body.objects.filter(until=None))
    held = {body.pk for body in Body.objects.held().filter(until=None)}
    mandates: dict[int, list[Mandate]] = {}
    for row in Mandate.objects.filter(body__in=list(held)).in_force(on).select_related("person"):
        mandates.setdefault(row.body_id, []).append(row)
    days = dict(
        Session.objects.filter(state__in=("draft", "convened", "open"), day__gte=on)
        .order_by("-day")
        .values_list("body_id", "day")
    )
    _all, committees, _version = procedure.rules_on(on)
    waiting = list(Matter.objects.filter(state__in=("waiting", "adjourned")).values_list("position", flat=True))
    found = []
    for body in bodies:
        seated = [record.mandate_of(row) for row in mandates.get(body.pk, [])]
        bounds = procedure.composition_rules(committees.body(body.kind))
        results = composition(seated, bounds, on) if body.pk in held else []
        below = sum(body.position <= position <= body.last for position in waiting)
        found.append(Overview(body, len(seated), len(results), sum(one.met for one in results), below, days.get(body.pk)))
    return found


def totals(seated: Sequence[Seat]) -> dict[str, Any]:
    """How many women and men sit, and how many of each college."""
    sexes = Counter(seat.person.sex for seat in seated)
    colleges = Counter(seat.mandate.college for seat in seated)
    return {
        "women": sexes["woman"],
        "men": sexes["man"],
        "colleges": [(COLLEGE_NAMES[code], colleges[code]) for code in COLLEGE_NAMES if colleges[code]],
    }


def year_of(body: Body, year: int) -> tuple[list[dict[str, Any]], Mapping[str, int]]:
    """The capacity-building plan of a year, each activity with who came, and its sums: planned, held, given up, women, men."""
    rows = list(Activity.objects.filter(body=body.pk, year=year).order_by("planned_on", "pk"))
    sums = {
        number: (women or 0, men or 0)
        for number, women, men in Attendance.objects.filter(activity__in=[row.pk for row in rows])
        .order_by()
        .values_list("activity")
        .annotate(women=Sum("women"), men=Sum("men"))
    }
    shown = [{"activity": row, "women": sums.get(row.pk, (0, 0))[0], "men": sums.get(row.pk, (0, 0))[1]} for row in rows]
    held = sum(row.held_on is not None for row in rows)
    given_up = sum(row.given_up_on is not None for row in rows)
    women, men = sum(one["women"] for one in shown), sum(one["men"] for one in shown)
    return shown, {"planned": len(rows), "held": held, "given_up": given_up, "women": women, "men": men}


def sessions_count(body: Body) -> int:
    """How many sessions a body held."""
    found: int = Session.objects.filter(body=body.pk).aggregate(count=Count("pk"))["count"]
    return found
