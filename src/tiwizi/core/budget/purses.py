"""The purses table as an integer matrix: the people concerned by each criterion in each place, and the weights."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from operator import mul

import polars as pl

from tiwizi.core.errors import BadData, Problem, Refused, rows_sentence, say
from tiwizi.core.tables import PURSES


@dataclass(frozen=True)
class Purses:
    """People concerned, one tuple of `people` per criterion, with one number per place; and integer weights.

    Places are in the order of their codes, criteria in that of the weights. Where nobody is concerned by a criterion
    anywhere, its weight is 0 here and its name is in `empty`: the others share its part by their own weights.
    """

    places: tuple[str, ...]
    criteria: tuple[str, ...]
    weights: tuple[int, ...]
    people: tuple[tuple[int, ...], ...]
    empty: tuple[str, ...]

    def entitlements(self) -> list[int]:
        """Integers in the exact proportion of the places' shares: the weighted sum of their parts of each purse."""
        everybody = [sum(people) or 1 for people in self.people]
        common = math.lcm(*everybody)
        factors = [weight * (common // total) for weight, total in zip(self.weights, everybody, strict=True)]
        divisor = math.gcd(*factors)
        factors = [factor // divisor for factor in factors]
        return [sum(map(mul, factors, row)) for row in zip(*self.people, strict=True)]


def read_purses(purses: pl.DataFrame, weights: Mapping[str, Fraction], places: Sequence[str] | None = None) -> Purses:
    """The purses table as a matrix with integer weights; a place without a row counts 0 people.

    Refused: negative weights, no weight above 0, nobody concerned by any criterion that has a weight. BadData: a row of a
    place that is not among `places`, or of a criterion without a weight (one that is 0 is a weight).
    """
    table = PURSES.check(purses)
    ordered = _ordered(table["place"].unique().to_list() if places is None else places)
    problems = [*_unknown(table, "place", ordered), *_unknown(table, "criterion", weights)]
    if problems:
        raise BadData(problems)
    numerators = whole_weights(weights)
    rows = {place: index for index, place in enumerate(ordered)}
    matrix = {criterion: [0] * len(ordered) for criterion in weights}
    for place, criterion, people in zip(*(table[name].to_list() for name in ("place", "criterion", "people")), strict=True):
        matrix[criterion][rows[place]] = people
    empty = tuple(name for name, weight in zip(weights, numerators, strict=True) if weight and not any(matrix[name]))
    effective = tuple(0 if name in empty else weight for name, weight in zip(weights, numerators, strict=True))
    if not any(effective):
        raise Refused(_nobody(weights))
    return Purses(ordered, tuple(weights), effective, tuple(tuple(people) for people in matrix.values()), empty)


def whole_weights(weights: Mapping[str, Fraction]) -> list[int]:
    """The weights as integers in the same proportion; Refused when one is negative or none is above 0."""
    exact = {name: Fraction(weight) for name, weight in weights.items()}
    problems = [
        Problem(
            what=say("the weight of {name} is below 0.", name=name),
            where=[say("weights")],
            why=say("A weight is the part of the envelope that a purse holds."),
            remedy=say("Give {name} a weight of 0 or more.", name=name),
        )
        for name, weight in exact.items()
        if weight < 0
    ]
    if not problems and not any(exact.values()):
        remedy = say("Give at least one of them a weight above 0.")
        problems = [Problem(what=say("no weight is above 0."), where=[say("weights")], remedy=remedy)]
    if problems:
        raise Refused(problems)
    common = math.lcm(*(weight.denominator for weight in exact.values()))
    return [int(weight * common) for weight in exact.values()]


def _ordered(places: Sequence[str]) -> tuple[str, ...]:
    ordered = tuple(sorted(places))
    twice = sorted({code for code, other in pairwise(ordered) if code == other})
    if twice:
        raise BadData(
            Problem(
                what=say("{value} stands more than once.", value=", ".join(twice[:3])),
                where=[say("places")],
                why=say("It would be counted twice."),
                remedy=say("Name each place once."),
            )
        )
    if not ordered:
        what = say("there is no place to share between.")
        raise Refused(Problem(what=what, where=[say("places")], remedy=say("Name at least one place.")))
    return ordered


def _unknown(table: pl.DataFrame, column: str, known: Sequence[str] | Mapping[str, Fraction]) -> list[Problem]:
    rows = (~table[column].is_in(list(known))).arg_true().to_list()
    if not rows:
        return []
    return [
        Problem(
            what=say("{value} is not known here.", value=repr(table[column][rows[0]])),
            where=[say("table {table}", table=PURSES.name), say("column {column}", column=column), rows_sentence(rows)],
            why=say("Its people would be left out of the sharing without a word."),
            remedy=say("Correct the code, remove the row, or add the place or the criterion's weight."),
        )
    ]


def _nobody(weights: Mapping[str, Fraction]) -> Problem:
    return Problem(
        what=say("nobody is concerned anywhere by {criteria}.", criteria=", ".join(name for name in weights if weights[name])),
        where=[say("table {table}", table=PURSES.name)],
        why=say("A purse is split in proportion to the people concerned."),
        remedy=say("Give the people concerned by at least one criterion that has a weight."),
    )
