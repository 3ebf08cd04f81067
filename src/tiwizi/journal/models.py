"""The journal's tables: entries, the signed checkpoints that outsiders may keep, and receipts of requests."""

from django.db import models

from tiwizi.database.keeping import Chained, Rows, Unkept
from tiwizi.database.scope import Scoped
from tiwizi.journal import verifier


class Entry(Scoped):
    """One act: who, when, in which role, by which command, on what, where, and what changed.

    Append-only by triggers of the database. `changes` holds, by field, the value before and after; personal values are there
    as keyed hashes only. Texts hold codes and identifiers, never personal data. `position` is that of the place: who reads
    the journal reads the entries of their own places; acts that concern no place have position 0, where nobody has a role.
    """

    number = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField()
    actor = models.CharField(max_length=64)
    role = models.CharField(max_length=64)
    command = models.CharField(max_length=64)
    kind = models.CharField(max_length=64)
    object = models.CharField(max_length=64)
    place = models.CharField(max_length=32, blank=True)
    changes = models.JSONField()
    rows = models.JSONField(null=True)
    """By table, the digest of each row, or set of rows, that the act wrote; null for one that it deleted."""
    previous = models.CharField(max_length=64, unique=True)
    hash = models.CharField(max_length=64, unique=True)

    kept = Chained()

    class Meta(Scoped.Meta):
        """Ordered by number; indexed by place and by object."""

        ordering = ("number",)
        indexes = (
            models.Index(fields=("position", "number"), name="journal_by_position"),
            models.Index(fields=("kind", "object", "number"), name="journal_by_object"),
        )
        constraints = (models.CheckConstraint(condition=models.Q(number__gte=1), name="journal_numbers_from_one"),)

    def __str__(self) -> str:
        return f"{self.number}: {self.command} {self.kind} {self.object}"

    def body(self) -> verifier.Body:
        """The entry as it is hashed and exported; the moment in UTC to the microsecond."""
        values = {field: getattr(self, field) for field in verifier.FIELDS}
        if self.rows is not None:
            values["rows"] = self.rows
        return {**values, "at": self.at.isoformat(timespec="microseconds")}


class Checkpoint(models.Model):
    """A signature over the journal up to an entry, so that whoever holds it can detect a rewritten journal. Append-only."""

    number = models.BigIntegerField()
    hash = models.CharField(max_length=64)
    at = models.DateTimeField()
    key = models.CharField(max_length=64)
    signature = models.CharField(max_length=128, unique=True)

    kept = Chained()

    class Meta:
        """Read in order."""

        ordering = ("number", "id")

    def __str__(self) -> str:
        return f"checkpoint of entry {self.number}"

    def body(self) -> verifier.Body:
        """The checkpoint as it is published and checked."""
        signed = {field: getattr(self, field) for field in verifier.SIGNED}
        return {**signed, "at": self.at.isoformat(timespec="microseconds"), "signature": self.signature}


class Receipt(models.Model):
    """The answer to a request with an id: the same request again gets the same answer. Append-only."""

    client_id = models.UUIDField(primary_key=True)
    account = models.CharField(max_length=64)
    command = models.CharField(max_length=64)
    body = models.CharField(max_length=64)
    answer = models.CharField(max_length=255)
    at = models.DateTimeField()

    kept = Rows()

    def __str__(self) -> str:
        return f"{self.command} {self.client_id}"


class Touched(models.Model):
    """A row on record that a transaction touched, on PostgreSQL; emptied by the journal before the commit."""

    transaction = models.CharField(max_length=24)
    name = models.CharField(max_length=64)
    key = models.CharField(max_length=64)

    kept = Unkept("empty whenever nobody writes: what an entry holds of it is in the entry")

    def __str__(self) -> str:
        return f"{self.name} {self.key}"
