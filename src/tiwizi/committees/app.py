"""What committees declare: words in the journal, sessions and minutes that wait, their own kinds of matter, what is verified."""

from collections.abc import Iterator
from datetime import datetime

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tiwizi.committees import history, models, verifying
from tiwizi.committees.commands import effects
from tiwizi.committees.commands.effects import Effect
from tiwizi.committees.models import Matter, Scan, Session, Signature
from tiwizi.committees.rules.steps import STATES
from tiwizi.core.errors import mark, say
from tiwizi.registration import App, Case, History, Question, Row, Section, Task

SESSION = Row(Session)


def scans(account: int, _at: datetime) -> Iterator[Task]:
    """Scans of signed minutes that the reader may compare as a second person."""
    sealed = Signature.objects.filter(capacity="chair", session=OuterRef("session"), number=OuterRef("number"))
    mine = Signature.objects.filter(by=account, session=OuterRef("session"), number=OuterRef("number"))
    rows = Scan.objects.exclude(by=account).exclude(Exists(sealed)).exclude(Exists(mine)).defer("content")
    for scan in rows.select_related("session")[:5]:
        yield Task(
            say("Minutes of session {number} of {day}", number=scan.session.number, day=scan.session.day),
            say("A second person compares the scan of the signed print with the files: you can."),
            reverse("minutes", args=[scan.session_id]),
        )


def sessions(_account: int, _at: datetime) -> Iterator[Task]:
    """Sessions under way, minutes to sign, matters to put on an agenda."""
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


def signatures(_account: int, _at: datetime) -> Iterator[Task]:
    """Minutes that the secretary signed and the chair did not."""
    signed = Session.objects.filter(signatures__capacity="secretary").exclude(signatures__entry__isnull=False)
    for session in signed.order_by("-day")[:5]:
        yield Task(
            say("Minutes of session {number} of {day}", number=session.number, day=session.day),
            say("They wait for your signature."),
            reverse("minutes", args=[session.pk]),
        )


APP = App(
    acts={
        "found body": mark("founded a committee"),
        "appoint": mark("appointed a member"),
        "end mandate": mark("ended a mandate"),
        "name deputy": mark("named a deputy"),
        "end deputy": mark("ended a deputy's charge"),
        "plan activity": mark("planned an activity"),
        "hold activity": mark("wrote down an activity as held"),
        "give up activity": mark("gave up an activity"),
        "propose matter": mark("proposed a matter"),
        "change matter": mark("changed a matter"),
        "withdraw matter": mark("withdrew a matter"),
        "take_up matter": mark("opened the debate on a matter"),
        "amend matter": mark("put amendments before the text"),
        "settle_amendments matter": mark("went back to the text as amended"),
        "put_to_vote matter": mark("put a matter to the vote"),
        "adopt matter": mark("recorded a matter as adopted"),
        "reject matter": mark("recorded a matter as rejected"),
        "adjourn matter": mark("adjourned a matter"),
        "find_no_quorum matter": mark("found no quorum for a matter"),
        "lay document": mark("laid a file before the committee"),
        "prepare session": mark("prepared a session"),
        "put on agenda": mark("put a matter on the agenda"),
        "take off agenda": mark("took a matter off the agenda"),
        "move item": mark("moved an item of the agenda"),
        "convene session": mark("convened a session"),
        "open session": mark("opened a session"),
        "lapse session": mark("recorded that a session lacked its quorum"),
        "suspend session": mark("suspended a session"),
        "resume session": mark("resumed a session"),
        "close session": mark("closed a session"),
        "cancel session": mark("cancelled a session"),
        "send invitations": mark("sent invitations"),
        "note presence": mark("wrote down who is there"),
        "recuse": mark("wrote down a recusal"),
        "deposit amendment": mark("deposited an amendment"),
        "put amendment to vote": mark("put an amendment to the vote"),
        "settle amendment": mark("declared the vote on an amendment"),
        "take back amendment": mark("wrote down that an amendment was taken back"),
        "find no quorum": mark("found no quorum for an amendment"),
        "cast votes": mark("wrote down votes"),
        "count papers": mark("counted the papers of a secret vote"),
        "sign founding act": mark("wrote down a founding act"),
        "sign act": mark("signed an act of delegation"),
        "revoke act": mark("revoked an act of delegation"),
        "call back": mark("called a matter back"),
        "write minutes": mark("wrote minutes"),
        "sign minutes": mark("signed minutes"),
        "seal minutes": mark("sealed minutes"),
        "attach scan": mark("attached a scan of signed minutes"),
    },
    kinds={
        "body": mark("committee"),
        "mandate": mark("mandate"),
        "deputy": mark("deputy"),
        "activity": mark("activity"),
        "matter": mark("matter"),
        "document": mark("document"),
        "session": mark("session"),
        "presence": mark("presence"),
        "amendment": mark("amendment"),
        "poll": mark("vote"),
        "act": mark("act of delegation"),
        "revocation": mark("revocation"),
        "callback": mark("call-back"),
        "scan": mark("scan of signed minutes"),
        "letters": mark("letters of invitation"),
        "members": mark("list of members"),
        "minutes": mark("file of minutes"),
        "pack": mark("session pack"),
    },
    sections=(
        Section(40, "committees.see", "bodies", _("Committees")),
        Section(50, "committees.see", "decisions", _("Decisions")),
    ),
    questions=(
        Question(20, "committees.confirm", scans),
        Question(50, "committees.keep", sessions),
        Question(60, "committees.sign", signatures),
    ),
    cases={
        **dict.fromkeys(("body", "mandate_new", "activities"), Case((Row(models.Body),))),
        "mandate": Case((Row(models.Mandate),)),
        "activity": Case((Row(models.Activity),)),
        **dict.fromkeys(("session", "session_agenda", "session_presence", "minutes"), Case((SESSION,))),
        **dict.fromkeys(("letters", "session_pack"), Case((SESSION,), file=True)),
        **dict.fromkeys(("matter", "matter_change", "document_new", "decision_path"), Case((Row(Matter),))),
        "document": Case((Row(models.Document),), file=True),
        "item": Case((Row(models.Item),)),
        "minutes_file": Case((Row(models.Minutes),), file=True),
        "scan": Case((Row(Scan),), file=True),
        "act": Case((Row(models.Act, "number"),)),
        "decision": Case((Row(models.Resolution, "number"),)),
        "public_decision": Case((Row(models.Resolution, "number"),), door="public"),
        **dict.fromkeys(("public_decisions", "check"), Case(door="public")),
        "check_code": Case(("NOSUCHCODE",), door="public"),
    },
    histories={"matter": History(history.MATTERS, STATES)},
    matters={
        "delegation": Effect(effects.why_not_delegate, effects.delegate),
        "revocation": Effect(effects.why_not_revoke, effects.revoke),
        "call_back": Effect(effects.why_not_call_back, effects.call_back),
    },
    checks=(verifying.resolutions_wrong, verifying.minutes_wrong, verifying.ceilings_wrong),
)
