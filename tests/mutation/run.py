"""`python -m tests.mutation.run [GROUP ...]`: changes the code, by mutmut, and asks whether the nearest tests see it.

Groups, their modules, their tests and the survivors accepted with their reason stand in `groups.toml`. A group fails below 90 %,
for a survivor that is not listed, and for one listed that no longer survives.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from tests import postgres

ROOT: Final = Path(__file__).parents[2]
LEAST: Final = 90
"""The least score of a group, in hundredths."""
FOUND: Final = frozenset({"killed", "timeout", "segfault", "suspicious"})
COPIED: Final = (
    "src",
    "tests",
    "pyproject.toml",
    "build_messages.py",
    "build_frontend.py",
    "build_hooks.py",
    "README.md",
    "docs",
)

Change = tuple[str, str, str]
"""A mutant as the list of survivors names it: its function, the line before and the line after."""


def main(names: list[str]) -> int:
    """0 where every group asked for (all, if none is named) holds; prints a line per group and one per complaint."""
    known = tomllib.loads((Path(__file__).parent / "groups.toml").read_text(encoding="utf-8"))
    listed: dict[str, list[dict[str, str]]] = {}
    for survivor in known.pop("survivor", []):
        listed.setdefault(survivor["group"], []).append(survivor)
    failed = False
    for name, group in known.items():
        if names and name not in names:
            continue
        with _database(group) as environment:
            statuses, survivors = mutated(group, environment)
        complaints = judged(statuses, survivors, listed.get(name, []))
        score = 100 * sum(status in FOUND for status in statuses.values()) / max(len(statuses), 1)
        sys.stdout.write(f"{name}: {score:.1f} % of {len(statuses)} mutants found, {len(survivors)} survive\n")
        sys.stdout.writelines(f"  {complaint}\n" for complaint in complaints)
        failed = failed or bool(complaints)
    return int(failed)


def judged(statuses: Mapping[str, str], survivors: list[Change], listed: list[dict[str, str]]) -> list[str]:
    """What is wrong with the outcome of a group; empty where it holds."""
    accepted = [(one["function"], one["before"], one["after"]) for one in listed]
    complaints = [f"{one['function']}: a survivor without a reason" for one in listed if not one.get("reason", "").strip()]
    complaints += [f"{one}: survives, and is not listed" for one in survivors if one not in accepted]
    complaints += [f"{one}: is listed, and no longer survives" for one in accepted if one not in survivors]
    found = sum(status in FOUND for status in statuses.values())
    if 100 * found < LEAST * len(statuses) or not statuses:
        complaints.append(f"{found} of {len(statuses)} found, less than {LEAST} %")
    return complaints


def mutated(group: Mapping[str, Any], environment: Mapping[str, str]) -> tuple[dict[str, str], list[Change]]:
    """What became of each mutant of a group, and those that survive, in a copy of the tree that is thrown away."""
    with tempfile.TemporaryDirectory(prefix="tiwizi-mutation-") as folder:
        copy = Path(folder) / "tree"
        copy.mkdir()
        for name in COPIED:
            source = ROOT / name
            (shutil.copytree if source.is_dir() else shutil.copy)(source, copy / name)
        with (copy / "pyproject.toml").open("a", encoding="utf-8") as settings:
            settings.write(configuration(group))
        # There from the start: Python forgets a folder of PYTHONPATH that is not.
        (copy / "mutants" / "src").mkdir(parents=True)
        own = {**os.environ, **environment, "PYTHONPATH": str(copy / "mutants" / "src")}
        mutmut = [sys.executable, "-m", "mutmut"]
        wanted = group.get("only", [])
        # One at a time: each has a database of its own name.
        done = subprocess.run([*mutmut, "run", "--max-children", "1", *wanted], cwd=copy, env=own, check=False)
        if done.returncode:
            raise SystemExit(f"mutmut did not run: status {done.returncode}")

        def told(*words: str) -> str:
            return subprocess.run([*mutmut, *words], cwd=copy, env=own, check=True, capture_output=True, text=True).stdout

        lines = (line.strip().rpartition(": ") for line in told("results", "--all", "true").splitlines() if ": " in line)
        statuses = {name: status for name, _colon, status in lines if status != "not checked"}
        return statuses, [changed(name, told("show", name)) for name, status in statuses.items() if status not in FOUND]


def configuration(group: Mapping[str, Any]) -> str:
    """The settings of mutmut for a group, as the end of pyproject.toml."""
    arguments = ["-m", "not long", "-x", "-p", "no:cacheprovider", "-p", "no:xdist"]
    settings = {
        "source_paths": ["src"],
        "only_mutate": [f"src/tiwizi/{module}" for module in group["modules"]],
        "pytest_add_cli_args": arguments,
        "pytest_add_cli_args_test_selection": group["tests"],
        "also_copy": [name for name in COPIED if name not in {"src", "tests", "pyproject.toml"}],
        "timeout_constant": 120.0,
    }
    # A list of Python's strings is one of TOML's as well, in the characters used here.
    return "\n[tool.mutmut]\nuse_git_change_detection = false\n" + "".join(
        f"{key} = {value!r}\n" for key, value in settings.items()
    )


def changed(name: str, diff: str) -> Change:
    """A mutant by its function and its changed lines: its number moves with every edit, these do not."""
    lines = [line for line in diff.splitlines() if line[:1] in {"-", "+"} and line[:3] not in {"---", "+++"}]
    before, after = (" ".join(line[1:].strip() for line in lines if line[0] == sign) for sign in "-+")
    return re.sub(r"__mutmut_\d+$", "", name), before, after


@contextmanager
def _database(group: Mapping[str, Any]) -> Iterator[dict[str, str]]:
    if not group.get("postgresql"):
        yield {}
        return
    with postgres.server() as address:
        yield {"TIWIZI_DATABASE": address}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
