"""One activity of a capacity-building plan: written down as held, or given up."""

from functools import cached_property
from typing import Any, ClassVar

from django import forms
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _

from tiwizi.committees.commands import bodies as commands
from tiwizi.committees.models import Activity, Attendance, Body
from tiwizi.committees.pages.roles import BodyPage
from tiwizi.committees.rules.steps import ACTIVITIES
from tiwizi.office import lists
from tiwizi.office.acts import Act, facts
from tiwizi.office.answers import language
from tiwizi.office.fields import DayField, TextField


class ActivityRoom(BodyPage[Activity]):
    """An activity as its acts see it."""

    def find(self, **captured: Any) -> Activity:
        activity: Activity = get_object_or_404(Activity.objects, pk=captured["pk"])
        self.body = get_object_or_404(Body.objects, pk=activity.body_id)
        return activity

    @cached_property
    def bodies(self) -> list[Body | None]:
        """Those whose members may have come, and none."""
        return [*Body.objects.held().filter(until=None), None]


class ActivityAct(Act[Activity]):
    """An act on what is planned."""

    page: ActivityRoom
    applies = staticmethod(lambda act: not act.target.held_on and not act.target.given_up_on)


class Hold(ActivityAct):
    """Writes it down as held."""

    label, heading = _("Write it down as held"), _("It was held")
    asks: ClassVar = {"held_on": DayField(_("Day"))}
    fields_template = "committees/parts/attendance.html"
    do = staticmethod(commands.hold_activity)

    def new_form(self, *arguments: Any, **more: Any) -> Any:
        """How many women and men came, of each committee and of none."""
        form: Any = super().new_form(*arguments, **more)
        form.groups = []
        for body in self.page.bodies:
            names = [f"{sex}-{body.pk if body else 0}" for sex in ("women", "men")]
            for name, label in zip(names, (_("Women"), _("Men")), strict=True):
                form.fields[name] = forms.IntegerField(label=label, min_value=0, initial=0, required=False)
            form.groups.append((body.name(language()) if body else _("of no committee"), [form[name] for name in names]))
        return form

    def arguments(self) -> dict[str, Any]:
        """Who came, of those where anybody did."""
        typed = self.form.cleaned_data
        came = [(body, *(typed[f"{sex}-{body.pk if body else 0}"] or 0 for sex in ("women", "men"))) for body in self.page.bodies]
        return {"held_on": typed["held_on"], "attendance": [row for row in came if any(row[1:])], "fields": {}}


class GiveUp(ActivityAct):
    """Gives it up."""

    label, look = _("Give it up"), "btn-outline-secondary"
    asks: ClassVar = {"why": TextField(_("Why"))}
    do = staticmethod(commands.give_up_activity)


class ActivityPage(ActivityRoom):
    """GET shows one activity; POST writes it down as held, or gives it up."""

    template = "committees/pages/bodies/activity.html"
    acts = (Hold, GiveUp)

    def context(self) -> dict[str, Any]:
        columns = (
            lists.Words("kind", _("Kind"), words=ACTIVITIES),
            lists.Day("planned_on", _("Planned for")),
            lists.Day("held_on", _("Held")),
            lists.Day("given_up_on", _("Given up")),
            lists.Text("why_given_up", _("Why")),
            lists.Text("speakers", _("Speakers")),
            lists.Text("partners", _("Partners")),
        )
        return {
            "activity": self.object,
            "body": self.body,
            "facts": facts(columns, self.object),
            "attendance": list(Attendance.objects.filter(activity=self.object.pk).select_related("body")),
        }


activity = ActivityPage.view()
