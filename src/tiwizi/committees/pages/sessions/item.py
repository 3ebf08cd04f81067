"""One item of a session: its debate, who takes no part in it, its amendments, its votes and what came of them."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from tiwizi.committees.models import Amendment, Document, Resolution
from tiwizi.committees.pages.sessions import item_acts
from tiwizi.committees.queries import record
from tiwizi.committees.queries import sessions as queries
from tiwizi.committees.rules import steps, voting
from tiwizi.committees.rules.voting import RESULTS, Majority
from tiwizi.core.errors import mark
from tiwizi.office import lists
from tiwizi.office.acts import facts
from tiwizi.office.answers import language
from tiwizi.organisations.models import Carrier

AMENDMENTS = {
    "waiting": mark("waits for its vote"),
    "adopted": mark("adopted"),
    "rejected": mark("rejected"),
    "withdrawn": mark("dropped"),
}


class ItemPage(item_acts.ItemRoom):
    """GET shows it; POST does one thing to it, for who keeps the body."""

    template = "committees/pages/sessions/item.html"
    acts = (
        item_acts.OpenDebate,
        item_acts.PutAmendment,
        item_acts.TakeBack,
        item_acts.Cast,
        item_acts.CountPapers,
        item_acts.Declare,
        item_acts.PutToVote,
        item_acts.Recuse,
        item_acts.DepositAmendment,
        item_acts.Adjourn,
        item_acts.Withdraw,
    )

    def context(self) -> dict[str, Any]:
        item, matter = self.object, self.matter
        carrier = Carrier.objects.filter(pk=matter.carrier_id).first()
        columns = (
            lists.Words("state", _("State"), words=steps.STATES),
            lists.Link("code", _("Matter"), to="matter", code=True),
            lists.Money("amount_centimes", _("Amount")),
            lists.Text("carrier", _("Who asks"), lambda _row: carrier and carrier.name(language())),
            lists.Words("majority", _("Majority"), lambda row: lists.in_words(voting.majority_name(Majority.kept(row.majority)))),
        )
        return {
            "item": item,
            "session": item.session,
            "matter": matter,
            "title": matter.title(language()),
            "facts": facts(columns, matter),
            "documents": list(Document.objects.filter(matter=matter.pk).defer("content")),
            "recusals": queries.recusals(item.session, item.number),
            "amendments": self.amendments(),
            "poll": self.poll,
            "poll_acts": self.acts_on(self.poll, "poll") if self.poll else {},
            "polls": [(poll, RESULTS[poll.result], (poll.words or {}).get(language(), [])) for poll in self.polls if poll.result],
            "resolution": Resolution.objects.filter(item=item.pk).first(),
        }

    def amendments(self) -> list[dict[str, Any]]:
        """The amendments in the order in which they are voted, each with its acts."""
        rows = {row.number: row for row in Amendment.objects.filter(item=self.object.pk).select_related("by_mandate__person")}
        for row in rows.values():
            row.item = self.object
        ordered = [rows[each.number] for each in steps.amendments_in_order(record.amendments(self.object))]
        return [{"row": row, "state": AMENDMENTS[row.state], "acts": self.acts_on(row, "amendment")} for row in ordered]


item = ItemPage.view()
