"""One import: what it would change or changed, its errors, and the three ways to settle it."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from tiwizi.office.answers import Context, attachment, language
from tiwizi.people.doors import Request, page
from tiwizi.reports.annotated import annotated
from tiwizi.territories import imports as work
from tiwizi.territories import rules
from tiwizi.territories.models import Import

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@page("places.change")
@require_GET
def import_show(request: Request, pk: int) -> HttpResponse:
    """The preview, or the record of what was done."""
    upload: Import = get_object_or_404(Import.objects, pk=pk)
    errors = work.errors_of(upload)
    fresh = [item for item in upload.differences if item["before"] is None]
    shown = Paginator(upload.differences, 50).get_page(request.GET.get("page"))
    return render(
        request,
        "territories/pages/import_show.html",
        {
            "one": upload,
            "errors": list(errors.items())[:50],
            "wrong": len(errors),
            "rows": len(upload.sheet["rows"]),
            "fresh": len(fresh),
            "changed": len(upload.differences) - len(fresh),
            "page": shown,
            "items": [_shown(item) for item in shown],
            "why_not": rules.why_not_apply(status=upload.status, errors=len(errors), changes=len(upload.differences)),
        },
    )


@page("places.change")
@require_GET
def import_copy(_request: Request, pk: int) -> HttpResponse:
    """The sender's table with the errors written next to each row."""
    upload: Import = get_object_or_404(Import.objects, pk=pk)
    content = annotated(work.sheet_of(upload), work.errors_of(upload), language=language())
    return attachment(content, f"tiwizi-import-{pk}.xlsx", XLSX, personal=None)


@page("places.change")
@require_POST
def import_settle(request: Request, pk: int, act: str) -> HttpResponse:
    """Applies, undoes or drops it."""
    upload: Import = get_object_or_404(Import.objects, pk=pk)
    now = timezone.now()
    if act == "apply":
        work.apply(upload, by=request.actor, on=timezone.localdate(), at=now)
        messages.success(request, _("The import is applied."))
    elif act == "undo":
        work.undo(upload, by=request.actor, at=now)
        messages.success(request, _("The import is undone: the places are as they were before it."))
    elif act == "drop":
        work.drop(upload, by=request.actor, at=now)
        messages.success(request, _("The import is dropped: nothing was changed."))
    else:
        raise Http404(act)
    return HttpResponseRedirect(reverse("import_show", args=[pk]), status=303)


def _shown(item: Context) -> Context:
    before, after = item["before"] or {}, item["after"]
    fields = [(field, before.get(field), value) for field, value in after.items() if value not in (None, "")]
    return {"code": item["code"], "new": item["before"] is None, "fields": fields}
