"""Dated parameters, each with its source: read from TOML, checked, and given as the values in force on a day."""
