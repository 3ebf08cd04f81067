"""Poverty of a file of households, from the rows to what may be published."""

from tiwizi.survey.assessing import Assessment, assess, assess_judged, levels_of, weights_of
from tiwizi.survey.bootstrap import assessed_again, bootstrap
from tiwizi.survey.robust import Robust, robustness

__all__ = [
    "Assessment",
    "Robust",
    "assess",
    "assess_judged",
    "assessed_again",
    "bootstrap",
    "levels_of",
    "robustness",
    "weights_of",
]
