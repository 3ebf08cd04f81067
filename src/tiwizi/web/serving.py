"""Starting the office: what must hold before it serves, its static files, its worker for long jobs, and the server."""

import errno
import hashlib
import os
import socket
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Final

from django.conf import settings
from django.core import checks
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from tiwizi.core.errors import Problem, Refused, Sentence, say, say_count
from tiwizi.web import database, folder
from tiwizi.web.keeping import Program, keep

STAMP: Final = ".collected"
BACKLOG: Final = 256
PATIENCE_S: Final = 3.0
WAIT_S: Final = 5
"""Seconds for which a request waits where others write."""


def bound(host: str, port: int) -> list[socket.socket]:
    """The sockets of this address, which nobody else has. Raises Refused where the port is taken, or not this program's to open.

    A server killed a moment ago has its port until its last process is gone: it is waited for.
    """
    last = time.monotonic() + PATIENCE_S
    while True:
        try:
            return _bound(host, port)
        except OSError as error:
            taken = error.errno == errno.EADDRINUSE
            if taken and time.monotonic() < last:
                time.sleep(0.1)
                continue
            what = say("port {port} is taken: another program, perhaps another Tiwizi, listens there.", port=str(port))
            other = say(
                "port {port} of {host} cannot be opened: {error}.", port=str(port), host=host, error=error.strerror or str(error)
            )
            remedy = say("Stop the other program, or name another port: --port {port}.", port=str(_another(port)))
            raise Refused(Problem(what=what if taken else other, remedy=remedy)) from error


def _bound(host: str, port: int) -> list[socket.socket]:
    with ExitStack() as opened:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        sockets = []
        for family, kind, protocol, _name, address in dict.fromkeys(found):
            one = opened.enter_context(socket.socket(family, kind, protocol))
            # Connections that ended a moment ago do not hold the port.
            one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            if family == socket.AF_INET6:
                one.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
            one.bind(address)
            sockets.append(one)
        opened.pop_all()
        return sockets


def refuse_taken(host: str, port: int) -> None:
    """Raises Refused where nothing can listen at this address."""
    for one in bound(host, port):
        one.close()


def _another(port: int) -> int:
    """A port to propose: the next one that everybody may open."""
    return max(port + 1, 1024) if port < 65535 else 8000


def prepare(*, tell: Callable[[Sentence], None] = lambda _sentence: None) -> None:
    """Brings the tables and the static files up to date, and shuts the office's folder to others, which it tells.

    Raises Refused with every reason why the office may not serve.
    """
    home: Path = settings.HOME
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    shut = folder.shut(home, *_database_file())
    if shut:
        first = str(shut[0])
        tell(
            say_count(
                "Other users of this machine could reach {path} and {count} more: no longer.",
                "Other users of this machine could reach {path} and {count} more: no longer.",
                path=first,
                count=len(shut) - 1,
            )
        )
    if connection.vendor == "sqlite":
        call_command("migrate", interactive=False, verbosity=0)
    problems = [*database.problems(connection, serving=True), *_unmigrated(), *_checks()]
    if problems:
        raise Refused(problems)
    collect()


def _database_file() -> list[Path]:
    path = Path(str(settings.DATABASES["default"]["NAME"]))
    return [path] if connection.vendor == "sqlite" and path.exists() else []


def collect() -> bool:
    """Whether static files had to be collected: named by their hash and compressed, once for each state of them."""
    source: Path = settings.PACKAGE / "web" / "static"
    if not any(source.rglob("*.css")):
        raise Refused(
            Problem(
                what=say("the front end is not built."),
                where=[say("folder {folder}", folder=str(source))],
                remedy=say("Run: python build_frontend.py (in the project), or install Tiwizi's wheel, which carries it."),
            )
        )
    root = Path(settings.STATIC_ROOT)
    state = hashlib.sha256()
    for path in sorted(source.rglob("*")):
        if path.is_file():
            state.update(f"{path.relative_to(source)} {path.stat().st_size} {path.stat().st_mtime_ns}\n".encode())
    stamp = root / STAMP
    if stamp.exists() and stamp.read_text() == state.hexdigest():
        return False
    call_command("collectstatic", interactive=False, verbosity=0, clear=True)
    stamp.write_text(state.hexdigest())
    return True


def serve(*, host: str, port: int, threads: int) -> None:
    """Serves until it is stopped: keeps the web server and the worker for long jobs, which end with this process.

    The port is this process's own: while a web server that died is started again, connections wait.
    """
    connection.close()
    sockets = bound(host, port)
    for one in sockets:
        one.listen(BACKLOG)
    keep([web_server([one.fileno() for one in sockets], port=port, threads=threads), worker()])


def web_server(handles: list[int], *, port: int, threads: int) -> Program:
    """The program that answers on these sockets. Where nothing stands before it, links in letters name its port."""
    bare = not (os.environ.get("TIWIZI_ADDRESS") or settings.PROXIES or port in (80, 443))
    environment = {"TIWIZI_WAIT_S": str(WAIT_S), "TIWIZI_ADDRESS": f"{settings.ADDRESS}:{port}" if bare else settings.ADDRESS}
    return Program("tiwizi.web.answering", [str(threads), *map(str, handles)], handles, environment)


def worker() -> Program:
    """The program that keeps a worker for long jobs, taken from the same database."""
    return Program("tiwizi.web.working")


def _unmigrated() -> list[Problem]:
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if not plan:
        return []
    return [
        Problem(
            what=say_count(
                "{count} step of the tables is not done.", "{count} steps of the tables are not done.", count=len(plan)
            ),
            remedy=say("Run `tiwizi migrate` as the role that owns the tables, then serve again."),
        )
    ]


def _checks() -> list[Problem]:
    return [
        Problem(what=Sentence("{text}", {"text": str(message.msg)}))
        for message in checks.run_checks()
        if message.is_serious(checks.ERROR)
    ]
