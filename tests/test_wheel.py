"""The wheel carries what who installs it cannot make: front end, compiled catalogues, rulebook. Run by `make test-long`."""

import os
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest
from tests.patience import PATIENCE_S

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", str(ROOT), "-w", str(folder)]
    subprocess.run(command, check=True, timeout=PATIENCE_S)
    (built,) = folder.glob("*.whl")
    return built


@pytest.mark.long
def test_the_wheel_carries_front_end_catalogues_and_rulebook(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    for language in ("ar", "fr"):
        assert f"tiwizi/locale/{language}/LC_MESSAGES/django.mo" in names
    for file in ("tiwizi.css", "map.js", "maplibre-gl.mjs", "bootstrap.rtl.min.css", "noto-sans-arabic-arabic-400-normal.woff2"):
        assert f"tiwizi/web/static/tiwizi/{file}" in names
    assert "tiwizi/rulebooks/indh/deprivations.toml" in names
    assert not any("/tests/" in name or name.startswith("tests/") for name in names)


@pytest.mark.long
def test_an_installed_wheel_fills_an_office_and_speaks_arabic(wheel: Path, tmp_path: Path) -> None:
    venv.create(tmp_path / "venv", with_pip=True)
    pip = [str(tmp_path / "venv" / "bin" / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "--require-hashes", "-r", str(ROOT / "requirements" / "run.txt")], check=True, timeout=2 * PATIENCE_S)
    subprocess.run([*pip, "--no-deps", str(wheel)], check=True, timeout=PATIENCE_S)
    office = {**os.environ, "TIWIZI_HOME": str(tmp_path / "office"), "PYTHONPATH": ""}
    tiwizi = str(tmp_path / "venv" / "bin" / "tiwizi")
    done = subprocess.run(
        [tiwizi, "demo", "--no-serve", "--language", "ar"],
        env=office,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
        timeout=PATIENCE_S,
    )
    assert any("\u0600" <= letter <= "\u06ff" for letter in done.stdout)
    assert "@demo.example" in done.stdout
