"""The tables stored for runs: their list, one with its first rows, and the upload of a new one."""

from typing import Any, Final

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods

from tiwizi.core.errors import Problem, Refused, TiwiziError, say
from tiwizi.measures import commands, queries, results, rules, surveys, uploads
from tiwizi.measures.models import Dataset
from tiwizi.measures.pages import answers
from tiwizi.measures.pages.runs import chosen_place, day, places_of
from tiwizi.office import lists
from tiwizi.office.answers import Context, attachment
from tiwizi.people.doors import Request, page
from tiwizi.territories.lists import PlaceName
from tiwizi.territories.models import Place

TABLES: Final = (*uploads.TAKEN, rules.HOUSEHOLDS, rules.RULEBOOK)
PREVIEW: Final = 20


class Datasets(lists.ListPage[Dataset]):
    """The tables stored for the reader's places, the latest first."""

    permission = "measures.see"
    name = "tables"
    personal = False
    title, heading, caption = _("Tables"), _("Tables that runs read"), _("Stored tables, latest first")
    columns = (
        lists.Link("name", _("Name"), to="dataset"),
        lists.Name("table", _("Table")),
        PlaceName("place", _("Place")),
        lists.Text("source", _("Source")),
        # The number of rows of a file of households that stays on the server is unknown.
        lists.Number("rows", _("Rows"), lambda dataset: dataset.rows or (None if dataset.table == rules.HOUSEHOLDS else 0)),
        lists.Moment("at", _("Stored")),
    )
    filters = (lists.Choice("table", options=[(name, lists.Verbatim(name)) for name in TABLES]),)
    actions = (lists.Action("dataset_new", _("Bring a table"), permission="measures.run", primary=True),)
    empty = _("No table is stored for your places yet.")

    def rows(self) -> Any:
        """Each without its bytes."""
        return queries.datasets_seen()


datasets = Datasets.view()


@page("measures.see")
@require_GET
def dataset(request: Request, pk: int) -> HttpResponse:
    """A stored table with its first rows; `?format=` exports it whole, a rulebook as JSON."""
    stored: Dataset = get_object_or_404(Dataset.objects, pk=pk)
    content = bytes(stored.content)
    if stored.table == rules.RULEBOOK:
        if request.GET.get("format"):
            return attachment(content, f"tiwizi-rulebook-{stored.sha256[:12]}.json", "application/json", personal=None)
        texts = results.rulebook_of(content).texts
        return render(request, "measures/pages/dataset.html", {"dataset": stored, "texts": texts, "exports": ("json",)})
    if stored.table == rules.HOUSEHOLDS:
        return render(request, "measures/pages/dataset.html", _closed(stored, content))
    frame = results.frame_of(content, stored.table)
    kind = request.GET.get("format", "")
    if kind in answers.FORMATS:
        return answers.export(frame, kind, name=f"{stored.table}-{stored.sha256[:12]}", title=stored.name)
    filled = [name for name in frame.columns if frame[name].null_count() < frame.height]
    context = {
        "dataset": stored,
        "place": Place.objects.filter(pk=stored.place_id).first(),
        "columns": filled,
        "rows": frame.select(filled).head(PREVIEW).rows(),
        "places": frame["place"].n_unique(),
        "exports": ("csv", "xlsx", "parquet"),
    }
    return render(request, "measures/pages/dataset.html", context)


def _closed(stored: Dataset, content: bytes) -> Context:
    """What is shown of households, whose answers are personal data: no row is shown or exported."""
    context = {"dataset": stored, "place": Place.objects.filter(pk=stored.place_id).first(), "closed": True}
    file = surveys.on_server(content)
    if file is not None:
        return context | {"columns": list(file.mapping), "file": file, "size": answers.size(file.size_bytes)}
    frame = results.frame_of(content, stored.table)
    return context | {"columns": frame.columns, "places": frame["place"].n_unique()}


@page("measures.run")
@require_http_methods(["GET", "POST"])
def dataset_new(request: Request) -> HttpResponse:
    """A file of figures or of the census, checked and stored; all its problems are shown next to the form."""
    form: Context = {
        "places": places_of(request),
        "tables": uploads.TAKEN,
        "today": timezone.localdate().isoformat(),
        "typed": answers.filled(request.POST),
        "most": uploads.LIMITS.bytes_most // 2**20,
    }
    if request.method == "GET":
        return render(request, "measures/pages/dataset_new.html", form)
    try:
        made = _store(request)
    except TiwiziError as error:
        problems = {"problems": [answers.problem_said(problem) for problem in error.problems]}
        return render(request, "measures/pages/dataset_new.html", form | problems, status=400)
    response = redirect("dataset", made.pk)
    response.status_code = 303
    return response


def _store(request: Request) -> Dataset:
    place = chosen_place(request.POST.get("place", ""))
    file = request.FILES.get("file")
    source = request.POST.get("source", "").strip()
    series = request.POST.get("series", "").strip() or source
    missing = [
        reason
        for there, reason in (
            (place, say("Choose a place.")),
            (file, say("Choose a file.")),
            (source, say("Say where the figures come from.")),
        )
        if not there
    ]
    if missing or place is None or file is None:
        raise Refused([Problem(what=reason) for reason in missing])
    name = file.name or "file"
    if (file.size or 0) > uploads.LIMITS.bytes_most:
        raise Refused(Problem(what=say("the file weighs more than {most} MB.", most=uploads.LIMITS.bytes_most // 2**20)))
    inside = Place.objects.filter(position__gte=place.position, position__lte=place.last)
    table = request.POST.get("table", "")
    provenance = uploads.Provenance(day(request.POST.get("as_of", "")), series[:32], source[:200])
    frame = uploads.read(file.read(), name, table, known=list(inside.values_list("code", flat=True)), provenance=provenance)
    credit = {"name": request.POST.get("name", "").strip() or name, "licence": request.POST.get("licence", "").strip()}
    return commands.store_dataset(
        frame,
        table=table,
        name=credit["name"],
        source=source,
        licence=credit["licence"],
        place=place,
        by=request.actor,
        account=request.user,
        at=timezone.now(),
    )
