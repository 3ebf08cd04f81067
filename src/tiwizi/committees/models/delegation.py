"""Acts of delegation, what ends them, what was decided under them, and matters called back."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from tiwizi.committees.models.bodies import Body
from tiwizi.committees.models.sessions import Matter, Resolution
from tiwizi.core.errors import Named
from tiwizi.database.fields import CentimesField
from tiwizi.database.keeping import Rows
from tiwizi.database.scope import Published, Scoped
from tiwizi.office.naming import spoken


class Act(Published):
    """An act that gives a body the competence to decide: see committees.competence.Act. Append-only, known to all below.

    Codes stand in lists, `["*"]` where all are meant; a ceiling is empty where there is none; `first` to `last` is the
    territory. `giver` is empty for a body's founding act, whose `reference` names the text.
    """

    number = models.CharField(max_length=40, unique=True)
    giver = models.ForeignKey(Body, on_delete=models.PROTECT, null=True, related_name="+")
    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="acts")
    programmes = models.JSONField()
    axes = models.JSONField()
    matters = models.JSONField()
    kinds = models.JSONField()
    ceiling_project_centimes = CentimesField(null=True)
    ceiling_year_centimes = CentimesField(null=True)
    first = models.BigIntegerField()
    last = models.BigIntegerField()
    place_code = models.CharField(max_length=32)
    """The place whose territory it is."""
    conditions = models.JSONField(default=list)
    since = models.DateField()
    until = models.DateField(null=True)
    signed_by = models.CharField(max_length=160)
    signed_by_ar = models.CharField(max_length=160, null=True)
    signed_on = models.DateField()
    reference = models.CharField(max_length=300, blank=True)
    assumed = models.BooleanField(default=False)
    """Whether it stands in for a text that no public source gives."""
    resolution = models.ForeignKey(Resolution, on_delete=models.PROTECT, null=True, related_name="+")
    entry = models.BigIntegerField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    kept = Rows(
        recorded_as={"ceiling_project_centimes": "ceiling_project", "ceiling_year_centimes": "ceiling_year"},
    )

    class Meta(Published.Meta):
        """By number."""

        ordering = ("since", "number")
        constraints = (
            models.CheckConstraint(condition=Q(until=None) | Q(until__gt=F("since")), name="act_lifetime"),
            models.CheckConstraint(condition=Q(since__gte=F("signed_on")), name="act_not_before_signed"),
            models.CheckConstraint(condition=Q(last__gte=F("first")), name="act_territory"),
        )

    def __str__(self) -> str:
        return self.number

    @property
    def signer(self) -> Named:
        """Who signed it, said in the reader's language where both names are known."""
        return spoken(self.signed_by_ar or "", self.signed_by)


class Revocation(Published):
    """The end of an act, from the day `since` on. Append-only."""

    act = models.OneToOneField(Act, on_delete=models.PROTECT, related_name="revocation")
    since = models.DateField()
    signed_on = models.DateField()
    resolution = models.ForeignKey(Resolution, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta(Published.Meta):
        """As for every published row."""

        constraints = (models.CheckConstraint(condition=Q(since__gte=F("signed_on")), name="revocation_not_before_signed"),)

    def __str__(self) -> str:
        return f"end of {self.act_id}"


class CallBack(Published):
    """The decision of a body above to take one matter from `body`, from the day `on`. Append-only."""

    matter = models.ForeignKey(Matter, on_delete=models.PROTECT, related_name="call_backs")
    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="+")
    by_body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="+")
    on = models.DateField()
    reason = models.CharField(max_length=300)
    resolution = models.ForeignKey(Resolution, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta(Published.Meta):
        """Once from a body."""

        constraints = (models.UniqueConstraint(fields=("matter", "body"), name="called_back_once"),)

    def __str__(self) -> str:
        return f"{self.matter_id} from {self.body_id}"


class CeilingUse(Scoped):
    """What was decided under an act in a year: what the ceiling of the year is held against, by the database itself."""

    act = models.ForeignKey(Act, on_delete=models.PROTECT, related_name="uses")
    year = models.PositiveSmallIntegerField()
    used_centimes = CentimesField(default=0)
    ceiling_centimes = CentimesField(null=True)

    kept = Rows(recorded_as={"used_centimes": "used", "ceiling_centimes": "ceiling"})

    class Meta(Scoped.Meta):
        """One a year, never above the ceiling."""

        constraints = (
            models.UniqueConstraint(fields=("act", "year"), name="ceiling_once"),
            models.CheckConstraint(condition=Q(used_centimes__gte=0), name="ceiling_used"),
            models.CheckConstraint(
                condition=Q(ceiling_centimes=None) | Q(used_centimes__lte=F("ceiling_centimes")), name="ceiling_held"
            ),
        )

    def __str__(self) -> str:
        return f"{self.used_centimes} under {self.act_id} in {self.year}"


class Approval(Scoped):
    """An amount approved under an act: one row a matter. Append-only."""

    act = models.ForeignKey(Act, on_delete=models.PROTECT, related_name="approvals")
    matter = models.OneToOneField(Matter, on_delete=models.PROTECT, related_name="approval")
    resolution = models.OneToOneField(Resolution, on_delete=models.PROTECT, related_name="approval")
    year = models.PositiveSmallIntegerField()
    amount_centimes = CentimesField()

    kept = Rows(recorded_as={"amount_centimes": "amount"})

    class Meta(Scoped.Meta):
        """As for every scoped row."""

        constraints = (models.CheckConstraint(condition=Q(amount_centimes__gte=0), name="approval_amount"),)

    def __str__(self) -> str:
        return f"{self.amount_centimes} for {self.matter_id}"
