"""Changing a matter while it waits."""

from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tiwizi.committees.commands import matters as commands
from tiwizi.committees.models import Item, Matter
from tiwizi.committees.pages.matters.document_new import above
from tiwizi.committees.pages.matters.forms import MatterForm, shown
from tiwizi.committees.pages.roles import MatterPage
from tiwizi.committees.queries.delegation import OWN
from tiwizi.committees.rules import steps
from tiwizi.core.errors import Sentence, refuse, say
from tiwizi.office.acts import Act, ActPage


class Change(Act[Matter]):
    """Changes what is asked."""

    label = _("Change")

    @staticmethod
    def why_not(matter: Matter) -> list[Sentence]:
        """Every reason why a matter is not changed by its form now."""
        sent = Item.objects.filter(matter=matter.pk, session__state__in=("convened", "open", "suspended")).exists()
        return steps.why_not_change(state=matter.state, version=matter.version, shown=matter.version, sent=sent) + _bound(matter)

    @staticmethod
    def do(matter: Matter, *, version: int, by: Any, at: Any, **fields: Any) -> Matter:
        """What differs, where the matter is changed by a form at all."""
        refuse(_bound(matter))
        changed = {name: value for name, value in fields.items() if value != getattr(matter, name)}
        return commands.change(matter, version=version, by=by, at=at, **changed)

    def new_form(self, *arguments: Any, **more: Any) -> MatterForm:
        """With what stands."""
        form = MatterForm(*arguments, on=self.target.opened, initial=shown(self.target), **more)
        form.fields["kind"].disabled = form.fields["carrier"].disabled = True
        form.initial["carrier"] = form.initial["carrier"] or None
        return form

    def arguments(self) -> dict[str, Any]:
        """The fields of the matter."""
        fields: dict[str, Any] = self.form.fields_of_matter()  # type: ignore[attr-defined]
        return fields

    def back(self, _result: Any) -> str:
        return reverse("matter", args=[self.target.pk])


def _bound(matter: Matter) -> list[Sentence]:
    if matter.kind in OWN or matter.subject:
        return [say("What it would sign was written with it: withdraw it and propose another.")]
    return []


class ChangeMatter(MatterPage, ActPage[Matter]):
    """GET shows the form with what stands; POST sends what is to stand, and the version that the page showed."""

    permission, acts = "matters.propose", (Change,)

    def title(self) -> Any:
        return _("Change a matter")

    def path(self) -> Sequence[tuple[str, str]]:
        return above(self.object)


matter_change = ChangeMatter.view()
