"""The office served on PostgreSQL by a role that owns nothing: its rights, what is refused, and a real server asked for pages."""

import os
import re
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit, urlunsplit

import psycopg
import pytest
from django.db import connection
from psycopg import sql
from tests.on_postgres import new_database
from tests.patience import PATIENCE_S

pytestmark = pytest.mark.skipif(connection.vendor != "postgresql", reason="of PostgreSQL")
ROLE = "tiwizi_bare"
FILL = """
import django; django.setup()
from datetime import UTC, date, datetime
from tests import trees
from tiwizi.people import commands
from tiwizi.database.scope import everything
import sys
with everything():
    tree = trees.tree()
    who = {"email": "near@example.org", "name": "Near", "passphrase": sys.argv[1]}
    account = commands.create_account(**who, at=trees.AT, by=trees.MACHINE, demonstration=True)
    commands.give_role(account, kind="reader", place=tree.near, since=date(2020, 1, 1), by=trees.MACHINE, at=trees.AT)
"""


def tiwizi(address: str, home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "tiwizi.cli", *arguments]
    return subprocess.run(
        command, env=environment(address, home), capture_output=True, text=True, check=False, timeout=PATIENCE_S
    )


def environment(address: str, home: Path) -> dict[str, str]:
    own = {"TIWIZI_DATABASE": address, "TIWIZI_HOME": str(home), "DJANGO_SETTINGS_MODULE": "tiwizi.web.settings"}
    return {**os.environ, **own, "PYTHONPATH": str(Path(__file__).parents[2]), "LANG": "C.UTF-8"}


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str, Path]]:
    """An office of its own on the server under test: the owner's address, the bare role's, its folder."""
    home = tmp_path_factory.mktemp("office")
    with new_database("serving_role") as owner:
        with psycopg.connect(owner, autocommit=True) as server:
            server.execute(sql.SQL("DROP ROLE IF EXISTS {}").format(sql.Identifier(ROLE)))
            server.execute(sql.SQL("CREATE ROLE {} LOGIN NOSUPERUSER NOBYPASSRLS").format(sql.Identifier(ROLE)))
        done = tiwizi(owner, home, "migrate", "--serve-as", ROLE)
        assert done.returncode == 0, done.stderr
        parts = urlsplit(owner)
        bare = urlunsplit(parts._replace(netloc=f"{ROLE}@{parts.hostname}:{parts.port}"))
        yield owner, bare, home
        with psycopg.connect(owner, autocommit=True) as server:
            server.execute(sql.SQL("DROP OWNED BY {}").format(sql.Identifier(ROLE)))
    with psycopg.connect(os.environ["TIWIZI_DATABASE"], autocommit=True) as server:
        server.execute(sql.SQL("DROP ROLE IF EXISTS {}").format(sql.Identifier(ROLE)))


def rights(owner: str) -> dict[str, set[str]]:
    question = "SELECT table_name, privilege_type FROM information_schema.role_table_grants WHERE grantee = %s"
    found: dict[str, set[str]] = {}
    with psycopg.connect(owner) as server:
        for table, act in server.execute(question, [ROLE]):
            found.setdefault(table, set()).add(act)
    return found


def test_the_role_may_do_what_pages_need_and_no_more(office: tuple[str, str, Path]) -> None:
    owner, _bare, home = office
    found = rights(owner)
    assert found["journal_entry"] == found["measures_figure"] == {"SELECT", "INSERT"}
    assert found["django_migrations"] == {"SELECT"}
    assert found["people_account"] == {"SELECT", "INSERT", "UPDATE", "DELETE"}
    assert not any("TRUNCATE" in acts or "REFERENCES" in acts for acts in found.values())
    assert tiwizi(owner, home, "migrate", "--serve-as", ROLE).returncode == 0
    assert rights(owner) == found


@pytest.mark.parametrize(
    ("made", "message"),
    [
        ("", "there is no such role"),
        ("SUPERUSER", "it is a superuser"),
        ("BYPASSRLS", "it bypasses row security"),
        ("IN ROLE {owner}", "it can become the role that owns the tables"),
    ],
)
def test_a_role_that_row_security_would_not_hold_is_refused(office: tuple[str, str, Path], made: str, message: str) -> None:
    owner, _bare, home = office
    with psycopg.connect(owner, autocommit=True) as server:
        server.execute("DROP ROLE IF EXISTS tiwizi_wrong")
        if made:
            # The owner under test is a superuser, whom nobody may become by membership here: an owner of its own stands for it.
            words = made.format(owner=urlsplit(owner).username)
            server.execute(sql.SQL("CREATE ROLE tiwizi_wrong {}").format(sql.SQL(words)))
        try:
            done = tiwizi(owner, home, "migrate", "--serve-as", "tiwizi_wrong", "--language", "en")
        finally:
            server.execute("DROP ROLE IF EXISTS tiwizi_wrong")
    assert done.returncode == 1
    assert message in done.stderr


def test_the_owner_may_not_serve(office: tuple[str, str, Path]) -> None:
    owner, _bare, home = office
    done = tiwizi(owner, home, "serve", "--port", str(free_port()), "--language", "en")
    assert done.returncode == 1
    assert "the role that serves" in done.stderr


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def test_served_by_the_bare_role_a_reader_sees_their_place_and_no_other(office: tuple[str, str, Path]) -> None:
    owner, bare, home = office
    passphrase = secrets.token_urlsafe(16)
    filled = [sys.executable, "-c", FILL, passphrase]
    subprocess.run(filled, env=environment(owner, home), check=True, timeout=PATIENCE_S, cwd=Path(__file__).parents[2])
    port = free_port()
    command = [sys.executable, "-m", "tiwizi.cli", "serve", "--port", str(port)]
    with subprocess.Popen(command, env=environment(bare, home), stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as server:
        try:
            with closing(waited(port, server)) as line:
                said = signed_in(line, port, passphrase)
                page = asked(line, "/territories/", said)
        finally:
            server.terminate()
            server.wait(PATIENCE_S)
    assert "Nearcommune1" in page or "nearcommune1" in page.lower()
    assert "farcommune" not in page.lower()


def waited(port: int, server: Any) -> HTTPConnection:
    for _attempt in range(5 * PATIENCE_S):
        time.sleep(0.2)
        assert server.poll() is None, server.stdout.read().decode()
        line = HTTPConnection("127.0.0.1", port, timeout=PATIENCE_S)
        try:
            line.request("GET", "/health/")
            answer = line.getresponse()
            answer.read()
        except OSError:
            line.close()
            continue
        if answer.status == 200:
            return line
    raise AssertionError("the server did not answer")


def asked(line: HTTPConnection, where: str, cookie: str) -> str:
    line.request("GET", where, headers={"Cookie": cookie})
    answer = line.getresponse()
    body = answer.read().decode()
    assert answer.status == 200, (where, answer.status, answer.headers.get("Location"))
    return body


def signed_in(line: HTTPConnection, port: int, passphrase: str) -> str:
    line.request("GET", "/account/sign-in/", headers={"Cookie": "django_language=fr"})
    answer = line.getresponse()
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', answer.read().decode())
    assert token is not None
    cookie = "; ".join(part.split(";")[0] for part in answer.headers.get_all("Set-Cookie") or [])
    body = urlencode({"csrfmiddlewaretoken": token.group(1), "login": "near@example.org", "password": passphrase})
    headers = {"Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded", "Origin": f"http://127.0.0.1:{port}"}
    line.request("POST", "/account/sign-in/", body=body, headers=headers)
    answer = line.getresponse()
    answer.read()
    assert answer.status == 302, answer.status
    return "; ".join(part.split(";")[0] for part in answer.headers.get_all("Set-Cookie") or []) + "; django_language=fr"
