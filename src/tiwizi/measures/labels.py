"""Measures in words for the office: labels, groups, formatted figures; for the census's columns and the core's measures."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Final

from tiwizi.core.errors import mark
from tiwizi.core.folding import sort_key
from tiwizi.core.rulebook.subjects import Rules
from tiwizi.language import isolated_number, number, percent, translator
from tiwizi.reports import measures

_CENSUS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "population": mark("Population"),
        "legal_population": mark("Legal population"),
        "households": mark("Number of households"),
        "women_share": mark("Women"),
        "under_15_share": mark("People under 15"),
        "over_60_share": mark("People of 60 and over"),
        "unemployment_share": mark("Unemployment rate"),
        "self_employed_share": mark("Own-account workers"),
        "family_worker_share": mark("Unpaid family workers"),
        "cooperative_member_share": mark("Members of cooperatives"),
        "illiteracy_10_plus_share": mark("Illiteracy, 10 and over"),
        "illiteracy_15_plus_share": mark("Illiteracy, 15 and over"),
        "schooling_share": mark("Children at school"),
        "no_education_share": mark("People without any education"),
        "disability_share": mark("People with a disability, rate"),
        "running_water_share": mark("Households with running water"),
        "electricity_share": mark("Households with electricity"),
        "sewer_share": mark("Households joined to a sewer"),
        "septic_tank_share": mark("Households with a septic tank"),
        "toilet_share": mark("Households with a toilet"),
        "gas_fuel_share": mark("Households that cook with gas"),
        "electric_fuel_share": mark("Households that cook with electricity"),
        "charcoal_fuel_share": mark("Households that cook with charcoal"),
        "firewood_fuel_share": mark("Households that cook with firewood"),
        "basic_dwelling_share": mark("Households in a basic dwelling"),
        "people_per_room": mark("People for one room"),
        "track_km": mark("Mean distance to a track"),
        "primary_school_km": mark("Mean distance to a primary school"),
        "middle_school_km": mark("Mean distance to a middle school"),
        "high_school_km": mark("Mean distance to a high school"),
        "health_centre_km": mark("Mean distance to a health centre"),
    }
)
_COUNTS: Final = frozenset({"population", "legal_population", "households"})

GROUPS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "criteria": mark("Criteria of the budget"),
        "poverty": mark("Poverty and development"),
        "access": mark("Access and dwelling"),
        "education": mark("Education"),
        "work": mark("Work"),
        "population": mark("Population and households"),
        "own": mark("Figures brought by the office"),
    }
)
"""Groups of measures in the order in which they are listed."""

_POVERTY: Final = (
    *("adjusted_", "contribution_", "headcount_", "deprivation_", "development_", "people_below_", "disab", "intensity"),
    *("censored_", "absolute_contribution_", "poor_", "poverty_", "vulnerable_share", "severe_", "destitution_"),
)
_BEGINNINGS: Final = (
    ("poverty", _POVERTY),
    ("education", ("illitera", "school", "out_of_school", "no_education")),
    ("work", ("unemploy", "vulnerable_employment", "self_employed", "family_worker", "cooperative")),
    ("population", ("population", "legal_", "households", "women_", "under_15", "over_60", "missing_rural")),
)
_ACCESS: Final = (
    "far_",
    "remote_",
    "harshness",
    "no_",
    "solid_fuel",
    "running_",
    "electric",
    "sewer",
    "septic",
    "toilet",
    "gas_",
)
_DWELLING: Final = (
    "charcoal",
    "firewood",
    "basic_dwelling",
    "people_per_room",
    "paved_",
    "track_",
    "primary_",
    "middle_",
    "high_",
)


def label(measure: str, rules: Rules, language: str) -> str:
    """The measure's name in a language; an uploaded one has the name of its column."""
    if measure in _CENSUS:
        return translator(language)(_CENSUS[measure])
    return measures.label(measure, rules, language)


def group(measure: str, rules: Rules) -> str:
    """The group under which a measure is listed: a key of GROUPS."""
    if any(measure in criterion.measures for criterion in rules.allocation.criteria):
        return "criteria"
    for name, beginnings in _BEGINNINGS:
        if measure.startswith(beginnings):
            return name
    return "access" if measure.startswith((*_ACCESS, *_DWELLING, "high_", "health_centre_")) else "own"


def grouped(names: Iterable[str], rules: Rules, language: str) -> list[tuple[str, list[tuple[str, str]]]]:
    """Groups in order, each its title and its measures as code and label, by label; groups without any are left out."""
    speak = translator(language)
    by_group: dict[str, list[tuple[str, str]]] = {}
    for name in names:
        by_group.setdefault(group(name, rules), []).append((name, label(name, rules, language)))
    return [
        # In reading order: accents and the Arabic article do not affect it.
        (speak(title), sorted(by_group[code], key=lambda pair: (sort_key(pair[1], language), pair[1])))
        for code, title in GROUPS.items()
        if code in by_group
    ]


def is_share(measure: str) -> bool:
    """Whether figures of the measure are shown as percentages."""
    return measure not in _COUNTS and measure != "people_per_room" and measures.is_share(measure)


def unit(measure: str, language: str) -> str:
    """The unit in words; empty for one that its label says."""
    if measure in _COUNTS or measure == "people_per_room":
        return ""
    return measures.unit(measure, language)


def shown(measure: str, value: float | None, language: str) -> str:
    """A formatted figure; a dash when unknown."""
    if is_share(measure):
        return percent(value, language, decimals=1)
    return number(value, language, decimals=decimals(measure))


def decimals(measure: str) -> int:
    """How many digits after the decimal mark its figures are shown with; shares as percentages."""
    if measure in _COUNTS:
        return 0
    return 2 if measure == "people_per_room" else measures.decimals(measure)


def change(measure: str, before: float | None, after: float | None, language: str) -> str:
    """The difference with its sign; of shares in points. Empty where one of them is unknown."""
    if before is None or after is None:
        return ""
    speak, points = translator(language), is_share(measure)
    by = (after - before) * (100 if points else 1)
    # Rounded first, so that no change is written as a signed zero.
    by = round(by, 1 if points else decimals(measure))
    sign = "+" if by > 0 else "−" if by < 0 else ""
    # The sign stays before its number in right-to-left text, apart from the word that follows.
    signed = isolated_number(sign + number(abs(by), language, decimals=1 if points else decimals(measure)), language)
    return speak("{number} points").format(number=signed) if points else signed
