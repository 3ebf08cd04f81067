"""A backup opens as an office of its own with all its rows and an unbroken journal; what could lose one is refused."""

import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from tests.patience import PATIENCE_S


def tiwizi(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    office = {**os.environ, "TIWIZI_HOME": str(home), "DJANGO_SETTINGS_MODULE": "tiwizi.web.settings", "LANG": "C.UTF-8"}
    office.pop("TIWIZI_DATABASE", None)
    command = [sys.executable, "-m", "tiwizi.cli", *arguments, "--language", "en"]
    return subprocess.run(command, env=office, capture_output=True, text=True, check=False, timeout=PATIENCE_S)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("office")
    assert tiwizi(folder, "demo", "--no-serve").returncode == 0
    return folder


def database(home: Path) -> Path:
    (found,) = home.glob("*.sqlite3")
    return found


def test_a_backup_is_an_office_of_its_own(home: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.sqlite3"
    done = tiwizi(home, "backup", str(copy))
    assert done.returncode == 0, done.stderr
    assert copy.stat().st_mode & 0o777 == 0o600
    restored = tmp_path / "restored"
    restored.mkdir()
    copy.rename(restored / database(home).name)
    alone = tiwizi(restored, "verify", "--language", "en")
    assert "secrets/record" in alone.stdout
    assert len(alone.stdout.splitlines()) == 1
    shutil.copy(home / "secrets" / "record", restored / "secrets" / "record")
    assert tiwizi(restored, "verify").stdout == tiwizi(home, "verify").stdout != ""


def test_rows_being_written_are_in_the_copy_or_not_at_all(home: Path, tmp_path: Path) -> None:
    writer = sqlite3.connect(database(home), isolation_level=None)
    writer.execute("CREATE TABLE IF NOT EXISTS scratch (a INTEGER)")
    writer.execute("INSERT INTO scratch VALUES (1)")
    writer.execute("BEGIN IMMEDIATE")
    writer.execute("INSERT INTO scratch VALUES (2)")
    done = tiwizi(home, "backup", str(tmp_path / "copy.sqlite3"))
    writer.execute("COMMIT")
    writer.execute("DROP TABLE scratch")
    writer.close()
    assert done.returncode == 0, done.stderr
    copy = sqlite3.connect(tmp_path / "copy.sqlite3")
    assert copy.execute("SELECT a FROM scratch").fetchall() == [(1,)]
    copy.close()


def test_a_file_that_is_there_is_never_overwritten(home: Path, tmp_path: Path) -> None:
    (tmp_path / "kept").write_text("kept")
    done = tiwizi(home, "backup", str(tmp_path / "kept"))
    assert (done.returncode, "this file is there already" in done.stderr) == (1, True)
    assert (tmp_path / "kept").read_text() == "kept"
    assert tiwizi(home, "backup", str(tmp_path / "none" / "copy")).returncode == 1


def test_postgresql_is_told_its_own_program(home: Path) -> None:
    from types import SimpleNamespace

    from tiwizi.core.errors import Refused
    from tiwizi.web.backup import back_up

    with pytest.raises(Refused, match=r"Run: pg_dump --format=custom --exclude-table-data=django_session --file=a\.dump office"):
        back_up(SimpleNamespace(vendor="postgresql", settings_dict={"NAME": "office"}), Path("a.dump"))  # type: ignore[arg-type]
