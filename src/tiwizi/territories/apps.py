"""Territories as a Django application."""

from django.apps import AppConfig


class TerritoriesConfig(AppConfig):
    """Its tables."""

    name = "tiwizi.territories"
    label = "territories"
