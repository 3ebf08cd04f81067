"""How the office runs: one setting chooses the database, one folder holds what is the server's own.

`TIWIZI_PROGRAMME` is the programme that the office runs: the folder of its rulebook, or the name of one that Tiwizi carries.
`TIWIZI_DATABASE` is the address of the database (SQLite in the office's folder by default), `TIWIZI_HOME` that folder,
`TIWIZI_HOSTS` the names under which the office is reached (this machine by default), `TIWIZI_PROXIES` how many trusted
proxies stand before it (none by default: then what a client says of its own address is not believed), `TIWIZI_MAIL` the
address of the mail server (smtp://user:password@host:port; without it letters are kept as files in the office's folder),
`TIWIZI_SURVEYS` the folder of files of households that are too large to be sent (by default `surveys` in the office's folder),
`TIWIZI_ADDRESS` how links in letters begin (by default the first of the names, never what a request says of itself).
`TIWIZI_WAIT_S` is for how many seconds a locked write is waited for; the web server waits less than a job.
"""

import os
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, urlsplit

import django
from csp.constants import NONE, SELF

from tiwizi import store
from tiwizi.core.rulebook.rulebook import territory_of
from tiwizi.web import database, secrets

# Whatever a program of the office makes is for its own user alone.
os.umask(0o077)
HOME = Path(os.environ.get("TIWIZI_HOME") or Path.home() / ".local" / "share" / "tiwizi")
DATABASES = {
    "default": database.from_url(
        os.environ.get("TIWIZI_DATABASE") or f"sqlite:///{quote(str(HOME / 'office.sqlite3'))}",
        wait_s=int(os.environ.get("TIWIZI_WAIT_S") or 20),
    )
}
SURVEYS = Path(os.environ.get("TIWIZI_SURVEYS") or HOME / "surveys")
PACKAGE = Path(__file__).parent.parent

SECRET_KEY = secrets.text(HOME / "secrets" / "django")
# Keys the digests of rows that the journal holds: who has the journal alone cannot guess what a row says.
RECORD_KEY = secrets.text(HOME / "secrets" / "record")
# Second factors are encrypted with it: whoever has the database alone cannot sign in as anybody.
FACTOR_KEY = secrets.encryption_key(HOME)
ALLOWED_HOSTS = (os.environ.get("TIWIZI_HOSTS") or "127.0.0.1,localhost,[::1]").split(",")
PROXIES = int(os.environ.get("TIWIZI_PROXIES") or 0)
SECURE = os.environ.get("TIWIZI_HTTPS") == "1"
ADDRESS = (os.environ.get("TIWIZI_ADDRESS") or f"http{'s' if SECURE else ''}://{ALLOWED_HOSTS[0]}").rstrip("/")
DEBUG = False

USE_TZ = True
TIME_ZONE = territory_of(store.own_rules()).time_zone
LANGUAGE_CODE = "ar"
LANGUAGES = [("ar", "العربية"), ("fr", "Français"), ("en", "English")]
LOCALE_PATHS = [PACKAGE / "locale"]
FORMAT_MODULE_PATH: list[str] = []
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "csp",
    "django_tasks_db",
    "tiwizi.journal.apps.JournalConfig",
    "tiwizi.people.apps.PeopleConfig",
    "tiwizi.territories",
    "tiwizi.organisations",
    "tiwizi.committees",
    "tiwizi.measures",
    "tiwizi.budgets",
    "tiwizi.web.apps.WebConfig",
]
MIDDLEWARE = [
    "tiwizi.web.answers_kept.HeadAsGet",
    "tiwizi.web.answers_kept.Private",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "tiwizi.web.known.Known",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "tiwizi.web.languages.Chosen",
    "tiwizi.web.fragments.Varied",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "tiwizi.people.doors.Shut",
    "tiwizi.office.drafts.Taken",
    "tiwizi.web.incoming.Incoming",
    "tiwizi.web.refusals.Refusals",
]
ROOT_URLCONF = "tiwizi.web.addresses"
WSGI_APPLICATION = "tiwizi.web.wsgi.application"

LOADERS = ("filesystem", "app_directories")
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [PACKAGE],
        "OPTIONS": {
            # Pages are ours, by their path; only the letters of the library that signs people in are its own.
            "loaders": [
                ("django.template.loaders.cached.Loader", [f"django.template.loaders.{name}.Loader" for name in LOADERS])
            ],
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "tiwizi.office.filters",
                "tiwizi.office.tags",
                "tiwizi.territories.filters",
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "tiwizi.web.context.office",
            ],
        },
    }
]

STATIC_URL = "static/"
STATIC_ROOT = HOME / "static"
STATIC_ROOT.mkdir(parents=True, exist_ok=True)
STATICFILES_DIRS = [PACKAGE / "web" / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

AUTH_USER_MODEL = "people.Account"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "account_login"

ACCOUNT_ADAPTER = "tiwizi.people.signing.Adapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_FORMS = {"change_password": "tiwizi.people.forms.ChangePassphrase", "reset_password": "tiwizi.people.forms.Reset"}
# A second line, in the cache: what counts stands in the database (tiwizi.people.attempts).
ACCOUNT_RATE_LIMITS = {"login": "60/m/ip", "login_failed": "30/m/ip,5/15m/key", "reset_password": "20/m/ip,5/h/key"}
MFA_ADAPTER = "tiwizi.people.signing.FactorAdapter"
MFA_FORMS = {
    "authenticate": "tiwizi.people.forms.Authenticate",
    "reauthenticate": "tiwizi.people.forms.Reauthenticate",
    "activate_totp": "tiwizi.people.forms.Activate",
}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Tiwizi"
# A telephone whose clock is half a minute off still signs in (RFC 6238, section 5.2).
MFA_TOTP_TOLERANCE = 1
# Nobody signs up by oneself: an address is that of an invitation.
MFA_ALLOW_UNVERIFIED_EMAIL = True
ALLAUTH_TRUSTED_PROXY_COUNT = PROXIES

# Counts of failed attempts outlive a restart and are shared by every process of the server. Drawings have a folder of their
# own: however many are asked for, no count is pushed out.
_FILES = "django.core.cache.backends.filebased.FileBasedCache"
CACHES = {
    "default": {"BACKEND": _FILES, "LOCATION": HOME / "cache"},
    "drawings": {"BACKEND": _FILES, "LOCATION": HOME / "drawings", "OPTIONS": {"MAX_ENTRIES": 2000}},
}
# On Django 5.2 the tasks of Django 6 come from a package of their own.
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": []}}

SESSION_ENGINE = "tiwizi.web.sessions"
SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
CSRF_FAILURE_VIEW = "tiwizi.web.refusals.stale_form"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_SSL_REDIRECT = False
SECURE_HSTS_SECONDS = 31536000 if SECURE else 0
if PROXIES:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "worker-src": [SELF, "blob:"],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}

DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
FILE_UPLOAD_PERMISSIONS = 0o600

_mail = urlsplit(os.environ.get("TIWIZI_MAIL") or "")
DEFAULT_FROM_EMAIL = os.environ.get("TIWIZI_MAIL_FROM") or "tiwizi@localhost"
# What sends letters in the end, from a job; what Django is told to send with puts them on its queue.
_BACKENDS = "django.core.mail.backends"
# Where letters are kept as files; None where a mail server takes them.
MAIL_FOLDER = None if _mail.hostname else HOME / "mail"
POST: dict[str, Any] = {"BACKEND": f"{_BACKENDS}.filebased.EmailBackend", "OPTIONS": {"file_path": MAIL_FOLDER}}
if _mail.hostname:
    POST = {
        "BACKEND": f"{_BACKENDS}.smtp.EmailBackend",
        "OPTIONS": {
            "host": _mail.hostname,
            "port": _mail.port or 587,
            "username": unquote(_mail.username or ""),
            "password": unquote(_mail.password or ""),
            "use_tls": True,
            "timeout": 10,
        },
    }
_QUEUED = "tiwizi.web.letters.Queued"
if django.VERSION >= (6, 1):
    MAILERS = {"default": {"BACKEND": _QUEUED}}
else:
    EMAIL_BACKEND = _QUEUED

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
}
