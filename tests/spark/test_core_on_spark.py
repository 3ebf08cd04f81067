"""All tests of deprivation, poverty, errors and assessments again, their rows held by Spark. Run by `make test-long`."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from tests.patience import PATIENCE_S

ROOT = Path(__file__).parents[2]
SUITES = (
    "core/poverty/test_deprivation.py",
    "core/poverty/test_totals.py",
    "core/poverty/test_estimates.py",
    "survey/test_assessing.py",
)


@pytest.mark.long
@pytest.mark.skipif(shutil.which("java") is None, reason="there is no Java on this machine")
@pytest.mark.parametrize("suite", SUITES)
def test_a_suite_passes_with_its_rows_in_spark(suite: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:xdist", "-p", "no:cacheprovider", f"tests/{suite}"],
        cwd=ROOT,
        env={**os.environ, "TIWIZI_TEST_ENGINE": "spark"},
        capture_output=True,
        text=True,
        timeout=3 * PATIENCE_S,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-4_000:]
