"""The sessions of the reader's committees."""

from typing import Any, Final

from django.db.models import Count
from django.utils.translation import gettext_lazy as _

from tiwizi.committees.lists import BodyName, OfBody
from tiwizi.committees.models import Session
from tiwizi.committees.rules.steps import STATES
from tiwizi.office import lists

SHOWN: Final = ("draft", "convened", "open", "suspended", "closed", "lapsed", "cancelled")


class Sessions(lists.ListPage[Session]):
    """The sessions that the scope sees, the latest first."""

    permission = "committees.see"
    name = "sessions"
    personal = False
    title, caption = _("Sessions"), _("Sessions, latest first")
    columns = (
        lists.Link("number", _("Number"), to="session", code=True),
        BodyName(),
        lists.Day("day", _("Day"), sort="day"),
        lists.Text("hour", _("Hour"), lambda one: one.hour.strftime("%H:%M"), shown=False),
        lists.Words("state", _("State"), words=STATES, sort="state"),
        lists.Flag("second", _("Second convocation"), yes=_("second convocation"), under="state"),
        lists.Number("count", _("Items")),
    )
    filters = (OfBody(), lists.Choice("state", options=[(code, STATES[code]) for code in SHOWN]), lists.Year())
    sorts = (
        lists.Sort("day", _("The latest first"), ("-day", "-pk")),
        lists.Sort("oldest", _("The oldest first"), ("day", "pk")),
        lists.Sort("state", _("State"), ("state", "-day")),
    )
    actions = (lists.Action("session_new", _("Prepare a session"), permission="committees.keep", primary=True),)
    empty = _("No session yet. The secretary of a committee prepares one, puts matters on its agenda and sends the invitations.")
    unmatched = _("No session fits.")

    def rows(self) -> Any:
        """Each with how many items it has."""
        return Session.objects.annotate(count=Count("items"))


sessions = Sessions.view()
