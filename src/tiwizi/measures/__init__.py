"""Runs of the core's measures from the census and from uploaded tables, and the pages that show their figures."""
