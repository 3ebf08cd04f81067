"""`python -m tests.mutation.run [GROUP[:PART] ...]`: changes the code, place by place, and asks whether the nearest tests see it.

mutmut makes the changes; `loaded.py` says how they are tried. Groups, their modules, their tests and the survivors accepted with
their reason stand in `groups.toml`. A group fails below 90 %, for a survivor that is not listed, and for one listed that no
longer survives. With a PART only the functions with this in their name are tried, and those that survive are shown.
"""

import difflib
import json
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

import libcst as cst
from mutmut.mutation.file_mutation import MutatedFile, mutate_file_contents
from tests import postgres
from tests.mutation.loaded import ASKED, SESSION, TABLES, function_of

ROOT: Final = Path(__file__).parents[2]
LEAST: Final = 90
"""The least score of a group, in hundredths."""
FOUND: Final = frozenset({"killed", "timeout"})

Change = tuple[str, str, str]
"""A mutant as the list of survivors names it: its function, the line before and the line after."""


def main(words: list[str]) -> int:
    """0 where every group asked for (all, if none is named) holds; prints a line per group and one per complaint."""
    groups = tomllib.loads((Path(__file__).parent / "groups.toml").read_text(encoding="utf-8"))
    listed = groups.pop("survivor", [])
    parts = dict(word.partition(":")[::2] for word in words) or dict.fromkeys(groups, "")
    failed = False
    for name, part in parts.items():
        group = groups[name]
        with _database(group) as environment:
            statuses, survivors = mutated(group, environment, part)
        complaints = (
            [str(survivor) for survivor in survivors]
            if part
            else judged(statuses, survivors, [one for one in listed if one["group"] in {name, "*"}])
        )
        score = 100 * sum(status in FOUND for status in statuses.values()) / max(len(statuses), 1)
        sys.stdout.write(f"{name}: {score:.1f} % of {len(statuses)} mutants found, {len(survivors)} survive\n")
        sys.stdout.writelines(f"  {complaint}\n" for complaint in complaints)
        failed = failed or bool(complaints)
    return int(failed)


def judged(statuses: Mapping[str, str], survivors: list[Change], listed: list[dict[str, str]]) -> list[str]:
    """What is wrong with the outcome of a group; empty where it holds."""
    anywhere = [(one["before"], one["after"]) for one in listed if one["function"] == "*"]
    accepted = [(one["function"], one["before"], one["after"]) for one in listed if one["function"] != "*"]
    complaints = [f"{one['function']}: a survivor without a reason" for one in listed if not one.get("reason", "").strip()]
    complaints += [
        f"{one}: survives, and is not listed"
        for one in survivors
        if one not in accepted and not any(_only(one, before, after) for before, after in anywhere)
    ]
    complaints += [f"{one}: is listed, and no longer survives" for one in accepted if one not in survivors]
    found = sum(status in FOUND for status in statuses.values())
    if 100 * found < LEAST * len(statuses) or not statuses:
        complaints.append(f"{found} of {len(statuses)} found, less than {LEAST} %")
    return complaints


def _only(change: Change, before: str, after: str) -> bool:
    """Whether all that changed is this text, at one place of the line."""
    _function, old, new = change
    places = [match.start() for match in re.finditer(re.escape(before), old)]
    return any(old[:place] + after + old[place + len(before) :] == new for place in places)


def mutated(group: Mapping[str, Any], environment: Mapping[str, str], part: str) -> tuple[dict[str, str], list[Change]]:
    """What became of each mutant of a group, and those that survive; the code is changed in a copy that is thrown away."""
    with tempfile.TemporaryDirectory(prefix="tiwizi-mutation-") as folder:
        source = Path(folder) / "src"
        shutil.copytree(ROOT / "src", source)
        changes: dict[str, Change] = {}
        for module in group["modules"]:
            path = source / "tiwizi" / module
            made = mutate_file_contents(str(path), undecorated(path.read_text(encoding="utf-8")))
            path.write_text(made.code, encoding="utf-8")
            changes |= changes_of(made, "tiwizi." + module.removesuffix(".py").replace("/", "."))
        wanted = Path(folder) / "mutants.json"
        names = [name for name in changes if part in function_of(name)]
        wanted.write_text(json.dumps(names), encoding="utf-8")
        # An office of its own: what other runs of the tests counted there (attempts, limits) would decide.
        own = {"PYTHONPATH": str(source), "TIWIZI_HOME": str(Path(folder) / "office")}
        statuses = _statuses(group, {**os.environ, **environment, **own}, wanted, len(names))
    return statuses, [changes[name] for name, status in statuses.items() if status not in FOUND]


def _statuses(group: Mapping[str, Any], environment: dict[str, str], wanted: Path, count: int) -> dict[str, str]:
    """What became of each mutant, as the process that tries them tells; shows how far it is."""
    tests = [SESSION, *([TABLES] if "database" in group else [])]
    # What a test that fails would say costs more than to run it.
    options = ["-p", "tests.mutation.loaded", "-m", "not long", "--tb=native", "--assert=plain"]
    options += [word for name in ("cacheprovider", "xdist", "faulthandler") for word in ("-p", f"no:{name}")]
    command = [sys.executable, "-m", "pytest", *options, *tests, *group["tests"]]
    answers, pipe = os.pipe()
    own = {**environment, ASKED: json.dumps({"mutants": str(wanted), "pipe": pipe})}
    log = wanted.with_name("log")
    statuses: dict[str, str] = {}
    with log.open("wb") as output:
        running = subprocess.Popen(command, cwd=ROOT, env=own, pass_fds=[pipe], stdout=output, stderr=output)
        os.close(pipe)
        with os.fdopen(answers, encoding="utf-8") as lines:
            for line in lines:
                mutant, status = json.loads(line)
                statuses[mutant] = status
                if status not in FOUND or len(statuses) % 100 == 0:
                    sys.stderr.write(f"{len(statuses)} of {count}: {status} {mutant}\n")
        if running.wait():
            raise SystemExit(f"the mutants were not all tried:\n{log.read_text(encoding='utf-8', errors='replace')[:20_000]}")
    return statuses


class _Undecorated(cst.CSTTransformer):
    """A decorated function as a plain one with the decorator applied below it: mutmut passes over decorated functions."""

    def leave_FunctionDef(  # noqa: N802 # libcst names it
        self, original_node: cst.FunctionDef, updated_node: cst.FunctionDef
    ) -> cst.FunctionDef | cst.FlattenSentinel[cst.BaseStatement]:
        """The function, and below it what its decorator makes of it."""
        decorators = [one.decorator.value for one in original_node.decorators if isinstance(one.decorator, cst.Name)]
        if decorators not in (["property"], ["contextmanager"]):
            return updated_node
        name = original_node.name.value
        applied = cst.parse_statement(f"{name} = {decorators[0]}({name})")
        return cst.FlattenSentinel([updated_node.with_changes(decorators=()), applied])


def undecorated(code: str) -> str:
    """The same program, its properties and context managers made without the sign @."""
    return cst.parse_module(code).visit(_Undecorated()).code


def changes_of(made: MutatedFile, module: str) -> dict[str, Change]:
    """Each mutant of a module by its full name, and what it changes."""
    lines = made.code.splitlines()
    texts = {name: lines[span.start - 1 : span.end] for name, span in made.line_span_by_function_name.items()}
    found = {}
    for name in made.mutant_names:
        original = f"{function_of(name)}__mutmut_orig"
        before = [line.replace(original, "f") for line in texts[original]]
        after = [line.replace(name, "f") for line in texts[name]]
        found[f"{module}.{name}"] = changed(f"{module}.{name}", "\n".join(difflib.ndiff(before, after)))
    return found


def changed(name: str, diff: str) -> Change:
    """A mutant by its function and its changed lines: its number moves with every edit, these do not."""
    lines = [line for line in diff.splitlines() if line[:2] in {"- ", "+ "}]
    before, after = (" ".join(line[2:].strip() for line in lines if line[0] == sign) for sign in "-+")
    return re.sub(r"__mutmut_\d+$", "", name), before, after


@contextmanager
def _database(group: Mapping[str, Any]) -> Iterator[dict[str, str]]:
    if group.get("database") != "postgresql":
        yield {"TIWIZI_DATABASE": ""}
        return
    with postgres.server() as address:
        yield {"TIWIZI_DATABASE": address}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
