"""Places through time, their outlines, which place followed which, and the imports that changed them."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from tiwizi.database.scope import Scoped


class Place(Scoped):
    """A place for as long as it was so: what is split, merged or moved ends, and another begins.

    `position` to `last` is its interval: all below it lies inside. Intervals are given once and never again (`slot` is the
    number of the place under its parent), so that rows which carry a position never move. `folded` holds the search keys of
    its names, `sort_ar` and `sort_fr` their order.
    """

    code = models.CharField(max_length=32)
    level = models.CharField(max_length=32)
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="children")
    slot = models.PositiveSmallIntegerField()
    last = models.BigIntegerField()
    name_ar = models.CharField(max_length=120, blank=True)
    name_fr = models.CharField(max_length=120, blank=True)
    name_en = models.CharField(max_length=120, blank=True)
    milieu = models.CharField(max_length=8, blank=True)
    population = models.PositiveIntegerField(null=True)
    households = models.PositiveIntegerField(null=True)
    lon = models.FloatField(null=True)
    lat = models.FloatField(null=True)
    since = models.DateField()
    until = models.DateField(null=True)
    source = models.CharField(max_length=200)
    folded = models.CharField(max_length=400, editable=False)
    sort_ar = models.CharField(max_length=160, editable=False)
    sort_fr = models.CharField(max_length=160, editable=False)

    class Meta(Scoped.Meta):
        """In the order of the tree; a code means one place at a time."""

        ordering = ("position",)
        indexes = (models.Index(fields=("level", "position"), name="place_by_level"),)
        constraints = (
            models.UniqueConstraint(fields=("code", "since"), name="place_code_once"),
            models.UniqueConstraint(fields=("code",), condition=Q(until=None), name="place_code_now"),
            models.UniqueConstraint(fields=("position",), name="place_position_once"),
            models.CheckConstraint(condition=Q(last__gte=F("position")), name="place_interval"),
            models.CheckConstraint(condition=Q(until=None) | Q(until__gt=F("since")), name="place_lifetime"),
        )

    def __str__(self) -> str:
        return self.name_fr or self.name_ar or self.code

    def name(self, language: str) -> str:
        """Its name in a language, else in one in which it has a name: hamlets may be named in one only."""
        own = {"ar": self.name_ar, "fr": self.name_fr, "en": self.name_en}.get(language, "")
        return own or self.name_fr or self.name_ar or self.name_en or self.code


class Boundary(Scoped):
    """The outline of a place: well-known binary in longitude and latitude (WGS84), its box, its surface."""

    place = models.OneToOneField(Place, on_delete=models.CASCADE, related_name="boundary")
    wkb = models.BinaryField()
    west = models.FloatField()
    south = models.FloatField()
    east = models.FloatField()
    north = models.FloatField()
    area_km2 = models.FloatField()
    source = models.CharField(max_length=200)

    def __str__(self) -> str:
        return f"outline of {self.place_id}"


class Outline(Scoped):
    """An outline simplified with its neighbours for the zooms of a band, so that shared borders stay shared."""

    place = models.ForeignKey(Place, on_delete=models.CASCADE, related_name="outlines")
    level = models.CharField(max_length=32)
    band = models.PositiveSmallIntegerField()
    wkb = models.BinaryField()
    west = models.FloatField()
    south = models.FloatField()
    east = models.FloatField()
    north = models.FloatField()
    since = models.DateField()
    until = models.DateField(null=True)

    class Meta(Scoped.Meta):
        """One a place and band."""

        indexes = (models.Index(fields=("band", "level", "position"), name="outline_by_band"),)
        constraints = (models.UniqueConstraint(fields=("place", "band"), name="outline_once"),)

    def __str__(self) -> str:
        return f"outline of {self.place_id} for band {self.band}"


class Succession(Scoped):
    """Which part of a place's people a later place took over, on the day when one ended and the other began."""

    before = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+")
    after = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+")
    on = models.DateField()
    people = models.PositiveIntegerField()
    """People of `before` who came under `after`, as counted last before that day."""
    source = models.CharField(max_length=200)

    class Meta(Scoped.Meta):
        """One a pair."""

        constraints = (models.UniqueConstraint(fields=("before", "after"), name="succession_once"),)

    def __str__(self) -> str:
        return f"{self.before_id} -> {self.after_id}"


class Import(Scoped):
    """A table of places that somebody brought: previewed, then applied whole or dropped, undone while nothing stands on it."""

    PREVIEW: ClassVar[str] = "preview"
    APPLIED: ClassVar[str] = "applied"
    UNDONE: ClassVar[str] = "undone"
    DROPPED: ClassVar[str] = "dropped"

    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    sheet = models.JSONField()
    """The rows as they were sent: name, header, rows of text, each row's own number."""
    errors = models.JSONField()
    """By row number, what is wrong with it."""
    differences = models.JSONField()
    """What applying does: by code, the fields before and after; empty before for a new place."""
    status = models.CharField(max_length=8)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)

    class Meta(Scoped.Meta):
        """Latest first."""

        ordering = ("-at",)

    def __str__(self) -> str:
        return f"{self.name} ({self.status})"
