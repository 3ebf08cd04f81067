"""What waits for somebody: the questions of each app, asked in the scope of the permission that answers them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef
from django.urls import reverse

from tiwizi.budgets.models import Adoption, Envelope, Scenario
from tiwizi.committees.models import Matter, Scan, Session, Signature
from tiwizi.committees.rules.steps import STATES
from tiwizi.core.errors import Sentence, say, say_count
from tiwizi.database.scope import within
from tiwizi.measures.models import Run
from tiwizi.people.models import Invitation, Role
from tiwizi.people.queries import scope_of
from tiwizi.people.rules import ROLES, permits
from tiwizi.territories.models import Import


@dataclass(frozen=True)
class Task:
    """One thing that waits: what, why, and where to go on."""

    what: Sentence
    why: Sentence
    address: str


def tasks(roles: list[Role], *, at: datetime) -> list[Task]:
    """All of them, those that hold up others first."""
    found: list[Task] = []
    if permits([role.kind for role in roles], "people.confirm"):
        with within(scope_of(roles, "people.confirm")):
            found += _confirmations(roles[0].account_id, at)
    if permits([role.kind for role in roles], "committees.confirm"):
        with within(scope_of(roles, "committees.confirm")):
            found += _scans(roles[0].account_id)
    for permission, question in QUESTIONS:
        if permits([role.kind for role in roles], permission):
            with within(scope_of(roles, permission)):
                found += question(at)
    return found


def _no_places(_at: datetime) -> Iterator[Task]:
    if not Import.objects.filter(status=Import.PREVIEW).exists():
        return
    for one in Import.objects.filter(status=Import.PREVIEW)[:5]:
        yield Task(
            say("Import of places: {name}", name=one.name),
            say("It was previewed and neither applied nor dropped."),
            reverse("import_show", args=[one.pk]),
        )


def _runs(_at: datetime) -> Iterator[Task]:
    if not Run.objects.held().filter(status="done").exists():
        yield Task(say("Run the measures"), say("No figures were computed for your places yet."), reverse("run_new"))
    for run in Run.objects.held().filter(status__in=("waiting", "running"))[:5]:
        yield Task(
            say("Run {number} is under way", number=run.pk),
            say("Its figures appear when it is done."),
            reverse("run", args=[run.pk]),
        )


def _drafts(_at: datetime) -> Iterator[Task]:
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


def _adoptions(_at: datetime) -> Iterator[Task]:
    for envelope in Envelope.objects.held().order_by("-year")[:5]:
        if Scenario.objects.filter(envelope=envelope).exists() and not Adoption.objects.filter(envelope=envelope).exists():
            yield Task(
                say("{title}: record what the committee adopts", title=envelope.title),
                say("Scenarios are ready, and none is adopted."),
                reverse("envelope", args=[envelope.pk]),
            )


def _adopted(_at: datetime) -> Iterator[Task]:
    for adoption in Adoption.objects.order_by("-at")[:1]:
        yield Task(
            say("The share is adopted"),
            say("Read what your places receive, and why."),
            reverse("scenario", args=[adoption.scenario_id]),
        )


def _invitations(at: datetime) -> Iterator[Task]:
    for one in Invitation.objects.filter(used_at=None, expires_at__gt=at)[:5]:
        yield Task(
            say("Invitation of {name}", name=one.name),
            say("It was not accepted yet."),
            reverse("people"),
        )


def _confirmations(account: int, at: datetime) -> Iterator[Task]:
    waiting = Invitation.objects.filter(used_at=None, confirmed_at=None, expires_at__gt=at).exclude(by=account)
    for one in [one for one in waiting if one.unconfirmed][:5]:
        yield Task(
            say("Invitation of {name}: {role}", name=one.name, role=Sentence(ROLES[one.kind].name, {})),
            say("A second person confirms it: you can."),
            reverse("invitation_confirm", args=[one.pk]),
        )


def _scans(account: int) -> Iterator[Task]:
    sealed = Signature.objects.filter(capacity="chair", session=OuterRef("session"), number=OuterRef("number"))
    mine = Signature.objects.filter(by=account, session=OuterRef("session"), number=OuterRef("number"))
    rows = Scan.objects.exclude(by=account).exclude(Exists(sealed)).exclude(Exists(mine)).defer("content")
    for scan in rows.select_related("session")[:5]:
        yield Task(
            say("Minutes of session {number} of {day}", number=scan.session.number, day=scan.session.day),
            say("A second person compares the scan of the signed print with the files: you can."),
            reverse("minutes", args=[scan.session_id]),
        )


def _sessions(_at: datetime) -> Iterator[Task]:
    for session in Session.objects.filter(state__in=("draft", "convened", "open", "suspended")).order_by("day", "pk")[:5]:
        yield Task(
            say("Session {number} of {day}", number=session.number, day=session.day),
            say("It is in the state “{state}”.", state=STATES[session.state]),
            reverse("session", args=[session.pk]),
        )
    closed = Session.objects.filter(state__in=("closed", "lapsed"), signatures=None).order_by("-day")
    for session in closed[:3]:
        yield Task(
            say("Minutes of session {number} of {day}", number=session.number, day=session.day),
            say("Nobody signed them yet."),
            reverse("minutes", args=[session.pk]),
        )
    count = Matter.objects.filter(state__in=("waiting", "adjourned")).count()
    if count:
        yield Task(
            say("Matters that wait for a committee: {count}", count=count),
            say("Put them on the agenda of a session."),
            reverse("matters") + "?state=waiting",
        )


def _signatures(_at: datetime) -> Iterator[Task]:
    signed = Session.objects.filter(signatures__capacity="secretary").exclude(signatures__entry__isnull=False)
    for session in signed.order_by("-day")[:5]:
        yield Task(
            say("Minutes of session {number} of {day}", number=session.number, day=session.day),
            say("They wait for your signature."),
            reverse("minutes", args=[session.pk]),
        )


QUESTIONS: tuple[tuple[str, Callable[[datetime], Any]], ...] = (
    ("places.change", _no_places),
    ("measures.run", _runs),
    ("committees.keep", _sessions),
    ("committees.sign", _signatures),
    ("budgets.adopt", _adoptions),
    ("budgets.draft", _drafts),
    ("budgets.see", _adopted),
    ("people.invite", _invitations),
)
