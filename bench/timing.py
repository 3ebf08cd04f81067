"""How every benchmark measures and prints its times."""

import platform
import statistics
import time
from collections.abc import Callable, Sequence


def seconds(work: Callable[[], object], *, times: int) -> list[float]:
    """The time of each run of the work, after one uncounted run."""
    work()
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        work()
        taken.append(time.perf_counter() - start)
    return taken


def row(task: str, taken: Sequence[float], limit: float | None) -> str:
    """One line of the table: the task, its median and least time in milliseconds, and the limit."""
    median, least = statistics.median(taken) * 1000, min(taken) * 1000
    aim = f"{limit * 1000:9,.0f}" if limit is not None else "        –"
    verdict = "" if limit is None else "  met" if median <= limit * 1000 else "  MISSED"
    return f"{task:<58}{median:10,.1f}{least:10,.1f}{aim}{verdict}"


def heading() -> str:
    """The head of the table, with the machine."""
    machine = f"{platform.machine()}, Python {platform.python_version()}, {platform.system()}"
    return f"{machine}\n{'task (milliseconds)':<58}{'median':>10}{'least':>10}{'aim':>9}"
