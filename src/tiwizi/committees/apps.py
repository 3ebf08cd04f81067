"""Committees as a Django application."""

from django.apps import AppConfig


class CommitteesConfig(AppConfig):
    """Its tables, and what adopting a matter of each kind does."""

    name = "tiwizi.committees"
    label = "committees"

    def ready(self) -> None:
        """Registers what adopting does for the kinds of matter that are the committees' own."""
        from tiwizi.committees import history, verifying  # once the models are loaded
        from tiwizi.committees.commands import effects
        from tiwizi.committees.rules.steps import STATES
        from tiwizi.journal.verifying import also
        from tiwizi.office.history import register

        effects.register_own()
        register("matter", commands=history.MATTERS, states=STATES)
        for check in (verifying.resolutions_wrong, verifying.minutes_wrong, verifying.ceilings_wrong):
            also(check)
