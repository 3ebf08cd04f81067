"""The form of a matter, with the rulebook's words."""

from collections.abc import Callable
from datetime import date
from typing import Any, Final

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tiwizi.committees.commands import effects
from tiwizi.committees.models import Matter
from tiwizi.committees.queries.delegation import OWN, Words, words_on
from tiwizi.committees.rules import procedure
from tiwizi.core.money import Centimes
from tiwizi.office.answers import language
from tiwizi.office.forms import MoneyField
from tiwizi.organisations.models import Carrier

LONG: Final = {"rows": 6}
Text = str | Promise


class MatterForm(forms.Form):
    """What is asked of a committee; a project needs its axis, its kind and its amount."""

    kind = forms.ChoiceField(label=_("What is to be decided"))
    title_ar = forms.CharField(label=_("Title in Arabic"), max_length=300, required=False)
    title_fr = forms.CharField(label=_("Title in French"), max_length=300, required=False)
    text_ar = forms.CharField(label=_("Resolution in Arabic"), max_length=20_000, required=False, widget=forms.Textarea(LONG))
    text_fr = forms.CharField(label=_("Resolution in French"), max_length=20_000, required=False, widget=forms.Textarea(LONG))
    axis = forms.ChoiceField(label=_("Programme and axis"), required=False)
    project_kind = forms.ChoiceField(label=_("Kind of project"), required=False)
    amount = MoneyField(
        label=_("Amount"), required=False, help_text=_("With centimes after a comma where there are some: 1 234,50.")
    )
    carrier: Any = forms.ModelChoiceField(
        label=_("Who asks for it and would carry it"), queryset=None, required=False, to_field_name="code"
    )
    fulfils = forms.MultipleChoiceField(
        label=_("Conditions that the file fulfils"), required=False, widget=forms.CheckboxSelectMultiple
    )
    reserved = forms.BooleanField(label=_("Keep the decision out of the public register"), required=False)

    def __init__(self, *arguments: Any, on: date, **more: Any) -> None:
        super().__init__(*arguments, **more)
        words, spoken = words_on(on), language()
        fields: dict[str, Any] = self.fields
        fields["kind"].choices = proposable(words, on, spoken)
        fields["axis"].choices = [("", "–"), *axes(words, spoken)]
        fields["project_kind"].choices = [("", "–"), *((code, label.in_(spoken)) for code, label in words.kinds.items())]
        fields["fulfils"].choices = [(code, label.in_(spoken)) for code, label in words.conditions.items()]
        fields["carrier"].queryset = Carrier.objects.order_by("name_ar" if spoken == "ar" else "name_fr", "code")
        fields["carrier"].label_from_instance = _named(spoken)
        for name in ("title_ar", "text_ar"):
            fields[name].widget.attrs |= {"dir": "rtl", "lang": "ar"}
        for name in ("title_fr", "text_fr"):
            fields[name].widget.attrs |= {"dir": "ltr", "lang": "fr"}

    def clean(self) -> dict[str, Any]:
        """Says at the field what the command would refuse."""
        said: dict[str, Any] = super().clean() or {}
        if not (said.get("title_ar", "").strip() or said.get("title_fr", "").strip()):
            self.add_error("title_ar", _("Give a title, in Arabic or in French."))
        if said.get("kind") == "project":
            for name in ("axis", "project_kind"):
                if not said.get(name):
                    self.add_error(name, _("A project needs it."))
            if not said.get("amount") and "amount" not in self.errors:
                self.add_error("amount", _("Give the amount asked for."))
        return said

    def fields_of_matter(self) -> dict[str, Any]:
        """What the form says, as the commands take it."""
        said = self.cleaned_data
        programme, _sign, axis = said["axis"].partition("/")
        texts = {name: said[name] for name in ("title_ar", "title_fr", "text_ar", "text_fr")}
        return texts | {
            "programme": programme,
            "axis": axis,
            "project_kind": said["project_kind"],
            "amount_centimes": said["amount"] or Centimes(0),
            "fulfils": said["fulfils"],
            "reserved": said["reserved"],
        }


def proposable(words: Words, on: date, spoken: str) -> list[tuple[str, str]]:
    """The kinds of matter that are proposed by hand: those with pages of their own come from there."""
    _rules, committees, _version = procedure.rules_on(on)
    apart = {one.code for one in committees.matters if one.code in OWN or effects.effect_of(one.code)} - {"project"}
    return [(code, label.in_(spoken)) for code, label in words.matters.items() if code not in apart]


def axes(words: Words, spoken: str) -> list[tuple[str, list[tuple[str, str]]]]:
    """The axes, each under its programme: choosing one says both."""
    return [
        (label.in_(spoken), [(f"{code}/{axis}", words.axes[axis].in_(spoken)) for axis in words.axes_of[code]])
        for code, label in words.programmes.items()
    ]


def _named(spoken: str) -> Callable[[Carrier], str]:
    def label(carrier: Carrier) -> str:
        return f"{carrier.name(spoken)} ({carrier.code})"

    return label


def shown(matter: Matter) -> dict[str, Any]:
    """A matter as the form shows it."""
    carrier = Carrier.objects.filter(pk=matter.carrier_id).first()
    names = ("kind", "title_ar", "title_fr", "text_ar", "text_fr", "project_kind", "fulfils", "reserved")
    return {name: getattr(matter, name) for name in names} | {
        "axis": f"{matter.programme}/{matter.axis}" if matter.axis else "",
        "amount": matter.amount_centimes,
        "carrier": carrier.code if carrier else "",
    }
