"""Datasets, runs of the core on them, and their figures."""

from django.conf import settings
from django.db import models

from tiwizi.database.keeping import Rows, Whole
from tiwizi.database.scope import Published, Scoped
from tiwizi.territories.models import Place


class Dataset(Scoped):
    """A table that runs read, stored as the original bytes: append-only."""

    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+")
    table = models.CharField(max_length=32)
    """Its name in core.tables (places, census, distances, measures), or `rulebook`."""
    name = models.CharField(max_length=200)
    content = models.BinaryField()
    """Parquet; for a rulebook its files as JSON."""
    sha256 = models.CharField(max_length=64)
    rows = models.PositiveIntegerField()
    source = models.CharField(max_length=300)
    licence = models.CharField(max_length=60, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True)
    at = models.DateTimeField()

    class Meta(Scoped.Meta):
        """Latest first; the same bytes are stored once per place and table."""

        ordering = ("-at",)
        constraints = (models.UniqueConstraint(fields=("place", "table", "sha256"), name="dataset_once"),)

    def __str__(self) -> str:
        return f"{self.table}: {self.name}"


class Run(Published):
    """One computation: its inputs, rules and code, who asked and when, and the hash of its result. Its facts are published
    downwards (`reach`): whoever sees a figure may open its run. Once done it is frozen.
    """

    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+", db_constraint=True)
    place_code = models.CharField(max_length=32)
    kind = models.CharField(max_length=16)
    """`census` for the core's measures, `table` for figures that were uploaded ready-made."""
    on = models.DateField()
    """The day whose rules hold."""
    rulebook = models.CharField(max_length=64)
    rulebook_version = models.CharField(max_length=64)
    code_version = models.CharField(max_length=64)
    seed = models.BigIntegerField()
    inputs = models.JSONField()
    """By table: dataset id, name, source, licence, rows, sha256."""
    fingerprint = models.CharField(max_length=64)
    """Over inputs, rules, code, seed and day: the same fingerprint gives the same result."""
    status = models.CharField(max_length=8)
    """waiting, running, done, failed, stopped."""
    progress = models.FloatField(null=True)
    """The part of the work done, from 0 to 1; null when unknown."""
    result_sha256 = models.CharField(max_length=64, blank=True)
    figures = models.PositiveIntegerField(default=0)
    notes = models.JSONField(default=list)
    """Sentences as [template, values]."""
    problem = models.JSONField(null=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True)
    at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    # Progress is noted during the work, and means nothing afterwards.
    kept = Rows(without=frozenset({"progress"}))

    class Meta(Published.Meta):
        """Latest first."""

        ordering = ("-at", "-id")

    def __str__(self) -> str:
        return f"run {self.pk} of {self.place_code}"


class Figure(Scoped):
    """One figure about one place: a row of core.tables.MEASURES, with its run. Append-only."""

    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="+")
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+")
    level = models.CharField(max_length=32)
    measure = models.CharField(max_length=64)
    value = models.FloatField(null=True)
    low = models.FloatField(null=True)
    high = models.FloatField(null=True)
    people = models.BigIntegerField(null=True)
    as_of = models.DateField()
    series = models.CharField(max_length=32)
    standing = models.CharField(max_length=16)
    assumed = models.BooleanField()
    source = models.CharField(max_length=200)
    flag = models.CharField(max_length=12, null=True)
    """`careful` or `unreliable` for an estimate whose coefficient of variation is that large; null without a warning."""

    kept = Whole(by="run")

    class Meta(Scoped.Meta):
        """Indexed by measure, day and level for the explorer, and by place for the page of a place; the first index covers
        ranks among the places of a level."""

        indexes = (
            models.Index(fields=("run", "measure", "as_of", "level", "position", "series", "value"), name="figure_by_measure"),
            models.Index(fields=("place", "measure", "as_of"), name="figure_by_place"),
        )
        constraints = (models.UniqueConstraint(fields=("run", "place", "measure", "as_of", "series"), name="figure_once"),)

    def __str__(self) -> str:
        return f"{self.measure} of {self.place_id}"
