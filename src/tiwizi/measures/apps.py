"""Measures as a Django application."""

from django.apps import AppConfig


class MeasuresConfig(AppConfig):
    """Its tables."""

    name = "tiwizi.measures"
    label = "measures"
