"""A real PostgreSQL for tests: found, started on loopback as a user without rights, stopped by its own process id."""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from tests.patience import PATIENCE_S


def binaries() -> Path | None:
    """The folder of the newest PostgreSQL server installed, or None."""
    programs = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: float(path.parts[-3]))
    if programs:
        return programs[-1].parent
    on_path = shutil.which("initdb")
    return Path(on_path).resolve().parent if on_path else None


def installed() -> bool:
    """Whether a server can be started here."""
    return binaries() is not None


def required() -> bool:
    """Whether its absence is a failure: where the gate runs, or where somebody says so."""
    return os.environ.get("CI") == "true" or os.environ.get("TIWIZI_REQUIRE_POSTGRES") == "1"


@contextmanager
def server() -> Iterator[str]:
    """The address of a database on a server that lives as long as the block; nothing of it stays."""
    tools = binaries()
    if tools is None:
        raise RuntimeError("no PostgreSQL is installed")
    port = _free_port()
    with tempfile.TemporaryDirectory(prefix="tiwizi-postgres-") as folder:
        data = Path(folder) / "data"
        # Nothing of the caller reaches it: neither rights, nor folder, nor PGDATA and its like.
        user, group = _unprivileged(Path(folder))
        environment = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
        rights: dict[str, Any] = {"user": user, "group": group, "extra_groups": None if user is None else []}
        apart = {"cwd": folder, "env": environment, **rights}
        initialise = [tools / "initdb", "-D", data, "-U", "tiwizi", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"]
        subprocess.run(list(map(str, initialise)), check=True, stdout=subprocess.DEVNULL, **apart)
        # Tests ask whether rules hold, not whether the disk does: nothing is flushed.
        settings = {"listen_addresses": "127.0.0.1", "port": port, "unix_socket_directories": folder, "fsync": "off"}
        options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        log = Path(folder) / "log"
        with (
            log.open("wb") as output,
            subprocess.Popen(
                [str(tools / "postgres"), "-D", str(data), *options], stdout=output, stderr=output, **apart
            ) as running,
        ):
            address = f"postgresql://tiwizi@127.0.0.1:{port}/postgres"
            try:
                _wait(address, running, log)
                yield address
            finally:
                _stop(running)


def _stop(running: subprocess.Popen[bytes]) -> None:
    """Asks for PostgreSQL's fast shutdown: SIGTERM would wait for as long as any client stays connected."""
    if running.poll() is None:
        running.send_signal(signal.SIGINT)
    try:
        running.wait(timeout=30)
    except subprocess.TimeoutExpired:
        running.send_signal(signal.SIGQUIT)
        running.wait(timeout=30)


def _unprivileged(folder: Path) -> tuple[int | None, int | None]:
    """The user and group to run as: PostgreSQL refuses to run as root. The folder becomes theirs."""
    if os.getuid() != 0:
        return None, None
    accounts = {entry.pw_name: entry for entry in pwd.getpwall()}
    user = accounts.get("postgres") or accounts["nobody"]
    os.chown(folder, user.pw_uid, user.pw_gid)
    return user.pw_uid, user.pw_gid


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait(address: str, running: subprocess.Popen[bytes], log: Path) -> None:
    """Until the server takes a login (it listens before it does); an error with its log where it stops or never does."""
    for _try in range(10 * PATIENCE_S):
        if running.poll() is not None:
            break
        try:
            psycopg.connect(address, connect_timeout=2).close()
        except psycopg.OperationalError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError(f"PostgreSQL did not start: {log.read_text(encoding='utf-8', errors='replace')}")
