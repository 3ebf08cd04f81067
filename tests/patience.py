"""How long a test waits for a program before it calls it hung: no speed of a machine decides a test (decision 0022)."""

from typing import Final

PATIENCE_S: Final = 600
"""Seconds; a wait that is over earlier costs nothing."""
