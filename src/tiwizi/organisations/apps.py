"""Organisations as a Django application."""

from django.apps import AppConfig


class OrganisationsConfig(AppConfig):
    """Its tables."""

    name = "tiwizi.organisations"
    label = "organisations"
