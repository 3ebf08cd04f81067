"""What budgets declare: words in the journal, envelopes that wait, the matter by which a committee adopts a share."""

from collections.abc import Iterator
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tiwizi.budgets import before_committee, verifying
from tiwizi.budgets.models import Adoption, Envelope, Scenario
from tiwizi.committees.commands.effects import Effect
from tiwizi.core.errors import mark, say, say_count
from tiwizi.registration import App, Case, Question, Row, Section, Task
from tiwizi.territories.models import Place

SCENARIO, PLACE = Row(Scenario), Row(Place, "code")


def drafts(_account: int, _at: datetime) -> Iterator[Task]:
    """Envelopes that lack scenarios."""
    for envelope in Envelope.objects.held().order_by("-year")[:5]:
        adopted = Adoption.objects.filter(envelope=envelope).exists()
        drafts = Scenario.objects.filter(envelope=envelope, adopted_at=None).count()
        if not adopted and drafts < 2:
            yield Task(
                say("{title}: prepare scenarios", title=envelope.title),
                say_count(
                    "The committee compares at least two before it adopts one; there is {count}.",
                    "The committee compares at least two before it adopts one; there are {count}.",
                    count=drafts,
                ),
                reverse("envelope", args=[envelope.pk]),
            )
    if not Envelope.objects.held().exists():
        yield Task(say("Open an envelope"), say("No budget is shared in your places yet."), reverse("envelopes"))


def adoptions(_account: int, _at: datetime) -> Iterator[Task]:
    """Envelopes whose adoption is not recorded."""
    for envelope in Envelope.objects.held().order_by("-year")[:5]:
        if Scenario.objects.filter(envelope=envelope).exists() and not Adoption.objects.filter(envelope=envelope).exists():
            yield Task(
                say("{title}: record what the committee adopts", title=envelope.title),
                say("Scenarios are ready, and none is adopted."),
                reverse("envelope", args=[envelope.pk]),
            )


def adopted(_account: int, _at: datetime) -> Iterator[Task]:
    """The share adopted last."""
    for adoption in Adoption.objects.order_by("-at")[:1]:
        yield Task(
            say("The share is adopted"),
            say("Read what your places receive, and why."),
            reverse("scenario", args=[adoption.scenario_id]),
        )


APP = App(
    acts={
        "open envelope": mark("opened an envelope"),
        "draft scenario": mark("drafted a scenario"),
        "change scenario": mark("changed a scenario"),
        "adopt scenario": mark("recorded an adoption"),
    },
    kinds={
        "envelope": mark("envelope"),
        "scenario": mark("scenario"),
    },
    sections=(Section(30, "budgets.see", "envelopes", _("Budget")),),
    questions=(
        Question(70, "budgets.adopt", adoptions),
        Question(80, "budgets.draft", drafts),
        Question(90, "budgets.see", adopted),
    ),
    cases={
        "envelope": Case((Row(Envelope),)),
        **dict.fromkeys(("scenario", "recompute", "scenario_curve", "adopt", "bring"), Case((SCENARIO,))),
        **dict.fromkeys(("reasons", "sheet"), Case((SCENARIO, PLACE))),
        **dict.fromkeys(("compare", "compare_curves", "compare_differences"), Case(query={"one": SCENARIO, "other": SCENARIO})),
    },
    matters={before_committee.KIND: Effect(before_committee.why_not, before_committee.act)},
    pack_sheets=(before_committee.budget_sheet,),
    checks=(verifying.sums_wrong,),
)
