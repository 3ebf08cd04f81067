"""People as a Django application."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """Refuses at start an address that does not say who may come, and records what happens to second factors."""

    name = "tiwizi.people"
    label = "people"

    def ready(self) -> None:
        """Adds the check of doors to Django's, and follows the rows of second factors into the journal."""
        from allauth.mfa.models import Authenticator
        from django.db.models.signals import post_delete, post_save

        from tiwizi.people import doors, signing  # only once the models are ready

        doors.register()
        post_save.connect(signing.record_factor, sender=Authenticator, dispatch_uid="tiwizi.factors")
        post_delete.connect(signing.record_removal, sender=Authenticator, dispatch_uid="tiwizi.factors")
