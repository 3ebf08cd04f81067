"""Sessions are found by a digest of their key: neither the table nor a backup of it opens one."""

import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.models import Session
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.urls import reverse
from tests import trees
from tests.patience import PATIENCE_S

from tiwizi.people.models import Account
from tiwizi.web import backup, known
from tiwizi.web.sessions import SessionStore, hidden


@pytest.fixture
def client(db: None) -> Client:
    from tiwizi.database import scope

    with scope.everything():
        account = trees.account("reader@example.org", ("reader", trees.tree().near))
    found = Client()
    found.force_login(account, backend="allauth.account.auth_backends.AuthenticationBackend")
    return found


def test_the_table_holds_no_key_that_opens_a_session(client: Client) -> None:
    key = client.cookies[settings.SESSION_COOKIE_NAME].value
    assert client.get(reverse("account")).status_code == 200
    kept = list(Session.objects.values_list("session_key", flat=True))
    assert kept == [hidden(key)]
    assert key not in kept
    for stolen in kept:
        thief = Client()
        thief.cookies[settings.SESSION_COOKIE_NAME] = stolen
        assert thief.get(reverse("account")).status_code == 302


def test_a_session_is_kept_changed_renewed_and_ended(db: None) -> None:
    one = SessionStore()
    one["a"] = 1
    one.save()
    key = str(one.session_key)
    again = SessionStore(key)
    assert (again["a"], again.session_key, again.exists(key), again.exists(hidden(key))) == (1, key, True, False)
    again["a"] = 2
    again.save()
    again.cycle_key()
    assert SessionStore(key).load() == {}
    assert SessionStore(again.session_key).load() == {"a": 2}
    assert Session.objects.count() == 1
    again.flush()
    assert Session.objects.count() == 0
    SessionStore(key).delete()
    SessionStore().delete()


def test_a_backup_holds_no_session_even_in_its_free_pages(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "office.sqlite3") as made:
        made.execute(f"CREATE TABLE {backup.SESSIONS} (session_key TEXT, session_data TEXT)")
        made.execute("CREATE TABLE kept (a TEXT)")
        made.execute("INSERT INTO kept VALUES ('kept')")
        made.executemany(f"INSERT INTO {backup.SESSIONS} VALUES (?, ?)", [(f"key{n}", "secretdata" * 40) for n in range(500)])
    program = f"""
from django.conf import settings
from tiwizi.web import database
settings.configure(DATABASES={{"default": database.from_url("sqlite:///{tmp_path / "office.sqlite3"}")}})
import django; django.setup()
from pathlib import Path
from django.db import connection
from tiwizi.web.backup import back_up
back_up(connection, Path({str(tmp_path / "copy")!r}))
"""
    subprocess.run([sys.executable, "-c", program], check=True, timeout=PATIENCE_S)
    assert b"secretdata" in (tmp_path / "office.sqlite3").read_bytes()
    copy = (tmp_path / "copy").read_bytes()
    assert b"secretdata" not in copy
    assert b"key499" not in copy
    with sqlite3.connect(tmp_path / "copy") as opened:
        assert opened.execute("SELECT a FROM kept").fetchall() == [("kept",)]
        assert opened.execute(f"SELECT count(*) FROM {backup.SESSIONS}").fetchone() == (0,)


def test_who_signed_in_shows_it_with_the_first_lines(db: None) -> None:
    from tiwizi.database import scope

    with scope.everything():
        account = trees.account("reader@example.org", ("reader", trees.tree().near))
    account.set_password("quiet atlas of barley 41")
    account.save()
    found = Client()
    said = {"login": "reader@example.org", "password": "quiet atlas of barley 41"}
    assert found.post(reverse("account_login"), said).status_code == 302
    sent = "; ".join(f"{name}={one.value}" for name, one in found.cookies.items())
    assert known.known(sent)
    mark, session = (found.cookies[name].value for name in (known.COOKIE, settings.SESSION_COOKIE_NAME))
    name = settings.SESSION_COOKIE_NAME
    forged = ("", f"{known.COOKIE}={mark}", f"{name}={session}", f"{name}={'x' * 32}; {known.COOKIE}={mark}")
    assert [known.known(one) for one in (*forged, f"{name}={session}; {known.COOKIE}={mark[:-1]}")] == [False] * 5
    found.post(reverse("account_logout"))
    assert found.cookies[known.COOKIE].value == ""


@pytest.mark.parametrize(("user", "shown"), [(AnonymousUser(), False), (Account(), True)])
def test_only_the_session_of_who_signed_in_shows_it(rf: RequestFactory, user: Any, shown: bool) -> None:
    def page(_request: HttpRequest) -> HttpResponse:
        response = HttpResponse()
        response.set_cookie(settings.SESSION_COOKIE_NAME, "x" * 32)
        return response

    request = rf.get("/")
    request.user = user
    assert (known.COOKIE in known.Known(page)(request).cookies) is shown
