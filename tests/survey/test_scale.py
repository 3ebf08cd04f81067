"""A whole country's people under a memory limit: the engine spills to disk and finishes. Run by `make test-long`."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from tests.patience import PATIENCE_S

from tiwizi.sources.survey_files import connection

PEOPLE = 37_000_000
CHILD = """
import json, sys
from fractions import Fraction
from pathlib import Path
from tiwizi.core.poverty.deprivation import Indicator
from tiwizi.core.poverty.estimates import Reading, estimates
from tiwizi.core.poverty.totals import Scheme, totals
from tiwizi.sources.survey_files import connection, open_households

named = [Indicator(f"d{at}", "one", Fraction(1, 10)) for at in range(10)]
scheme = Scheme("", {one.code: one.weight for one in named}, (Fraction(3, 10),))
rows = open_households(Path(sys.argv[1]), opened=connection(memory="1GB", threads=2, spill=Path(sys.argv[2])))
# Every household is a unit of its own: more groups than the limit holds.
counted = totals(rows, indicators=named, schemes=[scheme], drawn="all", by=["block"])
found = estimates(counted, over=[()])
head = found.filter(found["measure"] == "headcount_ratio")["value"][0]
print(json.dumps({"head": head, "groups": counted.keys.height}))
"""


@pytest.mark.long
def test_a_file_of_a_whole_country_finishes_within_a_gigabyte(tmp_path: Path) -> None:
    path = tmp_path / "people.parquet"
    judged = ", ".join(f"(hash(i * 31 + {at}) % 10 < 3)::UTINYINT AS d{at}" for at in range(10))
    connection().execute(
        f"COPY (SELECT i AS household, (i // 24617)::VARCHAR AS place, 1 AS people, 2 AS weight, i // 40 AS block, {judged} "
        f"FROM range({PEOPLE}) AS t(i)) TO '{path}' (FORMAT parquet)"
    )
    done = subprocess.run(
        [sys.executable, "-c", CHILD, str(path), str(tmp_path)],
        capture_output=True,
        text=True,
        check=True,
        timeout=2 * PATIENCE_S,
    )
    report = json.loads(done.stdout)
    assert report["groups"] >= PEOPLE // 40
    # Poor from three of ten at three tenths each: 1 - P(X <= 2) of a binomial of ten draws.
    assert report["head"] == pytest.approx(1 - (0.7**10 + 10 * 0.3 * 0.7**9 + 45 * 0.09 * 0.7**8), abs=1e-3)
