"""Minutes as files: what was written from the record, who signed, what was sealed; and the letters of a convocation."""

from django.conf import settings
from django.db import models

from tiwizi.committees.models.sessions import Session
from tiwizi.database.scope import Scoped


class Minutes(Scoped):
    """The minutes of a session in a language, as the bytes that were shown, signed and sealed. Append-only.

    `number` counts from 1 in a session and language: what corrects sealed minutes is a new number, and says why (`correction`).
    `code` is printed on the file and leads to the page that checks it; `data` is the record from which it was written.
    """

    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="minutes")
    language = models.CharField(max_length=2)
    number = models.PositiveSmallIntegerField()
    code = models.CharField(max_length=16)
    media = models.CharField(max_length=8)
    """`pdf` or `docx`."""
    content = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    data = models.JSONField()
    correction = models.CharField(max_length=300, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta(Scoped.Meta):
        """In the order of writing."""

        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(fields=("session", "language", "number", "media"), name="minutes_once"),
            models.UniqueConstraint(fields=("code", "language", "media"), name="minutes_code"),
        )

    def __str__(self) -> str:
        return f"{self.session_id} {self.language} {self.number}.{self.media}"


class Scan(Scoped):
    """A scan of the print that the chair signed, which a second person compares with the files. Append-only."""

    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="scans")
    number = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=160)
    """Who signed the print as the chair."""
    media = models.CharField(max_length=40)
    content = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta(Scoped.Meta):
        """In the order in which they came."""

        ordering = ("pk",)
        constraints = (models.UniqueConstraint(fields=("session", "number", "sha256"), name="scan_once"),)

    def __str__(self) -> str:
        return f"scan {self.pk} of {self.session_id}"


class Signature(Scoped):
    """The sign-off of the minutes of a session in one number, all languages at once. Append-only.

    `capacity`: `secretary` or `chair`; the second of the two seals: `entry` is then the journal's. `on_paper` where the chair
    signed the print: `scan` shows it, and `by` is the second person who confirmed it.
    """

    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="signatures")
    number = models.PositiveSmallIntegerField()
    capacity = models.CharField(max_length=12)
    name = models.CharField(max_length=160)
    on_paper = models.BooleanField(default=False)
    scan = models.ForeignKey(Scan, on_delete=models.PROTECT, related_name="+", null=True)
    entry = models.BigIntegerField(null=True)
    hashes = models.JSONField()
    """SHA-256 of each file that was signed, by `language.media`."""
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta(Scoped.Meta):
        """One a capacity."""

        ordering = ("pk",)
        constraints = (models.UniqueConstraint(fields=("session", "number", "capacity"), name="signature_once"),)

    def __str__(self) -> str:
        return f"{self.capacity} of {self.session_id}"


class Letter(Scoped):
    """An invitation that went out: to whom, by which way, when. Append-only."""

    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="letters")
    mandate = models.ForeignKey("committees.Mandate", on_delete=models.PROTECT, related_name="+")
    way = models.CharField(max_length=8)
    """`mail` or `letter`."""
    sent_on = models.DateField()
    at = models.DateTimeField()

    class Meta(Scoped.Meta):
        """One a member and way."""

        ordering = ("pk",)
        constraints = (models.UniqueConstraint(fields=("session", "mandate", "way"), name="letter_once"),)

    def __str__(self) -> str:
        return f"{self.way} to {self.mandate_id}"
