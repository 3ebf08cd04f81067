"""Who decides what, asked of the tables for many at once: matters with their committee, acts with their words and their uses."""

from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import Any, Final

from tiwizi.committees import models
from tiwizi.committees.queries import record
from tiwizi.committees.rules import competence, delegation, procedure
from tiwizi.core.errors import Sentence
from tiwizi.core.folding import folded
from tiwizi.core.money import Centimes
from tiwizi.core.rulebook.subjects import Label
from tiwizi.database.scope import ScopedQuerySet
from tiwizi.territories.models import Place

OWN: Final = ("delegation", "revocation", "call_back")
"""Kinds of matter that have forms of their own."""


@dataclass(frozen=True)
class Words:
    """What the codes of a rulebook are called on a day."""

    bodies: Mapping[str, Label]
    matters: Mapping[str, Label]
    programmes: Mapping[str, Label]
    axes: Mapping[str, Label]
    kinds: Mapping[str, Label]
    conditions: Mapping[str, Label]
    axes_of: Mapping[str, tuple[str, ...]]
    """Codes of the axes of each programme."""

    def named(self, what: str, code: str, language: str) -> str:
        """One code in words; as it is where the rulebook of the day has it no more."""
        known: Mapping[str, Label] = getattr(self, what)
        return known[code].in_(language) if code in known else code

    def listed(self, what: str, codes: Iterable[str], language: str) -> list[str]:
        """Codes in words, in the order of the rulebook; one `*` stays as it is."""
        known: Mapping[str, Label] = getattr(self, what)
        order = {code: place for place, code in enumerate(known)}
        return [self.named(what, code, language) for code in sorted(codes, key=lambda code: (order.get(code, len(order)), code))]


def words_on(day: date) -> Words:
    """What the codes are called on a day."""
    rules, committees, _version = procedure.rules_on(day)
    programmes = rules.programme.programmes
    return Words(
        bodies={one.code: one.label for one in committees.bodies},
        matters={one.code: one.label for one in committees.matters},
        programmes={one.code: one.label for one in programmes},
        axes={axis.code: axis.label for one in programmes for axis in one.axes},
        kinds={one.code: one.label for one in committees.project_kinds},
        conditions={one.code: one.label for one in committees.conditions},
        axes_of={one.code: tuple(axis.code for axis in one.axes) for one in programmes},
    )


def competences(rows: Sequence[models.Matter], on: date) -> dict[int, competence.Competence]:
    """Who decides each of these matters on a day (the day on which it opens, where that is later), by its number.

    As record.competence_of says for one, at the same cost for one and for many.
    """
    acts, spent = record.acts(), _spent()
    bodies = {body.pk: body.key for body in models.Body.objects.all()}
    taken: dict[int, list[competence.CallBack]] = {}
    keys = {row.pk: row.key for row in rows}
    for back in models.CallBack.objects.filter(matter__in=list(keys)):
        found = competence.CallBack(keys[back.matter_id], bodies[back.body_id], back.on, bodies[back.by_body_id])
        taken.setdefault(back.matter_id, []).append(found)
    return {
        row.pk: competence.competent_body(
            without_carrier(row),
            acts,
            on=max(on, row.opened),
            spent=spent,
            call_backs=taken.get(row.pk, ()),
            settled_by=procedure.rules_on(row.opened)[1].settled_by,
        )
        for row in rows
    }


def without_carrier(row: models.Matter) -> competence.Matter:
    """A matter as the rules of competence take it, who asks for it left out: competence does not ask, and it may lie afar."""
    bare = copy(row)
    bare.carrier = None
    return record.matter_of(bare)


def _spent() -> dict[tuple[str, int], Centimes]:
    numbers = dict(models.Act.objects.values_list("pk", "number"))
    rows = models.CeilingUse.objects.values_list("act_id", "year", "used_centimes")
    return {(numbers[act], year): used for act, year, used in rows if act in numbers}


def bodies_by_code() -> dict[str, models.Body]:
    """Every committee that the scope sees, by its code."""
    return {body.code: body for body in models.Body.objects.all()}


def resolutions_of(rows: Sequence[models.Matter]) -> dict[int, models.Resolution]:
    """The decision of each of these matters that has one, by the matter's number."""
    return {one.matter_id: one for one in models.Resolution.objects.filter(matter__in=[row.pk for row in rows])}


def places_of(rows: Iterable[Any]) -> dict[int, Place]:
    """The places of rows that have one, as far as the scope sees."""
    return {place.pk: place for place in Place.objects.filter(pk__in={row.place_id for row in rows})}


@lru_cache(maxsize=50_000)
def _key(title: str) -> str:
    return folded(title)


def searched(rows: ScopedQuerySet[models.Matter], typed: str) -> ScopedQuerySet[models.Matter]:
    """Those of these matters whose code or title, in Arabic or in French, holds every word typed, however it is spelt."""
    wanted = folded(typed).split()
    if not wanted:
        return rows
    found = []
    for pk, code, title_ar, title_fr in rows.order_by().values_list("pk", "code", "title_ar", "title_fr"):
        key = f" {_key(code)} {_key(title_ar)} {_key(title_fr)}"
        if all(word in key if len(word) > 2 else f" {word}" in key for word in wanted):
            found.append(pk)
    return rows.filter(pk__in=found)


def split_with(matter: models.Matter) -> list[Sentence]:
    """The flags of a project that looks split to stay within a ceiling, by the ceilings of the acts that could govern it."""
    if matter.kind != "project" or matter.carrier_id is None:
        return []
    others = record.others_of(matter)
    asked = record.matter_of(matter)
    acts = competence.governing(record.acts(), asked, matter.opened)
    for act in acts:
        if act.ceiling_project_centimes is None:
            continue
        known = {one.code: one for one in (*others, asked)}
        splits = delegation.splits(known.values(), ceiling_centimes=act.ceiling_project_centimes)
        found = [split.words for split in splits if asked.code in split.codes]
        if found:
            return found
    return []


@dataclass(frozen=True)
class Use:
    """What an act gives a committee in a year: the ceiling (none where the act has none), used, left."""

    year: int
    ceiling_centimes: Centimes | None
    used_centimes: Centimes

    @property
    def left_centimes(self) -> Centimes | None:
        """What is left under the ceiling; none where there is none."""
        return None if self.ceiling_centimes is None else Centimes(self.ceiling_centimes - self.used_centimes)


def uses(year: int) -> dict[str, Use]:
    """The use of every act in a year, by its number; of acts whose use the scope does not see, nothing."""
    found = {}
    used = dict(models.CeilingUse.objects.filter(year=year).values_list("act_id", "used_centimes"))
    for row in models.Act.objects.held():
        found[row.number] = Use(year, row.ceiling_year_centimes, used.get(row.pk, competence.NOTHING))
    # A local committee's use of an act lies at its own place, though the act lies at its giver's.
    for row in models.Act.objects.filter(pk__in=list(used)):
        found[row.number] = Use(year, row.ceiling_year_centimes, used[row.pk])
    return found


@dataclass(frozen=True)
class Hole:
    """Something that nobody may decide at some places, from a day up to another; `kinds` are kinds of project, if any."""

    places: tuple[Place, ...]
    matter: str
    programme: str
    kinds: tuple[str, ...]
    since: date
    until: date


def holes(acts: Sequence[competence.Act], places: Sequence[Place], on: date) -> list[Hole]:
    """What no act gives to anybody from a day on up to the end of its year, at these places.

    Asked for each kind of matter of the rulebook, and for projects by programme, axis and kind; places under the same acts,
    and kinds of project with the same answer, stand together.
    """
    words, until = words_on(on), date(on.year + 1, 1, 1)
    under: dict[tuple[str, ...], list[Place]] = {}
    for place in places:
        known = tuple(act.number for act in acts if act.first <= place.position <= act.last)
        under.setdefault(known, []).append(place)
    found = []
    for numbers, group in under.items():
        own = [act for act in acts if act.number in numbers]
        if any(_gives_all(act, on, until) for act in own):
            continue
        found += _holes(own, tuple(group), words, on, until)
    return found


def _gives_all(act: competence.Act, since: date, until: date) -> bool:
    ends = [day for day in (act.until, act.revoked_on) if day is not None]
    everything = all(codes == competence.EVERY for codes in (act.programmes, act.axes, act.matters, act.kinds))
    return everything and act.since <= since and all(until <= day for day in ends)


def _holes(acts: Sequence[competence.Act], group: tuple[Place, ...], words: Words, since: date, until: date) -> list[Hole]:
    found: dict[tuple[str, str, date, date], list[str]] = {}
    for matter in words.matters:
        for asked in _asked(words, matter, group[0].position, since):
            for gap in delegation.gaps(acts, [asked], since=since, until=until):
                kinds = found.setdefault((matter, asked.programme, gap.since, gap.until), [])
                # Axes of one programme with the same answer are one line.
                if asked.kind and asked.kind not in kinds:
                    kinds.append(asked.kind)
    return [Hole(group, key[0], key[1], tuple(kinds), key[2], key[3]) for key, kinds in found.items()]


def _asked(words: Words, matter: str, position: int, opened: date) -> list[competence.Matter]:
    """Examples of what ought to be decided: for a project each programme, axis and kind; for the rest the matter alone."""
    plain = competence.Matter("?", matter, "", "", "", competence.NOTHING, position, opened)
    if matter != "project":
        return [plain]
    return [
        replace(plain, programme=programme, axis=axis, kind=kind)
        for programme, axes in words.axes_of.items()
        for axis in axes
        for kind in words.kinds
    ]


def why_not_together(acts: Sequence[competence.Act], on: date) -> list[delegation.Overlap]:
    """The acts in force on a day that overlap, with the rule that settles them on that day."""
    return delegation.overlaps([act for act in acts if act.in_force(on)], settled_by=procedure.rules_on(on)[1].settled_by)
