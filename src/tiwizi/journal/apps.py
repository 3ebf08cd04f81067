"""The journal as a Django application."""

from django.apps import AppConfig


class JournalConfig(AppConfig):
    """Keeps the record; other applications write to it through its commands."""

    name = "tiwizi.journal"
    label = "journal"
    default_auto_field = "django.db.models.BigAutoField"
