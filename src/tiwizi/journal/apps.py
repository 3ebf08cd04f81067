"""The journal as a Django application."""

from typing import Any

from django.apps import AppConfig
from django.db import connections
from django.db.models.signals import post_migrate


class JournalConfig(AppConfig):
    """Keeps the record; other applications write to it through its commands."""

    name = "tiwizi.journal"
    label = "journal"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Puts every commit on record; after each migration the triggers that note changes are created again."""
        from tiwizi.journal import commands  # only once the models are ready

        post_migrate.connect(_note_changes, sender=self, dispatch_uid="tiwizi.journal")
        commands.register()


def _note_changes(using: str, **_more: Any) -> None:
    from tiwizi.journal import stock

    stock.take(connections[using])
