"""What is done to the minutes of a session: texts added, files written, signed, sealed and corrected."""

import secrets
from collections.abc import Callable
from datetime import datetime
from functools import cached_property
from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tiwizi.committees.commands import minutes as commands
from tiwizi.committees.commands import sessions
from tiwizi.committees.models import Minutes, Scan, Session
from tiwizi.committees.pages.matters.files import cleaned
from tiwizi.committees.pages.roles import BodyPage
from tiwizi.committees.pages.sessions.finding import session_of
from tiwizi.committees.queries import sessions as queries
from tiwizi.committees.rules import minutes as rules
from tiwizi.journal.commands import Actor
from tiwizi.office.acts import Act, Target
from tiwizi.office.answers import language, number_in
from tiwizi.office.fields import TextField, in_both
from tiwizi.organisations.models import Person
from tiwizi.people.acting import role_above
from tiwizi.people.models import Account, Role


class MinutesRoom(BodyPage[Session]):
    """The minutes of a session as its acts see them."""

    def find(self, **captured: Any) -> Session:
        session = session_of(captured["pk"])
        self.body = session.body
        return session

    def part_of(self, part: str, pk: int) -> Any:
        return get_object_or_404(Scan.objects.defer("content"), pk=pk, session=self.object.pk)

    def role_for(self, permission: str) -> Role | None:
        """Confirming is for somebody above too."""
        if permission == "committees.confirm":
            return role_above(self.request, permission, self.body.position)
        return super().role_for(permission)

    @cached_property
    def number(self) -> int:
        """The version that is written or signed."""
        return commands.number_of(self.object)

    @cached_property
    def signed(self) -> dict[str, Any]:
        """Who signed it."""
        return commands.signed(self.object, self.number)

    @cached_property
    def sealed(self) -> bool:
        """Whether it is sealed."""
        return commands.sealed(self.object, self.number)

    @cached_property
    def files(self) -> list[Minutes]:
        """Every file of every version."""
        files = Minutes.objects.filter(session=self.object.pk).defer("content", "data")
        return list(files.order_by("number", "language", "media"))

    @cached_property
    def hashes(self) -> dict[str, str]:
        """Those of the files that are signed."""
        return commands.hashes(self.object, self.number)

    @cached_property
    def chair(self) -> Person | None:
        """Who presided."""
        return Person.objects.filter(mandates=self.object.presiding_id).first() if self.object.presiding_id else None

    @property
    def waits(self) -> bool:
        """Whether the chair's signature is the one that lacks."""
        return "secretary" in self.signed and "chair" not in self.signed

    @property
    def over(self) -> bool:
        """Whether minutes can be written."""
        return self.object.state in rules.OVER


class MinutesAct(Act[Target]):
    """An act on the minutes."""

    page: MinutesRoom


def address(code: str) -> str:
    """Where anybody can check the file of a code, at this office."""
    return settings.ADDRESS + reverse("check_code", args=[code])


class Write(MinutesAct[Session]):
    """Writes the files under a code drawn for them."""

    do = staticmethod(commands.write)

    def prepare(self) -> Callable[[], str]:
        """Sets the files, so that nobody waits for it."""
        request = self.page.request
        version = number_in(request, "version")
        made = commands.typeset(self.target, version=version, address=address, choose=secrets.choice, **self.arguments())
        return lambda: self.back(commands.write(made, account=request.user, by=request.actor, at=timezone.now()))


class WriteMinutes(Write):
    """Writes the files from the record, or again before anybody signed."""

    heading = _("What comes next")
    label = staticmethod(lambda act: _("Write them again") if act.page.files else _("Write the minutes"))
    applies = staticmethod(lambda act: act.page.over and not act.page.signed)

    @staticmethod
    def note(act: Any) -> Any:
        """What is done before, or after."""
        if act.page.files:
            return _("Read the files, sign them, or write them again after a change of the texts.")
        return _("Complete the texts below, then write the minutes from the record.")


class CorrectMinutes(Write):
    """Writes a new version with its reason."""

    label, summary, look = _("Write the new version"), _("Correct these minutes"), "btn-outline-primary"
    note = _("A correction is a new version with its reason; the sealed one is kept.")
    asks: ClassVar = {"correction": TextField(_("What is corrected, and why"))}
    applies = staticmethod(lambda act: act.page.sealed)


class Sign(MinutesAct[Target]):
    """Signs the files that the page showed."""

    asks: ClassVar = {"name": TextField(_("Your name as it is signed"), 160)}
    capacity = "chair"

    def initial(self) -> dict[str, Any]:
        """The reader's name."""
        return {"name": self.page.request.user.name}

    def new_form(self, *arguments: Any, **more: Any) -> forms.Form:
        """With the hashes of what was read."""
        form = super().new_form(*arguments, **more)
        for name, digest in self.page.hashes.items():
            form.fields[f"sha-{name}"] = forms.CharField(required=False, initial=digest, widget=forms.HiddenInput)
        return form

    def arguments(self) -> dict[str, Any]:
        """In which capacity, and what was shown."""
        typed = self.form.cleaned_data
        shown = {name.removeprefix("sha-"): value for name, value in typed.items() if name.startswith("sha-") and value}
        return {"capacity": self.capacity, "name": typed.get("name", ""), "shown": shown}


class SignAsSecretary(Sign[Session]):
    """The first signature."""

    label, capacity = _("Sign as the secretary"), "secretary"
    applies = staticmethod(lambda act: bool(act.page.files) and "secretary" not in act.page.signed)
    do = staticmethod(commands.sign)


class SignAsChair(Sign[Session]):
    """The second one, by the chair's own account."""

    label, permission = _("Sign as the chair, and seal"), "committees.sign"
    confirm = _("Sign? The second signature seals the files.")
    applies = staticmethod(lambda act: act.page.waits)
    do = staticmethod(commands.sign)


class ConfirmScan(Sign[Scan]):
    """The second one, on the print: somebody else than who attached its scan or signed before confirms it."""

    label, part, permission = _("Confirm the scan, and seal"), "scan", "committees.confirm"
    confirm = _("Does the scan show these files, signed by the chair? They are sealed by it.")
    asks: ClassVar = {}
    applies = staticmethod(
        lambda act: act.page.waits and act.page.request.user.pk not in (act.target.by_id, act.page.signed["secretary"].by_id)
    )

    @staticmethod
    def do(scan: Scan, *, session: Session, account: Account, by: Actor, at: datetime, **fields: Any) -> Any:
        """Under the name that stands on the print."""
        return commands.sign(session, scan=scan, account=account, by=by, at=at, **fields | {"name": scan.name})

    def arguments(self) -> dict[str, Any]:
        """Of this session."""
        return {**super().arguments(), "session": self.page.object}


class AttachScan(MinutesAct[Session]):
    """Attaches a scan of the print that the chair signed."""

    label = _("Attach the scan")
    note = _(
        "The chair signs here with an account of their own, or on the print: attach its scan, and a second person confirms it."
    )
    asks: ClassVar = {
        "name": TextField(_("Who signed the print as the chair"), 160),
        "file": forms.FileField(
            label=_("Scan of the signed print"), widget=forms.FileInput({"accept": "application/pdf, image/*"})
        ),
    }
    applies = staticmethod(lambda act: act.page.waits)
    do = staticmethod(commands.attach_scan)

    def initial(self) -> dict[str, Any]:
        """Who presided."""
        return {"name": self.page.chair.name(language()) if self.page.chair else ""}

    def arguments(self) -> dict[str, Any]:
        """The file as it is kept."""
        clean = cleaned(self.form.cleaned_data["file"].read())
        return {"name": self.form.cleaned_data["name"], "media": clean.media, "content": clean.content}


class WriteTexts(MinutesAct[Session]):
    """Keeps the texts that the secretary adds, until somebody signed."""

    label, heading, look = _("Keep these texts"), _("Texts that the secretary adds"), "btn-outline-primary"
    fields_template = "committees/parts/minutes_texts.html"
    applies = staticmethod(lambda act: act.page.over and not act.page.signed)
    do = staticmethod(sessions.write_minutes_text)

    def new_form(self, *arguments: Any, **more: Any) -> Any:
        """The opening, then the debate of each item, in both languages."""
        form: Any = super().new_form(*arguments, **more)
        form.groups = []
        rows: list[tuple[str, str, Any, Any]] = [("opening", "", _("Opening"), self.target)]
        rows += [
            ("debate", f".{row.item.number}", f"{row.item.number}. {row.matter.title(language())}", row.item)
            for row in queries.agenda(self.target)
        ]
        for text, end, legend, row in rows:
            fields = in_both(text, _("In Arabic"), _("In French"), None, rows=3)
            for name, field in fields.items():
                field.initial = getattr(row, name)
                form.fields[name + end] = field
            form.groups.append((legend, [form[name + end] for name in fields]))
        return form

    def arguments(self) -> dict[str, Any]:
        """Those that were sent."""
        return {"texts": {name: text for name, text in self.form.cleaned_data.items() if name in self.page.request.POST}}
