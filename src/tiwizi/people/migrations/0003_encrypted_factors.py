"""Second factors that were kept in the clear are encrypted."""

from typing import Any

from cryptography.fernet import Fernet
from django.conf import settings
from django.db import migrations

SECRETS = ("secret", "seed")


def encrypt(apps: Any, _editor: Any) -> None:
    """Encrypts what is not yet; a token of Fernet begins with its version and the time, `gAAAA`."""
    cipher = Fernet(settings.FACTOR_KEY)
    for factor in apps.get_model("mfa", "Authenticator").objects.all():
        clear = {name: factor.data[name] for name in SECRETS if name in factor.data and not factor.data[name].startswith("gAAAA")}
        if clear:
            factor.data |= {name: cipher.encrypt(text.encode()).decode() for name, text in clear.items()}
            factor.save(update_fields=["data"])


class Migration(migrations.Migration):
    """Rows alone."""

    dependencies = [("people", "0002_second_person"), ("mfa", "0003_authenticator_type_uniq")]

    operations = [migrations.RunPython(encrypt, migrations.RunPython.noop)]
