"""Who asks for projects and would carry them, people of the registers, and what ties people to carriers.

The tables keep the names that they had while they were of committees: the journal names rows by their table.
"""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from tiwizi.core.errors import Named
from tiwizi.database.scope import Scoped
from tiwizi.office.naming import named
from tiwizi.territories.models import Place


class Person(Scoped):
    """Somebody who sits on a committee, stands in for a member, or is tied to a carrier. Kept of them: names, sex and birth year
    for the quotas, an address for the invitations."""

    name_ar = models.CharField(max_length=120, blank=True)
    name_fr = models.CharField(max_length=120, blank=True)
    sex = models.CharField(max_length=8, blank=True)
    birth_year = models.PositiveSmallIntegerField(null=True)
    email = models.EmailField(blank=True)
    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    demonstration = models.BooleanField(default=False)

    class Meta(Scoped.Meta):
        """With a name."""

        db_table = "committees_person"
        constraints = (models.CheckConstraint(condition=~Q(name_ar="") | ~Q(name_fr=""), name="person_named"),)

    def __str__(self) -> str:
        return self.name_fr or self.name_ar

    def name(self, language: str) -> str:
        """Their name in a language, else as it is known."""
        return (self.name_ar if language == "ar" else self.name_fr) or self.name_fr or self.name_ar

    @property
    def key(self) -> Named:
        """Their number, said by their name."""
        return named(f"p{self.pk}", self.name_ar, self.name_fr)


class Carrier(Scoped):
    """Who asks for a project and would carry it: an association, a cooperative, a commune."""

    code = models.CharField(max_length=48)
    """Once at a place: whether another place knows the number is not for its reader to learn."""
    kind = models.CharField(max_length=24)
    name_ar = models.CharField(max_length=200, blank=True)
    name_fr = models.CharField(max_length=200, blank=True)
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+")

    class Meta(Scoped.Meta):
        """With a name."""

        db_table = "committees_carrier"
        ordering = ("code",)
        constraints = (
            models.CheckConstraint(condition=~Q(name_ar="") | ~Q(name_fr=""), name="carrier_named"),
            models.UniqueConstraint(fields=("place", "code"), name="carrier_once"),
        )

    def __str__(self) -> str:
        return self.name_fr or self.name_ar

    def name(self, language: str) -> str:
        """Its name in a language, else as it is known."""
        return (self.name_ar if language == "ar" else self.name_fr) or self.name_fr or self.name_ar

    @property
    def key(self) -> Named:
        """Its code, said by its name."""
        return named(self.code, self.name_ar, self.name_fr)


class Tie(Scoped):
    """What ties a person to a carrier (a seat on its board, membership, kinship), so that they cannot vote on what it asks."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="ties")
    carrier = models.ForeignKey(Carrier, on_delete=models.PROTECT, related_name="ties")
    kind = models.CharField(max_length=16)
    since = models.DateField()
    until = models.DateField(null=True)
    source = models.CharField(max_length=16)
    """`register` where a register says so, `declared` where the person did."""

    class Meta(Scoped.Meta):
        """One at a time."""

        db_table = "committees_tie"
        constraints = (
            models.CheckConstraint(condition=Q(until=None) | Q(until__gt=F("since")), name="tie_lifetime"),
            models.UniqueConstraint(fields=("person", "carrier", "kind"), condition=Q(until=None), name="tie_once"),
        )

    def __str__(self) -> str:
        return f"{self.person_id}-{self.carrier_id}"
