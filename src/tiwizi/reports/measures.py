"""Labels and units of the measures in each language, and their formatted values."""

from typing import Final

from tiwizi import store
from tiwizi.core.errors import mark
from tiwizi.core.rulebook.subjects import Rules
from tiwizi.language import number, percent, translator

_LABELS: Final = {
    "adjusted_headcount": mark("Adjusted headcount of poverty (M0)"),
    "adjusted_headcount_change": mark("Change of the adjusted headcount"),
    "headcount_ratio": mark("Poor people, share (H)"),
    "headcount_ratio_change": mark("Change of the share of poor people"),
    "headcount_ratio_annual_change": mark("Change of the share of poor people, a year"),
    "adjusted_headcount_annual_change": mark("Change of the adjusted headcount, a year"),
    "intensity": mark("Intensity of poverty (A)"),
    "intensity_change": mark("Change of the intensity of poverty"),
    "poor_people": mark("Poor people"),
    "vulnerable_share": mark("Vulnerable people, share"),
    "severe_headcount_ratio": mark("Severely poor people, share"),
    "destitution_headcount_ratio": mark("Destitute people, share"),
    "destitution_adjusted_headcount": mark("Adjusted headcount of destitution"),
    "adjusted_gap": mark("Adjusted gap of poverty (M1)"),
    "adjusted_squared_gap": mark("Adjusted squared gap of poverty (M2)"),
    "population_share": mark("Part of all people"),
    "poor_share": mark("Part of all poor people"),
    "poverty_share": mark("Part of all deprivation of the poor"),
    "adjusted_headcount_union": mark("Adjusted headcount of deprivation, union cutoff"),
    "deprivation_people": mark("People whom deprivation amounts to"),
    "development_index": mark("Local development index"),
    "development_rank": mark("Rank by the development index"),
    "development_rank_by_choices": mark("Rank by the development index, over the choices of method"),
    "development_shortfall_people": mark("People whom the gap to the development line amounts to"),
    "people_below_development_line": mark("People of places below the development line"),
    "disabled_people": mark("People with a disability"),
    "disabled_share": mark("People with a disability, share"),
    "far_road_people": mark("People far from a paved road, by their place's mean distance"),
    "harshness_index": mark("Harshness of remoteness"),
    "illiterate_people": mark("People who cannot read and write"),
    "illiterate_share": mark("People who cannot read and write, share"),
    "missing_rural_people": mark("Rural inhabitants missing against expected growth"),
    "no_electricity_households": mark("Households without electricity"),
    "no_electricity_share": mark("Households without electricity, share"),
    "no_running_water_households": mark("Households without running water"),
    "no_running_water_share": mark("Households without running water, share"),
    "no_sanitation_households": mark("Households with neither sewer nor septic tank"),
    "no_sanitation_share": mark("Households with neither sewer nor septic tank, share"),
    "no_sewer_households": mark("Households not joined to a sewer"),
    "no_sewer_share": mark("Households not joined to a sewer, share"),
    "out_of_school_people": mark("Children out of school"),
    "out_of_school_share": mark("Children out of school, share"),
    "paved_road_km": mark("Mean distance to a paved road"),
    "population_change_people": mark("Change of population between censuses"),
    "population_change_rate": mark("Change of population between censuses, rate"),
    "remote_people": mark("People far from services"),
    "remote_share": mark("People far from services, share"),
    "solid_fuel_households": mark("Households that cook with wood or charcoal"),
    "solid_fuel_share": mark("Households that cook with wood or charcoal, share"),
    "unemployed_people": mark("Unemployed people"),
    "unemployed_share": mark("Unemployed people among the labour force, share"),
    "vulnerable_employment_people": mark("People in vulnerable employment"),
    "vulnerable_employment_share": mark("People in vulnerable employment, share"),
}

# A measure's unit is the suffix of its name; without a known suffix it is a share.
_UNITS: Final = (
    ("_people", mark("people")),
    ("_households", mark("households")),
    ("_km", mark("km")),
    ("_min", mark("minutes")),
    ("_dh", ""),
    ("_m", mark("m")),
    ("_days", mark("days")),
    ("_index", mark("index")),
    ("_rank", mark("rank")),
    ("_rank_by_choices", mark("rank")),
)

# The units used in rulebooks, so that the catalogues contain them.
RULEBOOK_UNITS: Final = (
    mark("share"),
    mark("share a year"),
    mark("weight"),
    mark("index"),
    mark("services"),
    mark("draws"),
    mark("km"),
    mark("people for one room"),
)


def unit_of(unit: str, rules: Rules, language: str) -> str:
    """The unit of a number of the rulebook in words; money is counted in its programme's currency."""
    speak, currency = translator(language), rules.programme.currency
    if unit == currency.en:
        return currency.in_(language)
    return (
        speak("{currency} a person").format(currency=currency.in_(language)) if unit == f"{currency.en} a person" else speak(unit)
    )


_OF_INDICATORS: Final = {
    "censored_headcount_": mark("Poor and deprived: {indicator}"),
    "absolute_contribution_": mark("What it adds to the adjusted headcount: {indicator}"),
    "censored_gap_": mark("Gap of the poor: {indicator}"),
    "censored_squared_gap_": mark("Squared gap of the poor: {indicator}"),
}


def label(measure: str, rules: Rules, language: str) -> str:
    """The label of a measure; a measure without one keeps its name."""
    if measure in _LABELS:
        return translator(language)(_LABELS[measure])
    return _built(measure, rules, language) or measure


def unit(measure: str, language: str) -> str:
    """The unit of a measure; a share is shown as a percentage."""
    speak = translator(language)
    if measure.startswith("people_"):
        return speak("people")
    if measure.endswith("_dh"):
        return store.own_rules().programme.currency.in_(language)
    named_unit = next((text for end, text in _UNITS if measure.endswith(end)), None)
    return speak(named_unit) if named_unit else "%"


def is_share(measure: str) -> bool:
    """Whether the measure is a share or a rate, shown as a percentage."""
    return not measure.startswith("people_") and not any(measure.endswith(end) for end, _text in _UNITS)


def decimals(measure: str) -> int:
    """How many digits after the decimal mark a value of the measure is shown with."""
    if is_share(measure) or measure.endswith("_km"):
        return 1
    return 3 if measure.endswith("_index") else 0


def shown(measure: str, value: float | None, language: str) -> str:
    """The formatted value of a measure; a dash when unknown."""
    if is_share(measure):
        return percent(value, language, decimals=decimals(measure))
    return number(value, language, decimals=decimals(measure))


def _built(measure: str, rules: Rules, language: str) -> str | None:
    """The labels of the measures that exist once per indicator, dimension or service of the rulebook."""
    speak = translator(language)
    judged = rules.deprivations.indicators if rules.deprivations is not None else ()
    indicators = {indicator.code: indicator.label for indicator in judged} | {
        indicator.code: indicator.label for indicator in rules.poverty.indicators
    }
    dimensions = {f"{dimension.code}_dimension": dimension.label for dimension in rules.poverty.dimensions}
    services = {service.code: service.label for service in rules.access.services}
    for beginning, label in _OF_INDICATORS.items():
        if measure.removeprefix(beginning) in indicators and measure.startswith(beginning):
            return speak(label).format(indicator=indicators[measure.removeprefix(beginning)].in_(language))
    start, _, rest = measure.partition("_")
    if start == "headcount" and rest in indicators:
        return speak("Deprived: {indicator}").format(indicator=indicators[rest].in_(language))
    if start == "contribution" and rest in {**indicators, **dimensions}:
        subject = {**indicators, **dimensions}[rest]
        return speak("Part of the deprivation: {indicator}").format(indicator=subject.in_(language))
    if start == "far" and rest.removesuffix("_people") in services:
        return speak("People far from: {service}").format(service=services[rest.removesuffix("_people")].in_(language))
    return None
