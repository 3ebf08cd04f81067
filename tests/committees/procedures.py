"""A machine that runs procedures of committees at random over the commands and the database, right ones and wrong ones."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from itertools import cycle
from typing import Any, ClassVar

from django.db import transaction
from hypothesis import strategies as some
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from tests.committees import slow_model
from tests.committees.chamber import Chamber, mandates, person
from tests.committees.draws import AMOUNTS, ATTENDANCE, CHOICES, PROJECT, PROJECTS, SITTINGS, START
from tests.trees import MACHINE

from tiwizi.committees.commands import bodies, matters, presences, sessions, votes
from tiwizi.committees.models import Act, Amendment, Body, Deputy, Item, Mandate, Matter, Poll, Session
from tiwizi.committees.queries import record
from tiwizi.committees.rules.voting import Tally
from tiwizi.core.errors import Refused
from tiwizi.journal import commands as journal
from tiwizi.journal import verifying
from tiwizi.journal.models import Entry
from tiwizi.organisations import commands as registers
from tiwizi.organisations.models import Carrier

HELD = "held against the journal"
"""Acts after which every row was."""


def prepared(here: Chamber) -> Carrier:
    """What every run begins with: deputies, and an association on whose board a member of each committee sits."""
    at = datetime(2026, 11, 1, 9, tzinfo=UTC)
    carrier = registers.register_carrier(
        code="A-1", kind="association", name_ar="جمعية", name_fr="Association", place=here.tree.far, by=MACHINE, at=at
    )
    for body in (here.province, here.local):
        seats = mandates(body)
        registers.tie(seats[2].person, carrier, kind="board", source="register", since=START, by=MACHINE, at=at)
        for seat in seats[3:]:
            deputy = person(body, f"deputy {seat.pk}")
            bodies.name_deputy(seat, deputy, since=date(2026, 1, 2), rank=1, by=MACHINE, at=at)
    return carrier


class Procedures(RuleBasedStateMachine):
    """Days pass, matters are proposed, committees are convened, sit, vote and decide; each step stands or changes nothing."""

    here: ClassVar[Chamber]
    carrier: ClassVar[Carrier]
    seen: ClassVar[Counter[str]] = Counter()
    breaches: ClassVar[list[str]] = []
    verified: ClassVar[bool] = False
    """Whether every row is held against the journal after each step, not only at the end."""

    def __init__(self) -> None:
        super().__init__()
        self.savepoint = transaction.savepoint()
        self.day = START
        self.frozen: dict[str, dict[Any, Any]] = {}
        self.counted: set[int] = set()
        self.rows = slow_model.rows()

    def teardown(self) -> None:
        """What was true when it was decided is so at the end, though lines came later; and every row is on record."""
        try:
            with transaction.atomic():
                journal.write("end", by=MACHINE, at=self.by["at"], kind="table", object_id="")
            self._holds(*map(str, verifying.wrong()))
            self._holds(*slow_model.breaches_of_votes(frozenset()), *slow_model.breaches_of_decisions())
        finally:
            transaction.savepoint_rollback(self.savepoint)
            # Rolled back it still stands, and the next would stand inside it.
            transaction.savepoint_commit(self.savepoint)

    def _holds(self, *breaches: str) -> None:
        self.breaches.extend(breaches)
        assert not breaches, breaches

    # --- what the steps share -------------------------------------------------------------------------------------------------

    @property
    def by(self) -> dict[str, Any]:
        return {"by": MACHINE, "at": datetime.combine(self.day, time(10), tzinfo=UTC)}

    @contextmanager
    def attempt(self, what: str) -> Iterator[None]:
        """A step that stands, with one entry a change of state, or is refused and changes nothing."""
        before, entries = slow_model.states(), Entry.objects.count()
        try:
            yield
        except Refused as error:
            for problem in error.problems:
                self.seen[f"refused: {problem.what.template}"] += 1
            if Entry.objects.count() != entries or slow_model.rows() != self.rows:
                self._holds(f"{what} was refused, and changed something")
            return
        self.seen[what] += 1
        if self.verified:
            self._holds(*map(str, verifying.wrong()))
            self.seen[HELD] += 1
        self.rows = slow_model.rows()
        self._told(before, entries, what)

    def _told(self, before: dict[tuple[str, str], str], entries: int, what: str) -> None:
        told: dict[tuple[str, str], list[list[str | None]]] = {}
        for entry in Entry.objects.filter(number__gt=entries):
            if entry.kind in ("session", "matter") and "state" in entry.changes:
                told.setdefault((entry.kind, entry.object), []).append(entry.changes["state"])
        after = slow_model.states()
        moved = {key: [[before.get(key), state]] for key, state in after.items() if before.get(key) != state}
        if told != moved:
            self._holds(f"{what} moved {moved}, the journal says {told}")

    def body(self, local: bool) -> Body:
        return self.here.local if local else self.here.province

    def session_in(self, *states: str, local: bool) -> Session | None:
        found: Session | None = Session.objects.filter(body=self.body(local).pk, state__in=states).order_by("-pk").first()
        if found is not None:
            found.body = self.body(local)
        return found

    def under_debate(self, local: bool) -> tuple[Session, Item] | None:
        session = self.session_in("open", local=local)
        item = Item.objects.filter(session=session.pk, taken_up=True).order_by("-number").first() if session else None
        return (session, Item.objects.select_related("session__body").get(pk=item.pk)) if session and item else None

    def now(self, *states: str) -> bool:
        return bool(Session.objects.filter(state__in=states).exists())

    def seat(self, local: bool, number: int) -> Mandate:
        """One who sits today: a number counts on from the first again where fewer do."""
        seats = [one for one in mandates(self.body(local)) if slow_model.running(one.since, one.until, self.day)]
        return seats[number % len(seats)]

    # --- matters --------------------------------------------------------------------------------------------------------------

    @rule(
        amount=some.sampled_from(AMOUNTS),
        kind=some.sampled_from(["water", "water", "road", "school"]),
        place=some.sampled_from(["far", "far", "far", "near"]),
        tied=some.booleans(),
        files=some.booleans(),
    )
    def propose(self, amount: int, kind: str, place: str, tied: bool, files: bool) -> None:
        tree = self.here.tree
        where = tree.far_communes[0] if place == "far" else tree.near
        with self.attempt("propose"):
            matters.propose(
                kind="project", place=where, opened=self.day, account=self.here.secretary, carrier=self.carrier if tied else None,
                title_fr="P", programme="basic_services", axis="douars", project_kind=kind, amount_centimes=amount,
                fulfils=["complete_file"] if files else [], **self.by,
            )  # fmt: skip

    @rule(
        year=some.sampled_from([PROJECT, 2 * PROJECT, 2 * PROJECT + 1]),
        kinds=some.sampled_from([["water"], ["water", "road"], ["*"]]),
        starts=some.sampled_from([None, None, 20, 40]),
        lasts=some.sampled_from([None, 25, 60]),
        condition=some.booleans(),
    )
    def propose_delegation(self, year: int, kinds: list[str], starts: int | None, lasts: int | None, condition: bool) -> None:
        since = None if starts is None else self.day + timedelta(starts)
        payload = {
            "body": self.here.local.code, "place": self.here.tree.far.code, "programmes": ["basic_services"], "axes": ["*"],
            "matters": ["project"], "kinds": kinds, "ceiling_project_centimes": PROJECT, "ceiling_year_centimes": year,
            "conditions": [{"code": "complete_file", "text": "complet", "ar": "كامل"}] if condition else [],
            "since": since.isoformat() if since else None,
            "until": ((since or self.day) + timedelta(lasts)).isoformat() if lasts else None,
        }  # fmt: skip
        self._propose_at_province("delegation", payload)

    def _take_back(self, revokes: bool, which: int) -> None:
        """An act to be revoked, or a matter to be called back, is put to the province."""
        given = list(Act.objects.filter(giver__isnull=False).order_by("-pk"))
        known = list(Matter.objects.filter(kind="project", state__in=("waiting", "adjourned")).order_by("-pk"))
        # Those that the local committee holds come first: most of the others cannot be called back.
        known.sort(key=lambda one: record.competence_of(one, self.day).body != self.here.local.code)
        if revokes and given:
            self._propose_at_province("revocation", {"act": given[which % len(given)].number})
        elif known and not revokes:
            self._propose_at_province("call_back", {"matter": known[which % len(known)].code, "reason": "r"})

    def _propose_at_province(self, kind: str, payload: dict[str, Any]) -> None:
        with self.attempt(f"propose {kind}"):
            matters.propose(
                kind=kind, place=self.here.tree.province, opened=self.day, account=self.here.secretary, title_fr=kind,
                payload=payload, **self.by,
            )  # fmt: skip

    @initialize(
        delegated=some.sampled_from([True, True, False]),
        year=some.sampled_from([PROJECT, 2 * PROJECT, 2 * PROJECT + 1]),
        lasts=some.sampled_from([None, None, 25]),
        projects=PROJECTS,
        sittings=some.lists(SITTINGS, min_size=1, max_size=3),
    )
    def begin(
        self,
        delegated: bool,
        year: int,
        lasts: int | None,
        projects: list[tuple[int, str]],
        sittings: list[dict[str, Any]],
    ) -> None:
        """Often the province has delegated already; projects were proposed, and committees sat."""
        if delegated:
            self.propose_delegation(year, ["water", "road"], None, lasts, False)
            self.hold(
                local=False,
                there=["present"] * 5,
                choices=["yes"] * 5,
                recused=None,
                secret=False,
                moves=[],
                amended=False,
                closes=True,
            )
        for amount, kind in projects:
            self.propose(amount, kind, "far", False, False)
        for sitting in sittings:
            self.sit(sitting)

    @rule(
        local=some.booleans(),
        number=some.integers(3, 4),
        verb=some.sampled_from(["appoint", "end mandate", "name deputy", "end deputy"]),
        days=some.sampled_from([-3, 0, 1, 1, 15]),
    )
    def change_seats(self, local: bool, number: int, verb: str, days: int) -> None:
        """Members and deputies come and go, from a day to come or from one that is past."""
        body, seat, day = self.body(local), self.seat(local, number), self.day + timedelta(days)
        serving = Deputy.objects.filter(mandate=seat.pk, until=None).first()
        if verb in ("appoint", "name deputy"):
            who = person(body, f"{verb} {len(self.rows['Mandate'])} {len(self.rows['Deputy'])}")
        with self.attempt(verb):
            if verb == "appoint":
                bodies.appoint(body, who, college="elected", since=day, chair=False, rank=record.NO_RANK, **self.by)
            elif verb == "end mandate":
                bodies.end_mandate(seat, until=day, **self.by)
            elif verb == "name deputy":
                bodies.name_deputy(seat, who, since=day, rank=2, **self.by)
            elif serving is not None:
                bodies.end_deputy(serving, until=day, **self.by)

    # --- sessions -------------------------------------------------------------------------------------------------------------

    @rule(days=some.sampled_from([1, 3, 12, 30]))
    def wait(self, days: int) -> None:
        self.day += timedelta(days)

    @rule(local=some.booleans(), notice=some.sampled_from([3, 12, 12, 12]), again=some.booleans())
    def convene(self, local: bool, notice: int, again: bool) -> None:
        body = self.body(local)
        self._give_up_missed(body)
        lapsed = Session.objects.filter(body=body.pk, state="lapsed", repeated_by=None).last() if again else None
        with self.attempt("prepare"):
            sessions.prepare(
                body, day=self.day + timedelta(notice), hour=time(10), hall_ar="", hall_fr="", account=self.here.secretary,
                repeats=lapsed, **self.by,
            )  # fmt: skip
        session = self.session_in("draft", local=local)
        if session is None:
            return
        # A second convocation brings nothing new, but for who tries all the same.
        most = 0 if lapsed is not None and notice == 12 else 4
        for matter in Matter.objects.filter(state__in=("waiting", "adjourned")).order_by("-pk")[:most]:
            with self.attempt("put on agenda"):
                sessions.put_on_agenda(session, matter, version=session.version, **self.by)
        with self.attempt("convene"):
            sessions.convene(session, version=session.version, **self.by)

    def _give_up_missed(self, body: Body) -> None:
        for session in Session.objects.filter(body=body.pk, state="convened", day__lt=self.day):
            with self.attempt("cancel"):
                sessions.cancel(session, version=session.version, why="nobody came", **self.by)

    @precondition(lambda self: self.now("convened"))
    @rule(
        local=some.booleans(),
        there=ATTENDANCE,
        punctual=some.sampled_from([True, True, True, False]),
    )
    def meet(self, local: bool, there: list[str], punctual: bool) -> None:
        """The day of a session comes; who comes is written down; it opens, or lapses where too few came."""
        session = self.session_in("convened", local=local)
        if session is None:
            return
        self.day = max(self.day, session.day) if punctual else self.day
        for number, how in enumerate(there):
            seat = self.seat(local, number)
            if how != "none":
                self._note(session, seat, how)
        with self.attempt("open"):
            sessions.open_session(session, version=session.version, **self.by)
        if session.state == "open":
            self.seen["second opened"] += session.repeats_id is not None
            return
        with self.attempt("lapse"):
            sessions.lapse(session, version=session.version, **self.by)

    def _note(self, session: Session, seat: Mandate, how: str, to: Mandate | None = None) -> None:
        deputies = [one.person for one in seat.deputies.all()]
        stand_in = deputies[0] if how == "deputy" and deputies else None
        with self.attempt(f"note {how}"):
            presences.note(session, seat, how=how, version=session.version, stand_in=stand_in, proxy=to, **self.by)

    @precondition(lambda self: self.now("open", "convened"))
    @rule(
        local=some.booleans(),
        number=some.integers(0, 4),
        how=some.sampled_from(["present", "left", "absent", "away", "deputy", "proxy"]),
        to=some.integers(0, 4),
    )
    def come_or_go(self, local: bool, number: int, how: str, to: int) -> None:
        session = self.session_in("open", "convened", local=local)
        if session is not None:
            self._note(session, self.seat(local, number), how, self.seat(local, to) if how == "proxy" else None)

    @precondition(lambda self: self.now("open", "suspended", "convened"))
    @rule(local=some.booleans(), verb=some.sampled_from(["suspend", "resume", "resume", "close", "close", "cancel", "stale"]))
    def step(self, local: bool, verb: str) -> None:
        session = self.session_in("open", "suspended", "convened", local=local)
        if session is None:
            return
        with self.attempt(verb):
            if verb == "cancel":
                sessions.cancel(session, version=session.version, why="w", **self.by)
            elif verb == "stale":
                sessions.close(session, version=session.version - 1, **self.by)
            else:
                getattr(sessions, verb)(session, version=session.version, **self.by)

    # --- debate and votes -----------------------------------------------------------------------------------------------------

    @precondition(lambda self: self.now("open"))
    @rule(local=some.booleans())
    def take_up(self, local: bool) -> None:
        session = self.session_in("open", local=local)
        item = Item.objects.filter(session=session.pk, taken_up=False).first() if session else None
        if session is None or item is None:
            return
        item.session = session
        with self.attempt("take up"):
            votes.take_up(item, version=session.version, **self.by)

    @precondition(lambda self: self.now("open"))
    @rule(local=some.booleans(), number=some.integers(0, 4))
    def recuse(self, local: bool, number: int) -> None:
        found = self.under_debate(local)
        if found is not None:
            with self.attempt("recuse"):
                presences.recuse(
                    found[1], self.seat(local, number), person=None, reason="kin", version=found[0].version, **self.by
                )

    @precondition(lambda self: self.now("open"))
    @rule(local=some.booleans())
    def amend(self, local: bool) -> None:
        found = self.under_debate(local)
        if found is not None:
            with self.attempt("amend"):
                votes.deposit(
                    found[1],
                    mandate=None,
                    text_ar="",
                    text_fr="T",
                    deletes=False,
                    distance=0,
                    version=found[0].version,
                    **self.by,
                )

    @precondition(lambda self: self.now("open"))
    @rule(local=some.booleans(), number=some.integers(1, 2))
    def take_back_amendment(self, local: bool, number: int) -> None:
        found = self.under_debate(local)
        amendment = Amendment.objects.filter(item=found[1].pk, number=number).first() if found else None
        if found is not None and amendment is not None:
            with self.attempt("take back amendment"):
                votes.take_back(amendment, version=found[0].version, **self.by)

    @precondition(lambda self: self.now("open"))
    @rule(local=some.booleans(), verb=some.sampled_from(["adjourn", "withdraw"]))
    def leave(self, local: bool, verb: str) -> None:
        found = self.under_debate(local)
        if found is not None:
            with self.attempt(verb):
                getattr(votes, verb)(found[1], version=found[0].version, why="w", **self.by)

    @precondition(lambda self: self.now("open"))
    @rule(
        local=some.booleans(),
        secret=some.sampled_from([False, False, False, True]),
        choices=some.lists(CHOICES, min_size=5, max_size=5),
        strangers=some.sampled_from([False, False, False, True]),
        declares=some.sampled_from([True, True, True, False]),
    )
    def vote(self, local: bool, secret: bool, choices: list[str], strangers: bool, declares: bool) -> None:
        """A vote on what is under debate: opened, given by those there (or by others too), declared."""
        found = self.under_debate(local)
        if found is None:
            return
        session, item = found
        turn = Amendment.objects.filter(item=item.pk, state="waiting").order_by("number").first()
        with self.attempt("put to vote"):
            votes.put_to_vote(item, amendment=turn, secret=secret, version=session.version, **self.by)
        poll = Poll.objects.filter(item=item.pk, result="").first()
        if poll is None:
            return
        hall = slow_model.Hall(poll)
        room = record.room_at(session, hall.moment)
        names: dict[str, int] = {seat.person.key: seat.pk for seat in mandates(self.body(local))}
        told = {names[seat]: stay.how for seat, stay in room.there.items()}
        if (told, room.base, room.counted, room.needed) != (hall.there, hall.base, hall.counted, hall.needed):
            self._holds(f"there are {hall.there}, the program says {told}")
        seats = [seat.pk for seat in mandates(self.body(local))]
        said = zip(seats, cycle(choices), strict=False)
        given = {seat: choice for seat, choice in said if choice and (strangers or seat in hall.there)}
        if poll.secret:
            counts = Counter(given.values())
            papers = Tally(counts["yes"], counts["no"], counts["abstain"], 0)
            with self.attempt("count papers"):
                votes.count_papers(poll, papers, casting="yes" if choices[0] == "yes" else "", **self.by)
        else:
            with self.attempt("cast"):
                votes.cast(poll, given, **self.by)
        if declares:
            self._declare(session, poll)

    @rule(sitting=SITTINGS)
    def sit(self, sitting: dict[str, Any]) -> None:
        """A whole session: of the local committee on new projects, or of the province, often on what it gives or takes back."""
        asks, meeting = sitting["asks"], sitting["meeting"]
        if asks == "project":
            for amount, kind in sitting["projects"]:
                self.propose(amount, kind, "far", meeting["secret"], True)
        elif asks == "delegation" or (asks == "revocation" and not Act.objects.filter(giver__isnull=False).exists()):
            self.propose_delegation(2 * PROJECT, ["water", "road"], None, None, False)
        elif asks != "nothing":
            self._take_back(asks == "revocation", sitting["which"])
        self.hold(local=asks == "project", **meeting)

    def hold(
        self,
        *,
        local: bool,
        there: list[str],
        choices: list[str],
        recused: int | None,
        secret: bool,
        moves: list[tuple[int, str, int]],
        amended: bool,
        closes: bool,
    ) -> None:
        """A whole session by the same steps: all that waits is put before it, and each item is voted."""
        self.convene(local, 12, again=True)
        self.meet(local, there, punctual=True)
        session = self.session_in("open", local=local)
        for _item in range(min(4, Item.objects.filter(session=session.pk, taken_up=False).count()) if session else 0):
            self.take_up(local)
            if recused is not None:
                self.recuse(local, recused)
            for number, how, to in moves:
                self.come_or_go(local, number, how, to)
            if amended:
                self.amend(local)
                self.vote(local, False, choices, strangers=False, declares=True)
            self.vote(local, secret, choices, strangers=False, declares=True)
        if closes:
            self.step(local, "close")

    @precondition(lambda self: self.now("open"))
    @rule(local=some.booleans())
    def declare(self, local: bool) -> None:
        found = self.under_debate(local)
        poll = Poll.objects.filter(item=found[1].pk).order_by("-number").first() if found else None
        if found is not None and poll is not None:
            self._declare(found[0], poll)

    def _declare(self, session: Session, poll: Poll) -> None:
        with self.attempt("declare"):
            made = votes.declare(poll, version=session.version, account=self.here.secretary, **self.by)
            kind = Matter.objects.get(items__polls=poll.pk).kind
            self.seen[f"{made.result} {'amendment' if poll.amendment_id else kind}"] += 1

    # --- what always holds ----------------------------------------------------------------------------------------------------

    @invariant()
    def votes_count_as_their_rows_say(self) -> None:
        self._holds(*slow_model.breaches_of_votes(self.counted))
        self.counted |= set(Poll.objects.exclude(result="").values_list("pk", flat=True))

    @invariant()
    def decisions_stay_inside_their_acts(self) -> None:
        self._holds(*slow_model.breaches_of_decisions())

    @invariant()
    def what_is_written_stays(self) -> None:
        for table in slow_model.FROZEN:
            found = self.rows[table.__name__]
            known = self.frozen.setdefault(table.__name__, {})
            now = {row[0]: row for row in found}
            if {pk: now.get(pk) for pk in known} != known:
                self._holds(f"a row of {table.__name__} changed")
            known.update(now)
