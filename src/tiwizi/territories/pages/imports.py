"""The list of imports of places."""

from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from tiwizi.core.errors import mark
from tiwizi.office import lists
from tiwizi.territories.lists import PlaceName
from tiwizi.territories.models import Import

STATES: Final = {
    Import.PREVIEW: mark("previewed, waits"),
    Import.APPLIED: mark("applied"),
    Import.UNDONE: mark("undone"),
    Import.DROPPED: mark("dropped"),
}


class Imports(lists.ListPage[Import]):
    """The imports of the reader's places, the latest first, each with its outcome."""

    permission = "places.change"
    name = "imports"
    personal = True
    title = _("Imports of places")
    columns = (
        lists.Link("name", _("File"), to="import_show"),
        PlaceName("place", _("Place"), shown=False),
        lists.Text("by__name", _("By")),
        lists.Moment("at", _("When")),
        lists.Words("status", _("State"), words=STATES),
    )
    actions = (lists.Action("import_new", _("Bring a table"), primary=True),)
    empty = _("No table was brought yet. Export the list of places, change it in Excel, and bring it back.")

    def rows(self) -> Any:
        """Each without its rows."""
        return Import.objects.select_related("by").defer("sheet", "differences")


imports = Imports.view()
