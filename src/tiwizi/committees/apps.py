"""Committees as a Django application."""

from django.apps import AppConfig


class CommitteesConfig(AppConfig):
    """Its tables, and what adopting a matter of each kind does."""

    name = "tiwizi.committees"
    label = "committees"

    def ready(self) -> None:
        """Registers what adopting does for the kinds of matter that are the committees' own."""
        from tiwizi.committees.commands import effects  # once the models are loaded

        effects.register_own()
