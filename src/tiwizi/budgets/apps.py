"""Budgets as a Django application."""

from django.apps import AppConfig


class BudgetsConfig(AppConfig):
    """Its tables, and what a committee does when it adopts a share."""

    name = "tiwizi.budgets"
    label = "budgets"

    def ready(self) -> None:
        """Registers the matter by which a committee adopts a scenario."""
        from tiwizi.budgets import before_committee, verifying  # once the models are loaded
        from tiwizi.journal.verifying import also

        before_committee.register()
        also(verifying.sums_wrong)
