"""The agenda of a session: what waits and may come on it, what may not and why, and its order."""

from datetime import datetime
from functools import cached_property
from typing import Any, ClassVar

from django import forms
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _

from tiwizi.committees.commands import sessions as commands
from tiwizi.committees.models import Item, Matter, Session
from tiwizi.committees.pages.sessions.session_acts import SessionRoom
from tiwizi.committees.queries import delegation
from tiwizi.journal.commands import Actor
from tiwizi.office.acts import Act
from tiwizi.office.answers import language

MOST = 200
"""Matters shown at once; older ones first."""


class Put(Act[Matter]):
    """Puts a matter on it."""

    label, part, inline, look = _("Put on the agenda"), "matter", True, "btn-sm btn-primary"

    @staticmethod
    def do(matter: Matter, *, session: Session, version: int, by: Actor, at: datetime) -> Item:
        """The command takes the session first."""
        return commands.put_on_agenda(session, matter, version=version, by=by, at=at)

    def arguments(self) -> dict[str, Any]:
        """The session of the page."""
        return {"session": self.page.object}


class TakeOff(Act[Item]):
    """Takes an item off."""

    label, part, inline, look = _("Take off"), "item", True, "btn-sm btn-outline-secondary"
    do = staticmethod(commands.take_off)

    applies = staticmethod(lambda act: not act.target.taken_up and act.target.session.state == "draft")


def number(act: Any) -> forms.Field:
    """The number that an item gets."""
    choices = [(place, str(place)) for place in act.page.numbers]
    return forms.TypedChoiceField(label=_("New number"), coerce=int, choices=choices, initial=act.target.number)


class Move(Act[Item]):
    """Gives an item another number."""

    label, part, inline, look = _("Move"), "item", True, "btn-sm btn-outline-primary"
    asks: ClassVar = {"to": number}
    applies = staticmethod(lambda act: not act.target.taken_up)
    do = staticmethod(commands.move_item)


class Agenda(SessionRoom):
    """GET shows what is on it and what waits; POST puts a matter on it, takes an item off or moves it."""

    permission, guarded = "committees.keep", True
    template = "committees/pages/sessions/session_agenda.html"
    acts = (Put, Move, TakeOff)

    def part_of(self, part: str, pk: int) -> Any:
        if part == "matter":
            return get_object_or_404(Matter.objects, pk=pk)
        item: Item = get_object_or_404(Item.objects, pk=pk, session=self.object.pk)
        item.session = self.object
        return item

    @cached_property
    def numbers(self) -> list[int]:
        """The numbers of the items that were not taken up."""
        return [row.item.number for row in self.rows if not row.item.taken_up]

    def context(self) -> dict[str, Any]:
        for row in self.rows:
            row.item.session = self.object
        rows = [{"row": row, "title": row.matter.title(language()), "acts": self.acts_on(row.item, "item")} for row in self.rows]
        return {"session": self.object, "body": self.body, "rows": rows, **self.waiting()}

    def waiting(self) -> dict[str, Any]:
        """The matters that wait: those that this body decides on the day of the session, and the others with the reason."""
        if self.object.state != "draft":
            return {"fitting": [], "others": []}
        there = {row.matter.pk for row in self.rows}
        waiting = Matter.objects.filter(state__in=("waiting", "adjourned")).exclude(pk__in=there)
        matters = list(waiting.order_by("opened", "pk")[:MOST])
        competent = delegation.competences(matters, self.object.day)
        fitting: list[dict[str, Any]] = []
        others: list[dict[str, Any]] = []
        for matter in matters:
            shown = {"matter": matter, "title": matter.title(language()), "words": competent[matter.pk].words}
            if competent[matter.pk].body == self.body.code:
                fitting.append({**shown, "acts": self.acts_on(matter, "matter")})
            else:
                others.append(shown)
        return {"fitting": fitting, "others": others}


session_agenda = Agenda.view()
