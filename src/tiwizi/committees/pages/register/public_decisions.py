"""The public part of the register: what was decided, by whom, on which basis. Open to anybody, without names of people."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from tiwizi.committees.lists import COMMITTEE, known, offered
from tiwizi.committees.pages.register.decisions import SEARCHED, kinds
from tiwizi.committees.queries import register
from tiwizi.committees.queries.register import Public, PublicRows
from tiwizi.committees.rules.voting import DECIDED
from tiwizi.office import lists
from tiwizi.office.answers import language
from tiwizi.people.doors import PUBLIC, public


class PublicDecisions(lists.ListPage[Public]):
    """The decisions that are not reserved, the latest first."""

    permission = PUBLIC
    name = "public-decisions"
    personal = False
    title, caption = _("Public register of decisions"), _("Decisions, latest first")
    intro = (
        _(
            "What the committees decided, on which basis, and where it stands in the journal. Names of people and votes by name"
            " are not public."
        ),
    )
    columns = (
        lists.Link("number", _("Number"), to="public_decision", key="number", code=True),
        lists.Day("decided_on", _("Day")),
        lists.Text("body", COMMITTEE, lists.in_language("body")),
        lists.Text("title", _("Decision"), lists.in_language("title")),
        lists.Words("kind", _("Kind"), words=lambda: known("matters"), under="title"),
        lists.Words("result", _("Result"), words=DECIDED),
        lists.Money("amount_centimes", _("Amount")),
        lists.Text("place", _("Code of the place"), shown=False),
        lists.Text("hash", _("Hash in the journal"), shown=False),
    )
    filters = (
        lists.Search(label=SEARCHED),
        lists.Choice("body", COMMITTEE, options=lambda: offered(register.public_choices()[0])),
        lists.Choice("kind"),
        lists.Choice("result"),
        lists.Year(years=lambda: register.public_choices()[1]),
    )
    actions = (lists.Action("check", _("Check a printed code")),)
    empty = _("No decision is public yet. Each appears here on the day it is declared.")
    unmatched = _("No public decision fits.")

    def rows(self) -> PublicRows:
        """Those that fit: the register reads them itself, beyond every scope."""
        return PublicRows(self.asked)

    def found(self) -> PublicRows:
        """The same: nothing else narrows them."""
        return self.rows()


public_decisions = PublicDecisions.view()


@public
@require_GET
def public_decision(request: HttpRequest, number: str) -> HttpResponse:
    """GET shows what anybody may read of one decision."""
    one = register.public_one(number)
    if one is None:
        raise Http404(number)
    spoken, known = language(), kinds()
    context = {
        "decision": one,
        "title": one.title(spoken),
        "body": one.body(spoken),
        "kind": known[one.kind].in_(spoken) if one.kind in known else one.kind,
        "result": DECIDED[one.result],
        "basis": one.legal_basis.get(spoken, []),
    }
    return render(request, "committees/pages/register/public_decision.html", context)
