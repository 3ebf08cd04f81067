"""Envelopes, scenarios, adoptions, and the shares that an adoption froze."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from tiwizi.committees.models import Resolution
from tiwizi.core.money import Centimes
from tiwizi.database.keeping import Whole
from tiwizi.database.scope import Published, Scoped
from tiwizi.measures.models import Run
from tiwizi.territories.models import Place


class Envelope(Published):
    """Money to share over the places below one place in a year, in whole units of the currency."""

    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+")
    place_code = models.CharField(max_length=32)
    year = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=160)
    amount_dh = models.BigIntegerField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta(Published.Meta):
        """Latest year first."""

        ordering = ("-year", "-id")
        constraints = (
            models.CheckConstraint(condition=Q(amount_dh__gt=0), name="envelope_positive"),
            models.UniqueConstraint(fields=("place", "year", "title"), name="envelope_once"),
        )

    def __str__(self) -> str:
        return self.title

    @property
    def amount_centimes(self) -> Centimes:
        """The amount, to be shown."""
        return Centimes.of_dh(self.amount_dh)


class Scenario(Published):
    """One set of the formula's numbers for an envelope, over one run of the measures. Frozen once adopted.

    `weights` are whole numbers by criterion; the three bounds are exact shares written as fractions (`2/5`). `version` rises
    with each change, so that a form that shows an older state is refused.
    """

    envelope = models.ForeignKey(Envelope, on_delete=models.PROTECT, related_name="scenarios")
    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=120)
    weights = models.JSONField()
    floor_share = models.CharField(max_length=32)
    cap_share = models.CharField(max_length=32)
    hold_harmless_share = models.CharField(max_length=32)
    previous = models.JSONField(null=True)
    """Last year's amounts by programme, then place; empty where nothing is held harmless."""
    version = models.PositiveIntegerField(default=1)
    adopted_at = models.DateTimeField(null=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta(Published.Meta):
        """In the order in which they were made."""

        ordering = ("id",)
        constraints = (models.UniqueConstraint(fields=("envelope", "name"), name="scenario_name_once"),)

    def __str__(self) -> str:
        return self.name


class Adoption(Published):
    """The act by which a committee made a scenario its share: numbered from 1 in its envelope, append-only.

    The latest number is in force; the ones before are history.
    """

    envelope = models.ForeignKey(Envelope, on_delete=models.PROTECT, related_name="+")
    scenario = models.ForeignKey(Scenario, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveIntegerField()
    decided_on = models.DateField()
    reference = models.CharField(max_length=160)
    """The number of its resolution; of a trial the minutes that were named."""
    resolution = models.ForeignKey(Resolution, on_delete=models.PROTECT, related_name="+", null=True)
    """The vote that adopted it; none in the trial of a demonstration."""
    shares_sha256 = models.CharField(max_length=64)
    entry = models.BigIntegerField()
    """Number of its entry in the journal."""
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta(Published.Meta):
        """Latest first; of two adoptions at once the database lets one pass."""

        ordering = ("-number",)
        constraints = (models.UniqueConstraint(fields=("envelope", "number"), name="adoption_once"),)

    def __str__(self) -> str:
        return f"adoption {self.number} of {self.envelope_id}"


class Share(Scoped):
    """One component of one place's part under an adoption: a row of core.tables.SHARES. Append-only."""

    adoption = models.ForeignKey(Adoption, on_delete=models.PROTECT, related_name="+")
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+")
    programme = models.CharField(max_length=32)
    criterion = models.CharField(max_length=32)
    amount_dh = models.BigIntegerField()
    people = models.BigIntegerField(null=True)

    kept = Whole(by="adoption")

    class Meta(Scoped.Meta):
        """One a place, programme and component."""

        ordering = ("position", "programme", "id")
        constraints = (models.UniqueConstraint(fields=("adoption", "place", "programme", "criterion"), name="share_once"),)

    def __str__(self) -> str:
        return f"{self.amount_dh} for {self.criterion}"
