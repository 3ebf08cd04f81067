"""What the tables say, as the pure rules take it: seats, presence, rooms, matters, acts.

Seats and deputies are people, by keys that sentences show as names; bodies, carriers and matters likewise.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from tiwizi.committees import models
from tiwizi.committees.rules import competence, procedure
from tiwizi.committees.rules.composition import Mandate
from tiwizi.committees.rules.presence import (
    OPENING,
    Absence,
    Convocation,
    Lapsed,
    Moment,
    Recusal,
    Register,
    Room,
    SittingRules,
    Stay,
    room,
)
from tiwizi.committees.rules.steps import Amendment, verbs
from tiwizi.committees.rules.voting import Ballot, Tally
from tiwizi.committees.rules.voting import Vote as Voice
from tiwizi.core.errors import Named
from tiwizi.core.money import Centimes
from tiwizi.office.naming import spoken
from tiwizi.organisations.models import Person


@dataclass(frozen=True)
class Seat:
    """One member on a day: the mandate, the person, and who may sit in their place, in order."""

    mandate: models.Mandate
    person: Person
    deputies: tuple[Person, ...]

    @property
    def key(self) -> Named:
        """The member, said by name."""
        return self.person.key


def seats(body: models.Body, on: date) -> list[Seat]:
    """Who sits on a body on a day, the chair first, then by rank."""
    mandates = list(models.Mandate.objects.filter(body=body.pk).in_force(on).select_related("person"))
    deputies: dict[int, list[Person]] = {}
    rows = models.Deputy.objects.filter(mandate__in=[one.pk for one in mandates]).in_force(on).select_related("person")
    for row in rows.order_by("rank", "pk"):
        deputies.setdefault(row.mandate_id, []).append(row.person)
    return [Seat(one, one.person, tuple(deputies.get(one.pk, ()))) for one in mandates]


def last_met(body: models.Body) -> date | None:
    """The last day on which a body met, with a quorum or without; None where it never did."""
    met = models.Session.objects.filter(body=body.pk, state__in=("open", "suspended", "closed", "lapsed"))
    day: date | None = met.order_by("-day").values_list("day", flat=True).first()
    return day


def mandates(body: models.Body) -> list[Mandate]:
    """Every mandate there ever was on a body, with the deputies of today and of the past, as the rules of composition take it."""
    rows = list(models.Mandate.objects.filter(body=body.pk).select_related("person").order_by("since", "pk"))
    deputies: dict[int, list[str]] = {}
    for row in models.Deputy.objects.filter(mandate__in=[one.pk for one in rows]).select_related("person").order_by("rank", "pk"):
        deputies.setdefault(row.mandate_id, []).append(row.person.key)
    return [mandate_of(row, tuple(deputies.get(row.pk, ()))) for row in rows]


def mandate_of(row: models.Mandate, deputies: tuple[str, ...] = ()) -> Mandate:
    """One mandate as the rules of composition take it."""
    person = row.person
    return Mandate(
        person=person.key,
        college=row.college,  # type: ignore[arg-type] # one of COLLEGES: the command checked it
        sex=person.sex or None,  # type: ignore[arg-type] # likewise
        birth_year=person.birth_year,
        since=row.since,
        until=row.until,
        deputies=deputies,
    )


def register(session: models.Session) -> Register:
    """The register of presence of a session: each seat's stays, what it was absent from, and who is recused."""
    rows = models.Presence.objects.filter(session=session.pk).select_related("mandate__person", "stand_in", "proxy__person")
    turns: dict[Named, dict[Moment, models.Presence]] = {}
    absences, recusals = [], []
    for row in rows.order_by("pk"):
        seat = row.mandate.person.key
        if row.how in ("absent", "away"):
            absences.append(Absence(seat, row.item, row.vote or 0, alone=row.how == "away"))
        elif row.how == "recused":
            recusals.append(Recusal(row.stand_in.key if row.stand_in else seat, row.item, row.vote or 0))
        else:
            # What is written later for the same moment mends what was written before; who comes back is absent no longer.
            turns.setdefault(seat, {})[row.item, row.vote or 0] = row
            absences = [_ended(one, row.vote or 0) if (one.seat, one.item) == (seat, row.item) else one for one in absences]
    stays = [stay for seat, known in turns.items() for stay in _stays(seat, known)]
    return Register(tuple(stays), tuple(absences), tuple(recusals))


def _ended(absence: Absence, vote: int) -> Absence:
    return absence if absence.until is not None else replace(absence, until=vote)


def _stays(seat: Named, turns: dict[Moment, models.Presence]) -> list[Stay]:
    moments = sorted(turns)
    found = []
    for moment, until in zip(moments, [*moments[1:], None], strict=True):
        row = turns[moment]
        if row.how == "left":
            continue
        by = row.stand_in.key if row.stand_in else row.proxy.person.key if row.proxy else ""
        found.append(Stay(seat, row.how, by, moment, until))  # type: ignore[arg-type] # one of How, by the command
    return found


def sitting(session: models.Session) -> SittingRules:
    """How a session sits: by the rules that it keeps, or before it is convened by those of its day."""
    if session.sitting is not None:
        return procedure.sitting_of(session.sitting)
    _rules, committees, _version = procedure.rules_on(session.day)
    return procedure.sitting_rules(committees.body(session.body.kind))


def call_of(session: models.Session) -> Convocation:
    """The convocation of a session, as the rules take it."""
    first = models.Session.objects.filter(pk=session.repeats_id).first() if session.repeats_id else None
    lapsed = None if first is None else Lapsed(first.day, _agenda(first), quorate=first.state != "lapsed")
    return Convocation(session.day, session.sent_on, _agenda(session), lapsed)


def _agenda(session: models.Session) -> tuple[str, ...]:
    items = models.Item.objects.filter(session=session.pk).select_related("matter").order_by("number")
    return tuple(item.matter.key for item in items)


def room_at(session: models.Session, moment: Moment, seated: Sequence[Seat] | None = None) -> Room:
    """Who is there at a moment of a session."""
    known = seats(session.body, session.day) if seated is None else seated
    keys: dict[str, tuple[str, ...]] = {seat.key: tuple(person.key for person in seat.deputies) for seat in known}
    return room(keys, register(session), moment, sitting(session), second=session.second)


def presiding_order(seated: Iterable[Seat]) -> list[Named]:
    """The chair, then those who stand in for the chair, by rank."""
    return [seat.key for seat in seated if seat.mandate.chair or seat.mandate.rank < NO_RANK]


NO_RANK = 100
"""The rank of a member who does not stand in for the chair."""


def now(session: models.Session) -> Moment:
    """The moment at which a session is: after the last vote of the item taken up last."""
    item = models.Item.objects.filter(session=session.pk, taken_up=True).order_by("-number").first()
    if item is None:
        return OPENING
    votes = models.Poll.objects.filter(item=item.pk).order_by("-number").values_list("number", flat=True).first()
    return item.number, votes + 1 if votes else 0


def settled(state: str) -> bool:
    """Whether a matter needs nothing more in this session."""
    return state == "adjourned" or not verbs("matter", state)


def ballot(poll: models.Poll) -> Ballot:
    """What was recorded of a vote."""
    chair = poll.presiding.person.key if poll.presiding else None
    if poll.secret:
        papers = models.Papers.objects.filter(poll=poll.pk).first()
        if papers is None:
            return Ballot(papers=Tally(), chair=chair)
        counts = Tally(papers.yes, papers.no, papers.abstain, papers.void)
        return Ballot(papers=counts, chair=chair, casting=papers.casting or None)
    rows = models.Vote.objects.filter(poll=poll.pk).select_related("mandate__person").order_by("pk")
    return Ballot(votes=tuple(Voice(row.mandate.person.key, row.choice) for row in rows), chair=chair)


def amendments(item: models.Item) -> list[Amendment]:
    """The amendments to an item, as the order of votes takes them."""
    return [
        Amendment(row.number, row.deletes, row.distance, settled=row.state != "waiting")
        for row in models.Amendment.objects.filter(item=item.pk)
    ]


def matter_of(row: models.Matter) -> competence.Matter:
    """A matter as the rules of competence take it."""
    carrier = row.carrier.key if row.carrier_id and row.carrier else ""
    return competence.Matter(
        code=row.key,
        matter=row.kind,
        programme=row.programme,
        axis=row.axis,
        kind=row.project_kind,
        amount_centimes=row.amount_centimes,
        position=row.position,
        opened=row.opened,
        carrier=carrier,
        fulfils=frozenset(row.fulfils),
    )


def act_of(row: models.Act, revoked_on: date | None = None) -> competence.Act:
    """An act as the rules of competence take it."""
    return competence.Act(
        number=row.number,
        giver=row.giver.key if row.giver_id and row.giver else None,
        body=row.body.key,
        programmes=frozenset(row.programmes),
        axes=frozenset(row.axes),
        matters=frozenset(row.matters),
        kinds=frozenset(row.kinds),
        ceiling_project_centimes=row.ceiling_project_centimes,
        ceiling_year_centimes=row.ceiling_year_centimes,
        first=row.first,
        last=row.last,
        since=row.since,
        until=row.until,
        signed_by=row.signer,
        signed_on=row.signed_on,
        conditions=conditions_of(row.conditions),
        revoked_on=revoked_on,
    )


def conditions_of(rows: Iterable[Mapping[str, str]]) -> tuple[competence.Condition, ...]:
    """The conditions of an act as it keeps them, each said in the reader's language where it was written in both."""
    return tuple(competence.Condition(one["code"], spoken(one.get("ar", ""), one["text"])) for one in rows)


def acts() -> list[competence.Act]:
    """Every act that the scope in force sees, with its revocation: those of the bodies above are published downwards."""
    ends = dict(models.Revocation.objects.values_list("act_id", "since"))
    bodies = {body.pk: body for body in models.Body.objects.all()}
    found = []
    for row in models.Act.objects.all():
        # Joins would pass beside the manager: the bodies come from their own.
        row.body = bodies[row.body_id]
        row.giver = bodies.get(row.giver_id) if row.giver_id else None
        found.append(act_of(row, ends.get(row.pk)))
    return found


def spent(year: int) -> dict[tuple[str, int], Centimes]:
    """Centimes decided under each act in a year, by the act's number, as far as the scope sees."""
    rows = models.CeilingUse.objects.filter(year=year).values_list("act_id", "used_centimes")
    numbers = dict(models.Act.objects.values_list("pk", "number"))
    return {(numbers[act], year): used for act, used in rows if act in numbers}


def call_backs(matter: models.Matter) -> list[competence.CallBack]:
    """What was called back of a matter, and from whom."""
    bodies = {body.pk: body.key for body in models.Body.objects.all()}
    return [
        competence.CallBack(matter.key, bodies[row.body_id], row.on, bodies[row.by_body_id])
        for row in models.CallBack.objects.filter(matter=matter.pk)
    ]


def competence_of(matter: models.Matter, on: date) -> competence.Competence:
    """Who decides a matter on a day, under which act, and why."""
    _rules, committees, _version = procedure.rules_on(matter.opened)
    return competence.competent_body(
        matter_of(matter),
        acts(),
        on=on,
        spent=spent(on.year),
        call_backs=call_backs(matter),
        settled_by=committees.settled_by,
    )


def others_of(matter: models.Matter) -> list[competence.Matter]:
    """The matters to compare with for a project split in parts: same carrier, place, kind and year, not withdrawn."""
    if matter.carrier_id is None:
        return []
    rows = models.Matter.objects.filter(
        carrier=matter.carrier_id, position=matter.position, project_kind=matter.project_kind, opened__year=matter.opened.year
    ).exclude(state__in=("withdrawn", "rejected"))
    return [replace(matter_of(row), carrier=matter.carrier.key if matter.carrier else "") for row in rows]
