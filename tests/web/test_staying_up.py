"""A real office on a real port: slow clients, a silent mail server, a locked database, kills; it answers, and says why when not.

It has a database of its own: processes are killed, and nothing here decides by how fast the machine is.
"""

import os
import re
import secrets
import signal
import socket
import sqlite3
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from django_tasks_db.models import DBTaskResult
from tests.patience import PATIENCE_S

from tiwizi.web import listening, serving

ROOT = Path(__file__).parents[2]
PASSPHRASE = secrets.token_urlsafe(16)
FILL = """
import sys, django; django.setup()
from tests import trees
from tiwizi.people import commands
from tiwizi.database.scope import everything
with everything():
    for email in ("near@example.org", "far@example.org"):
        who = {"email": email, "name": "One", "passphrase": sys.argv[1]}
        commands.create_account(**who, at=trees.AT, by=trees.MACHINE, demonstration=True)
"""


def until(answer: Callable[[], Any]) -> Any:
    """What it answers, once that is something."""
    last = time.monotonic() + PATIENCE_S
    while time.monotonic() < last:
        try:
            found = answer()
        except OSError:
            found = None
        if found:
            return found
        time.sleep(0.1)
    raise AssertionError("nothing came")


def alive(pid: int) -> bool:
    try:
        return "State:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False


def gone(pid: int) -> bool:
    return not alive(pid)


def below(pid: int) -> list[int]:
    """Every process that this one started, and those that they started."""
    try:
        children = [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except (FileNotFoundError, ProcessLookupError):
        return []
    return [one for child in children for one in (child, *below(child))]


class Office:
    """An office on SQLite and the port on which it is served."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.environment = {**os.environ, "TIWIZI_HOME": str(home), "DJANGO_SETTINGS_MODULE": "tiwizi.web.settings"}
        for name in ("TIWIZI_DATABASE", "TIWIZI_WAIT_S", "TIWIZI_ADDRESS"):
            self.environment.pop(name, None)
        self.environment["PYTHONPATH"] = f"{ROOT}{os.pathsep}{os.environ.get('PYTHONPATH', '')}"
        with socket.socket() as one:
            one.bind(("127.0.0.1", 0))
            self.port = int(one.getsockname()[1])

    def start(self, **more: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "tiwizi.cli", "serve", "--port", str(self.port), "--language", "en"]
        with (self.home.parent / "log").open("ab") as log:
            return subprocess.Popen(command, env=self.environment | more, stdout=log, stderr=log)

    @contextmanager
    def served(self, **more: str) -> Iterator[subprocess.Popen[bytes]]:
        running = self.start(**more)
        try:
            until(lambda: self.get("/health/")[0] == 200)
            yield running
        finally:
            running.terminate()
            running.wait(PATIENCE_S)

    def asked(self, method: str, path: str, body: bytes | None = None, **headers: str) -> tuple[int, bytes, Any]:
        line = HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE_S)
        try:
            line.request(method, path, body=body, headers={"Cookie": "django_language=en", **headers})
            answer = line.getresponse()
            return answer.status, answer.read(), answer.headers
        finally:
            line.close()

    def get(self, path: str, **headers: str) -> tuple[int, bytes, Any]:
        return self.asked("GET", path, None, **headers)

    def sent(self, path: str, cookie: str = "django_language=en", **fields: str) -> tuple[int, bytes, Any]:
        """A form, as a browser sends it after reading its page."""
        _status, page, headers = self.get(path, Cookie=cookie)
        fresh = "; ".join(part.split(";")[0] for part in headers.get_all("Set-Cookie") or [])
        token = re.search(rb'name="csrfmiddlewaretoken" value="([^"]+)"', page)
        assert token is not None
        body = urlencode({"csrfmiddlewaretoken": token.group(1).decode(), **fields}).encode()
        own = {"Content-Type": "application/x-www-form-urlencoded", "Origin": f"http://127.0.0.1:{self.port}"}
        return self.asked("POST", path, body, Cookie=f"{cookie}; {fresh}", **own)

    def signed_in(self) -> str:
        status, _page, headers = self.sent("/account/sign-in/", login="near@example.org", password=PASSPHRASE)
        assert status == 302
        return "; ".join(["django_language=en", *(part.split(";")[0] for part in headers.get_all("Set-Cookie") or [])])


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    """Made as it would be under the usual umask: open to all, until it serves."""
    home = tmp_path_factory.mktemp("staying") / "office"
    home.mkdir()
    made = Office(home)
    migrated = [sys.executable, "-m", "tiwizi.cli", "migrate"]
    subprocess.run(migrated, env=made.environment, check=True, timeout=PATIENCE_S)
    subprocess.run([sys.executable, "-c", FILL, PASSPHRASE], env=made.environment, cwd=ROOT, check=True, timeout=PATIENCE_S)
    for path in (home, *home.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)
    return made


def silent_mail_server(found: list[socket.socket], listener: socket.socket) -> None:
    """Takes every connection and never says a word."""
    while True:
        try:
            found.append(listener.accept()[0])
        except OSError:
            return


def test_slow_clients_a_silent_mail_server_and_strangers_with_much_to_say_hold_nobody_up(office: Office) -> None:
    held: list[socket.socket] = []
    with socket.create_server(("127.0.0.1", 0)) as mail, ExitStack() as slow:
        threading.Thread(target=silent_mail_server, args=(held, mail), daemon=True).start()
        with office.served(TIWIZI_MAIL=f"smtp://127.0.0.1:{mail.getsockname()[1]}"):
            said = "Other users of this machine could reach"
            assert said in (office.home.parent / "log").read_text()
            open_ = {path for path in (office.home, *office.home.rglob("*")) if stat.S_IMODE(path.lstat().st_mode) & 0o077}
            assert open_ == set()
            for _one in range(60):
                client = slow.enter_context(socket.create_connection(("127.0.0.1", office.port), timeout=PATIENCE_S))
                client.sendall(b"POST /account/sign-in/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 1000\r\n\r\nab")
            assert office.get("/health/")[0] == 200
            for _one in range(4):
                assert office.sent("/account/passphrase/reset/", email="near@example.org")[0] == 302
            until(lambda: held)
            assert office.get("/health/")[0] == 200
            with sqlite3.connect(office.home / "office.sqlite3") as database:
                kept = str(database.execute(f"SELECT args_kwargs FROM {DBTaskResult._meta.db_table}").fetchall())
            assert kept.count("gAAAA") == 4
            assert "passphrase/reset" not in kept
            status, page, headers = office.asked("POST", "/account/sign-in/", b"a" * (listening.STRANGER_MOST + 1))
            assert (status, headers["Cache-Control"]) == (413, "private, no-store")
            assert b"at most 64 kB from somebody who is not signed in" in page
            cookie = office.signed_in()
            large = office.asked("POST", "/language/", b"a" * 10 * listening.STRANGER_MOST, Cookie=cookie)
            assert large[0] == 403
    for one in held:
        one.close()


def test_a_locked_write_is_told_in_words_and_nothing_typed_is_lost(office: Office) -> None:
    with office.served():
        cookie = office.signed_in()
        writer = sqlite3.connect(office.home / "office.sqlite3", isolation_level=None)
        writer.execute("BEGIN IMMEDIATE")
        try:
            status, page, headers = office.sent("/account/passphrase/reset/", email="far@example.org")
            signing = office.sent("/account/sign-in/", login="near@example.org", password=PASSPHRASE)
        finally:
            writer.execute("ROLLBACK")
            writer.close()
        assert (status, headers["Retry-After"]) == (503, "5")
        assert b"Others are writing just now" in page
        assert b'name="email" value="far@example.org"' in page
        assert signing[0] == 503
        assert PASSPHRASE.encode() not in signing[1]
        assert office.get("/account/", Cookie=cookie)[0] == 200
        assert office.sent("/account/passphrase/reset/", email="far@example.org")[0] == 302
        (letter,) = until(lambda: list((office.home / "mail").glob("*")))[:1]
        assert f"http://127.0.0.1:{office.port}/account/passphrase/reset/" in until(letter.read_text)


def test_what_is_killed_is_started_again_and_no_orphan_is_left(office: Office) -> None:
    running = office.start()
    try:
        until(lambda: office.get("/health/")[0] == 200)
        until(lambda: len(below(running.pid)) == 3)
        web, keeper, worker = below(running.pid)
        left_there = office.home / "tmp" / "half.upload"
        left_there.touch()
        for victim in (web, worker, keeper):
            os.kill(victim, signal.SIGKILL)  # started by our own child
            until(partial(gone, victim))
            until(lambda: office.get("/health/")[0] == 200)
            until(lambda: len(below(running.pid)) == 3)
        assert not left_there.exists()
        left = below(running.pid)
        running.kill()
        running.wait()
        with office.served() as again:
            assert office.get("/health/")[0] == 200
            until(lambda: len(below(again.pid)) == 3)
            until(lambda: not any(alive(pid) for pid in left))
            last = below(again.pid)
        assert not any(alive(pid) for pid in last)
    finally:
        if running.poll() is None:
            running.terminate()
            running.wait(PATIENCE_S)


def test_a_port_that_is_freed_a_moment_later_is_waited_for(office: Office) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = int(other.getsockname()[1])
        found: list[list[socket.socket]] = []
        waiting = threading.Thread(target=lambda: found.append(serving.bound("127.0.0.1", port)))
        waiting.start()
    waiting.join(PATIENCE_S)
    for one in found[0]:
        one.close()
