"""No private answer may be kept, and HEAD is answered as GET: every address, signed in and signed out."""

from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from tests.web.test_scope_walk import Walk, entered, named, walk, walked

from tiwizi.people import doors
from tiwizi.web import answers_kept

__all__ = ["walk", "walked"]
CHANGES = {"Set-Cookie", "Date", "Expires", "Last-Modified", "ETag"}
"""What differs from one GET to the next as well: cookies and drawings that carry their moment."""


def asked(walk: Walk, client: Client) -> list[tuple[str, Any, Any]]:
    found = []
    for name, _permission in named():
        address, query = reverse(name, args=walk.arguments(name, "province")), walk.query(name, "province")
        found.append((name, client.get(address, query), client.head(address, query)))
    return found


def kept(answers: list[tuple[str, Any, Any]]) -> list[str]:
    """The addresses that let somebody keep what they answer."""
    return [name for name, page, _head in answers if page.headers.get("Cache-Control") != answers_kept.PRIVATE]


@pytest.mark.parametrize("who", ["officer", None])
def test_every_address_is_private_and_answers_head_as_get(walk: Walk, who: str | None) -> None:
    client = entered(walk.people[who, "province"] if who else None)
    answers = asked(walk, client)
    assert kept(answers) == (["tiles"] if who else [])
    for name, page, head in answers:
        assert head.status_code == page.status_code, name
        assert b"".join(head) == b"", name
        for header, value in page.headers.items():
            if header not in CHANGES:
                assert head.headers.get(header) == value or header == "Content-Length", (name, header)
        if page.status_code == 200:
            assert int(head.headers["Content-Length"]) > 0, name
    assert client.get("/nowhere/").headers["Cache-Control"] == answers_kept.PRIVATE
    assert len(answers) > 80


def test_the_walk_finds_a_page_that_lets_itself_be_kept(walk: Walk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answers_kept.Private, "__call__", lambda self, request: self.get_response(request))
    found = kept(asked(walk, entered(walk.people["officer", "province"])))
    assert {"places", "explorer", "envelope"} <= set(found)


def test_a_public_page_may_say_itself_that_it_is_kept(rf: Any) -> None:
    @doors.public
    def page(_request: Any) -> HttpResponse:
        return HttpResponse("x", headers={"Cache-Control": "max-age=60"})

    request = rf.get("/")
    for permission, said in ((doors.PUBLIC, "max-age=60"), (doors.SIGNED_IN, answers_kept.PRIVATE)):
        page.permission = permission  # type: ignore[attr-defined]
        request.resolver_match = type("Match", (), {"func": staticmethod(page), "url_name": "page"})
        assert answers_kept.Private(page)(request).headers["Cache-Control"] == said  # type: ignore[arg-type]
