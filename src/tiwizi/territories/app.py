"""What territories declare: words of imports in the journal, previews that wait, the section of places."""

from collections.abc import Iterator
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tiwizi.core.errors import mark, say
from tiwizi.registration import App, Case, Question, Row, Section, Task
from tiwizi.territories.models import Import, Place

PLACE = Row(Place, "code")


def previews(_account: int, _at: datetime) -> Iterator[Task]:
    """Imports that were previewed and not settled."""
    if not Import.objects.filter(status=Import.PREVIEW).exists():
        return
    for one in Import.objects.filter(status=Import.PREVIEW)[:5]:
        yield Task(
            say("Import of places: {name}", name=one.name),
            say("It was previewed and neither applied nor dropped."),
            reverse("import_show", args=[one.pk]),
        )


APP = App(
    acts={
        "load places": mark("loaded places"),
        "end place": mark("recorded the end of a place"),
        "preview import": mark("previewed an import"),
        "apply import": mark("applied an import"),
        "undo import": mark("undid an import"),
        "drop import": mark("dropped an import"),
    },
    kinds={
        "place": mark("place"),
        "import": mark("import"),
    },
    sections=(Section(10, "places.see", "places", _("Places")),),
    questions=(Question(30, "places.change", previews),),
    cases={
        **dict.fromkeys(("place_history", "reorganise"), Case((PLACE,))),
        **dict.fromkeys(("import_show", "import_copy"), Case((Row(Import),))),
        "import_settle": Case((Row(Import), "drop")),
        "tiles": Case((5, 15, 12)),
    },
)
