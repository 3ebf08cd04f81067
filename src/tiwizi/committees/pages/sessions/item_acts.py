"""What can be done to an item of a session: its debate, who takes no part in it, its amendments and its votes."""

from collections.abc import Sequence
from functools import cached_property
from typing import Any, ClassVar

from django import forms
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _

from tiwizi.committees.commands import presences, votes
from tiwizi.committees.models import Amendment, Item, Matter, Poll
from tiwizi.committees.pages.roles import BodyPage
from tiwizi.committees.pages.sessions.finding import item_of, members
from tiwizi.committees.queries import record
from tiwizi.committees.queries import sessions as queries
from tiwizi.committees.rules import steps, voting
from tiwizi.committees.rules.voting import CHOICES, Majority, Tally
from tiwizi.core.errors import Sentence
from tiwizi.office.acts import Act, Target
from tiwizi.office.fields import PickField, TextField, in_both
from tiwizi.office.lists import in_words


class ItemRoom(BodyPage[Item]):
    """An item as its acts see it: each thing about it read once."""

    def find(self, **captured: Any) -> Item:
        item = item_of(captured["pk"])
        self.body = item.session.body
        return item

    def part_of(self, part: str, pk: int) -> Any:
        model: Any = {"amendment": Amendment, "poll": Poll}[part]
        row = get_object_or_404(model.objects, pk=pk, item=self.object.pk)
        row.item = self.object
        return row

    @property
    def version(self) -> int:
        return self.object.session.version

    @cached_property
    def matter(self) -> Matter:
        """What is debated."""
        matter: Matter = Matter.objects.get(pk=self.object.matter_id)
        return matter

    @cached_property
    def polls(self) -> list[Poll]:
        """The votes on it."""
        polls = queries.polls(self.object)
        for poll in polls:
            poll.item = self.object
        return polls

    @cached_property
    def poll(self) -> Poll | None:
        """The vote that is open."""
        return next((poll for poll in self.polls if not poll.result), None)

    @cached_property
    def verbs(self) -> list[str]:
        """What the matter's state allows while the session is open."""
        return steps.verbs("matter", self.matter.state) if self.object.session.state == "open" else []

    @cached_property
    def seats(self) -> list[record.Seat]:
        """The members on the day of the session."""
        return record.seats(self.body, self.object.session.day)

    @cached_property
    def turn(self) -> int | None:
        """The number of the amendment that is voted next."""
        waiting = (each.number for each in steps.amendments_in_order(record.amendments(self.object)) if not each.settled)
        return next(waiting, None) if self.matter.state == "amending" else None

    @cached_property
    def room(self) -> Any:
        """Who is there at the open vote."""
        return votes.room_of(self.poll) if self.poll else None

    @cached_property
    def so_far(self) -> Sequence[Sentence]:
        """The arithmetic of the open vote."""
        if not self.poll:
            return ()
        amends = self.poll.amendment_id is not None
        return voting.outcome(record.ballot(self.poll), self.room, Majority.kept(self.poll.majority), amends=amends).words

    @cached_property
    def voices(self) -> list[dict[str, Any]]:
        """Who may vote in the open vote, with what they said."""
        return queries.voices(self.poll, self.seats, self.room) if self.poll else []


class ItemAct(Act[Target]):
    """An act on an item, or on a part of it."""

    page: ItemRoom


class OpenDebate(ItemAct[Item]):
    """Takes the item up."""

    label, heading = _("Open the debate"), _("What comes next")
    note = _("Whom a register ties to who asks is recused at once.")
    applies = staticmethod(lambda act: not act.target.taken_up and act.target.session.state == "open")
    why_not = staticmethod(votes.why_not_take_up)
    do = staticmethod(votes.take_up)


def ballot(act: Any) -> forms.Field:
    """How the vote is held: as the matter asks for, unless another way is chosen."""
    ways = (("0", _("open, by name")), ("1", _("secret, papers counted")))
    secret = "1" if act.page.matter.secret else "0"
    return forms.TypedChoiceField(
        label=_("Ballot"), choices=ways, initial=secret, coerce=lambda value: value == "1", widget=forms.RadioSelect
    )


class PutToVote(ItemAct[Item]):
    """Opens the vote on the text."""

    label, heading, asks = _("Put to the vote"), _("The vote"), {"secret": ballot}
    applies = staticmethod(lambda act: not act.page.poll and "put_to_vote" in act.page.verbs)
    why_not = staticmethod(votes.why_not_put_text)
    do = staticmethod(votes.put_to_vote)


class PutAmendment(ItemAct[Amendment]):
    """Opens the vote on the amendment whose turn it is."""

    label, part = _("Put this amendment to the vote"), "amendment"
    applies = staticmethod(lambda act: "adjourn" in act.page.verbs and not act.page.poll and act.target.number == act.page.turn)
    do = staticmethod(votes.put_amendment)


class TakeBack(ItemAct[Amendment]):
    """Its author takes an amendment back."""

    label, part, look = _("Its author takes it back"), "amendment", "btn-outline-secondary"
    applies = staticmethod(
        lambda act: act.target.state == "waiting" and not act.page.poll and act.target.item.session.state == "open"
    )
    do = staticmethod(votes.take_back)


class Cast(ItemAct[Poll]):
    """Writes down the votes of an open ballot."""

    label, part, fields_template = _("Write the votes down"), "poll", "committees/pages/sessions/voices.html"
    applies = staticmethod(
        lambda act: not act.target.secret and act.page.room.quorate and any(not row["choice"] for row in act.page.voices)
    )
    do = staticmethod(votes.cast)

    def new_form(self, *arguments: Any, **more: Any) -> forms.Form:
        """One question per seat that has not voted, and one for all the others."""
        form = super().new_form(*arguments, **more)
        choices = [(code, in_words(words)) for code, words in CHOICES.items()]
        for row in self.page.voices:
            if not row["choice"]:
                name = f"vote-{row['mandate'].pk}"
                form.fields[name] = forms.ChoiceField(choices=choices, required=False, widget=forms.RadioSelect)
                row["field"] = form[name]
        rest = [("", _("have not voted")), *choices]
        form.fields["rest"] = forms.ChoiceField(label=_("All those not ticked above"), choices=rest, required=False)
        return form

    def arguments(self) -> dict[str, Any]:
        """The choice of each seat: its own, else the one chosen for all the others."""
        typed = self.form.cleaned_data
        given = {row["mandate"].pk: typed.get(f"vote-{row['mandate'].pk}") for row in self.page.voices}
        return {"votes": {mandate: choice for mandate, choice in given.items() if choice}, "rest": typed["rest"]}


class CountPapers(ItemAct[Poll]):
    """Writes down the papers of a secret vote."""

    label, part = _("Write the papers down"), "poll"
    asks: ClassVar = {
        "yes": forms.IntegerField(label=_("For"), min_value=0),
        "no": forms.IntegerField(label=_("Against"), min_value=0),
        "abstain": forms.IntegerField(label=_("Blank"), min_value=0, initial=0),
        "void": forms.IntegerField(label=_("Void"), min_value=0, initial=0),
    }
    applies = staticmethod(lambda act: act.target.secret and not hasattr(act.target, "papers") and act.page.room.quorate)
    do = staticmethod(votes.count_papers)

    def arguments(self) -> dict[str, Any]:
        """The papers by what they say; who presides breaks no tie here."""
        return {"papers": Tally(**self.form.cleaned_data), "casting": ""}


class Declare(ItemAct[Poll]):
    """Declares the result, once the arithmetic of the vote was shown."""

    label, part, confirm = _("Declare the result"), "poll", _("Declare the result? It takes effect at once.")
    figures = staticmethod(lambda act: act.page.so_far)
    applies = staticmethod(lambda act: act.target.item.session.state == "open")
    do = staticmethod(votes.declare)


class Recuse(ItemAct[Item]):
    """Writes down that a member has a conflict of interest."""

    label, look = _("Write the recusal down"), "btn-outline-primary"
    summary = _("A member declares a conflict of interest")
    asks: ClassVar = {
        "mandate": lambda act: PickField(_("Member"), members(act.page.seats)),
        "reason": TextField(_("What the conflict is")),
    }
    applies = staticmethod(lambda act: act.target.taken_up and not act.page.poll and "put_to_vote" in act.page.verbs)
    do = staticmethod(presences.recuse)


class DepositAmendment(ItemAct[Item]):
    """Writes down an amendment."""

    label, summary, look = _("Deposit it"), _("Deposit an amendment"), "btn-outline-primary"
    note = _("Write the resolution as it would read with the amendment.")
    asks: ClassVar = {
        "mandate": lambda act: PickField(_("Who deposits it"), members(act.page.seats), empty="–"),
        **in_both("text", _("Text in Arabic"), _("Text in French"), None, rows=4),
        "distance": forms.IntegerField(
            label=_("How far it goes from the text, 0 to 9, as the chair ranks it"), min_value=0, max_value=9, initial=0
        ),
        "deletes": forms.BooleanField(label=_("It deletes a part of the text"), required=False),
    }
    applies = staticmethod(
        lambda act: bool(act.page.verbs) and not act.page.poll and act.page.matter.state in ("debated", "amending")
    )
    do = staticmethod(votes.deposit)

    def initial(self) -> dict[str, Any]:
        """The text as it stands."""
        return {name: getattr(self.page.matter, name) for name in ("text_ar", "text_fr")}


class Adjourn(ItemAct[Item]):
    """Puts the matter off to a later session; an open vote is lost by it."""

    label, summary, look = _("Adjourn"), _("Adjourn to a later session"), "btn-outline-secondary"
    asks: ClassVar = {"why": TextField(_("Why"))}
    applies = staticmethod(lambda act: act.target.taken_up and act.name() in act.page.verbs)
    note = staticmethod(lambda act: _("The open vote is left without effect.") if act.page.poll else "")
    do = staticmethod(votes.adjourn)


class Withdraw(Adjourn):
    """Takes the matter off the debate for good."""

    label, summary = _("Withdraw"), _("Withdraw for good")
    do = staticmethod(votes.withdraw)
