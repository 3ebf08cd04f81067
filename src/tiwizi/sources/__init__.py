"""Readers that turn published data into core tables; with the rulebook, the only place that knows a country."""
