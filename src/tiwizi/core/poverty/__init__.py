"""Poverty of households: judged, added up, computed with errors, compared over time and over other cutoffs."""
