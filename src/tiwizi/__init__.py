"""Tiwizi runs a territorial human-development programme from the hamlet up."""

__version__ = "0.1.0"
