"""The cost of the slowest of many hostile files, in processor seconds: of its reader, or of the server that requests it.

The tests check how each file ends and how much memory it takes; seconds depend on the machine, so they are measured here, on
the same files.
"""

import pytest

LIMIT = 2
"""The required time in seconds."""


class Slowest:
    """Collects the properties recorded by the tests."""

    def __init__(self) -> None:
        self.heard: list[tuple[float, str]] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Keeps the slowest file of each piece."""
        self.heard += [value for name, value in report.user_properties if name == "slowest" and report.when == "call"]  # type: ignore[misc]


def main() -> None:
    """Prints the figure."""
    slowest = Slowest()
    words = ["-q", "-p", "no:cacheprovider", "tests/faults/test_files.py", "-k", "test_hostile_files"]
    failed = pytest.main(words, plugins=[slowest])
    seconds, who = max(slowest.heard, default=(0.0, "nobody"))
    print(f"hostile files: the slowest, {who} took {seconds:.1f} s of the processor (asked: {LIMIT} s at most)")
    if failed:
        raise SystemExit(int(failed))
