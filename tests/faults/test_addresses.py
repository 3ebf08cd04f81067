"""Hostile requests: every address, asked by several roles with parameters that no page would send, never fails the server.

A parameter may be out of range, no number, text of the wrong kind, a hundred kilobytes long, sent twenty times, or hold signs
that no database takes. An answer is a page, a redirection, or a refusal that says something; never an error of the server.
"""

import random
import re
import sys
import traceback
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.signals import got_request_exception
from django.db import transaction
from django.test import Client
from django.urls import NoReverseMatch, reverse
from tests import office as offices
from tests.faults import hostile
from tests.web.test_scope_walk import Walk, entered, named

from tiwizi.database import scope
from tiwizi.people import doors

TYPED = (
    *("page", "format", "sort", "place", "name", "measure", "level", "table", "source", "licence", "hamlet", "as_of", "year"),
    *("version", "synthetic", "status", "series", "run", "q", "on", "method", "levels", "language", "kind", "drawing", "dataset"),
    *(
        "copy_of",
        "client_id",
        "classes",
        "breaks",
        "one",
        "other",
        "object",
        "save_as",
        "boundaries",
        "next",
        "reference",
        "title",
    ),
    *("decided_on", "expected", "amount_dh", "weight_poverty", "weight_remoteness", "floor_share", "cap_share", "email", "until"),
    *("since", "new-TOTAL_FORMS", "new-INITIAL_FORMS", "new-0-code", "new-0-level", "below-place", "passphrase", "x"),
)
VALUES = (
    *(
        "0",
        "-1",
        "1",
        "2",
        "10",
        "999999999",
        str(2**31),
        str(2**63),
        str(-(2**63) - 1),
        "9" * 400,
        "1e308",
        "1e999",
        "nan",
        "inf",
    ),
    *("-inf", "-0.0", "0.1", "1,5", "1_000", "٣", "²", "½", "0x1f", " 7 ", "+7", "", " ", "None", "null", "true", "[]", "{}"),
    *("a\0b", "\0", "\ud7ff", "\ufffe", "\U0010ffff", "\u202e", "\u2028", "a" * 5_000, "ا" * 3_000, "😀" * 50, "%s%n", "{0}"),
    *("%(x)s", "{{ 7 }}", "<b>x</b>", '"', "'", "\\", "../../etc/passwd", "//evil.example", "javascript:x", "\r\nX: y"),
    *("2026-02-30", "0000-00-00", "99999-01-01", "2026-11-23", "1900-01-01", "9999-12-31", "0001-01-01", "2026-W01-1", "12:00"),
    *("csv", "xlsx", "json", "parquet", "pdf", "name", "-name", "people", "-value", "place__by__password", "pk", "?", "rank"),
    *("05.301", "05.301.03", "05.301.03.01", "99", "poor_people", "adjusted_headcount_union", "quantile", "equal", "manual"),
    *(
        "census",
        "households",
        "change",
        "table",
        "done",
        "1,2,3",
        "3,2,1",
        "1;2",
        "nan,1",
        "," * 500,
        "province",
        "commune",
        "all",
    ),
    *("00000000-0000-0000-0000-000000000000", "a@b", "officer", "administrator"),
)
NUMBERS = (0, 1, 2, 2**31, 2**63 - 1, 2**63, 10**30, 10**400)
WORDS = ("x", "05.301", "05.301.03.01", "a\0b", "a" * 3_000, "\u202e", "..", "%", "apply", "undo", "drop", "é", "'", "x-y", "💥")
RAW = (b"%FF%FE", b"%00", b"%C0%AF", b"%ED%A0%80", b"%", b"%zz", b"&&&==", b"a[]=1", b"%E2%80", b"+" * 3000, b";")


@dataclass
class Asked:
    """What came back: answers by their status, and each that must not be."""

    answers: Counter[int] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)


class Asker:
    """Who asks: an office, people of several roles, and what is drawn for each request."""

    def __init__(self, walk: Walk) -> None:
        self.walk = walk
        self.addresses = [name for name, _permission in named() if name != "account_logout"]
        roles = (
            "officer",
            "officer",
            "officer",
            "officer",
            "analyst",
            "administrator",
            "provincial_secretary",
            "local_secretary",
            "reader",
        )
        self.clients = [entered(walk.people[role, "province"]) for role in roles]
        self.clients += [entered(walk.people["officer", "near"]), entered(None)]
        for client in self.clients:
            client.raise_request_exception = False
        self.errors: list[str] = []

    def path(self, draw: random.Random, name: str) -> str:
        """An address, mostly with what it captures, sometimes with what it does not expect."""
        words = self.walk.arguments(name, draw.choice(("near", "province", "far")))
        if words and draw.random() < 0.4:
            at = draw.randrange(len(words))
            words[at] = draw.choice(NUMBERS) if isinstance(words[at], int) else draw.choice(WORDS)
        try:
            return reverse(name, args=words)
        except (NoReverseMatch, ValueError):
            # A word that the address does not take: it is sent all the same.
            return "/" + quote("/".join(map(str, words))) + "/"

    def sent(self, draw: random.Random, name: str) -> dict[str, Any]:
        """Parameters; those that the page needs are often right, so that the others are reached."""
        query: dict[str, Any] = dict(self.walk.query(name, "province")) if draw.random() < 0.7 else {}
        if draw.random() < 0.5:
            query |= {"run": str(self.walk.office.run.pk), "place": "05.301", "measure": "poor_people"}
        for typed in draw.sample(TYPED, draw.randint(1, 6)):
            values = [draw.choice(VALUES) for _time in range(draw.choice((1, 1, 1, 1, 2, 20)))]
            query[typed] = values if len(values) > 1 else values[0]
        return query

    def ask(self, seed: int, findings: Asked) -> None:
        """One request; what it changed is taken back."""
        draw = random.Random(seed)  # noqa: S311 # hostile, not secret
        name, client = draw.choice(self.addresses), draw.choice(self.clients)
        path, sent, headers = self.path(draw, name), self.sent(draw, name), {}
        if draw.random() < 0.2:
            headers = {"HX-Request": "true"}
        if draw.random() < 0.1:
            client.cookies["django_language"] = draw.choice(("ar", "en", "xx", "a" * 500, "\x7f"))
        self.errors.clear()
        with transaction.atomic():
            response = self.respond(draw, client, path, sent, headers)
            content = response.getvalue() if response.streaming else response.content
            transaction.set_rollback(True)
        client.cookies["django_language"] = "fr"
        findings.answers[response.status_code] += 1
        where = f"{seed}: {response.request['REQUEST_METHOD']} {path[:80]} {str(sent)[:300]}"
        # The page of health says 503 where the database is not as it must be, as that of tests on PostgreSQL is not.
        if (response.status_code >= 500 and (name, response.status_code) != ("health", 503)) or self.errors:
            findings.wrong.append(f"{where}: {response.status_code} {self.errors}")
        elif response.status_code in (400, 403, 404, 409) and not re.search(rb"<h1|<li|<p", content):
            findings.wrong.append(f"{where}: {response.status_code} says nothing")

    def respond(self, draw: random.Random, client: Client, path: str, sent: dict[str, Any], headers: dict[str, str]) -> Any:
        """The answer to a GET, to a form, to a form with a file, or to a query that is no text."""
        how = draw.random()
        if how < 0.55:
            return client.get(path + "?" + urlencode(sent, doseq=True, errors="surrogatepass"), headers=headers)
        if how < 0.65:
            return client.get(path, headers=headers, QUERY_STRING=draw.choice(RAW).decode() + "&x=" + draw.choice(TYPED) + "=")
        if how < 0.75:
            name, content = hostile.file(draw.randint(0, 10**6))
            return client.post(path, {**sent, "file": SimpleUploadedFile(name, content)}, headers=headers)
        if how < 0.8:
            return client.post(
                path,
                draw.choice((draw.randbytes(300), b"a=%FF&b=%00", b"{")),
                headers=headers,
                content_type=KINDS[draw.randrange(4)],
            )
        return client.post(path, sent, headers=headers)


KINDS = ("application/x-www-form-urlencoded", "application/json", "multipart/form-data; boundary=x", "multipart/form-data")


@pytest.fixture
def asker(db: None) -> Iterator[Asker]:
    with scope.everything():
        made = Asker(Walk(offices.office()))

    def failed(request: Any, **_facts: Any) -> None:
        _kind, error, trace = sys.exc_info()
        if not isinstance(error, Exception):
            return
        last = [line for line in traceback.extract_tb(trace) if "tiwizi" in line.filename][-1:]
        made.errors.append(f"{type(error).__name__}: {str(error)[:200]} {last}")

    got_request_exception.connect(failed)
    yield made
    got_request_exception.disconnect(failed)


def test_hostile_requests_are_answered(asker: Asker) -> None:
    findings = Asked()
    for seed in range(1_000):
        asker.ask(seed, findings)
    assert findings.wrong == [], "\n".join(findings.wrong)
    assert findings.answers[200] > 100
    assert findings.answers[400] + findings.answers[404] + findings.answers[409] > 100


@pytest.mark.long
@pytest.mark.parametrize("piece", range(10))
def test_twenty_thousand_hostile_requests(asker: Asker, piece: int) -> None:
    findings = Asked()
    for seed in range(100_000 + 2_000 * piece, 100_000 + 2_000 * (piece + 1)):
        asker.ask(seed, findings)
    assert findings.wrong == [], "\n".join(findings.wrong)


def test_the_sign_nul_is_refused_in_an_address_a_query_and_a_form(asker: Asker) -> None:
    client = asker.clients[0]
    journal = reverse("journal")
    answers = [
        client.get("/measures/places/a%00b/chart.svg"),
        client.get(journal, {"kind": "\0"}),
        client.post(reverse("envelopes"), {"title": "a\0b"}),
    ]
    assert [answer.status_code for answer in answers] == [400, 400, 400]
    assert asker.errors == []
    assert client.get(journal, {"kind": "\u2400"}).status_code == 200


def test_a_letter_with_a_broken_address_is_not_found(asker: Asker) -> None:
    assert Client().post("/account/passphrase/reset/a%00b-x-y/", {"password1": "1"}).status_code == 404
    assert Client().post("/account/passphrase/reset/é-x-y/", {"password1": "1"}).status_code == 404


def test_an_account_without_a_passphrase_is_sent_to_ask_for_one(asker: Asker) -> None:
    client = asker.clients[0]
    assert client.get(reverse("account_change_password")).headers["Location"] == reverse("account_set_password")
    assert client.get(reverse("account_set_password")).headers["Location"] == reverse("account_reset_password")


def test_the_requests_find_a_page_that_stumbles(asker: Asker, monkeypatch: pytest.MonkeyPatch) -> None:
    # The bug: a page that takes what it is sent for a number.
    enter = doors.enter

    def stumbling(request: Any) -> Any:
        int(request.GET.get("page", "1"))
        return enter(request)

    monkeypatch.setattr(doors, "enter", stumbling)
    findings = Asked()
    for seed in range(300):
        asker.ask(seed, findings)
    assert any("ValueError: invalid literal for int()" in fault for fault in findings.wrong)
