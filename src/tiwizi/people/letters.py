"""Letters to people: the link of an invitation goes to the invited address and nowhere else."""

from django.conf import settings
from django.core.mail import send_mail
from django.utils.translation import gettext

from tiwizi.people.models import Invitation


def send_invitation(invitation: Invitation, link: str) -> None:
    """Sends the link to who is invited, in the language of the request."""
    send_mail(
        gettext("Invitation to Tiwizi"),
        gettext("You are invited to Tiwizi. Open this link within fourteen days:") + f"\n\n{link}\n",
        None,
        [invitation.email],
        fail_silently=True,
    )


def send_no_account(address: str) -> None:
    """Tells who asked for a new passphrase that there is no account: as much work as for an account, and the same answer."""
    send_mail(
        gettext("No account in Tiwizi"),
        gettext(
            "Somebody asked for a new passphrase for this address. There is no account for it in Tiwizi: nothing was changed, "
            "and you need not do anything."
        ),
        None,
        [address],
    )


def folder() -> str:
    """Where letters are kept as files on the server; empty where a mail server takes them."""
    return "" if settings.MAIL_FOLDER is None else str(settings.MAIL_FOLDER)
