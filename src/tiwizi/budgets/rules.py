"""Pure answers about scenarios: why one cannot be drafted, changed or adopted."""

import re
from collections.abc import Mapping
from fractions import Fraction
from typing import Final

from tiwizi.core.errors import Sentence, say
from tiwizi.core.money import Centimes

WEIGHT_MOST: Final = 100
"""A weight is a whole number from 0 to this."""

PERCENTAGE: Final = re.compile(r"\d{1,3}([.,]\d{1,6})?")
"""Percentages as people type them; exponents and endless digits are none."""


def why_frozen(*, adopted: bool) -> list[Sentence]:
    """Why nothing of a scenario changes in the state in which it is."""
    return [say("This scenario was adopted: it is frozen. Make another one from it.")] if adopted else []


def why_adopted(*, adopted: bool) -> list[Sentence]:
    """Why a scenario is neither adopted nor brought before a committee in the state in which it is."""
    return [say("This scenario was adopted already.")] if adopted else []


def why_not_shared(*, run_done: bool) -> list[Sentence]:
    """Why nothing is shared by a run of measures in the state in which it is."""
    return [] if run_done else [say("The run of measures is not done yet.")]


def why_not_bring(*, adopted: bool, brought: bool) -> list[Sentence]:
    """Why a scenario is not brought before a committee in the state in which it is."""
    return why_adopted(adopted=adopted) + ([say("This scenario is before the committee already.")] if brought else [])


def why_not_draft(
    *, name: str, taken: bool, run_done: bool, covers: bool, weights: Mapping[str, int] | None = None
) -> list[Sentence]:
    """Every reason why a scenario cannot be made for an envelope."""
    reasons = []
    if not name.strip():
        reasons.append(say("A scenario needs a name."))
    if taken:
        reasons.append(say("Another scenario of this envelope has this name."))
    reasons += why_not_shared(run_done=run_done)
    if not covers:
        reasons.append(say("The run of measures does not cover the places that share this envelope."))
    return reasons + _why_not_weights(weights)


def why_not_change(
    *,
    adopted: bool,
    version: int,
    shown: int,
    weights: Mapping[str, int] | None = None,
    name: str | None = None,
    taken: bool = False,
) -> list[Sentence]:
    """Every reason why a scenario cannot be changed; `shown` is the version that the form showed."""
    reasons = why_frozen(adopted=adopted)
    if version != shown:
        reasons.append(say("Somebody changed this scenario after your page was loaded: load it again to see what."))
    if name is not None and not name.strip():
        reasons.append(say("A scenario needs a name."))
    if taken:
        reasons.append(say("Another scenario of this envelope has this name."))
    return reasons + _why_not_weights(weights)


def _why_not_weights(weights: Mapping[str, int] | None) -> list[Sentence]:
    reasons = []
    wrong = [code for code, weight in (weights or {}).items() if not 0 <= weight <= WEIGHT_MOST]
    if wrong:
        reasons.append(
            say("A weight is a whole number from 0 to {most}: {criteria}.", most=WEIGHT_MOST, criteria=", ".join(wrong))
        )
    if weights is not None and not any(weights.values()):
        reasons.append(say("All weights are 0: give one criterion a weight at least."))
    return reasons


def why_not_adopt(
    *,
    adopted: bool,
    version: int,
    shown: int,
    in_force: int,
    expected: int,
    run_done: bool,
    reference: str,
    ahead: bool = False,
    long_ago: bool = False,
    undecided: bool = False,
    foreign: bool = False,
    meanwhile: tuple[str, str] = ("", ""),
) -> list[Sentence]:
    """Every reason why a scenario cannot be adopted.

    `in_force` is the number of the adoption in force, 0 where there is none; `expected` the one that the page showed;
    `meanwhile` names the scenario in force and who adopted it; `ahead` says that the session is still to come, `long_ago` that
    it lies years before the envelope's; `undecided` that no committee decided it, `foreign` that its resolution decided another
    scenario, place or amount.
    """
    reasons = []
    if undecided:
        reasons.append(
            say("A committee adopts it by a vote: bring the scenario before it. Only a demonstration is tried without.")
        )
    if foreign:
        reasons.append(say("The resolution decides another scenario, version, place or amount."))
    reasons += why_adopted(adopted=adopted)
    if version != shown:
        reasons.append(say("Somebody changed this scenario after your page was loaded: load it again to see what."))
    if in_force != expected:
        reasons.append(adopted_meanwhile(*meanwhile))
    reasons += why_not_shared(run_done=run_done)
    if not reference.strip():
        reasons.append(say("Name the minutes in which the committee decided it."))
    if long_ago:
        reasons.append(say("The day of the session lies years before the year of the envelope."))
    if ahead:
        reasons.append(say("The day of the session is still to come: what is not decided yet is not adopted."))
    return reasons


def adopted_meanwhile(scenario: str, who: str) -> Sentence:
    """What somebody is told who wanted to adopt a scenario and came second."""
    return say(
        "Another scenario was adopted meanwhile, “{scenario}”, recorded by {who}: look at it before you replace it.",
        scenario=scenario,
        who=who,
    )


def why_not_open(*, title: str, amount_dh: int, year: int, taken: bool, step_dh: int) -> list[Sentence]:
    """Every reason why an envelope cannot be opened."""
    reasons = []
    if not title.strip():
        reasons.append(say("An envelope needs a title."))
    if amount_dh < step_dh:
        reasons.append(say("An envelope holds {step} at least, one step of rounding.", step=Centimes.of_dh(step_dh)))
    if not 2000 <= year <= 2100:
        reasons.append(say("The year lies between 2000 and 2100."))
    if taken:
        reasons.append(say("There is already an envelope of this title for that year."))
    return reasons


def share(percent: str) -> Fraction:
    """A percentage as somebody types it, with a comma or a point, as an exact share. Raises ValueError for anything else."""
    text = percent.strip().removesuffix("%").strip()
    if not PERCENTAGE.fullmatch(text):
        raise ValueError(f"{text[:20]!r} is no percentage")
    return Fraction(text.replace(",", ".")) / 100
