"""One matter: what is asked, who decides it and why, where it stands, its documents, its history in words."""

from typing import Any, ClassVar

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tiwizi.committees.commands import matters as commands
from tiwizi.committees.models import Act as Delegation
from tiwizi.committees.models import Approval, Document, Item, Matter, Poll, Resolution, Session
from tiwizi.committees.pages.matters.matter_change import Change
from tiwizi.committees.pages.roles import MatterPage
from tiwizi.committees.queries import delegation as queries
from tiwizi.committees.rules import steps
from tiwizi.committees.rules.voting import RESULTS
from tiwizi.office import lists
from tiwizi.office.acts import Act, facts
from tiwizi.office.answers import language
from tiwizi.office.fields import TextField
from tiwizi.organisations.models import Carrier
from tiwizi.territories.filters import level_name
from tiwizi.territories.models import Place


class Withdraw(Act[Matter]):
    """Takes it back before any vote."""

    label, heading, look = _("Withdraw"), _("Withdraw"), "btn-outline-primary"
    asks: ClassVar = {"why": TextField(_("Why it is withdrawn"))}
    applies = staticmethod(lambda act: bool(steps.verbs("matter", act.target.state)))
    why_not = staticmethod(lambda matter: steps.why_not_step("matter", matter.state, "withdraw"))
    do = staticmethod(commands.withdraw)


class MatterShown(MatterPage):
    """GET shows it; POST withdraws it, for who may propose at its place."""

    template = "committees/pages/matters/matter.html"
    acts = (Withdraw,)

    def context(self) -> dict[str, Any]:
        matter = self.object
        proposes = self.role_for(self.acting) is not None
        return {
            "matter": matter,
            "title": matter.title(language()),
            "state": steps.STATES[matter.state],
            "facts": facts_of(matter),
            "proposes": proposes,
            "changes": proposes and not Change.why_not(matter),
            "open": bool(steps.verbs("matter", matter.state)),
            "documents": list(Document.objects.filter(matter=matter.pk).defer("content")),
            "splits": queries.split_with(matter),
            "agendas": agendas(matter),
            **who_decides(matter),
        }


def facts_of(matter: Matter) -> list[tuple[Any, Any]]:
    """What is asked, in the words of the rulebook of the day on which it opened."""
    words, spoken, asked = queries.words_on(matter.opened), language(), matter.payload or {}
    place = Place.objects.filter(pk=matter.place_id).first()
    carrier = Carrier.objects.filter(pk=matter.carrier_id).first()
    about = Matter.objects.filter(code=asked.get("matter", "")).first() if matter.kind == "call_back" else None
    act = Delegation.objects.filter(number=asked.get("act", "")).first() if matter.kind == "revocation" else None

    where = f"{place.name(spoken)} · {level_name(place.level)}" if place else ""

    def named(subject: str, code: str) -> str:
        return words.named(subject, code, spoken) if code else ""

    programme = (named("programmes", matter.programme), named("axes", matter.axis))

    columns = (
        lists.Name("code", _("Code")),
        lists.Words("state", _("State"), words=steps.STATES),
        lists.Text("kind", _("Kind"), lambda row: named("matters", row.kind)),
        lists.Text("place", _("Place"), lambda row: where or row.place_code),
        lists.Text("programme", _("Programme"), lambda _row: " · ".join(filter(None, programme))),
        lists.Text("project_kind", _("Kind of project"), lambda row: named("kinds", row.project_kind)),
        lists.Money("amount_centimes", _("Amount")),
        lists.Text("carrier", _("Who asks"), lambda _row: carrier and carrier.name(spoken)),
        lists.Text("fulfils", _("Conditions fulfilled"), lambda row: " · ".join(words.listed("conditions", row.fulfils, spoken))),
        lists.Coded("about", _("Matter called back"), lambda _row: about and lists.linked(about.code, "matter", about.pk)),
        lists.Coded("act", _("Act revoked"), lambda _row: act and lists.linked(act.number, "act", act.number)),
        lists.Day("opened", _("Opened")),
        lists.Name("rulebook_version", _("Rulebook")),
        lists.Flag("reserved", _("Register"), yes=_("kept out of the public part")),
    )
    return facts(columns, matter)


def who_decides(one: Matter) -> dict[str, Any]:
    """The competent body with its reasons; of a matter decided, the decision instead."""
    resolution = Resolution.objects.filter(matter=one.pk).first()
    if resolution is not None or one.state in steps.SETTLED:
        bodies = {body.pk: body for body in queries.bodies_by_code().values()}
        approval = Approval.objects.filter(matter=one.pk).first()
        act = Delegation.objects.filter(pk=resolution.act_id).first() if resolution else None
        body = bodies.get(resolution.body_id) if resolution else None
        return {"resolution": resolution, "body": body, "act": act, "approval": approval}
    found = queries.competences([one], timezone.localdate())[one.pk]
    bodies_by_code = queries.bodies_by_code()
    return {
        "found": found,
        "body": bodies_by_code.get(str.__str__(found.body)) if found.body else None,
        "act": found.act,
    }


def agendas(one: Matter) -> list[dict[str, Any]]:
    """Where it stands on agendas, as far as the reader sees the sessions, with its votes."""
    items = list(Item.objects.filter(matter=one.pk).order_by("pk"))
    known = {row.pk: row for row in Session.objects.filter(pk__in=[item.session_id for item in items])}
    bodies = {body.pk: body for body in queries.bodies_by_code().values()}
    polls: dict[int, list[dict[str, Any]]] = {}
    for poll in Poll.objects.filter(item__in=[item.pk for item in items]).order_by("number"):
        polls.setdefault(poll.item_id, []).append({"poll": poll, "result": RESULTS[poll.result]})
    return [
        {
            "item": item,
            "session": known[item.session_id],
            "state": steps.STATES[known[item.session_id].state],
            "body": bodies.get(known[item.session_id].body_id),
            "polls": polls.get(item.pk, []),
        }
        for item in items
        if item.session_id in known
    ]


matter = MatterShown.view()
