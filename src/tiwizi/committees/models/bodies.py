"""Committees, who sits on them and for how long, and how they train."""

from django.db import models
from django.db.models import F, Q

from tiwizi.core.errors import Named
from tiwizi.database.scope import Published, Scoped
from tiwizi.office.naming import named
from tiwizi.organisations.models import Person
from tiwizi.territories.models import Place


class Body(Published):
    """A committee at a place, from a day on: `kind` is the rulebook's, `reach` the last position of its place.

    Known to all below it: who decides what is no secret.
    """

    code = models.CharField(max_length=48, unique=True)
    kind = models.CharField(max_length=32)
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+")
    place_code = models.CharField(max_length=32)
    last = models.BigIntegerField()
    name_ar = models.CharField(max_length=160)
    name_fr = models.CharField(max_length=160)
    above = models.CharField(max_length=48, blank=True)
    """Code of the body to which it belongs, empty for the highest."""
    since = models.DateField()
    until = models.DateField(null=True)

    class Meta(Published.Meta):
        """The widest place first."""

        ordering = ("position", "code")
        constraints = (models.CheckConstraint(condition=Q(until=None) | Q(until__gt=F("since")), name="body_lifetime"),)

    def __str__(self) -> str:
        return self.name_fr or self.name_ar

    def name(self, language: str) -> str:
        """Its name in a language."""
        return (self.name_ar if language == "ar" else self.name_fr) or self.name_fr or self.name_ar

    @property
    def key(self) -> Named:
        """Its code, said by its name."""
        return named(self.code, self.name_ar, self.name_fr)


class Mandate(Scoped):
    """A seat of a person on a committee, from the day `since` up to the day before `until`; `chair` presides.

    `rank` is the order in which members stand in for the chair. A mandate is never rewritten: it ends, and another begins.
    The database refuses anything else, here and for deputies.
    """

    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="mandates")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="mandates")
    college = models.CharField(max_length=16)
    title_ar = models.CharField(max_length=160, blank=True)
    title_fr = models.CharField(max_length=160, blank=True)
    chair = models.BooleanField(default=False)
    rank = models.PositiveSmallIntegerField(default=100)
    since = models.DateField()
    until = models.DateField(null=True)
    reference = models.CharField(max_length=160, blank=True)
    """The decision that named them."""

    class Meta(Scoped.Meta):
        """The chair first, then by rank."""

        ordering = ("-chair", "rank", "pk")
        constraints = (
            models.CheckConstraint(condition=Q(until=None) | Q(until__gt=F("since")), name="mandate_lifetime"),
            models.UniqueConstraint(fields=("body", "person"), condition=Q(until=None), name="mandate_once"),
            models.UniqueConstraint(fields=("body",), condition=Q(until=None, chair=True), name="one_chair"),
        )

    def __str__(self) -> str:
        return f"{self.person_id}@{self.body_id}"


class Deputy(Scoped):
    """Somebody named to sit in a member's place, in the order of `rank`."""

    mandate = models.ForeignKey(Mandate, on_delete=models.PROTECT, related_name="deputies")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    rank = models.PositiveSmallIntegerField(default=1)
    since = models.DateField()
    until = models.DateField(null=True)

    class Meta(Scoped.Meta):
        """By rank."""

        ordering = ("rank", "pk")
        constraints = (
            models.CheckConstraint(condition=Q(until=None) | Q(until__gt=F("since")), name="deputy_lifetime"),
            models.UniqueConstraint(fields=("mandate", "person"), condition=Q(until=None), name="deputy_once"),
        )

    def __str__(self) -> str:
        return f"{self.person_id} for {self.mandate_id}"


class Activity(Scoped):
    """A training session or a seminar of a body: planned for a year, then held or given up."""

    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="activities")
    kind = models.CharField(max_length=16)
    title = models.CharField(max_length=200)
    programme = models.TextField(blank=True)
    speakers = models.TextField(blank=True)
    partners = models.TextField(blank=True)
    year = models.PositiveSmallIntegerField()
    planned_on = models.DateField(null=True)
    planned_people = models.PositiveIntegerField(null=True)
    held_on = models.DateField(null=True)
    given_up_on = models.DateField(null=True)
    why_given_up = models.CharField(max_length=300, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta(Scoped.Meta):
        """By year and day."""

        ordering = ("-year", "planned_on", "pk")
        constraints = (models.CheckConstraint(condition=Q(held_on=None) | Q(given_up_on=None), name="activity_held_or_given_up"),)

    def __str__(self) -> str:
        return self.title


class Attendance(Scoped):
    """How many women and men of one body came to an activity."""

    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, related_name="attendance")
    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="+", null=True)
    """Empty for people of no committee."""
    women = models.PositiveIntegerField()
    men = models.PositiveIntegerField()

    class Meta(Scoped.Meta):
        """One a body, and one for people of no committee. Append-only."""

        constraints = (
            models.UniqueConstraint(fields=("activity", "body"), name="attendance_once"),
            models.UniqueConstraint(fields=("activity",), condition=Q(body=None), name="attendance_of_others_once"),
        )

    def __str__(self) -> str:
        return f"{self.women} and {self.men} at {self.activity_id}"
