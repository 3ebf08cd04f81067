"""`tiwizi verify` of an office with a million and a half rows on record, as its administrator runs it.

All made up: runs of figures of every commune, votes, and what they rest on. There is no peer to compare with: the table
shows the required time instead.
"""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Final

RUNS, FIGURES, VOTES = 12, 100_000, 300_000
LIMIT: Final = 60
"""The required time in seconds, on two cores."""

# In one statement each: only the reading is measured.
FIGURES_OF_RUN: Final = """
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %s)
INSERT INTO measures_figure (run_id, place_id, position, level, measure, value, people, as_of, series, standing, assumed, source)
SELECT %s, %s, %s, 'commune', 'measure_' || (i %% 60), i * 1.25, i, '2024-09-01', 'made up ' || i, 'computed', 0, 'made up' FROM n
"""
VOTES_OF_POLL: Final = """
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %s)
INSERT INTO committees_vote (poll_id, mandate_id, position, choice, at)
SELECT %s, -i, %s, 'yes', '2026-11-23 10:00:00' FROM n
"""


def fill() -> None:
    """Fills the office of this process's TIWIZI_HOME."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tiwizi.web.settings")
    django.setup()
    from django.core.management import call_command
    from django.db import connection, transaction
    from tests import office
    from tests.committees import every_table
    from tests.trees import AT, MACHINE
    from tests.walls import down

    from tiwizi.committees.models import Poll, Vote
    from tiwizi.database.scope import everything
    from tiwizi.journal import commands
    from tiwizi.measures.models import Figure, Run

    call_command("migrate", interactive=False, verbosity=0)
    connection.disable_constraint_checking()
    with transaction.atomic(), everything():
        here = office.office()
        every_table.rows_at(here.tree.far, here.tree.far_communes, "far", here.officer, None)
        place, poll = here.tree.far, Poll.objects.get()
        with down(Figure, Run, Vote), connection.cursor() as cursor:
            for number in range(RUNS):
                run = office.run_at(place, [], here.officer, base=number, kind=f"made up {number}")
                cursor.execute(FIGURES_OF_RUN, [FIGURES, run.pk, place.pk, place.position])
            cursor.execute(VOTES_OF_POLL, [VOTES, poll.pk, place.position])
        commands.write("fill", by=MACHINE, at=AT, kind="table", object_id="")


def main() -> None:
    """Prints the table."""
    with tempfile.TemporaryDirectory() as home:
        environment = {**os.environ, "TIWIZI_HOME": home, "PYTHONPATH": os.pathsep.join([".", *sys.path])}
        subprocess.run([sys.executable, "-c", "from bench import verify; verify.fill()"], env=environment, check=True)
        size = Path(home, "office.sqlite3").stat().st_size / 1e6
        begun = time.perf_counter()
        words = [sys.executable, "-m", "tiwizi.cli", "verify", "--language", "en"]
        process = subprocess.run(words, env=environment, capture_output=True, text=True, check=False)
        taken = time.perf_counter() - begun
    lines = (process.stdout or process.stderr).strip().splitlines()
    print(f"tiwizi verify: {RUNS * FIGURES + VOTES:,} rows, {size:,.0f} MB, SQLite")
    print(f"{taken:8.1f} s (asked: under {LIMIT} s)   {lines[-1] if lines else ''}")
