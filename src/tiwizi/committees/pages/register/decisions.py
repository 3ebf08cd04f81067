"""The register of decisions of the reader's places and of the committees above."""

from collections.abc import Sequence
from typing import Final

from django.utils.translation import gettext_lazy as _

from tiwizi.committees.lists import BodyName, OfBody, known
from tiwizi.committees.models import Resolution
from tiwizi.committees.queries import register
from tiwizi.committees.rules.voting import DECIDED
from tiwizi.core.rulebook.subjects import Label
from tiwizi.database.scope import ScopedQuerySet
from tiwizi.office import lists

SORTS: Final = register.SORTS
SEARCHED: Final = _("Words, in Arabic or in French")


def kinds() -> dict[str, Label]:
    """What each kind of matter is called, by the rulebook of today."""
    return dict(known("matters"))  # type: ignore[arg-type]


def _hashes(rows: Sequence[Resolution]) -> list[lists.Cell | None]:
    """The hash of the entry that holds each decision, wherever it lies."""
    hashes = register.hashes(rows)
    return [lists.Cell(hashes[row.entry]) if row.entry in hashes else None for row in rows]


class Decisions(lists.ListPage[Resolution]):
    """The decisions that the scope sees, the latest first."""

    permission = "committees.see"
    name = "decisions"
    personal = False
    title, caption = _("Register of decisions"), _("Decisions, latest first")
    columns = (
        lists.Link("number", _("Number"), to="decision", key="number", code=True, sort="number"),
        lists.Day("decided_on", _("Day"), sort="day"),
        BodyName(),
        lists.Text("title", _("Decision"), lists.in_language("title")),
        lists.Words("kind", _("Kind"), words=lambda: known("matters"), under="title"),
        lists.Flag("reserved", _("Reserved"), lambda one: one.reach is None, yes=_("reserved"), under="title"),
        lists.Words("result", _("Result"), words=DECIDED),
        lists.Money("amount_centimes", _("Amount"), sort="amount"),
        lists.Text("place_code", _("Code of the place"), shown=False),
        lists.PerPage("hash", _("Hash in the journal"), compute=_hashes, coded=False, shown=False),
    )
    filters = (
        lists.Search(label=SEARCHED, narrow=register.searched),
        OfBody(),
        lists.Choice("kind"),
        lists.Choice("result"),
        lists.Year(field="decided_on"),
    )
    sorts = (
        lists.Sort("day", _("The latest first"), SORTS["day"]),
        lists.Sort("oldest", _("The oldest first"), SORTS["oldest"]),
        lists.Sort("number", _("Number"), SORTS["number"]),
        lists.Sort("amount", _("Amount"), SORTS["amount"]),
    )
    actions = (lists.Action("public_decisions", _("Public part")), lists.Action("check", _("Check a printed code")))
    empty = _("Nothing was decided yet. A decision is written here when a session declares the result of a vote.")
    unmatched = _("No decision fits. Clear the filter to see all decisions of your places.")

    def rows(self) -> ScopedQuerySet[Resolution]:
        """Every decision of the scope."""
        rows: ScopedQuerySet[Resolution] = Resolution.objects.all()
        return rows


decisions = Decisions.view()
