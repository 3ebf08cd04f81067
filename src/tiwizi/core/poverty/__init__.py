"""Poverty of households: judged, added up, finished with errors, compared over time and over other cutoffs."""
