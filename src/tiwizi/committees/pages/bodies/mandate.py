"""One seat: its person, its deputies, and its end."""

from datetime import date
from typing import Any, ClassVar

from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tiwizi.committees.commands import bodies as commands
from tiwizi.committees.models import Body, Deputy, Mandate
from tiwizi.committees.pages.roles import BodyPage
from tiwizi.committees.queries.record import NO_RANK
from tiwizi.journal.commands import Actor
from tiwizi.office import lists
from tiwizi.office.acts import Act, facts
from tiwizi.office.fields import DayField, in_both
from tiwizi.organisations.commands import register_person
from tiwizi.organisations.models import Tie
from tiwizi.organisations.rules import TIES
from tiwizi.territories.models import Place


class NameDeputy(Act[Mandate]):
    """Registers somebody and names them as a deputy."""

    label, look = _("Name a deputy"), "btn-outline-primary"
    asks: ClassVar = {**in_both("name", _("Name in Arabic"), _("Name in French"), 120), "since": DayField(_("From"))}

    @staticmethod
    def do(mandate: Mandate, *, body: Body, since: date, by: Actor, at: Any, **names: Any) -> Deputy:
        """Two commands: the person, then the charge."""
        place = Place.objects.get(pk=body.place_id)
        person = register_person(place=place, sex="", birth_year=None, email="", by=by, at=at, **names)
        return commands.name_deputy(mandate, person, since=since, rank=mandate.deputies.count() + 1, by=by, at=at)

    def arguments(self) -> dict[str, Any]:
        """At the committee's place."""
        return {**self.form.cleaned_data, "body": self.page.body}


class EndDeputy(Act[Deputy]):
    """Ends a deputy's charge today."""

    label, part, inline, look = _("End today"), "deputy", True, "btn-sm btn-outline-secondary"
    applies = staticmethod(lambda act: not act.target.until)
    do = staticmethod(commands.end_deputy)

    def arguments(self) -> dict[str, Any]:
        """From today on."""
        return {"until": timezone.localdate()}


class EndMandate(Act[Mandate]):
    """Ends the seat."""

    label, look = _("End the mandate"), "btn-outline-secondary"
    asks: ClassVar = {"until": DayField(_("First day without it"))}
    applies = staticmethod(lambda act: not act.target.until)
    do = staticmethod(commands.end_mandate)

    def back(self, _result: Any) -> str:
        return reverse("body", args=[self.page.body.pk])


class Seat(BodyPage[Mandate]):
    """GET shows it; POST ends it, or names or ends a deputy."""

    permission, guarded = "committees.keep", True
    template = "committees/pages/bodies/mandate.html"
    acts = (NameDeputy, EndDeputy, EndMandate)

    def find(self, **captured: Any) -> Mandate:
        mandate: Mandate = get_object_or_404(Mandate.objects.select_related("person"), pk=captured["pk"])
        self.body = get_object_or_404(Body.objects, pk=mandate.body_id)
        return mandate

    def part_of(self, part: str, pk: int) -> Any:
        return get_object_or_404(Deputy.objects, pk=pk, mandate=self.object.pk)

    def context(self) -> dict[str, Any]:
        columns = (
            lists.Day("since", _("From")),
            lists.Day("until", _("Until")),
            lists.Number("person__birth_year", _("Year of birth"), plain=True),
            lists.Flag("chair", _("Presides"), yes=_("yes")),
            lists.Flag("rank", _("Stands in for the chair"), lambda row: not row.chair and row.rank < NO_RANK, yes=_("yes")),
            lists.Text("reference", _("Decision that names them")),
        )
        deputies = Deputy.objects.filter(mandate=self.object.pk).select_related("person")
        ties = Tie.objects.filter(person=self.object.person_id).select_related("carrier")
        return {
            "mandate": self.object,
            "body": self.body,
            "facts": facts(columns, self.object),
            "deputies": [(deputy, self.acts_on(deputy, "deputy")) for deputy in deputies],
            "ties": [{"tie": tie, "kind": TIES[tie.kind]} for tie in ties],
        }


mandate = Seat.view()
