"""The server's secrets are made once, kept to itself, and the same ever after."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tiwizi.web import secrets


def test_a_secret_is_made_once(tmp_path: Path) -> None:
    path = tmp_path / "secrets" / "django"
    first = secrets.secret(path)
    assert len(first) == 32
    assert secrets.secret(path) == first
    assert secrets.text(path) == first.hex()
    assert secrets.secret(tmp_path / "secrets" / "other") != first


def test_only_the_server_can_read_it(tmp_path: Path) -> None:
    path = tmp_path / "secrets" / "django"
    secrets.secret(path)
    assert path.stat().st_mode & 0o077 == 0
    assert [found.name for found in path.parent.iterdir()] == ["django"]


def test_first_times_at_once_keep_one(tmp_path: Path) -> None:
    path = tmp_path / "secrets" / "django"
    with ThreadPoolExecutor(max_workers=8) as threads:
        found = set(threads.map(lambda _time: secrets.secret(path), range(40)))
    assert len(found) == 1


def test_the_signing_key_stays_the_same(tmp_path: Path) -> None:
    keys = {secrets.signing_key(tmp_path).public_key().public_bytes_raw() for _ in range(2)}
    assert len(keys) == 1
