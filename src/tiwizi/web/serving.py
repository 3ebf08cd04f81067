"""Starting the office: what must hold before it serves, its static files, its worker for long jobs, and the server."""

import errno
import hashlib
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from django.conf import settings
from django.core import checks
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from tiwizi.core.errors import Problem, Refused, Sentence, say
from tiwizi.web import database, working

STAMP: Final = ".collected"


def refuse_taken(host: str, port: int) -> None:
    """Raises Refused where nothing can listen at this address: the port is taken, or not this program's to open.

    The server itself would share the port with another that listens there, and each would answer a part of what is asked.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        for family, kind, protocol, _name, address in found:
            with socket.socket(family, kind, protocol) as tried:
                # Connections that ended a moment ago do not hold the port.
                tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                tried.bind(address)
    except OSError as error:
        taken = error.errno == errno.EADDRINUSE
        what = say("port {port} is taken: another program, perhaps another Tiwizi, listens there.", port=str(port))
        other = say(
            "port {port} of {host} cannot be opened: {error}.", port=str(port), host=host, error=error.strerror or str(error)
        )
        remedy = say("Stop the other program, or name another port: --port {port}.", port=str(_another(port)))
        raise Refused(Problem(what=what if taken else other, remedy=remedy)) from error


def _another(port: int) -> int:
    """A port to propose: the next one that everybody may open."""
    return max(port + 1, 1024) if port < 65535 else 8000


def prepare() -> None:
    """Brings the tables and the static files up to date. Raises Refused with every reason why the office may not serve."""
    home: Path = settings.HOME
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    if connection.vendor == "sqlite":
        call_command("migrate", interactive=False, verbosity=0)
    problems = [*database.problems(connection, serving=True), *_unmigrated(), *_checks()]
    if problems:
        raise Refused(problems)
    collect()


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
    """Serves until it is stopped; the worker for long jobs lives and ends with it."""
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    connection.close()
    with worker():
        Granian(
            "tiwizi.web.wsgi:application",
            address=host,
            port=port,
            interface=Interfaces.WSGI,
            workers=1,
            blocking_threads=threads,
            backpressure=64,
            log_level=LogLevels.warning,
            websockets=False,
        ).serve()


@contextmanager
def worker() -> Iterator[None]:
    """The process that keeps a worker for long jobs, taken from the same database; stopped by its own handle."""
    command = [sys.executable, "-m", "tiwizi.web.working", str(os.getpid())]
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "tiwizi.web.settings"}
    running = subprocess.Popen(command, env=environment)  # noqa: S603 # our own interpreter, our own module
    try:
        yield
    finally:
        running.terminate()
        try:
            running.wait(timeout=working.GRACE_S + 5)
        except subprocess.TimeoutExpired:
            running.kill()
            running.wait()


def _unmigrated() -> list[Problem]:
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if not plan:
        return []
    return [
        Problem(
            what=say("{count} steps of the tables are not done.", count=len(plan)),
            remedy=say("Run `tiwizi migrate` as the role that owns the tables, then serve again."),
        )
    ]


def _checks() -> list[Problem]:
    return [
        Problem(what=Sentence("{text}", {"text": str(message.msg)}))
        for message in checks.run_checks()
        if message.is_serious(checks.ERROR)
    ]
