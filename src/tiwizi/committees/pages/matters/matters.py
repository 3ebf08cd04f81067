"""The matters of the reader's places: what waits for whom, what was decided."""

from collections.abc import Sequence

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tiwizi.committees.lists import known, named
from tiwizi.committees.models import Matter
from tiwizi.committees.queries import delegation as queries
from tiwizi.committees.rules import steps as rules
from tiwizi.database.scope import ScopedQuerySet
from tiwizi.office import lists
from tiwizi.office.lists import Cell
from tiwizi.office.lists.columns import Said
from tiwizi.territories.lists import PlaceBelow, PlaceName


def states() -> list[tuple[str, Said]]:
    """The states of a matter, in the order in which it goes through them."""
    steps = [step for step in rules.STEPS if step.kind == "matter"]
    codes = dict.fromkeys([step.before for step in steps] + [step.after for step in steps])
    return [(code, rules.STATES[code]) for code in codes]


def waits_for(rows: Sequence[Matter]) -> list[Cell | None]:
    """The committee for which each matter waits, with the act that gives it; a mark where no act does; none once decided."""
    waiting = [row for row in rows if row.state not in rules.SETTLED]
    competent, bodies = queries.competences(waiting, timezone.localdate()), queries.bodies_by_code()
    nobody = Cell(str(_("nobody: no act gives it")), mark=True)
    cells: dict[int, Cell | None] = {}
    for pk, holder in competent.items():
        body = bodies.get(str.__str__(holder.body)) if holder.body else None
        cells[pk] = named(body, note=holder.act.number if holder.act else "") or nobody
    return [cells.get(row.pk) for row in rows]


def decided_by(rows: Sequence[Matter]) -> list[Cell | None]:
    """The committee that decided each matter, with the number of its decision; none while it waits."""
    decisions, bodies = queries.resolutions_of(rows), {body.pk: body for body in queries.bodies_by_code().values()}
    return [named(bodies.get(one.body_id), note=one.number) if (one := decisions.get(row.pk)) else None for row in rows]


def deciders(rows: Sequence[Matter]) -> list[Cell | None]:
    """Who decided each matter, else for whom it waits."""
    waiting = [Cell(one.text, mark=one.mark) if one else None for one in waits_for(rows)]
    return [decision or wait for decision, wait in zip(decided_by(rows), waiting, strict=True)]


class Matters(lists.ListPage[Matter]):
    """The matters of the reader's places, the latest first."""

    permission = "committees.see"
    name = "matters"
    personal = False
    title, heading = _("Matters"), _("Matters before the committees")
    columns = (
        lists.Link("title", _("Matter"), lists.in_language("title"), to="matter"),
        lists.Name("code", _("Code"), under="title"),
        lists.Words("programme", _("Programme"), words=lambda: known("programmes"), under="title"),
        lists.Text("title_ar", _("Title in Arabic"), shown=False),
        lists.Text("title_fr", _("Title in French"), shown=False),
        lists.Words("kind", _("Kind"), words=lambda: known("matters")),
        lists.Words("axis", _("Axis"), words=lambda: known("axes"), shown=False),
        lists.Words("project_kind", _("Kind of project"), words=lambda: known("kinds"), shown=False),
        PlaceName("place", _("Place")),
        lists.Money("amount_centimes", _("Amount"), sort="amount"),
        lists.Day("opened", _("Since"), sort="latest"),
        lists.Words("state", _("State"), words=rules.STATES, sort="state"),
        lists.PerPage("decides", _("Who decides"), compute=deciders, exported=False),
        lists.PerPage("waits_for", _("Waits for"), compute=waits_for, note=("act", _("Act of delegation")), shown=False),
        lists.PerPage("decided_by", _("Decided by"), compute=decided_by, note=("resolution", _("Decision")), shown=False),
    )
    filters = (
        lists.Search(narrow=queries.searched),
        lists.Choice("state", options=states),
        lists.Choice("kind"),
        lists.Choice("programme"),
        PlaceBelow(),
        lists.Year(field="opened"),
    )
    sorts = (
        lists.Sort("latest", _("The latest first"), ("-opened", "-pk")),
        lists.Sort("oldest", _("The oldest first"), ("opened", "pk")),
        lists.Sort("amount", _("Amount"), ("-amount_centimes", "pk")),
        lists.Sort("code", _("Code"), ("code",)),
        lists.Sort("state", _("State"), ("state", "opened", "pk")),
    )
    actions = (
        lists.Action("matter_new", _("Propose a matter"), permission="matters.propose", primary=True),
        lists.Action("delegation", _("Who decides what")),
    )
    empty = _("Nothing was asked of a committee at your places yet.")
    unmatched = _("No matter fits. Clear the filter to see all those of your places.")

    def rows(self) -> ScopedQuerySet[Matter]:
        """Every matter of the scope."""
        rows: ScopedQuerySet[Matter] = Matter.objects.all()
        return rows

    def nothing(self) -> Said:
        """Who may propose does so next; another learns who may."""
        if self.permits("matters.propose"):
            return self.empty
        return " ".join([str(self.empty), str(_("Officers and secretaries propose what is to be decided."))])


matters = Matters.view()
