"""A real PostgreSQL for tests: found, started on loopback as a user without rights, stopped by its own process id."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def binaries() -> Path | None:
    """The folder of the newest PostgreSQL server installed, or None."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if found:
        return found[-1].parent
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
        user = _unprivileged(Path(folder))
        initialise = [tools / "initdb", "-D", data, "-U", "tiwizi", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"]
        subprocess.run(list(map(str, initialise)), check=True, stdout=subprocess.DEVNULL, user=user)
        # Tests ask whether rules hold, not whether the disk does: nothing is flushed.
        settings = {"listen_addresses": "127.0.0.1", "port": port, "unix_socket_directories": folder, "fsync": "off"}
        options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        with subprocess.Popen(
            [str(tools / "postgres"), "-D", str(data), *options], user=user, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        ) as running:
            try:
                _wait(port, running)
                yield f"postgresql://tiwizi@127.0.0.1:{port}/postgres"
            finally:
                running.terminate()
                running.wait(timeout=30)


def _unprivileged(folder: Path) -> int | None:
    """The user to run as: PostgreSQL refuses to run as root. The folder becomes that user's."""
    if os.getuid() != 0:
        return None
    names = {entry.pw_name: entry.pw_uid for entry in pwd.getpwall()}
    user = names.get("postgres", names["nobody"])
    os.chown(folder, user, -1)
    return user


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait(port: int, running: subprocess.Popen[bytes]) -> None:
    """Until the server answers; an error where it stopped or does not answer in half a minute."""
    for _try in range(300):
        if running.poll() is not None:
            raise RuntimeError("PostgreSQL stopped as it started")
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise RuntimeError("PostgreSQL does not answer")
