"""People as a Django application."""

from typing import Final

from django.apps import AppConfig

from tiwizi.database.keeping import Keeping, Rows, Unkept, declare

LIBRARIES: Final[dict[str, Keeping]] = {
    "account_emailaddress": Rows(),
    "account_emailconfirmation": Unkept("no address is confirmed by a link: an address is that of an invitation"),
    "auth_group": Unkept("nobody is in a group: what people may do is in their roles"),
    "auth_group_permissions": Unkept("nobody is in a group, and no group may do anything"),
    "auth_permission": Unkept("derived from the models by a library, and not used"),
    "django_content_type": Unkept("derived from the models by a library"),
    "django_session": Unkept("who is signed in at the moment"),
    "mfa_authenticator": Rows(without=frozenset({"last_used_at"})),
}
"""How the tables are kept that libraries bring for people who sign in."""


class PeopleConfig(AppConfig):
    """Refuses at start an address that does not say who may come, and records what happens to second factors."""

    name = "tiwizi.people"
    label = "people"

    def ready(self) -> None:
        """Adds the check of doors to Django's, and follows the rows of second factors into the journal."""
        from allauth.mfa.models import Authenticator
        from django.db.models.signals import post_delete, post_save

        from tiwizi.people import doors, signing  # only once the models are ready

        for table, how in LIBRARIES.items():
            declare(table, how)

        doors.register()
        post_save.connect(signing.record_factor, sender=Authenticator, dispatch_uid="tiwizi.factors")
        post_delete.connect(signing.record_removal, sender=Authenticator, dispatch_uid="tiwizi.factors")
