"""Poverty of a file of households, from the rows to what may go out."""

from tiwizi.poverty.assessing import Assessment, assess, assess_judged, levels_of, weights_of
from tiwizi.poverty.bootstrap import assessed_again, bootstrap
from tiwizi.poverty.robust import Robust, robustness

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
