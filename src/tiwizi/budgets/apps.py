"""Budgets as a Django application."""

from django.apps import AppConfig


class BudgetsConfig(AppConfig):
    """Its tables."""

    name = "tiwizi.budgets"
    label = "budgets"
