"""Sessions, what is on their agenda, who was there, how they voted, and what they decided."""

import hashlib

from django.conf import settings
from django.db import models
from django.db.models import Q

from tiwizi.committees.models.bodies import Body, Mandate
from tiwizi.committees.rules.voting import CHOICES, DECIDED
from tiwizi.core.errors import Named
from tiwizi.database.fields import CentimesField
from tiwizi.database.keeping import Rows
from tiwizi.database.scope import Published, Scoped
from tiwizi.journal import verifier
from tiwizi.office.naming import named
from tiwizi.organisations.models import Carrier, Person
from tiwizi.territories.models import Place


class Session(Scoped):
    """One meeting of a body. `sitting` holds the rules of sitting of the day on which it was convened, with their rulebook.

    `repeats` is the first session of which nothing came, for a second convocation. `version` rises with each change.
    """

    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="sessions")
    number = models.CharField(max_length=24)
    """Its number in the year: `3/2026`."""
    day = models.DateField()
    hour = models.TimeField()
    hall_ar = models.CharField(max_length=160, blank=True)
    hall_fr = models.CharField(max_length=160, blank=True)
    state = models.CharField(max_length=12)
    repeats = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="repeated_by")
    sitting = models.JSONField(null=True)
    rulebook_version = models.CharField(max_length=16, blank=True)
    sent_on = models.DateField(null=True)
    opened_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    presiding = models.ForeignKey(Mandate, on_delete=models.PROTECT, null=True, related_name="+")
    lacking = models.JSONField(null=True)
    """Of a session that lapsed: how many were there, of how many, how many were needed."""
    opening_ar = models.TextField(blank=True)
    opening_fr = models.TextField(blank=True)
    """What the minutes say of the opening, besides who was there."""
    version = models.PositiveIntegerField(default=1)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta(Scoped.Meta):
        """Latest first."""

        ordering = ("-day", "-pk")
        constraints = (
            models.UniqueConstraint(fields=("body", "number"), name="session_number_once"),
            models.UniqueConstraint(fields=("repeats",), condition=~Q(state="cancelled"), name="repeated_once"),
        )
        indexes = (models.Index(fields=("body", "-day"), name="session_by_day"),)

    def __str__(self) -> str:
        return self.number

    @property
    def second(self) -> bool:
        """Whether it is a second convocation."""
        return self.repeats_id is not None


class Matter(Scoped):
    """What a committee is asked to decide, at the place that it concerns.

    `kind`, `programme`, `axis`, `project_kind` are codes of the rulebook. `majority` and `secret` are the procedure of the day
    `opened`, which it keeps. `subject` names what adopting it changes (`scenario:12`), `payload` holds what it would sign.
    """

    code = models.CharField(max_length=48, unique=True)
    kind = models.CharField(max_length=24)
    title_ar = models.CharField(max_length=300, blank=True)
    title_fr = models.CharField(max_length=300, blank=True)
    text_ar = models.TextField(blank=True)
    text_fr = models.TextField(blank=True)
    """The resolution as it would read."""
    programme = models.CharField(max_length=32, blank=True)
    axis = models.CharField(max_length=32, blank=True)
    project_kind = models.CharField(max_length=32, blank=True)
    amount_centimes = CentimesField(default=0)
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+")
    place_code = models.CharField(max_length=32)
    carrier = models.ForeignKey(Carrier, on_delete=models.PROTECT, null=True, related_name="matters")
    fulfils = models.JSONField(default=list)
    """Codes of the conditions that its file fulfils."""
    opened = models.DateField()
    state = models.CharField(max_length=12)
    majority = models.JSONField()
    secret = models.BooleanField(default=False)
    reserved = models.BooleanField(default=False)
    """Whether the decision stays out of the public part of the register."""
    rulebook_version = models.CharField(max_length=16)
    subject = models.CharField(max_length=48, blank=True)
    payload = models.JSONField(null=True)
    version = models.PositiveIntegerField(default=1)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    kept = Rows(recorded_as={"amount_centimes": "amount"})

    class Meta(Scoped.Meta):
        """The oldest first."""

        ordering = ("opened", "pk")
        constraints = (
            models.CheckConstraint(condition=Q(amount_centimes__gte=0), name="matter_amount"),
            models.CheckConstraint(condition=~Q(title_ar="") | ~Q(title_fr=""), name="matter_titled"),
        )
        indexes = (models.Index(fields=("state", "position"), name="matter_by_state"),)

    def __str__(self) -> str:
        return self.code

    def title(self, language: str) -> str:
        """Its title in a language, else as it is."""
        return (self.title_ar if language == "ar" else self.title_fr) or self.title_fr or self.title_ar

    @property
    def key(self) -> Named:
        """Its code, said by its title."""
        return named(self.code, self.title_ar, self.title_fr)


class Document(Scoped):
    """A file laid before the committee with a matter: a PDF or a picture drawn anew, never what was sent byte for byte unseen."""

    matter = models.ForeignKey(Matter, on_delete=models.PROTECT, related_name="documents")
    name = models.CharField(max_length=160)
    media = models.CharField(max_length=40)
    content = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta(Scoped.Meta):
        """In the order in which they came. Append-only."""

        ordering = ("pk",)
        constraints = (models.UniqueConstraint(fields=("matter", "sha256"), name="document_once"),)

    def __str__(self) -> str:
        return self.name


class Item(Scoped):
    """A matter on the agenda of a session, numbered from 1; `state` is that of the matter in this session.

    `order` counts the items in the order in which they were taken up: presence and votes follow it.
    """

    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="items")
    number = models.PositiveSmallIntegerField()
    matter = models.ForeignKey(Matter, on_delete=models.PROTECT, related_name="items")
    taken_up = models.BooleanField(default=False)
    debate_ar = models.TextField(blank=True)
    debate_fr = models.TextField(blank=True)
    """What the minutes say of the debate."""

    class Meta(Scoped.Meta):
        """As numbered."""

        ordering = ("number",)
        constraints = (
            models.UniqueConstraint(fields=("session", "number"), name="item_number_once"),
            models.UniqueConstraint(fields=("session", "matter"), name="item_matter_once"),
        )

    def __str__(self) -> str:
        return f"{self.number}: {self.matter_id}"


class Presence(Scoped):
    """One line of the register of presence, in the order of writing. Append-only: what was wrong is followed by what is right.

    `how`: `present`, `deputy` (by the person `stand_in`), `proxy` (held by the mandate `proxy`), `left` (from the moment on),
    `absent` (for this item, from this vote of it on), `away` (for this vote alone), `recused` (from this item, from this vote
    of it on; the person `stand_in`, else the member).
    The moment is an item's number and a vote's (0: the debate); item 0 is the opening of the session.
    """

    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="presences")
    mandate = models.ForeignKey(Mandate, on_delete=models.PROTECT, related_name="+")
    how = models.CharField(max_length=8)
    item = models.PositiveSmallIntegerField(default=0)
    vote = models.PositiveSmallIntegerField(null=True)
    stand_in = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    proxy = models.ForeignKey(Mandate, on_delete=models.PROTECT, null=True, related_name="+")
    source = models.CharField(max_length=16, blank=True)
    """Of a recusal: `register` where the software knew of the tie, `declared` where the member said so."""
    reason = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField()

    class Meta(Scoped.Meta):
        """In the order of writing."""

        ordering = ("pk",)

    def __str__(self) -> str:
        return f"{self.mandate_id} {self.how} at {self.item}.{self.vote}"


class Amendment(Scoped):
    """A change to a matter's text, asked for in a session; `distance` is how far it goes, as the chair ranks it."""

    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="amendments")
    number = models.PositiveSmallIntegerField()
    by_mandate = models.ForeignKey(Mandate, on_delete=models.PROTECT, null=True, related_name="+")
    deletes = models.BooleanField(default=False)
    distance = models.PositiveSmallIntegerField(default=0)
    text_ar = models.TextField(blank=True)
    text_fr = models.TextField(blank=True)
    state = models.CharField(max_length=10, default="waiting")
    """`waiting`, `adopted`, `rejected` or `withdrawn`."""

    class Meta(Scoped.Meta):
        """As deposited."""

        ordering = ("number",)
        constraints = (models.UniqueConstraint(fields=("item", "number"), name="amendment_once"),)

    def __str__(self) -> str:
        return f"amendment {self.number} to {self.item_id}"


class Poll(Scoped):
    """One vote on an item, numbered from 1, on the text or on an amendment; open until its result is declared, then frozen."""

    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="polls")
    number = models.PositiveSmallIntegerField()
    amendment = models.ForeignKey(Amendment, on_delete=models.PROTECT, null=True, related_name="polls")
    secret = models.BooleanField()
    majority = models.JSONField()
    presiding = models.ForeignKey(Mandate, on_delete=models.PROTECT, null=True, related_name="+")
    result = models.CharField(max_length=10, blank=True)
    """Empty while it is open; then `adopted`, `rejected`, `no_quorum`, or `void` where it was left without effect."""
    tally = models.JSONField(null=True)
    words = models.JSONField(null=True)
    """How the result was found, by language: lists of sentences."""
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta(Scoped.Meta):
        """As numbered; one open at a time."""

        ordering = ("number",)
        constraints = (
            models.UniqueConstraint(fields=("item", "number"), name="poll_number_once"),
            models.UniqueConstraint(fields=("item",), condition=Q(result=""), name="poll_open_once"),
        )

    def __str__(self) -> str:
        return f"vote {self.number} on {self.item_id}"


class Vote(Scoped):
    """What one seat said in an open vote. Append-only: a vote once given stays."""

    poll = models.ForeignKey(Poll, on_delete=models.PROTECT, related_name="votes")
    mandate = models.ForeignKey(Mandate, on_delete=models.PROTECT, related_name="+")
    choice = models.CharField(max_length=8)
    at = models.DateTimeField()

    class Meta(Scoped.Meta):
        """One a seat."""

        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(fields=("poll", "mandate"), name="vote_once"),
            models.CheckConstraint(condition=Q(choice__in=tuple(CHOICES)), name="vote_choice"),
        )

    def __str__(self) -> str:
        return f"{self.choice} by {self.mandate_id}"


class Papers(Scoped):
    """What came out of the urn of a secret vote: numbers, never names. Append-only."""

    poll = models.OneToOneField(Poll, on_delete=models.PROTECT, related_name="papers")
    yes = models.PositiveIntegerField()
    no = models.PositiveIntegerField()
    abstain = models.PositiveIntegerField()
    void = models.PositiveIntegerField()
    casting = models.CharField(max_length=8, blank=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"papers of {self.poll_id}"


class Resolution(Published):
    """What a body decided, as a row of the register of decisions. Append-only.

    Published to those below unless the matter is reserved. `act` is the act of delegation under which it was taken, `entry`
    its number in the journal. `words` holds, by language, how it came about; `legal_basis` the texts it rests on.
    """

    number = models.CharField(max_length=40, unique=True)
    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="resolutions")
    item = models.OneToOneField(Item, on_delete=models.PROTECT, related_name="resolution")
    matter = models.ForeignKey(Matter, on_delete=models.PROTECT, related_name="resolutions")
    poll = models.OneToOneField(Poll, on_delete=models.PROTECT, related_name="resolution")
    result = models.CharField(max_length=10)
    decided_on = models.DateField()
    kind = models.CharField(max_length=24)
    title_ar = models.CharField(max_length=300, blank=True)
    title_fr = models.CharField(max_length=300, blank=True)
    text_ar = models.TextField(blank=True)
    text_fr = models.TextField(blank=True)
    amount_centimes = CentimesField()
    place_code = models.CharField(max_length=32)
    act = models.ForeignKey("committees.Act", on_delete=models.PROTECT, null=True, related_name="+")
    legal_basis = models.JSONField()
    words = models.JSONField()
    effect = models.JSONField()
    """What it changed: the object, and its state before and after."""
    folded = models.TextField(editable=False)
    """Search keys of its title, text and number."""
    entry = models.BigIntegerField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    kept = Rows(recorded_as={"amount_centimes": "amount"})

    class Meta(Published.Meta):
        """Latest first."""

        ordering = ("-decided_on", "-pk")
        indexes = (models.Index(fields=("position", "-decided_on"), name="resolution_by_day"),)
        constraints = (
            models.CheckConstraint(condition=Q(result__in=tuple(DECIDED)), name="resolution_result"),
            models.UniqueConstraint(fields=("matter",), name="resolved_once"),
        )

    def __str__(self) -> str:
        return self.number

    def title(self, language: str) -> str:
        """Its title in a language, else as it is."""
        return (self.title_ar if language == "ar" else self.title_fr) or self.title_fr or self.title_ar

    def digest(self) -> str:
        """The SHA-256 of what was decided, as the journal holds it: whoever changes a word of it afterwards is found out."""
        lasting = ("number", "result", "kind", "title_ar", "title_fr", "text_ar", "text_fr", "place_code")
        said = {name: getattr(self, name) for name in (*lasting, "legal_basis", "words", "effect")}
        said |= {"amount": self.amount_centimes}
        said |= {"decided_on": self.decided_on.isoformat(), "body": self.body_id, "matter": self.matter_id, "poll": self.poll_id}
        said |= {"act": self.act_id, "reserved": self.reach is None}
        return hashlib.sha256(verifier.canonical(said)).hexdigest()
