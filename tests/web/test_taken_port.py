"""A port that is taken is said in words before anything is loaded, with what mends it."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.patience import PATIENCE_S

from tiwizi.core.errors import Refused
from tiwizi.web.serving import refuse_taken


@pytest.fixture
def taken() -> Iterator[int]:
    """A port on which somebody listens, willing to share it as the server is."""
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield other.getsockname()[1]


def test_a_taken_port_is_refused_with_another_to_name(taken: int) -> None:
    with pytest.raises(Refused, match=rf"port {taken} is taken.*--port {taken + 1 if taken < 65535 else 8000}"):
        refuse_taken("127.0.0.1", taken)


def test_a_free_port_is_let_pass_and_stays_free(taken: int) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        free = other.getsockname()[1]
    refuse_taken("127.0.0.1", free)
    refuse_taken("127.0.0.1", free)


@pytest.mark.parametrize("command", ["demo", "serve"])
def test_the_second_office_on_a_port_ends_in_words_and_loads_nothing(command: str, taken: int, tmp_path: Path) -> None:
    home = tmp_path / "home"
    done = subprocess.run(
        [sys.executable, "-m", "tiwizi.cli", command, "--port", str(taken), "--language", "en"],
        env={**os.environ, "TIWIZI_HOME": str(home)},
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE_S,
    )
    assert done.returncode == 1
    assert f"port {taken} is taken" in done.stderr
    assert "--port" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (home / "office.sqlite3").exists()
