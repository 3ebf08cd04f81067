"""Time of the command as a whole process, for a province and for the country."""

import subprocess
import sys
import tempfile
from pathlib import Path

from bench.timing import heading, row, seconds

TIWIZI = Path(sys.executable).with_name("tiwizi")


def run(place: str, *more: str) -> None:
    """One whole run of the command, writing everything to a temporary folder."""
    with tempfile.TemporaryDirectory() as folder:
        command = [str(TIWIZI), "plan", place, "--envelope", "2000000000", "--out", folder, "--language", "fr", *more]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


def main() -> None:
    """Prints one row per run."""
    print(f"\nThe command, whole process; {heading()}")
    print(row("tiwizi plan 05.301, everything with PDF", seconds(lambda: run("05.301"), times=3), None))
    print(row("tiwizi plan MA, without the PDF", seconds(lambda: run("MA", "--no-pdf"), times=3), 10.0))


if __name__ == "__main__":
    main()
