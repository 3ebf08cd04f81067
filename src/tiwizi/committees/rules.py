"""What happens to a session and to a matter, one step after another: one table, which checks each step and draws its own diagram.

Beside it are the other pure answers of committees: who sits (composition), who is there (presence), what a vote decided
(voting), who may decide (competence).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from tiwizi.core.errors import Sentence, say

Kind = Literal["session", "matter"]


@dataclass(frozen=True)
class Step:
    """One transition: from state `before`, by `verb`, to state `after`."""

    kind: Kind
    before: str
    verb: str
    after: str


START: Final[Mapping[Kind, str]] = {"session": "draft", "matter": "waiting"}

# A session without quorum ends there: its second convocation is a session of its own. A matter adjourned comes back in a later
# one.
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


def mermaid(kind: Kind) -> str:
    """The table as a Mermaid state diagram, states and verbs by their codes."""
    own = [step for step in STEPS if step.kind == kind]
    last = dict.fromkeys(step.after for step in own if not verbs(kind, step.after))
    lines = ["stateDiagram-v2", f"    [*] --> {START[kind]}"]
    lines += [f"    {step.before} --> {step.after}: {step.verb}" for step in own]
    lines += [f"    {state} --> [*]" for state in last]
    return "\n".join(lines) + "\n"


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
