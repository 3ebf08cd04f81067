"""Whom the money reaches: the targeting figures of a formula, each with its meaning in plain words."""

from dataclasses import dataclass

from tiwizi.language import isolated_number, number, percent, translator
from tiwizi.plan import Plan


@dataclass(frozen=True)
class Figure:
    """One figure: its name, its value as written, and one sentence that says what it means."""

    label: str
    value: str
    meaning: str


def figures(plan: Plan, language: str) -> list[Figure]:
    """The figures of targeting; people are ranked by the deprivation of the place where they live."""
    speak = translator(language)
    targeting = plan.targeting
    fifth = percent(targeting.poorest_fifth_share, language)
    return [
        Figure(
            speak("Share that reaches the poorest fifth"),
            fifth,
            speak(
                "The fifth of the people who live in the most deprived places gets {share} of the money; shared by head it "
                "would get {equal}."
            ).format(share=fifth, equal=percent(0.2, language, decimals=0)),
        ),
        Figure(
            speak("Targeting ratio (Coady, Grosh, Hoddinott)"),
            number(targeting.cgh_ratio, language, decimals=2),
            speak(
                "The two poorest fifths get {ratio} times what they would get if the money were shared by head; above 1 the "
                "money leans towards them."
            ).format(ratio=number(targeting.cgh_ratio, language, decimals=2)),
        ),
        Figure(
            speak("Concentration index"),
            isolated_number(number(targeting.concentration_index, language, decimals=2), language),
            speak("Below 0 the money leans towards the most deprived places; at 0 it would be shared by head."),
        ),
        Figure(
            speak("Leakage"),
            percent(targeting.leakage_share, language),
            speak(
                "This part of the money would go to other places if it only served to lift the deepest deprivation first; "
                "the other criteria, the floor and the cap send it elsewhere."
            ),
        ),
        Figure(
            speak("Fall of the squared shortfall"),
            percent(targeting.squared_fall_share, language),
            speak(
                "Of the fall in squared shortfall, which counts the depth of deprivation, that this envelope could buy, the "
                "plan brings {share}."
            ).format(share=percent(targeting.squared_fall_share, language)),
        ),
    ]
