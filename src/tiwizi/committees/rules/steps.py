"""What happens to a session and to a matter, one step after another: one table, which checks each step.

Its diagram is published in docs/states.md (`python -m tests.diagrams`).

Beside it are the other pure answers of committees: who sits (composition), who is there (presence), what a vote decided
(voting), who may decide (competence).
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from tiwizi.core.errors import Sentence, mark, say

Kind = Literal["session", "matter"]


@dataclass(frozen=True)
class Step:
    """One transition: from state `before`, by `verb`, to state `after`."""

    kind: Kind
    before: str
    verb: str
    after: str


SETTLED: Final = ("adopted", "rejected", "withdrawn")
"""States of a matter in which nobody is waited for any more."""
START: Final[Mapping[Kind, str]] = {"session": "draft", "matter": "waiting"}

# A session without quorum ends there: its second convocation is a session of its own. A matter adjourned comes back in a later
# one; a vote whose result cannot take effect (a ceiling was reached meanwhile) is left so too.
STEPS: Final = (
    Step("session", "draft", "convene", "convened"),
    Step("session", "draft", "cancel", "cancelled"),
    Step("session", "convened", "open", "open"),
    Step("session", "convened", "lapse", "lapsed"),
    Step("session", "convened", "cancel", "cancelled"),
    Step("session", "open", "suspend", "suspended"),
    Step("session", "suspended", "resume", "open"),
    Step("session", "open", "close", "closed"),
    Step("session", "suspended", "close", "closed"),
    Step("matter", "waiting", "take_up", "debated"),
    Step("matter", "waiting", "adjourn", "adjourned"),
    Step("matter", "waiting", "withdraw", "withdrawn"),
    Step("matter", "debated", "amend", "amending"),
    Step("matter", "amending", "settle_amendments", "debated"),
    Step("matter", "amending", "adjourn", "adjourned"),
    Step("matter", "debated", "put_to_vote", "voting"),
    Step("matter", "debated", "adjourn", "adjourned"),
    Step("matter", "debated", "withdraw", "withdrawn"),
    Step("matter", "voting", "adopt", "adopted"),
    Step("matter", "voting", "reject", "rejected"),
    Step("matter", "voting", "find_no_quorum", "unvoted"),
    Step("matter", "voting", "adjourn", "adjourned"),
    Step("matter", "unvoted", "put_to_vote", "voting"),
    Step("matter", "unvoted", "adjourn", "adjourned"),
    Step("matter", "adjourned", "take_up", "debated"),
)

STATES: Final[Mapping[str, Sentence]] = {
    "draft": say("in preparation"),
    "convened": say("convened"),
    "open": say("open"),
    "suspended": say("suspended"),
    "closed": say("closed"),
    "lapsed": say("lapsed for want of a quorum"),
    "cancelled": say("cancelled"),
    "waiting": say("waiting"),
    "debated": say("debated"),
    "amending": say("amendments being voted"),
    "voting": say("being voted"),
    "unvoted": say("not voted for want of a quorum"),
    "adopted": say("adopted"),
    "rejected": say("rejected"),
    "adjourned": say("adjourned"),
    "withdrawn": say("withdrawn"),
}

VERBS: Final[Mapping[str, Sentence]] = {
    "convene": say("convene"),
    "cancel": say("cancel"),
    "open": say("open the session"),
    "lapse": say("record that the quorum is lacking"),
    "suspend": say("suspend"),
    "resume": say("resume"),
    "close": say("close"),
    "take_up": say("take up"),
    "adjourn": say("adjourn"),
    "withdraw": say("withdraw"),
    "amend": say("put the amendments to the vote"),
    "settle_amendments": say("go back to the text as amended"),
    "put_to_vote": say("put to the vote"),
    "adopt": say("record as adopted"),
    "reject": say("record as rejected"),
    "find_no_quorum": say("record that the quorum was lost"),
}


def after(kind: Kind, state: str, verb: str) -> str | None:
    """The state that a verb leads to; None where it cannot be done in this state."""
    return next((step.after for step in STEPS if (step.kind, step.before, step.verb) == (kind, state, verb)), None)


def verbs(kind: Kind, state: str) -> list[str]:
    """What can be done in a state, in the order of the table; nothing in a last state."""
    return [step.verb for step in STEPS if (step.kind, step.before) == (kind, state)]


def why_not_step(kind: Kind, state: str, verb: str) -> list[Sentence]:
    """Why a verb cannot be done in a state, with the states from which it can; empty means that it may."""
    if after(kind, state, verb) is not None:
        return []
    known = [STATES[step.before] for step in STEPS if (step.kind, step.verb) == (kind, verb)]
    if not known:
        return [say("There is no step called {verb}.", verb=verb)]
    now = STATES.get(state, say("unknown"))
    reasons = [say("In the state “{state}” one cannot {verb}.", state=now, verb=VERBS[verb])]
    reasons.extend(say("That is done from the state “{state}”.", state=one) for one in known)
    return reasons


@dataclass(frozen=True)
class When:
    """In which states an act is done, and what is said in any other; a sentence may name the state."""

    states: frozenset[str]
    otherwise: str


_OPEN: Final = When(frozenset({"open"}), mark("The session is not open."))
_OVER: Final = When(frozenset({"closed", "lapsed"}), mark("Minutes are written once the session is over."))
_THERE: Final = When(frozenset({"convened", "open"}), mark("In the state “{state}” nobody's presence is written down."))

# Every act on a session or a matter that is no step of the table above. Whatever else is wrong, this is asked first.
ACTS: Final[Mapping[Kind, Mapping[str, When]]] = {
    "session": {
        "put_on_agenda": When(frozenset({"draft"}), mark("The agenda was sent out: nothing is added to it.")),
        "take_off": When(frozenset({"draft"}), mark("The agenda was sent out: nothing is taken off it.")),
        "move_item": When(frozenset({"draft", "convened", "open", "suspended"}), mark("The session is over.")),
        "send_letters": When(frozenset({"convened"}), mark("Invitations go out once the session is convened.")),
        "note": _THERE,
        "recuse": _THERE,
        "take_up": _OPEN,
        "leave": _OPEN,
        "deposit": _OPEN,
        "take_back": _OPEN,
        "put_to_vote": _OPEN,
        "cast": _OPEN,
        "count": _OPEN,
        "declare": _OPEN,
        "write_texts": _OVER,
        "write_minutes": _OVER,
        "sign": _OVER,
        "scan": _OVER,
    },
    "matter": {
        "change": When(
            frozenset({"waiting", "adjourned"}), mark("In the state “{state}” a matter is changed by an amendment only.")
        ),
        "lay": When(
            frozenset({"waiting", "debated", "amending", "voting", "unvoted", "adjourned"}),
            mark("In the state “{state}” nothing more is laid before the committee."),
        ),
    },
}


def why_not_now(kind: Kind, act: str, state: str) -> list[Sentence]:
    """Why an act, or a step of the table, is not done in this state; empty means that it may be."""
    when = ACTS[kind].get(act)
    if when is None:
        return why_not_step(kind, state, act)
    return [] if state in when.states else [Sentence(when.otherwise, {"state": STATES.get(state, say("unknown"))})]


@dataclass(frozen=True)
class Amendment:
    """A change asked for to a text: `distance` is how far it goes, as the chair ranks it; `settled` once voted or dropped."""

    number: int
    deletes: bool
    distance: int
    settled: bool = False


def amendments_in_order(amendments: Iterable[Amendment]) -> list[Amendment]:
    """The order of the votes: those that delete first, then the farthest from the text, then the first deposited.

    So that whoever prefers the farther change is asked before the nearer one is part of the text: the usual order of assemblies.
    """
    return sorted(amendments, key=lambda one: (not one.deletes, -one.distance, one.number))


def why_not_amendment(number: int, amendments: Sequence[Amendment]) -> list[Sentence]:
    """Every reason why this amendment cannot be voted now; empty means that it is its turn."""
    waiting = [one.number for one in amendments_in_order(amendments) if not one.settled]
    if number not in waiting:
        return [say("Amendment {number} is not waiting for a vote.", number=number)]
    if waiting[0] != number:
        return [say("Amendment {first} comes before amendment {number}.", first=waiting[0], number=number)]
    return []


def why_not_take_back(*, session: str, number: int, waits: bool, voting: bool) -> list[Sentence]:
    """Every reason why an amendment cannot be taken back by who deposited it."""
    reasons = [] if session == "open" else [say("The session is not open.")]
    if not waits:
        reasons.append(say("Amendment {number} is not waiting for a vote.", number=number))
    if voting:
        reasons.append(say("A vote is open: declare its result first."))
    return reasons


def why_not_put_to_vote(state: str, amendments: Iterable[Amendment], *, session: str) -> list[Sentence]:
    """Every reason why the text as a whole cannot be voted; empty means that it may."""
    reasons = why_not_step("matter", state, "put_to_vote")
    if session != "open":
        reasons.append(say("The session is not open."))
    reasons.extend(
        say("Amendment {number} must be voted before the text.", number=one.number)
        for one in amendments_in_order(amendments)
        if not one.settled
    )
    return reasons


ACTIVITIES: Final[Mapping[str, Sentence]] = {"training": say("training session"), "seminar": say("seminar")}


def why_not_found(*, kind_known: bool, level_fits: bool, named: bool, above_fits: bool, taken: bool) -> list[Sentence]:
    """Every reason why a committee cannot be founded."""
    reasons = []
    if not kind_known:
        reasons.append(say("The rulebook knows no such kind of committee."))
    if not level_fits:
        reasons.append(say("A committee of this kind does not sit at a place of this level."))
    if not named:
        reasons.append(say("Give its name in Arabic and in French: both stand on its minutes."))
    if not above_fits:
        reasons.append(say("It belongs to a committee of another kind."))
    if taken:
        reasons.append(say("There is already a committee of this kind at this place."))
    return reasons


def why_not_seated_since(*, day: date, sat: date | None) -> list[Sentence]:
    """Why seats cannot change from a day on; `sat` is the last day on which the committee met: its votes were counted by them."""
    if sat is None or day > sat:
        return []
    return [say("The committee met on {sat}: who could sit then stays as it was. Choose a later day.", sat=sat)]


def why_not_end_mandate(*, since: date, until: date | None, ends: date, today: date) -> list[Sentence]:
    """Every reason why a mandate cannot end on a day: what was decided while it ran does not change."""
    reasons = []
    if until is not None and until <= today:
        reasons.append(say("This mandate ended on {day}.", day=until))
    if ends <= since:
        reasons.append(say("The mandate ends on {until}, not after its first day {since}.", until=ends, since=since))
    if ends < today:
        reasons.append(say("A mandate ends today or later: who sat on a past day stays as it was."))
    return reasons


def why_not_name_deputy(*, holds: bool, member: bool, deputy: bool, name: str) -> list[Sentence]:
    """Every reason why somebody cannot be named as a deputy."""
    reasons = []
    if not holds:
        reasons.append(say("The mandate does not run on that day."))
    if member:
        reasons.append(say("{person} is a member in these days, and cannot sit as a deputy.", person=name))
    if deputy:
        reasons.append(say("{person} already stands in for a member.", person=name))
    return reasons


def why_not_plan(*, title: str, kind: str, year: int) -> list[Sentence]:
    """Every reason why a training cannot be planned."""
    reasons = []
    if not title.strip():
        reasons.append(say("An activity needs a title."))
    if kind not in ACTIVITIES:
        reasons.append(say("There is no activity of the kind {code}.", code=kind))
    if not 2005 <= year <= 2100:
        reasons.append(say("The year lies between 2005 and 2100."))
    return reasons


def why_not_hold(*, held_on: date, today: date, came: int) -> list[Sentence]:
    """Every reason why an activity cannot be written down as held."""
    reasons = []
    if held_on > today:
        reasons.append(say("The day is still to come: what is not held yet is not written down."))
    if came <= 0:
        reasons.append(say("Say how many women and men came."))
    return reasons


def why_not_propose(
    *, kind: str, kinds: Collection[str], titled: bool, amount_centimes: int, opened: date, today: date
) -> list[Sentence]:
    """Every reason why a matter cannot be proposed."""
    reasons = []
    if kind not in kinds:
        reasons.append(say("The rulebook knows no kind of matter {code}.", code=kind))
    if not titled:
        reasons.append(say("Give a title, in Arabic or in French."))
    if amount_centimes < 0:
        reasons.append(say("The amount is below 0."))
    if kind == "project" and amount_centimes == 0:
        reasons.append(say("Give the amount asked for."))
    if opened > today:
        reasons.append(say("The matter would begin on {opened}, which is still to come.", opened=opened))
    return reasons


def why_not_change(*, state: str, version: int, shown: int, sent: bool) -> list[Sentence]:
    """Every reason why a matter cannot be changed outside a session."""
    reasons = []
    if state not in {"waiting", "adjourned"}:
        reasons.append(say("In the state “{state}” a matter is changed by an amendment only.", state=STATES[state]))
    if version != shown:
        reasons.append(say("Somebody changed this matter after your page was loaded: load it again to see what."))
    if sent:
        reasons.append(say("It is on an agenda that was sent out: from then on it is changed by an amendment only."))
    return reasons


def why_not_put_on_agenda(
    *, session: str, state: str, elsewhere: Sequence[str], competent: bool, words: Sequence[Sentence]
) -> list[Sentence]:
    """Every reason why a matter cannot come before a session; `elsewhere` are sessions to come that have it.

    `words` say who decides it, and why.
    """
    reasons = []
    if session != "draft":
        reasons.append(say("The agenda was sent out: nothing is added to it."))
    if state not in {"waiting", "adjourned"}:
        reasons.append(say("In the state “{state}” a matter does not come on an agenda.", state=STATES[state]))
    reasons.extend(say("It is on the agenda of session {number} already.", number=number) for number in elsewhere)
    if not competent:
        reasons.append(say("This committee is not competent for it:"))
        reasons.extend(words)
    return reasons


def why_not_prepare(*, day: date, today: date, state_of_first: str | None, repeated: bool) -> list[Sentence]:
    """Every reason why a session cannot be prepared; `state_of_first` is that of the session which it repeats, if it does."""
    reasons = []
    if day < today:
        reasons.append(say("The day of the session, {day}, is over.", day=day))
    if state_of_first is not None and state_of_first != "lapsed":
        reasons.append(say("Only a session that lapsed for want of a quorum is convened again."))
    if repeated:
        reasons.append(say("This session was convened again already."))
    return reasons


def why_not_take_up(*, session: str, state: str, before: Sequence[int]) -> list[Sentence]:
    """Every reason why an item cannot be taken up; `before` are items that come first and are not settled."""
    reasons = [] if session == "open" else [say("The session is not open.")]
    reasons += why_not_step("matter", state, "take_up")
    reasons.extend(say("Item {number} comes first: settle it, or move it down the agenda.", number=one) for one in before)
    return reasons


def why_not_note(*, session: str, on_day: bool, voting: bool, seated: bool, name: str) -> list[Sentence]:
    """Every reason why presence cannot be written down now."""
    reasons = []
    if session not in {"convened", "open"}:
        reasons.append(say("In the state “{state}” nobody's presence is written down.", state=STATES[session]))
    if session == "convened" and not on_day:
        reasons.append(say("Presence is written down on the day of the session."))
    if voting:
        reasons.append(say("A vote is open: declare its result, or leave it without effect, before anybody comes or goes."))
    if not seated:
        reasons.append(say("{seat} is not a member of this committee on this day.", seat=name))
    return reasons


def why_not_lapse(*, state: str, day: date, on: date, quorate: bool) -> list[Sentence]:
    """Every reason why a session cannot be recorded as lapsed."""
    reasons = why_not_step("session", state, "lapse")
    if on < day:
        reasons.append(say("The session is convened for {day}, not for {on}.", day=day, on=on))
    if quorate:
        reasons.append(say("There is a quorum: the session can open."))
    return reasons


def why_not_close(*, state: str, under_way: Sequence[int]) -> list[Sentence]:
    """Every reason why a session cannot close; `under_way` are items taken up and not settled."""
    reasons = why_not_step("session", state, "close")
    reasons.extend(say("Item {number} is under way: decide it, adjourn it or withdraw it.", number=one) for one in under_way)
    return reasons


_LACKING: Final = {
    "ar": say("The text is in Arabic too: write how it would read there."),
    "fr": say("The text is in French too: write how it would read there."),
}


def why_lacking(text: Mapping[str, str], amended: Mapping[str, str]) -> list[Sentence]:
    """The languages, ar and fr, in which the text is written and the amendment is not: adopted they would say two things."""
    return [_LACKING[language] for language in _LACKING if text[language] and not amended[language]]


def why_not_amend(
    *, session: str, state: str, text: Mapping[str, str], amended: Mapping[str, str], voting: bool
) -> list[Sentence]:
    """Every reason why an amendment cannot be deposited; `text` and `amended` by language (ar, fr), empty where unwritten.

    What is adopted in two languages says the same in both: a text that is in both is amended in both.
    """
    reasons = [] if session == "open" else [say("The session is not open.")]
    if state not in {"debated", "amending"}:
        reasons.append(say("In the state “{state}” no amendment is deposited.", state=STATES[state]))
    if not any(amended.values()):
        reasons.append(say("Write the resolution as it would read."))
    elif amended == text:
        reasons.append(say("This is the text as it stands: write it as it would read with the amendment."))
    else:
        reasons += why_lacking(text, amended)
    if voting:
        reasons.append(say("A vote is open: declare its result first."))
    return reasons
