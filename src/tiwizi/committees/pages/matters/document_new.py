"""Laying a file before the committee with a matter."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django import forms
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tiwizi.committees.commands import matters as commands
from tiwizi.committees.models import Matter
from tiwizi.committees.pages.matters.files import cleaned
from tiwizi.committees.pages.roles import MatterPage
from tiwizi.office.acts import Act, ActPage
from tiwizi.office.fields import TextField


class Lay(Act[Matter]):
    """Lays it."""

    label = gettext_lazy("Lay it")
    note = gettext_lazy(
        "A picture is drawn anew without what a camera writes into it. A PDF that is locked, or that runs, opens or carries"
        " something, is refused."
    )
    asks: ClassVar = {
        "name": TextField(gettext_lazy("What it is"), 160),
        "file": forms.FileField(
            label=gettext_lazy("File"), help_text=gettext_lazy("A PDF, or a picture in JPEG, PNG, WebP or TIFF, up to 10 MB.")
        ),
    }
    do = staticmethod(commands.lay_document)

    def arguments(self) -> dict[str, Any]:
        """The file as it is kept."""
        clean = cleaned(self.form.cleaned_data["file"].read())
        return {"name": self.form.cleaned_data["name"], "media": clean.media, "content": clean.content}

    def back(self, _result: Any) -> str:
        return reverse("matter", args=[self.target.pk])


class LayDocument(MatterPage, ActPage[Matter]):
    """GET shows the form; POST lays the file, or says why it is refused."""

    permission, acts = "matters.propose", (Lay,)

    def title(self) -> str:
        return _("Lay a document before the committee")

    def path(self) -> Sequence[tuple[str, str]]:
        return above(self.object)


def above(matter: Matter) -> Sequence[tuple[str, str]]:
    """The pages above one of a matter."""
    return (reverse("matters"), _("Matters")), (reverse("matter", args=[matter.pk]), matter.code)


document_new = LayDocument.view()
