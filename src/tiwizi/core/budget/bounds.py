"""Bounds on each place's amount, and the smallest change that makes bounds fit an envelope.

Amounts are shared in whole steps of the rounding: a least amount is rounded up to the step and a cap down, so that
rounding keeps the bounds. Proposed replacement shares are in millionths.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from operator import index

from tiwizi.core.arithmetic import largest_share, smallest_share
from tiwizi.core.budget.purses import Purses
from tiwizi.core.errors import Problem, Refused, Sentence, say, say_count


@dataclass(frozen=True)
class Bounds:
    """Bounds that every place's amount must respect; all from 0 to 1, and without effect by default.

    `floor_share`: the least, as a share of the envelope split equally (envelope / number of places). `cap_share`: the
    most, as a share of the envelope. `hold_harmless_share`: the least, as a share of the place's amount last year.
    """

    floor_share: Fraction = Fraction(0)
    cap_share: Fraction = Fraction(1)
    hold_harmless_share: Fraction = Fraction(0)

    def __post_init__(self) -> None:
        shares = {name: getattr(self, name) for name in ("floor_share", "cap_share", "hold_harmless_share")}
        problems = [
            Problem(
                what=say("{share} is not an exact share from 0 to 1.", share=repr(share)),
                where=[say("bound {name}", name=name)],
                remedy=say("Write it as a fraction, for instance Fraction('0.8') for 80 %."),
            )
            for name, share in shares.items()
            if not isinstance(share, (int, Fraction)) or not 0 <= share <= 1
        ]
        if problems:
            raise Refused(problems)


NO_BOUNDS = Bounds()


@dataclass(frozen=True)
class Terms:
    """What the bounds are measured against. `spare_dh` is the remainder of the envelope after whole steps."""

    envelope_dh: int
    step_dh: int
    places: tuple[str, ...]
    previous: tuple[int, ...]
    entitlements: tuple[int, ...]

    @property
    def steps(self) -> int:
        """The envelope in whole steps."""
        return self.envelope_dh // self.step_dh

    @property
    def spare_dh(self) -> int:
        return self.envelope_dh % self.step_dh

    def floor(self, bounds: Bounds) -> int:
        """The floor of each place, in steps, rounded up."""
        share = bounds.floor_share
        return -(-share.numerator * self.envelope_dh // (share.denominator * len(self.places) * self.step_dh))

    def least(self, bounds: Bounds) -> list[int]:
        """The least of each place, in steps, rounded up: its floor, or its guaranteed part of last year's amount where that
        is more."""
        floor, share = self.floor(bounds), bounds.hold_harmless_share
        above, below = -share.numerator, share.denominator * self.step_dh
        return [max(floor, -(above * amount // below)) for amount in self.previous]

    def fits(self, bounds: Bounds) -> bool:
        """Whether the envelope holds every least amount."""
        return sum(self.least(bounds)) <= self.steps

    def cap(self, bounds: Bounds) -> int:
        """The most that a place may get, in steps, rounded down so that it may also take the remainder of the envelope."""
        return (bounds.cap_share * self.envelope_dh - self.spare_dh) // self.step_dh

    def room(self, cap: int, least: Sequence[int]) -> int:
        """How many steps the places can take: its cap where somebody is concerned, only its least elsewhere."""
        return sum(cap if entitlement else low for low, entitlement in zip(least, self.entitlements, strict=True))

    def capped_out(self, bounds: Bounds) -> bool:
        """Whether the cap stands below the least of a place, or leaves part of the envelope unallocated."""
        cap, least = self.cap(bounds), self.least(bounds)
        return max(least) > cap or self.room(cap, least) < self.steps


def read_terms(read: Purses, envelope_dh: int, step_dh: int, bounds: Bounds, previous: Mapping[str, int] | None) -> Terms:
    """The terms of an allocation; Refused when the money or last year's amounts cannot be used."""
    problems = money_problems(envelope_dh, step_dh)
    last = dict(previous or {})
    if bounds.hold_harmless_share and previous is None:
        problems.append(
            Problem(
                what=say("last year's amounts are not given."),
                where=[say("bound {name}", name="hold_harmless_share")],
                remedy=say("Give last year's amount of each place, or set hold_harmless_share to 0."),
            )
        )
    if unknown := sorted(set(last) - set(read.places)):
        problems.append(
            Problem(
                what=say("{places}: not among the places of this year.", places=_some(unknown)),
                where=[say("last year's amounts")],
                why=say("What they had could be neither kept nor taken away."),
                remedy=say("Give their amounts to the places that took them over, or remove them."),
            )
        )
    if below := sorted(place for place, amount in last.items() if amount < 0):
        problems.append(
            Problem(
                what=say("{places}: below 0.", places=_some(below)),
                where=[say("last year's amounts")],
                remedy=say("Write what each place got, in whole units."),
            )
        )
    if problems:
        raise Refused(problems)
    # An integer of a fixed width (NumPy's, say) would overflow in exact products: `index` makes it Python's, or refuses.
    amounts = tuple(index(last.get(place, 0)) for place in read.places)
    return Terms(index(envelope_dh), index(step_dh), read.places, amounts, tuple(read.entitlements()))


def money_problems(envelope_dh: int, step_dh: int) -> list[Problem]:
    """Why this envelope cannot be shared in these steps; empty when it can."""
    where = [say("envelope {envelope_dh}, rounding step {step_dh}", envelope_dh=envelope_dh, step_dh=step_dh)]
    if envelope_dh < 0:
        remedy = say("Give the money to share, in whole units.")
        return [Problem(what=say("the envelope is below 0."), where=where, remedy=remedy)]
    if step_dh < 1:
        return [Problem(what=say("the step is below 1."), where=where, remedy=say("Give a step of 1 or more."))]
    if 0 < envelope_dh < step_dh:
        why, remedy = say("All of it would go to one place."), say("Give a step of at most {step_dh}.", step_dh=envelope_dh)
        return [Problem(what=say("the envelope is below one step."), where=where, why=why, remedy=remedy)]
    return []


def mended(terms: Terms, bounds: Bounds) -> tuple[Bounds, list[Problem]]:
    """Bounds that fit, nearest in the order floor, hold-harmless, cap; and a problem for each that had to move."""
    problems: list[Problem] = []
    floors_alone = replace(bounds, hold_harmless_share=Fraction(0))
    if not terms.fits(floors_alone):
        bounds = replace(bounds, floor_share=_with_lower_floor(terms, floors_alone).floor_share)
        problems.append(_floor_problem(terms, floors_alone, bounds))
    if not terms.fits(bounds):
        before, bounds = bounds, _with_less_kept(terms, bounds)
        problems.append(_kept_problem(terms, before, bounds))
    if terms.capped_out(bounds):
        before, bounds = bounds, _with_higher_cap(terms, bounds)
        problems += _cap_problems(terms, before, bounds)
    return bounds, problems


def _with_lower_floor(terms: Terms, bounds: Bounds) -> Bounds:
    """The bounds with the largest floor under which the least amounts fit the envelope."""
    return replace(bounds, floor_share=largest_share(lambda share: terms.fits(replace(bounds, floor_share=share))))


def _with_less_kept(terms: Terms, bounds: Bounds) -> Bounds:
    """The bounds with the largest hold-harmless share under which the least amounts fit the envelope."""
    share = largest_share(lambda share: terms.fits(replace(bounds, hold_harmless_share=share)))
    return replace(bounds, hold_harmless_share=share)


def _with_higher_cap(terms: Terms, bounds: Bounds) -> Bounds:
    """The bounds with the smallest cap that leaves room for every least amount and for the whole envelope."""
    return replace(bounds, cap_share=smallest_share(lambda share: not terms.capped_out(replace(bounds, cap_share=share))))


def _floor_problem(terms: Terms, bounds: Bounds, mended: Bounds) -> Problem:
    floor_dh = terms.floor(bounds) * terms.step_dh
    return Problem(
        what=_too_much(say("the floors need"), terms, bounds),
        where=[say("bound {name}", name="floor_share")],
        why=say_count(
            "The {count} place must get {floor_dh}.",
            "Each of the {count} places must get {floor_dh}.",
            count=len(terms.places),
            floor_dh=floor_dh,
        ),
        remedy=say("Set floor_share to {share} or less.", share=_decimal(mended.floor_share)),
    )


def _kept_problem(terms: Terms, bounds: Bounds, mended: Bounds) -> Problem:
    """What the floors and the hold-harmless amounts need together, with the alternative remedy where lowering the floor is
    enough."""
    hold_harmless = _decimal(mended.hold_harmless_share)
    remedy = say("Set hold_harmless_share to {share} or less.", share=hold_harmless)
    if terms.fits(replace(bounds, floor_share=Fraction(0))):
        lower_floor = _with_lower_floor(terms, bounds)
        if not terms.capped_out(lower_floor):
            remedy = say(
                "Set hold_harmless_share to {share} or less, or floor_share to {floor_share} or less.",
                share=hold_harmless,
                floor_share=_decimal(lower_floor.floor_share),
            )
    return Problem(
        what=_too_much(say("the floors and what is kept of last year need"), terms, bounds),
        where=[say("bound {name}", name="hold_harmless_share")],
        why=say("Each place must get its floor, or what it keeps of last year where that is more."),
        remedy=remedy,
    )


def _cap_problems(terms: Terms, bounds: Bounds, mended: Bounds) -> list[Problem]:
    """Places whose least is above the cap, and a cap too low for the whole envelope."""
    cap, least = terms.cap(bounds), terms.least(bounds)
    cap_dh, room_dh = max(cap, 0) * terms.step_dh, terms.room(max(cap, 0), least) * terms.step_dh
    where = [say("bound {name}", name="cap_share")]
    remedy = say("Set cap_share to {share} or more.", share=_decimal(mended.cap_share))
    problems = []
    if above := [place for place, low in zip(terms.places, least, strict=True) if low > cap]:
        what = say("the cap of {cap_dh} is below the least that {places} must get.", cap_dh=cap_dh, places=_some(above))
        why = say("The least is up to {least_dh}.", least_dh=max(least) * terms.step_dh)
        problems.append(Problem(what=what, where=where, why=why, remedy=remedy))
    if terms.room(cap, least) < terms.steps:
        what = say(
            "the places can take {room_dh}, and the envelope is {envelope_dh}.",
            room_dh=room_dh,
            envelope_dh=terms.envelope_dh,
        )
        why = say("None may get more than {cap_dh}, and where nobody is concerned none gets more than its least.", cap_dh=cap_dh)
        problems.append(Problem(what=what, where=where, why=why, remedy=remedy))
    return problems


def _too_much(need: Sentence, terms: Terms, bounds: Bounds) -> Sentence:
    return say(
        "{need} {needed_dh}, and the envelope is {envelope_dh}.",
        need=need,
        needed_dh=sum(terms.least(bounds)) * terms.step_dh,
        envelope_dh=terms.envelope_dh,
    )


def _some(names: Sequence[str], *, shown: int = 3) -> Sentence | str:
    listed = ", ".join(names[:shown])
    if len(names) <= shown:
        return listed
    return say_count("{listed} and {count} more", "{listed} and {count} more", listed=listed, count=len(names) - shown)


def _decimal(share: Fraction) -> str:
    return f"{float(share):.6f}".rstrip("0").rstrip(".")
