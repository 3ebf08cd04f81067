"""Amounts got names that say their unit: rows and decisions on record before it still verify, on both engines."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from tests.own_office import ROOT, new_office

pytestmark = pytest.mark.django_db  # its own office is a copy of the tables made for tests


def renamed(home: Path, *arguments: str) -> Any:
    with new_office(home) as office:
        command = [sys.executable, "-m", "tests.committees.renamed", *arguments]
        done = subprocess.run(command, env=office.environment, cwd=ROOT, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        verified = office.run("verify", "--language", "en")
        return json.loads(done.stdout), verified


def test_what_was_on_record_before_a_column_was_renamed_still_verifies(tmp_path: Path) -> None:
    findings, verified = renamed(tmp_path)
    assert findings == {"before": [], "after": []}
    assert (verified.returncode, verified.stderr) == (0, "")
    assert verified.stdout.startswith("All holds: ")


def test_without_the_name_of_before_every_row_would_look_changed_by_hand(tmp_path: Path) -> None:
    """The planted bug: what this test would say if nobody kept the former names."""
    findings, _verified = renamed(tmp_path, "forgotten")
    assert findings["before"] == []
    assert [finding.split(":")[0] for finding in findings["after"]] == [f"committees_matter {key}" for key in (1, 2, 3)]
