"""Texts of requests: the one rule at every entrance, answered in the reader's language with what was typed."""

import json
import re
from typing import Any
from urllib.parse import quote

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, RequestFactory
from django.urls import reverse
from tests.budgets.pages.people import client, text
from tests.office import Office, office

from tiwizi.budgets.models import Envelope
from tiwizi.core import text as rule
from tiwizi.database import scope
from tiwizi.web.incoming import Incoming

SIGNS = ["\x00", "\x07", "\x0b", "\x1b", "\x7f", "\x9f", "\ufdd0", "\ufffe", "\U0010ffff", "\u202e", "\u2068", "\u200b", "\u200d"]
NEW = {"place": "05.301", "year": "2028", "title": "INDH 2028", "amount_dh": "500000"}


@pytest.fixture
def here(db: None) -> Office:
    return office()


@pytest.fixture
def officer(here: Office) -> Client:
    return client(("officer", here.tree.province))


def entrances(asking: Client, typed: str) -> dict[str, Any]:
    """The answer at each entrance to a text: the names and values of fields, the query, the address, JSON."""
    as_json = json.dumps({"title": [{"name": typed}]}).encode()
    return {
        "field": asking.post("/budgets/", {**NEW, "title": typed}),
        "name of a field": asking.post("/budgets/", {**NEW, typed: "x"}),
        "query": asking.get("/budgets/", {"q": typed}),
        "address": asking.get(f"/measures/places/{quote(typed)}/chart.svg"),
        "JSON": asking.post("/budgets/", as_json, content_type="application/json"),
    }


def taken(asking: Client) -> list[str]:
    """Each entrance at which a sign is not refused by a page that names it."""
    found = []
    for sign in SIGNS:
        for entrance, answer in entrances(asking, f"a{sign}b").items():
            if answer.status_code != 400 or f"U+{ord(sign):04X}" not in text(answer):
                found.append(f"{entrance}: U+{ord(sign):04X}: {answer.status_code}")
    return found


def test_every_entrance_refuses_every_such_sign(here: Office, officer: Client) -> None:
    assert taken(officer) == []
    with scope.everything():
        assert Envelope.objects.count() == 1


def test_the_rule_switched_off_is_found(here: Office, officer: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Incoming, "process_view", lambda *_words: None)
    assert len(taken(officer)) == 5 * len(SIGNS)


def test_marks_at_the_ends_are_removed(here: Office, officer: Client) -> None:
    assert officer.post("/budgets/", {**NEW, "title": "\u200fINDH\u200c 2028\u202c "}).status_code == 303
    with scope.everything():
        assert Envelope.objects.filter(title="INDH\u200c 2028").exists()


def test_what_was_typed_is_offered_without_the_sign(here: Office, officer: Client) -> None:
    officer.cookies["django_language"] = "en"
    page = text(officer.post("/budgets/", {**NEW, "title": "INDH\x07 <2028>"}))
    assert "field title" in page
    assert 'name="title" dir="auto" value="INDH &lt;2028&gt;"' in page
    assert re.search(r'type="hidden" name="amount_dh" value="500000"', page)
    assert "csrfmiddlewaretoken" in page
    assert "\x07" not in page


@pytest.mark.parametrize(("language", "said"), [("ar", 'lang="ar"'), ("fr", 'lang="fr"'), ("en", "begins with the sign U+001B")])
def test_the_page_speaks_the_readers_language(officer: Client, language: str, said: str) -> None:
    officer.cookies["django_language"] = language
    answer = officer.post("/budgets/", {**NEW, "title": "\x1bx"})
    assert answer.headers["Content-Language"] == language
    assert said in text(answer)


def test_a_passphrase_is_never_shown_again_nor_changed(db: None) -> None:
    address = reverse("account_login")
    refused = Client().post(address, {"login": "a@b.org", "password": "secret\x07word"})
    assert refused.status_code == 400
    assert "word" not in text(refused).replace("password", "")
    request = RequestFactory().post(address, {"login": "\u200fa@b.org", "password": "\u200dkept\u200d"})
    assert Incoming(lambda _request: None).process_view(request, None, (), {}) is None  # type: ignore[arg-type, return-value]
    assert request.POST.dict() == {"login": "a@b.org", "password": "\u200dkept\u200d"}


def test_a_json_body_reaches_the_view_as_it_may_be_kept() -> None:
    request = RequestFactory().post("/", json.dumps({"name": "\u200fx", "n": [1, None]}), content_type="application/json")
    assert Incoming(lambda _request: None).process_view(request, None, (), {}) is None  # type: ignore[arg-type, return-value]
    assert json.loads(request.body) == {"name": "x", "n": [1, None]}


@pytest.mark.parametrize("body", [b"{", b"[" * 100_000, b'"\\ud800"', b"\xff"])
def test_json_that_cannot_be_read_is_refused(db: None, body: bytes) -> None:
    assert Client().post(reverse("language"), body, content_type="application/json").status_code == 400


def test_the_name_of_a_file_arrives_without_such_signs() -> None:
    file = SimpleUploadedFile("a\x07b\u202e\u200b\ufffe.csv", b"x")
    request = RequestFactory().post("/", {"file": file})
    sent = request.FILES["file"]
    assert not isinstance(sent, list)
    assert sent.name == "ab.csv"


def test_a_fragment_gets_the_reasons_alone(officer: Client) -> None:
    answer = officer.get("/budgets/", {"q": "a\x07"}, headers={"HX-Request": "true"})
    assert answer.status_code == 400
    assert "<html" not in text(answer)
    assert "U+0007" in text(answer)


def test_a_long_text_costs_one_search(monkeypatch: pytest.MonkeyPatch) -> None:
    looked = []
    monkeypatch.setattr(rule, "why_not", lambda given, **_more: looked.append(given))
    request = RequestFactory().post("/", {"text": "a long text\n" * 20_000, "other": "x"})
    assert Incoming(lambda _request: None).process_view(request, None, (), {}) is None  # type: ignore[arg-type, return-value]
    assert looked == ["/"]
