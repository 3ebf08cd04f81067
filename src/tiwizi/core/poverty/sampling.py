"""Errors of figures from a stratified sample of clusters: linearised variances, intervals, design effects.

The first stage decides: primary sampling units (psu) drawn inside strata, as with replacement, or without where the number
of units in the stratum is known. A figure of a part of the people keeps the whole design: units without anyone of that part
count as zero, so that the error covers how large the part itself could have been. Methods: Binder (1983),
doi:10.2307/1402588; Särndal, Swensson, Wretman (1992), chapters 5 and 10; Korn and Graubard (1998).
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from tiwizi.core.errors import BadData, Problem, say, say_count

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Lonely = Literal["refuse", "certainty", "centred", "scaled"]
"""What a stratum with one unit adds: the figure is refused; nothing, as if the unit were drawn with certainty; its distance
from the mean of all units; or what the other strata add on average."""


@dataclass(frozen=True)
class Sample:
    """The units drawn: `stratum` of each unit (0 .. strata - 1), and how many units the population of each stratum holds.

    `population` is one number per stratum, infinite where units were drawn with replacement; None when all are.
    """

    stratum: Ints
    names: tuple[str, ...]
    population: Floats | None = None
    lonely: Lonely = "refuse"

    def __post_init__(self) -> None:
        units = self.units
        lonely = np.flatnonzero((units == 1) & (self.left > 0))
        if self.lonely == "refuse" and lonely.size:
            raise BadData(
                Problem(
                    what=say_count(
                        "{count} stratum holds a single primary sampling unit: {names}.",
                        "{count} strata hold a single primary sampling unit: {names}.",
                        count=lonely.size,
                        names=self._some(lonely),
                    ),
                    where=[say("column {column}", column="stratum")],
                    why=say("One unit does not show how units of its stratum differ, so no error can be told."),
                    remedy=say(
                        "Merge each with a like stratum, or choose what a single unit adds: certainty, centred or scaled."
                    ),
                )
            )
        if self.population is not None and (short := np.flatnonzero(self.population < units)).size:
            raise BadData(
                Problem(
                    what=say("more units were drawn than the strata are said to hold: {names}.", names=self._some(short)),
                    where=[say("column {column}", column="population_psus")],
                    remedy=say("Write in each row how many primary sampling units its stratum holds in all."),
                )
            )

    def _some(self, strata: Ints) -> str:
        return ", ".join(self.names[at] for at in strata[:3])

    @property
    def units(self) -> Ints:
        """Units drawn in each stratum."""
        return np.bincount(self.stratum, minlength=len(self.names)).astype(np.int64)

    @property
    def left(self) -> Floats:
        """The part of each stratum that was not drawn: 1 with replacement, 0 when every unit was drawn."""
        if self.population is None:
            return np.ones(len(self.names))
        return np.clip(1 - self.units / self.population, 0.0, 1.0)

    @property
    def stretch(self) -> float:
        """Factor on the variance of the strata with several units, so that they also represent those with one."""
        if self.lonely != "scaled":
            return 1.0
        several = int((self.units > 1).sum())
        return len(self.names) / several if several else float("nan")

    @property
    def degrees(self) -> int:
        """Degrees of freedom of the design: units less strata."""
        return len(self.stratum) - len(self.names)


def variances(scores: Floats, *, unit: Ints, domain: Ints, domains: int, sample: Sample) -> Floats:
    """Linearised variances, one row per domain and one column per figure.

    `scores` holds, for each pair of a domain and a unit that has someone of it, the unit's linearised total of each figure
    (one row per pair, each pair of a domain and unit once); `unit` and `domain` say which pair a row is.
    """
    out = np.zeros((domains, scores.shape[1]))
    if not len(scores):
        return out
    stratum = sample.stratum[unit]
    order = np.lexsort((unit, stratum, domain))
    stratum, home = stratum[order], domain[order]
    starts = changes_in(stratum, home)
    present = np.diff(np.r_[starts, len(order)])
    units = sample.units[stratum[starts]]
    with np.errstate(divide="ignore", invalid="ignore"):
        factor = np.where(units > 1, units / (units - 1), 1.0 if sample.lonely == "centred" else 0.0)
    factor = sample.left[stratum[starts]] * factor
    # A lonely unit is set against the mean of all units, which is zero for linearised scores of a ratio.
    alone = (units == 1) if sample.lonely == "centred" else np.zeros(len(units), dtype=bool)
    firsts = changes_in(home[starts])
    moved = bool(np.any(order[1:] < order[:-1]))
    # One figure at a time: its column stays in the processor's cache from step to step.
    for at, column in enumerate(scores.T):
        score = column[order] if moved else column
        mean = np.where(alone, 0.0, np.add.reduceat(score, starts) / units)
        apart = score - np.repeat(mean, present)
        apart *= apart
        # Units of the stratum without anyone of the domain lie at zero.
        inner = np.add.reduceat(apart, starts) + (units - present) * mean * mean
        out[home[starts][firsts], at] = np.add.reduceat(factor * inner, firsts)
    return out * sample.stretch


def changes_in(*sorted_keys: Ints) -> Ints:
    """Where a new run of equal keys begins, in rows sorted by them."""
    if not len(sorted_keys[0]):
        return np.zeros(0, dtype=np.int64)
    changed = np.zeros(len(sorted_keys[0]), dtype=bool)
    changed[0] = True
    for key in sorted_keys:
        changed[1:] |= key[1:] != key[:-1]
    return np.flatnonzero(changed)


def wald_interval(value: Floats, error: Floats, *, degrees: int, confidence: float) -> tuple[Floats, Floats]:
    """Ends of the symmetric interval, for figures without bounds; not-a-number without degrees of freedom."""
    reach = _quantile(degrees, confidence) * error
    return value - reach, value + reach


def share_interval(value: Floats, error: Floats, people: Floats, *, degrees: int, confidence: float) -> tuple[Floats, Floats]:
    """Ends of the interval of a share, on the logit scale, so that they stay between 0 and 1.

    A share of 0 or 1 has no error to be linearised: there the exact binomial interval of `people` (respondents) stands.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        centre = np.log(value / (1 - value))
        reach = _quantile(degrees, confidence) * error / (value * (1 - value))
        low, high = (1 / (1 + np.exp(-end)) for end in (centre - reach, centre + reach))
        edge = ((1 - confidence) / 2) ** (1 / people)
    none, all_ = value <= 0, value >= 1
    low = np.where(none, 0.0, np.where(all_, edge, low))
    high = np.where(none, 1 - edge, np.where(all_, 1.0, high))
    return low, high


def _quantile(degrees: int, confidence: float) -> float:
    from scipy import special  # a slow import that only this needs

    return float(special.stdtrit(degrees, (1 + confidence) / 2)) if degrees > 0 else float("nan")
