"""Acts in the words of the rulebook: as a row of a table, and as the text of a resolution in Arabic and in French."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from tiwizi.committees.queries.delegation import Words
from tiwizi.committees.rules.competence import EVERY, Act
from tiwizi.core.errors import Sentence, say
from tiwizi.core.money import Centimes
from tiwizi.language import text

SETS = ("programmes", "axes", "matters", "kinds")


def codes_in_words(words: Words, what: str, codes: Iterable[str], spoken: str) -> str:
    """A set of codes as one phrase; all of them are said to be all."""
    known = frozenset(codes)
    if known == EVERY:
        return text(say("all, said on purpose"), spoken)
    return ("، " if spoken == "ar" else "; ").join(words.listed(what, known, spoken))


def set_in_words(words: Words, act: Any, spoken: str) -> dict[str, str]:
    """The four sets of an act, each as one phrase."""
    return {what: codes_in_words(words, what, getattr(act, what), spoken) for what in SETS}


def conditions_in_words(words: Words, conditions: Iterable[Mapping[str, str]], spoken: str) -> list[str]:
    """The conditions of an act; one that the rulebook has no more as it was written."""
    return [words.conditions[one["code"]].in_(spoken) if one["code"] in words.conditions else one["text"] for one in conditions]


def every(act: Act) -> bool:
    """Whether an act gives everything over its territory."""
    return all(getattr(act, what) == EVERY for what in SETS)


def resolution_of_act(act: Act, words: Words, *, giver: str, body: str, place: str, spoken: str) -> str:
    """The resolution by which an act is given, one sentence a line, in a language; names in that language are given to it."""
    lines = [
        say("The {giver} delegates to the {body} the competence to decide over: {place}.", giver=giver, body=body, place=place)
    ]
    said = set_in_words(words, act, spoken)
    lines.append(say("Kinds of matter: {codes}.", codes=said["matters"]))
    lines.append(say("Programmes: {codes}.", codes=said["programmes"]))
    lines.append(say("Axes: {codes}.", codes=said["axes"]))
    lines.append(say("Kinds of project: {codes}.", codes=said["kinds"]))
    lines.append(_ceiling(act.ceiling_project_centimes, say("No ceiling a project."), "project"))
    lines.append(_ceiling(act.ceiling_year_centimes, say("No ceiling a year."), "year"))
    lines += [say("Condition: {condition}.", condition=words.named("conditions", one.code, spoken)) for one in act.conditions]
    lines.append(say("It holds from {day} on.", day=act.since))
    if act.until is not None:
        lines.append(say("It ends on {day}, which is the first day without it.", day=act.until))
    return "\n".join(text(line, spoken) for line in lines)


def _ceiling(centimes: Centimes | None, none: Sentence, of: str) -> Sentence:
    if centimes is None:
        return none
    if of == "project":
        return say("Ceiling a project: {amount}.", amount=centimes)
    return say("Ceiling a year: {amount}.", amount=centimes)


def resolution_of_revocation(number: str, since: date, spoken: str) -> str:
    """The resolution by which an act ends."""
    lines = [
        say("Act {act} is revoked from {day} on.", act=number, day=since),
        say("What began under it before that day is decided under it."),
    ]
    return "\n".join(text(line, spoken) for line in lines)


def resolution_of_call_back(code: str, *, holder: str, by: str, reason: str, spoken: str) -> str:
    """The resolution by which one matter is taken from the committee that holds it."""
    lines = [say("The {by} calls back from the {holder} the matter {code}, and decides it.", by=by, holder=holder, code=code)]
    if reason.strip():
        lines.append(say("Reason: {reason}", reason=reason.strip()))
    return "\n".join(text(line, spoken) for line in lines)
