"""The envelopes of the reader's places, year by year, and opening a new one."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tiwizi.budgets import commands, queries
from tiwizi.budgets.models import Adoption, Envelope
from tiwizi.budgets.pages.roles import role_at
from tiwizi.journal.commands import Actor
from tiwizi.language import day
from tiwizi.office import lists
from tiwizi.office.answers import language
from tiwizi.office.forms import MoneyField, WholeNumberField
from tiwizi.office.lists import Cell
from tiwizi.people.rules import permits
from tiwizi.territories.lists import PlaceName
from tiwizi.territories.models import Place


class NewEnvelope(forms.Form):
    """Money to share in a year."""

    place: Any = forms.ModelChoiceField(label=_("Place"), queryset=None, to_field_name="code", empty_label=None)
    year = WholeNumberField(label=_("Year"))
    title = forms.CharField(label=_("Title"), max_length=160)
    amount_dh = MoneyField(label=_("Amount"), whole=True, above_zero=True)


def scenarios(rows: Sequence[Envelope]) -> list[int]:
    """How many scenarios of each envelope the reader sees."""
    counts = queries.scenarios_by_envelope()
    return [counts.get(row.pk, 0) for row in rows]


def in_force(rows: Sequence[Envelope]) -> list[Cell]:
    """The adoption in force of each envelope, with its scenario."""
    adoptions = queries.in_force_by_envelope()
    return [_adoption(adoptions.get(row.pk)) for row in rows]


def _adoption(adoption: Adoption | None) -> Cell:
    if adoption is None:
        return Cell(str(_("nothing adopted yet")))
    words = str(_("adoption %(number)s, %(day)s")) % {"number": adoption.number, "day": day(adoption.decided_on, language())}
    return Cell(words, url=reverse("scenario", args=[adoption.scenario_id]))


class Envelopes(lists.ListPage[Envelope]):
    """The envelopes of the reader's places, the latest year first; who drafts opens another."""

    permission = "budgets.see"
    name = "envelopes"
    personal = False
    title, heading = _("Budget"), _("Envelopes")
    columns = (
        lists.Link("title", _("Envelope"), to="envelope"),
        PlaceName("place", _("Place"), shown=False),
        lists.Number("year", _("Year"), plain=True),
        lists.Money("amount_centimes", _("Amount")),
        lists.Number("scenarios", _("Scenarios"), compute=scenarios),
        lists.PerPage("in_force", _("In force"), compute=in_force, coded=False),
    )
    empty = _("No envelope of your places can be read yet. It appears here once one is opened, or once its share is adopted.")
    adding = (_("Open an envelope"), _("Open"), "open envelope")

    def rows(self) -> Any:
        """Every envelope that the reader sees."""
        return Envelope.objects.all()

    def form(self) -> NewEnvelope | None:
        """For who drafts, at the places where they do."""
        if not self.permits("budgets.draft"):
            return None
        codes = [role.place for role in self.request.roles if permits([role.kind], "budgets.draft")]
        form = NewEnvelope(self.request.POST or None, initial={"year": timezone.localdate().year + 1})
        field: Any = form.fields["place"]
        field.queryset = Place.objects.filter(code__in=codes, until=None)
        field.label_from_instance = lists.in_language("name")
        return form

    def act_for(self, form: NewEnvelope) -> None:
        """In the role that drafts at the place."""
        role = role_at(self.request, "budgets.draft", form.cleaned_data["place"].position)
        self.request.actor = Actor(account=str(self.request.user.pk), role=str(role))

    def add(self, form: NewEnvelope) -> str:
        """Opens it."""
        account, actor = self.request.user, self.request.actor
        typed = form.cleaned_data
        made = commands.open_envelope(
            **{**typed, "amount_dh": typed["amount_dh"].dh}, account=account, by=actor, at=timezone.now()
        )
        return reverse("envelope", args=[made.pk])


envelopes = Envelopes.view()
