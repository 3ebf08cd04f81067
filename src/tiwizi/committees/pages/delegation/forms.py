"""The form of an act of delegation, with the rulebook's words."""

from collections.abc import Mapping
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from tiwizi.committees.models import Body
from tiwizi.committees.queries.delegation import Words
from tiwizi.office.answers import language
from tiwizi.office.forms import DayField, MoneyField
from tiwizi.territories.models import Place

SETS: Final = {"matters": "matters", "programmes": "programmes", "axes": "axes", "kinds": "kinds"}
LONG: Final = {"rows": 8}


class Several(forms.MultipleChoiceField):
    """Codes to tick, the first of them all codes there are."""

    widget = forms.CheckboxSelectMultiple


class OwnTextForm(forms.Form):
    """The resolution that a proposal would have: written from what it asks, or by hand."""

    own_text = forms.BooleanField(
        label=_("Keep the text below as I wrote it"),
        required=False,
        help_text=_("Otherwise the resolution is written from what is asked above."),
    )
    text_ar = forms.CharField(
        label=_("Resolution in Arabic"), required=False, widget=forms.Textarea(LONG | {"dir": "rtl", "lang": "ar"})
    )
    text_fr = forms.CharField(
        label=_("Resolution in French"), required=False, widget=forms.Textarea(LONG | {"dir": "ltr", "lang": "fr"})
    )

    def clean(self) -> dict[str, Any]:
        """Somebody who keeps a text of their own has written one."""
        said: dict[str, Any] = super().clean() or {}
        if said.get("own_text") and not (said.get("text_ar", "").strip() or said.get("text_fr", "").strip()):
            self.add_error("text_ar", _("Write the resolution, in Arabic or in French."))
        return said

    def texts(self, written: Mapping[str, str]) -> dict[str, str]:
        """The resolution in Arabic and in French (`text_ar`, `text_fr`): as `written` from the form, or as somebody kept it."""
        return {name: self.cleaned_data[name] if self.cleaned_data["own_text"] else written[name] for name in written}

    def shows(self, texts: Mapping[str, str]) -> None:
        """Puts the texts into the form, so that the next look at it has them to be read and mended."""
        shown: Any = self.data
        shown = shown.copy()
        shown.update(texts)
        self.data = shown


class DelegationForm(OwnTextForm):
    """What a committee below would decide by itself. Nothing ticked gives nothing: all is ticked on purpose."""

    place = forms.ChoiceField(label=_("Over which place"))
    matters = Several(label=_("Kinds of matter"))
    programmes = Several(label=_("Programmes"))
    axes = Several(label=_("Axes"))
    kinds = Several(label=_("Kinds of project"))
    ceiling_project = MoneyField(label=_("Ceiling a project"), required=False, help_text=_("Empty: no ceiling."))
    ceiling_year = MoneyField(label=_("Ceiling a year"), required=False, help_text=_("Empty: no ceiling."))
    conditions = Several(label=_("Conditions that a file must fulfil"), required=False)
    since = DayField(label=_("From"), required=False, help_text=_("Empty: from the day of the decision."))
    until = DayField(label=_("Until"), required=False, help_text=_("The first day without it; empty: no end."))

    field_order = ("place", *SETS, "ceiling_project", "ceiling_year", "conditions", "since", "until")

    def __init__(self, *arguments: Any, words: Words, places: list[Place], **more: Any) -> None:
        super().__init__(*arguments, **more)
        spoken = language()
        fields: dict[str, Any] = self.fields
        for name, what in SETS.items():
            known = [(code, label.in_(spoken)) for code, label in getattr(words, what).items()]
            fields[name].choices = [("*", _("all, said on purpose")), *known]
        fields["conditions"].choices = [(code, label.in_(spoken)) for code, label in words.conditions.items()]
        fields["place"].choices = [(place.code, place.name(spoken)) for place in places]

    def payload(self, body: Body, words: Words) -> dict[str, Any]:
        """What the act would say, as the matter keeps it."""
        said = self.cleaned_data
        return {
            "body": body.code,
            "place": said["place"],
            **{name: said[name] for name in SETS},
            "ceiling_project_centimes": said["ceiling_project"],
            "ceiling_year_centimes": said["ceiling_year"],
            "conditions": [
                {"code": code, "text": words.conditions[code].fr, "ar": words.conditions[code].ar} for code in said["conditions"]
            ],
            **{name: said[name].isoformat() if said[name] else None for name in ("since", "until")},
        }
