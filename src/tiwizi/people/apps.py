"""People as a Django application."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """Refuses at start an address that does not say who may come."""

    name = "tiwizi.people"
    label = "people"

    def ready(self) -> None:
        """Adds the check of doors to Django's."""
        from tiwizi.people import doors  # only once the models are ready

        doors.register()
