"""`python -m tests.again [TIMES]`: runs what races and breaks again and again, half of it on a busy machine; prints a table."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Final

SUITES: Final = {
    "faults": ["tests/faults/test_files.py", "tests/faults/test_addresses.py", "tests/faults/test_power_cuts.py"],
    "races": ["tests/committees/test_ceiling_race.py", "tests/budgets/test_races.py", "tests/people/test_founding.py"],
    "kills": ["tests/faults/test_kills.py", "tests/children"],
    "worker": ["tests/faults/test_worker.py"],
    "journeys": ["tests/journeys"],
}


@contextmanager
def busy() -> Iterator[None]:
    """A process that keeps one processor busy for as long as the block; it is ended by its own id."""
    with subprocess.Popen([sys.executable, "-c", "while True: pass"]) as running:
        try:
            yield
        finally:
            running.kill()


def main(times: int) -> int:
    """0 where every run is green; a line per run: the first half by itself, the second beside two busy processes."""
    sys.stdout.write("".join(f"{name:>10}" for name in ["run", "beside", *SUITES]) + "\n")
    failed = 0
    for turn in range(times):
        beside = 2 if turn >= times - times // 2 else 0
        sys.stdout.write(f"{turn + 1:>10}{beside:>10}")
        with ExitStack() as others:
            for _one in range(beside):
                others.enter_context(busy())
            for tests in SUITES.values():
                command = [sys.executable, "-m", "pytest", "-m", "not long", *tests]
                done = subprocess.run(command, capture_output=True, text=True, check=False)
                failed += done.returncode != 0
                sys.stdout.write(f"{'red' if done.returncode else 'green':>10}")
                sys.stdout.flush()
                if done.returncode:
                    sys.stderr.write(done.stdout + done.stderr)
        sys.stdout.write("\n")
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 10))
