"""The office as a Django application: what joins the others."""

from django.apps import AppConfig

from tiwizi import registration, store
from tiwizi.database.keeping import Unkept, declare
from tiwizi.language import use_currency
from tiwizi.web import database


class WebConfig(AppConfig):
    """Checks at start that the database keeps what it is told to keep, and that no two apps declare the same."""

    name = "tiwizi.web"
    label = "web"

    def ready(self) -> None:
        """Adds the checks of the live database to Django's, and says in which currency the office writes amounts."""
        use_currency(lambda: store.own_rules().programme.currency)
        database.register()
        registration.check()
        declare("django_tasks_database_dbtaskresult", Unkept("jobs that wait; what they did is in the tables that they wrote"))
