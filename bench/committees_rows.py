"""Made-up rows of a committee with years of records, by seed, for its tables."""

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import count
from random import Random
from typing import Any, Final

from tiwizi.committees import models as nouns
from tiwizi.committees.commands import bodies, delegations, minutes
from tiwizi.committees.rules import procedure
from tiwizi.committees.rules.voting import Majority
from tiwizi.core.folding import folded
from tiwizi.journal.commands import Actor
from tiwizi.organisations.models import Person
from tiwizi.people import commands as people
from tiwizi.people.models import Account
from tiwizi.territories.models import Place

MEMBERS, SESSIONS, AGENDA, ACTS = 100, 1_000, 3, 40
FIRST: Final = date(2019, 6, 3)
ASKED: Final = (
    ("water", "basic_services", "douars", "Adduction d'eau potable", "التزويد بالماء الشروب"),
    ("road", "basic_services", "douars", "Aménagement d'une piste", "تهيئة المسالك القروية"),
    ("school", "basic_services", "douars", "Construction d'une école", "بناء مدرسة"),
)


class Years:
    """The committee and what it needs to sit: its seats, the places and the procedure of the day."""

    def __init__(self, province: Place, account: Account, *, by: Actor, at: datetime) -> None:
        self.account, self.by, self.at = account, by, at
        self.draw = Random(20261124)  # noqa: S311 made-up rows, not secrets
        self.here = {"position": province.position}
        self.communes = list(Place.objects.filter(level="commune", until=None))
        known: dict[str, Any] = {"since": FIRST, "by": by, "at": at}
        self.body = bodies.found(
            place=province, kind="provincial", name_ar="اللجنة الإقليمية", name_fr="Comité provincial", above=None, **known
        )
        delegations.found(
            self.body, reference="Made up", signed_by="The governor", signed_on=FIRST, since=FIRST, account=account, by=by, at=at
        )
        _rules, committees, self.version = procedure.rules_on(FIRST)
        self.majority = Majority.of_rule(committees.majority("simple")).as_kept()
        self.sitting = procedure.sitting_kept(procedure.sitting_rules(committees.body("provincial")))
        self.founding = nouns.Act.objects.get(body=self.body)
        self.seats = self.seated()

    def seated(self) -> list[nouns.Mandate]:
        """The members, the first of them the chair."""
        people = [
            Person(
                name_fr=f"Membre {number}",
                name_ar=f"عضو {number}",
                sex=("woman", "man")[number % 2],
                birth_year=1960 + number % 40,
            )
            for number in range(MEMBERS)
        ]
        for person in people:
            person.position = self.body.position
        Person.objects.bulk_create(people)
        mandates: list[nouns.Mandate] = nouns.Mandate.objects.bulk_create(
            nouns.Mandate(
                body=self.body, person=person, college=("elected", "civil_society", "administration")[number % 3],
                chair=number == 0, rank=number if number in (1, 2) else 100, since=FIRST, **self.here,
            )
            for number, person in enumerate(people)
        )  # fmt: skip
        return mandates

    def matter(self, number: int, day: date, state: str) -> nouns.Matter:
        """One project."""
        kind, programme, axis, french, arabic = ASKED[number % len(ASKED)]
        place = self.draw.choice(self.communes)
        return nouns.Matter(
            code=f"{place.code}-{day.year}-{number}", kind="project", project_kind=kind, programme=programme, axis=axis,
            title_fr=f"{french} à {place.name_fr} ({number})", title_ar=f"{arabic} {place.name_ar} ({number})",
            text_fr=f"Le comité approuve {french}.", text_ar=f"تصادق اللجنة على {arabic}.",
            amount_centimes=self.draw.randint(50_000_00, 900_000_00), place=place, place_code=place.code, position=place.position,
            opened=day - timedelta(days=20), state=state, majority=self.majority, rulebook_version=self.version,
            by=self.account, at=self.at,
        )  # fmt: skip

    def session(self, number: int, day: date, state: str) -> nouns.Session:
        """One meeting."""
        moment = datetime(day.year, day.month, day.day, 10, tzinfo=UTC)
        return nouns.Session(
            body=self.body, number=f"{number + 1}/{day.year}", day=day, hour=time(10), state=state, sitting=self.sitting,
            rulebook_version=self.version, sent_on=day - timedelta(days=12), opened_at=moment,
            closed_at=moment + timedelta(hours=2) if state == "closed" else None, presiding=self.seats[0],
            by=self.account, at=moment, **self.here,
        )  # fmt: skip

    def poll(self, item: nouns.Item, yes: int, no: int, *, still_open: bool) -> nouns.Poll:
        """One vote on a text."""
        result = "adopted" if yes > no else "rejected"
        tally = {"yes": yes, "no": no, "abstain": MEMBERS - yes - no, "void": 0}
        return nouns.Poll(
            item=item, number=1, secret=False, majority=self.majority, presiding=self.seats[0], opened_at=self.at,
            result="" if still_open else result, tally=None if still_open else tally,
            words=None if still_open else {"fr": ["Adopté."], "ar": ["تمت المصادقة."], "en": ["Adopted."]},
            closed_at=None if still_open else self.at, **self.here,
        )  # fmt: skip

    def resolution(self, number: int, poll: nouns.Poll) -> nouns.Resolution:
        """What a vote decided."""
        item, matter = poll.item, poll.item.matter
        name = f"CPDH-{self.body.place_code}-{item.session.day.year}-{number}"
        return nouns.Resolution(
            number=name, body=self.body, item=item, matter=matter, poll=poll, result=poll.result, decided_on=item.session.day,
            kind="project", title_ar=matter.title_ar, title_fr=matter.title_fr, text_ar=matter.text_ar, text_fr=matter.text_fr,
            amount_centimes=matter.amount_centimes, place_code=matter.place_code, act=self.founding,
            legal_basis={"fr": ["Texte."], "ar": ["نص."]},
            words=poll.words, effect={"object": f"matter:{matter.code}", "before": "voting", "after": poll.result},
            folded=" ".join(map(folded, (name, matter.title_ar, matter.title_fr, matter.text_ar, matter.text_fr))),
            entry=1, reach=self.body.last, by=self.account, at=self.at, **self.here,
        )  # fmt: skip


def _bulk(model: Any, rows: Iterable[Any]) -> list[Any]:
    made: list[Any] = model.objects.bulk_create(list(rows), batch_size=5_000)
    return made


def _held(years: Years, today: date) -> tuple[list[Any], list[Any], list[Any]]:
    """The sessions of the past with their agendas, presences, votes and decisions."""
    days = (today - FIRST).days - 30
    sessions = _bulk(
        nouns.Session,
        (
            years.session(number, FIRST + timedelta(days=30 + number * (days - 31) // SESSIONS), "closed")
            for number in range(SESSIONS)
        ),
    )
    states = ["rejected" if years.draw.random() < 0.1 else "adopted" for _one in range(SESSIONS * AGENDA)]
    matters = _bulk(
        nouns.Matter, (years.matter(number, sessions[number // AGENDA].day, states[number]) for number in range(len(states)))
    )
    items = _bulk(
        nouns.Item,
        (
            nouns.Item(session=sessions[number // AGENDA], number=number % AGENDA + 1, matter=matter, taken_up=True, **years.here)
            for number, matter in enumerate(matters)
        ),
    )
    _bulk(nouns.Presence, (presence for session in sessions for presence in _there(years, session)))
    counts = {"adopted": (70, 20), "rejected": (20, 70)}
    polls = _bulk(
        nouns.Poll, (years.poll(item, *counts[state], still_open=False) for item, state in zip(items, states, strict=True))
    )
    _bulk(nouns.Vote, (vote for poll in polls for vote in _voices(years, poll, MEMBERS)))
    resolutions = _bulk(nouns.Resolution, (years.resolution(number + 1, poll) for number, poll in enumerate(polls)))
    return sessions, items, resolutions


def _there(years: Years, session: nouns.Session) -> Iterator[nouns.Presence]:
    for seat in years.seats:
        yield nouns.Presence(session=session, mandate=seat, how="present", item=0, vote=0, at=years.at, **years.here)


def _voices(years: Years, poll: nouns.Poll, most: int) -> Iterator[nouns.Vote]:
    yes, no = (70, 20) if poll.result != "rejected" else (20, 70)
    for number, seat in enumerate(years.seats[:most]):
        choice = "yes" if number < yes else "no" if number < yes + no else "abstain"
        yield nouns.Vote(poll=poll, mandate=seat, choice=choice, at=years.at, **years.here)


def _under_way(years: Years, today: date) -> dict[str, Any]:
    """A session of today with all its members, in the middle of its first vote: its id, the item's, and the matters to
    come."""
    (session,) = _bulk(nouns.Session, [years.session(SESSIONS, today, "open")])
    matters = _bulk(
        nouns.Matter, [years.matter(90_000 + number, today, "voting" if number == 0 else "waiting") for number in range(10)]
    )
    items = _bulk(
        nouns.Item,
        (
            nouns.Item(session=session, number=number, matter=matter, taken_up=number == 1, **years.here)
            for number, matter in enumerate(matters, 1)
        ),
    )
    _bulk(nouns.Presence, _there(years, session))
    (poll,) = _bulk(nouns.Poll, [years.poll(items[0], 0, 0, still_open=True)])
    _bulk(nouns.Vote, _voices(years, poll, 60))
    return {"open": session.pk, "voting": items[0].pk, "waiting": [matter.pk for matter in matters[1:]]}


def _acts(years: Years) -> None:
    """Committees of cercles below, and acts of delegation to them."""
    cercles = list(Place.objects.filter(level="cercle", until=None))
    below = [
        bodies.found(
            place=cercle, kind="local", name_ar=f"لجنة {cercle.name_ar}", name_fr=f"Comité de {cercle.name_fr}", since=FIRST,
            above=years.body, by=years.by, at=years.at,
        )
        for cercle in cercles
    ]  # fmt: skip
    _bulk(
        nouns.Act,
        (
            nouns.Act(
                number=f"ACT-{number}", giver=years.body, body=body, programmes=["basic_services"], axes=["*"],
                matters=["project"], kinds=[("water", "road")[number % 2]],
                ceiling_project_centimes=(100_000 + 1000 * number) * 100,
                ceiling_year_centimes=1_000_000_00, first=body.position, last=body.last, place_code=body.place_code,
                since=FIRST + timedelta(days=30 * (number // len(below))), signed_by="The governor", signed_on=FIRST,
                entry=1, by=years.account, at=years.at, reach=years.body.last, **years.here,
            )
            for number, body in ((number_of_act, below[number_of_act % len(below)]) for number_of_act in range(ACTS))
        ),
    )  # fmt: skip


def _sealed(years: Years, session: nouns.Session) -> None:
    turn = count()
    known: dict[str, Any] = {"account": years.account, "by": years.by, "at": years.at}
    made = minutes.typeset(
        session, version=None, address=lambda code: code, choose=lambda letters: letters[next(turn) % len(letters)]
    )
    minutes.write(made, **known)
    shown = minutes.hashes(session, 1)
    minutes.sign(session, capacity="secretary", name="N.", shown=shown, **known)
    chair = people.create_account(email="bench-chair@example.org", name="C.", passphrase=None, by=years.by, at=years.at)
    place = Place.objects.get(pk=session.body.place_id)
    people.give_role(chair, kind="chair", place=place, since=FIRST, by=years.by, at=years.at)
    minutes.sign(session, capacity="chair", name="C.", shown=shown, **{**known, "account": chair})


def fill(province: Place, account: Account, *, by: Actor, at: datetime) -> dict[str, Any]:
    """All of it, inside the caller's transaction; returns what the load needs."""
    years = Years(province, account, by=by, at=at)
    sessions, items, resolutions = _held(years, at.date())
    _acts(years)
    under_way = _under_way(years, at.date())
    _sealed(years, sessions[-1])
    votes = nouns.Vote.objects.count()
    return {
        "body": years.body.pk,
        "sessions": [session.pk for session in sessions],
        "items": [item.pk for item in items],
        "matters": [item.matter_id for item in items],
        "numbers": [resolution.number for resolution in resolutions],
        "sealed": sessions[-1].pk,
        "counts": f"{len(sessions):,} sessions, {len(resolutions):,} decisions, {votes:,} votes",
        **under_way,
    }
