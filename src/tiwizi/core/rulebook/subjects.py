"""What a rulebook may contain: one frozen, typed record per subject, so that an editor can complete a TOML file.

A field's type is its check. `Number` is a dated value with its source; `Label` a text in the three languages; a field
with a default may be left out of the file. Another programme fills the same records: no code.
"""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Literal

from tiwizi.core.rulebook.records import Label as Label
from tiwizi.core.rulebook.records import Language as Language
from tiwizi.core.rulebook.records import Number as Number
from tiwizi.core.rulebook.records import Source as Source
from tiwizi.core.rulebook.territory import Level as Level
from tiwizi.core.rulebook.territory import Territory as Territory


@dataclass(frozen=True)
class Axis:
    """A part of a programme."""

    code: str
    label: Label


@dataclass(frozen=True)
class SubProgramme:
    """A programme with an envelope of its own, in force from `since` up to the day before `until`."""

    code: str
    label: Label
    part: Number
    axes: tuple[Axis, ...]
    since: date
    until: date | None = None


@dataclass(frozen=True)
class Programme:
    """The programme that a rulebook carries: its levels of territory and its sub-programmes."""

    code: str
    label: Label
    currency: Label
    levels: tuple[Level, ...]
    programmes: tuple[SubProgramme, ...]

    def level(self, code: str) -> Level:
        """The level with this code; KeyError when the rulebook has none."""
        return {level.code: level for level in self.levels}[code]

    @property
    def ranks(self) -> dict[str, int]:
        """How far down each level lies, by its code: a place lies under one of a lower rank."""
        order = [level.code for level in self.levels]
        return {level.code: order.index(level.beside or level.code) for level in self.levels}


@dataclass(frozen=True)
class Criterion:
    """One purse of the formula.

    `measures` names, in order of preference, the measures that count the people concerned: the first one known for
    every place is used. `reason` is the sentence shown to people; it holds `{people}`.
    """

    code: str
    label: Label
    reason: Label
    measures: tuple[str, ...]
    weight: Number


@dataclass(frozen=True)
class OwnWeight:
    """The weight of one criterion inside one programme, where it differs from the formula's."""

    programme: str
    criterion: str
    weight: Number


@dataclass(frozen=True)
class Allocation:
    """How an envelope is shared: the level of the places, criteria with weights, bounds, rounding."""

    level: str
    criteria: tuple[Criterion, ...]
    floor_share: Number
    cap_share: Number
    hold_harmless_share: Number
    rounding_step_dh: Number
    shortfall_cost_dh: Number
    concentration: Number
    draws: Number
    own_weights: tuple[OwnWeight, ...] = ()

    def criterion(self, code: str) -> Criterion:
        """The criterion with this code; KeyError when the formula has none."""
        return {criterion.code: criterion for criterion in self.criteria}[code]

    def weights(self, programme: str) -> dict[str, Fraction]:
        """Weight of each criterion inside a programme: its own where it has one, else the formula's."""
        own = {
            own_weight.criterion: own_weight.weight.value for own_weight in self.own_weights if own_weight.programme == programme
        }
        return {criterion.code: own.get(criterion.code, criterion.weight.value) for criterion in self.criteria}


@dataclass(frozen=True)
class PovertyIndicator:
    """One deprivation: the census column that shows it, its weight, and what it stands in for where it is not exact."""

    code: str
    label: Label
    dimension: str
    columns: tuple[str, ...]
    deprived_when: Literal["share", "complement"]
    weight: Number
    base: Literal["households", "people"]
    exact: bool = False
    stands_for: Label | None = None


@dataclass(frozen=True)
class PovertyDimension:
    """A dimension of poverty."""

    code: str
    label: Label


@dataclass(frozen=True)
class LeftOut:
    """An indicator of the reference measure that no published margin shows; its weight goes to its dimension's others."""

    label: Label
    why: Label


@dataclass(frozen=True)
class Poverty:
    """How deprivation is read from published margins, and the cutoffs of the reference measure."""

    series: str
    label: Label
    dimensions: tuple[PovertyDimension, ...]
    indicators: tuple[PovertyIndicator, ...]
    poor_cutoff: Number
    vulnerable_cutoff: Number
    missing: Literal["refuse", "reweight"]
    left_out: tuple[LeftOut, ...] = ()


@dataclass(frozen=True)
class IndexIndicator:
    """One indicator of an index: a census column, its direction, its goalposts and its weight in its dimension."""

    code: str
    label: Label
    column: str
    direction: Literal["up", "down"]
    low: Number
    high: Number
    weight: Number


@dataclass(frozen=True)
class IndexDimension:
    """A dimension of an index."""

    code: str
    label: Label
    weight: Number
    indicators: tuple[IndexIndicator, ...]


@dataclass(frozen=True)
class Index:
    """A composite index and the line under which the people of a place are counted."""

    series: str
    label: Label
    normalisation: Literal["goalposts", "min_max", "z_score", "rank", "percentile"]
    weighting: Literal["equal", "given", "entropy"]
    mean: Literal["arithmetic", "geometric"]
    line: Number
    draws: Number
    concentration: Number
    dimensions: tuple[IndexDimension, ...]


@dataclass(frozen=True)
class Indices:
    """The composite indices."""

    development: Index


@dataclass(frozen=True)
class Service:
    """A service, the column of its distance, the distance from which people count as far, and the harshness scale."""

    code: str
    label: Label
    column: str
    far_km: Number
    harsh_near_km: Number
    harsh_far_km: Number
    harsh_weight: Number


@dataclass(frozen=True)
class Access:
    """When people live far from services, and how the loss of rural people is counted."""

    services: tuple[Service, ...]
    services_at_least: Number
    unknown: Literal["as_known", "not_remote", "remote"]
    far_road_km: Number
    expected_growth_share: Number


@dataclass(frozen=True)
class Answer:
    """A column of households' answers that a condition may read; `among` lists the texts that it may hold, all when empty."""

    column: str
    label: Label
    kind: Literal["number", "text", "flag"]
    among: tuple[str, ...] = ()


@dataclass(frozen=True)
class Gap:
    """How far a deprived household falls short: from `line` down to 0, in steps of one; `column` counts what it has."""

    column: str
    line: Number


@dataclass(frozen=True)
class Deprivation:
    """One indicator judged on answers.

    A household is deprived when `deprived_when` holds, among those to whom `applies_when` applies (all when empty); the others
    are not deprived. `severe_when` is the stricter condition of destitution. `missing` says what a missing answer
    means: the household is left out of the measure, it is or is not deprived, or the file is refused.
    """

    code: str
    label: Label
    dimension: str
    deprived_when: str
    weight: Number
    missing: Literal["drop", "not_deprived", "deprived", "refuse"]
    applies_when: str = ""
    severe_when: str = ""
    gap: Gap | None = None


@dataclass(frozen=True)
class Deprivations:
    """Multidimensional poverty judged household by household: answers, indicators, cutoffs, treatment of errors.

    Below `careful_cv` a figure stands by itself, from `unreliable_cv` on it is flagged as unreliable (coefficient of
    variation). A table is published when each cell has `least_observations` respondents, no respondent is more than
    `largest_share` of it, and a withheld figure cannot be narrowed to less than `protection_share` of itself.
    """

    series: str
    label: Label
    dimensions: tuple[PovertyDimension, ...]
    answers: tuple[Answer, ...]
    indicators: tuple[Deprivation, ...]
    poor_cutoff: Number
    vulnerable_cutoff: Number
    severe_cutoff: Number
    confidence: Number
    careful_cv: Number
    unreliable_cv: Number
    lonely: Literal["refuse", "certainty", "centred", "scaled"]
    least_observations: Number
    largest_share: Number
    protection_share: Number


@dataclass(frozen=True)
class Bound:
    """One bound on who sits on a committee: at least `least` and at most `most` of those counted.

    In members where the numbers are in members, in a share of all members where they are shares. `younger_than` is asked for
    where young people are counted, `college` where a college is.
    """

    code: str
    counts: Literal["members", "women", "young", "college"]
    least: Number | None = None
    most: Number | None = None
    college: Literal["elected", "administration", "civil_society", "co_opted"] | None = None
    younger_than: Number | None = None


@dataclass(frozen=True)
class QuorumRule:
    """How many of the members in office must be there; `strictly` (yes or no) asks for more than the share."""

    share: Number
    strictly: Number
    least: Number


@dataclass(frozen=True)
class BodyKind:
    """A kind of committee: the levels at which it sits, who chairs it, who may sit on it, and how it sits.

    `above` is the kind to which it belongs, empty for the highest. Numbers with the unit `yes or no` are readings of the
    procedure: 1 is yes.
    """

    code: str
    label: Label
    levels: tuple[str, ...]
    chair: Label
    composition: tuple[Bound, ...]
    first: QuorumRule
    second: QuorumRule
    notice_days: Number
    second_notice_days: Number
    second_after_days: Number
    clear_days: Number
    proxies_each: Number
    deputies_count: Number
    proxies_count: Number
    recused_leave_base: Number
    above: str = ""
    second_within_days: Number | None = None


@dataclass(frozen=True)
class MajorityRule:
    """A majority: more than `share` (`strictly`) or at least that, of the votes cast, of those present, or of the members."""

    code: str
    label: Label
    share: Number
    strictly: Number
    of: Literal["cast", "present", "members"]
    abstentions_cast: Number
    casting_vote: Number
    casting_in_secret: Number


@dataclass(frozen=True)
class MatterKind:
    """What a committee can decide on, the majority that it takes, and whether the vote is secret by default."""

    code: str
    label: Label
    majority: str
    secret: Number


@dataclass(frozen=True)
class ProjectKind:
    """A kind of project, as acts of delegation name it."""

    code: str
    label: Label


@dataclass(frozen=True)
class Condition:
    """What an act of delegation may ask of a matter."""

    code: str
    label: Label


@dataclass(frozen=True)
class Committees:
    """Who sits, how a session is held, what majority decides, and how acts of delegation that overlap are settled."""

    bodies: tuple[BodyKind, ...]
    majorities: tuple[MajorityRule, ...]
    matters: tuple[MatterKind, ...]
    project_kinds: tuple[ProjectKind, ...]
    conditions: tuple[Condition, ...]
    settled_by: tuple[Literal["territory", "signature", "number"], ...]

    def body(self, code: str) -> BodyKind:
        """The kind of committee with this code; KeyError when the rulebook has none."""
        return {kind.code: kind for kind in self.bodies}[code]

    def majority(self, code: str) -> MajorityRule:
        """The majority with this code; KeyError when the rulebook has none."""
        return {majority.code: majority for majority in self.majorities}[code]

    def matter(self, code: str) -> MatterKind:
        """The kind of matter with this code; KeyError when the rulebook has none."""
        return {matter.code: matter for matter in self.matters}[code]


@dataclass(frozen=True)
class Rules:
    """Everything in a rulebook as of one day; a subject with a default may be left out."""

    programme: Programme
    allocation: Allocation
    poverty: Poverty
    indices: Indices
    access: Access
    deprivations: Deprivations | None = None
    committees: Committees | None = None
    territory: Territory | None = None
