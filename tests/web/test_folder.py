"""The office's folder is shut to other users of the machine before it serves, and what is made in it is so from the beginning."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from tests.patience import PATIENCE_S

from tiwizi.core.errors import Refused
from tiwizi.web import folder

NOBODY = 65534


def modes(home: Path) -> dict[str, int]:
    return {str(path.relative_to(home)): stat.S_IMODE(path.lstat().st_mode) for path in (home, *home.rglob("*"))}


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A folder as it was made under the usual umask: everybody reads all of it."""
    made = tmp_path / "office"
    for path in (made, made / "secrets", made / "static"):
        path.mkdir()
        path.chmod(0o755)
    for path in (made / "office.sqlite3", made / "secrets" / "django", made / "static" / "page.css"):
        path.write_text("")
        path.chmod(0o644)
    return made


def test_what_others_could_reach_is_shut_and_told(home: Path) -> None:
    outside = home.parent / "elsewhere.sqlite3"
    outside.touch()
    outside.chmod(0o640)
    assert set(folder.shut(home, outside)) == {home, *home.rglob("*"), outside}
    assert set(modes(home).values()) == {0o700, 0o600}
    assert stat.S_IMODE(outside.stat().st_mode) == 0o600
    assert folder.shut(home, outside) == []


def test_one_bit_is_enough_to_be_found(home: Path) -> None:
    folder.shut(home)
    for bit in (0o040, 0o020, 0o010, 0o004, 0o002, 0o001):
        (home / "secrets" / "django").chmod(0o600 | bit)
        assert folder.shut(home) == [home / "secrets" / "django"]


def test_links_are_not_followed(home: Path) -> None:
    theirs = home.parent / "theirs"
    theirs.mkdir(mode=0o755)
    theirs.chmod(0o755)
    (home / "link").symlink_to(theirs)
    folder.shut(home)
    assert stat.S_IMODE(theirs.stat().st_mode) == 0o755


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
def test_what_belongs_to_another_is_refused_by_name(home: Path) -> None:
    os.chown(home / "secrets" / "django", NOBODY, NOBODY)
    with pytest.raises(Refused, match=r"secrets/django: other users of this machine can reach.*chmod -R go= "):
        folder.shut(home)


def test_programs_of_the_office_make_files_for_their_user_alone(tmp_path: Path) -> None:
    home = tmp_path / "office"
    program = "import os; os.umask(0); import django; django.setup(); open(os.environ['TIWIZI_HOME'] + '/made', 'w').close()"
    office = {**os.environ, "TIWIZI_HOME": str(home), "DJANGO_SETTINGS_MODULE": "tiwizi.web.settings"}
    subprocess.run([sys.executable, "-c", program], env=office, check=True, timeout=PATIENCE_S)
    found = modes(home)
    assert {"made", "secrets/django", "static"} <= set(found)
    assert {name: mode for name, mode in found.items() if mode & 0o077} == {}
