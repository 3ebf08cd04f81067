"""Readers that turn published data into core tables; with the rulebook, the only code that knows a country."""
