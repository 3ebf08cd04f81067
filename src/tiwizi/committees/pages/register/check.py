"""The check of printed minutes: a short code leads to what the journal holds, and a file is held against it. Open to anybody."""

import hashlib
import re
from typing import Final

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from tiwizi.committees.queries import register
from tiwizi.office.answers import language
from tiwizi.people.doors import public

LONGEST: Final = 40
"""Letters of a code with its spaces; longer ones are none."""
DIGEST: Final = re.compile(r"[0-9a-f]{64}")


@public
@require_GET
def check(request: HttpRequest) -> HttpResponse:
    """GET asks for the code; with one it leads to what the code stands for."""
    code = request.GET.get("code", "").strip()
    if code:
        plain = "".join(letter for letter in code[:LONGEST] if letter.isascii() and letter.isalnum())
        if plain:
            return HttpResponseRedirect(reverse("check_code", args=[plain]))
    return render(request, "committees/pages/register/check.html", {"unknown": bool(code)})


@public
@require_http_methods(["GET", "POST"])
def check_code(request: HttpRequest, code: str) -> HttpResponse:
    """GET shows what the journal holds for a code; POST holds a file against it, and keeps nothing of the file."""
    found = register.behind(code[:LONGEST])
    if found is None:
        context = {"unknown": True, "typed": code[:LONGEST]}
        return render(request, "committees/pages/register/check.html", context, status=404)
    digest = ""
    sent = request.FILES.get("file")
    if request.method == "POST" and sent is not None:
        running = hashlib.sha256()
        for part in sent.chunks():
            running.update(part)
        digest = running.hexdigest()
    elif request.method == "POST" and DIGEST.fullmatch(request.POST.get("sha256", "")):
        # The browser itself made the digest: a file need not be sent by somebody signed out.
        digest = request.POST["sha256"]
    context = {
        "found": found,
        "body": found.body(language()),
        "digest": digest,
        "same": bool(digest) and found.holds(digest),
        "asked": request.method == "POST",
    }
    return render(request, "committees/pages/register/check_code.html", context)
