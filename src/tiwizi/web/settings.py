"""How the office runs: one setting chooses the database, one folder holds what is the server's own.

`TIWIZI_DATABASE` is the address of the database (SQLite in the office's folder by default), `TIWIZI_HOME` that folder.
"""

import os
from pathlib import Path
from urllib.parse import quote

from tiwizi.web import database, secrets

HOME = Path(os.environ.get("TIWIZI_HOME") or Path.home() / ".local" / "share" / "tiwizi")
DATABASES = {
    "default": database.from_url(os.environ.get("TIWIZI_DATABASE") or f"sqlite:///{quote(str(HOME / 'office.sqlite3'))}")
}

SECRET_KEY = secrets.text(HOME / "secrets" / "django")
ALLOWED_HOSTS: list[str] = []
DEBUG = False
USE_TZ = True
TIME_ZONE = "Africa/Casablanca"
LANGUAGE_CODE = "ar"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = ["tiwizi.journal.apps.JournalConfig", "tiwizi.web.apps.WebConfig"]
MIDDLEWARE: list[str] = []
