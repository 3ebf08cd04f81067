"""The contracts of who may import whom name every app, and each of them finds a breach that is planted."""

import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
from tests.patience import PATIENCE_S

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "src" / "tiwizi"
CONTRACTS: list[dict[str, Any]] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"][
    "contracts"
]
PLANTED = {
    "A lower layer never imports a higher one": ("journal/queries.py", "import tiwizi.people.rules"),
    "The core is pure: no framework, no disk, no drawing": ("core/text.py", "import os"),
    "The core's folders meet through tables and share only what stands below them": (
        "core/budget/bounds.py",
        "import tiwizi.core.poverty.sampling",
    ),
    "Inside an app: pages, jobs, commands, documents, queries, models, rules": (
        "committees/queries/basis.py",
        "import tiwizi.committees.commands.sessions",
    ),
    "Rules are pure, and what computes and prints knows no framework": ("budgets/rules.py", "import django.utils.timezone"),
    "An app's pages are private to it and to the web": ("budgets/queries.py", "import tiwizi.measures.pages.runs"),
    "No app's pages reach another's": ("committees/pages/roles.py", "import tiwizi.territories.pages.places"),
    "No circle of modules anywhere": ("sources/sheets.py", "import tiwizi.sources.upload_reader"),
}


def of(name: str) -> dict[str, Any]:
    """The contract of a name."""
    return next(contract for contract in CONTRACTS if contract["name"] == name)


def test_each_app_stands_in_the_contracts() -> None:
    apps = {path.parent.name for path in PACKAGE.glob("*/app.py")} - {"web"}
    inside = of("Inside an app: pages, jobs, commands, documents, queries, models, rules")["containers"]
    assert set(inside) == {f"tiwizi.{app}" for app in apps}
    with_pages = {f"tiwizi.{app}.pages" for app in apps if (PACKAGE / app / "pages").is_dir()}
    assert set(of("No app's pages reach another's")["modules"]) == with_pages


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> str:
    """What import-linter says of a copy of the package in which every contract is broken once."""
    copy = tmp_path_factory.mktemp("planted")
    shutil.copytree(PACKAGE, copy / "tiwizi", ignore=shutil.ignore_patterns("static", "locale", "__pycache__"))
    for file, line in PLANTED.values():
        with (copy / "tiwizi" / file).open("a", encoding="utf-8") as text:
            text.write(f"\n{line}\n")
    command = [sys.executable, "-c", "from importlinter.cli import lint_imports_command as run; run()", "--no-cache"]
    done = subprocess.run(
        [*command, "--config", str(ROOT / "pyproject.toml")],
        cwd=copy,
        env={**os.environ, "PYTHONPATH": str(copy), "COLUMNS": "200"},
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
    )
    assert done.returncode == 1, done.stderr
    return done.stdout


def test_each_contract_has_its_planted_breach() -> None:
    assert {contract["name"] for contract in CONTRACTS} == set(PLANTED)


@pytest.mark.parametrize("name", PLANTED)
def test_a_breach_of_a_contract_is_found(report: str, name: str) -> None:
    assert f"{name} BROKEN" in report
