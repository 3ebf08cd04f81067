"""Poverty of a file of households, from the rows to what may go out."""

from tiwizi.poverty.assessing import Assessment, assess, assess_judged, levels_of, weights_of

__all__ = ["Assessment", "assess", "assess_judged", "levels_of", "weights_of"]
