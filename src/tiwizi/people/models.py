"""Accounts, the roles they have at places, and invitations that wait."""

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext

from tiwizi.database.keeping import Rows, Unkept
from tiwizi.database.scope import Scoped
from tiwizi.people.rules import ROLES


class AccountManager(BaseUserManager["Account"]):
    """Accounts by their address, whatever its case."""

    def get_by_natural_key(self, email: str | None) -> "Account":
        """The account of an address."""
        return self.get(email__iexact=email)


class Account(AbstractBaseUser):
    """A person who signs in. Kept of them: an address, a name, a language. What they may do is in their roles alone."""

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=120)
    language = models.CharField(max_length=2, default="ar")
    is_active = models.BooleanField(default=True)
    demonstration = models.BooleanField(default=False)
    created_at = models.DateTimeField()

    # When somebody signs in is told by the journal's own entry.
    kept = Rows(without=frozenset({"last_login"}))

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects: ClassVar[AccountManager] = AccountManager()

    class Meta:
        """Found by address."""

        ordering = ("email",)

    def __str__(self) -> str:
        return self.name or self.email


class Role(Scoped):
    """What an account is at a place, from a day on and until another; all below the place is its to see."""

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=32)
    place = models.CharField(max_length=32)
    last = models.BigIntegerField()
    since = models.DateField()
    until = models.DateField(null=True)

    class Meta(Scoped.Meta):
        """One role of a kind at a place for an account at a time."""

        constraints = (
            models.UniqueConstraint(fields=("account", "kind", "place"), condition=Q(until=None), name="people_role_once"),
            models.CheckConstraint(condition=Q(last__gte=models.F("position")), name="people_role_interval"),
        )

    def __str__(self) -> str:
        return f"{self.kind}@{self.place}"

    @property
    def words(self) -> str:
        """Its name in the language of the request."""
        return gettext(ROLES[self.kind].name) if self.kind in ROLES else self.kind


class Invitation(Scoped):
    """A role that waits for a person; its link is known only to who received it, and only its hash is kept."""

    email = models.EmailField()
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=32)
    place = models.CharField(max_length=32)
    last = models.BigIntegerField()
    token_hash = models.CharField(max_length=64, unique=True)
    by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    confirmed_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+", null=True)
    confirmed_at = models.DateTimeField(null=True)

    class Meta(Scoped.Meta):
        """Latest first."""

        ordering = ("-at",)

    def __str__(self) -> str:
        return f"{self.kind}@{self.place}"

    @property
    def words(self) -> str:
        """The role's name in the language of the request."""
        return gettext(ROLES[self.kind].name) if self.kind in ROLES else self.kind

    @property
    def unconfirmed(self) -> bool:
        """Whether a second person still has to confirm it: until then nobody holds its link."""
        return self.confirmed_at is None and (self.kind not in ROLES or ROLES[self.kind].confirmed)


class Founding(models.Model):
    """The one act by which the office began, before anybody could invite anybody: who ordered it, when, for which place."""

    place = models.CharField(max_length=32)
    reference = models.CharField(max_length=200)
    demonstration = models.BooleanField(default=False)
    at = models.DateTimeField()

    kept = Rows()

    class Meta:
        """There is one, or none."""

        constraints = (models.CheckConstraint(condition=Q(id=1), name="people_founded_once"),)

    def __str__(self) -> str:
        return f"{self.place}: {self.reference}"


class Attempts(models.Model):
    """How often something was tried in vain for one account, or from one machine, and until when no more is taken.

    `key` is a keyed hash: the table names no address of anybody. Kept as long as it counts, and pruned.
    """

    key = models.CharField(max_length=64, primary_key=True)
    count = models.PositiveIntegerField()
    last_at = models.DateTimeField(db_index=True)
    locked_until = models.DateTimeField(null=True)

    kept = Unkept("counts of failed attempts, kept as long as they count; what comes of them is in the journal")

    def __str__(self) -> str:
        return f"{self.key[:12]}: {self.count}"
