"""What carriers, ties and people may be, and every reason why one cannot be written down."""

from collections.abc import Mapping
from datetime import date
from typing import Final, Literal, get_args

from tiwizi.core.errors import Sentence, say

Sex = Literal["woman", "man"]
SEXES: Final = get_args(Sex)
TIES: Final[Mapping[str, Sentence]] = {
    "board": say("seat on its board"),
    "member": say("member"),
    "employee": say("employee or paid adviser"),
    "kin": say("relative of one of its leaders"),
}
CARRIERS: Final[Mapping[str, Sentence]] = {
    "association": say("association"),
    "cooperative": say("cooperative"),
    "commune": say("commune"),
    "service": say("State service"),
    "company": say("company"),
    "person": say("person"),
}


def why_not_person(*, named: bool, sex: str, birth_year: int | None, on: date) -> list[Sentence]:
    """Every reason why somebody cannot be registered as they are written."""
    reasons = []
    if not named:
        reasons.append(say("Give a name, in Arabic or in French."))
    if sex and sex not in SEXES:
        reasons.append(say("Sex is woman, man, or left empty."))
    if birth_year is not None and not on.year - 100 <= birth_year <= on.year - 15:
        reasons.append(say("The birth year lies between {first} and {last}.", first=str(on.year - 100), last=str(on.year - 15)))
    return reasons


def why_not_register_carrier(*, numbered: bool, named: bool) -> list[Sentence]:
    """Every reason why a carrier cannot be registered."""
    reasons = []
    if not numbered:
        reasons.append(say("Give the number of the register, or one of your own."))
    if not named:
        reasons.append(say("Give a name, in Arabic or in French."))
    return reasons


def why_not_tie(*, kind: str, source: str, since: date, until: date | None) -> list[Sentence]:
    """Every reason why a tie cannot be written down."""
    reasons = []
    if kind not in TIES:
        reasons.append(say("There is no tie of the kind {code}.", code=kind))
    if source not in {"register", "declared"}:
        reasons.append(say("A tie is known from a register, or declared."))
    if until is not None and until <= since:
        reasons.append(say("The tie ends on {until}, not after its first day {since}.", until=until, since=since))
    return reasons
