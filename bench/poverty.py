"""Poverty of a whole country's people compared with a bare query, with Python's mpitb on a sample, and how both scale. Each
task runs in its own process, so that its peak memory is measured separately. The people are made up: seeded by their number,
with the codes of the 1,503 communes, in primary sampling units of 500, strata of provinces, 12 regions. Both are timed from
the file to the figures; the peer's time with its frame already in memory is reported too.
"""

import importlib
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

PEOPLE = 37_000_000
SAMPLE = 2_000_000
INDICATORS = tuple(f"d{at}" for at in range(10))
WEIGHTS = (Fraction(1, 6),) * 4 + (Fraction(1, 18),) * 6
CUTOFF = Fraction(1, 3)
BANDS = (Fraction(1, 5), CUTOFF, Fraction(1, 2))
"""The vulnerable, the poor and the severely poor: the cutoffs that the measure of a programme names together."""
FOLDER = Path(tempfile.gettempdir()) / "tiwizi-bench-poverty"


def people(count: int) -> Path:
    """A Parquet file of this many people, made once."""
    path = FOLDER / f"people-{count}.parquet"
    if path.exists():
        return path
    import duckdb

    from tiwizi.sources import morocco

    FOLDER.mkdir(parents=True, exist_ok=True)
    places = morocco.places().filter(morocco.places()["level"] == "commune").select("place").with_row_index("number")
    size = -(-count // places.height)
    judged = ",".join(f"(hash(i * 31 + {at}) % 1000 < {40 + 40 * at})::UTINYINT AS {name}" for at, name in enumerate(INDICATORS))
    opened = duckdb.connect()
    opened.register("places", places.to_arrow())
    opened.execute(
        f"""COPY (SELECT i AS household, place, 1 AS people, (1 + hash(i) % 3)::INTEGER AS weight,
                (i // {size})::INTEGER * 1000 + ((i % {size}) // 500)::INTEGER AS psu, place[1:6] AS stratum,
                place[1:2] AS region, {judged}
            FROM range({count}) AS t(i) JOIN places ON number = i // {size})
            TO '{path}.part' (FORMAT parquet)"""  # noqa: S608
    )
    Path(f"{path}.part").replace(path)
    return path


def bare(path: Path) -> Any:
    """The simplest query: weighted sums of the same columns by commune."""
    from tiwizi.sources.survey_files import connection

    sums = ", ".join(f"sum(weight * people::DOUBLE * {name})" for name in INDICATORS)
    query = f"SELECT place, sum(weight * people::DOUBLE), {sums} FROM '{path}' GROUP BY place"  # noqa: S608
    return len(connection(memory="700MB", threads=2).execute(query).fetchall())


def ours(
    path: Path, over: tuple[str, ...] = ("place",), *, engine: str = "duckdb", cutoffs: tuple[Fraction, ...] = (CUTOFF,)
) -> Any:
    """Every measure at each cutoff, one unless more are named, with design-based errors, in each commune."""
    import polars as pl

    from tiwizi.core.poverty.deprivation import Indicator
    from tiwizi.core.poverty.estimates import Reading, estimates
    from tiwizi.core.poverty.totals import Scheme, totals
    from tiwizi.sources.survey_files import connection, open_households

    weighted = [Indicator(name, "one", weight) for name, weight in zip(INDICATORS, WEIGHTS, strict=True)]
    scheme = Scheme("", dict(zip(INDICATORS, WEIGHTS, strict=True)), cutoffs)
    opened = connection(memory="700MB", threads=2, spill=FOLDER)
    rows = open_households(path, opened=opened) if engine == "duckdb" else pl.scan_parquet(path)
    counted = totals(rows, indicators=weighted, schemes=[scheme], by=[] if over == ("place",) else list(over))
    return estimates(counted, over=[(), over], reading=Reading(lonely="centred"))


_COMPARED = {"headcount_ratio", "intensity", "adjusted_headcount", *(f"contribution_{name}" for name in INDICATORS)}


def _compared(figures: Any) -> dict[str, Any]:
    """The figures that both make, by domain and measure."""
    rows = figures.iter_rows(named=True)
    compared = (row for row in rows if row["measure"] in _COMPARED)
    return {f"{row[figures.columns[0]]} {row['measure']} {_percent(row['cutoff'])}": row["value"] for row in compared}


def _percent(cutoff: str) -> int:
    """A cutoff in the peer's form: in whole percent."""
    return int(Fraction(cutoff) * 100)


def by_region(path: Path) -> Any:
    """The peer's task, read from the file: every measure with its errors over 12 subgroups and the whole."""
    return ours(path, ("region",))


def by_region_in_bands(path: Path) -> Any:
    """The same at the three cutoffs of the bands."""
    return ours(path, ("region",), cutoffs=BANDS)


def peer(path: Path, cutoffs: tuple[Fraction, ...] = (CUTOFF,)) -> Any:
    """Python's mpitb on the same rows, weights, subgroups and cutoffs."""
    import pandas as pd
    from mpitb.core import MPIToolbox

    start = time.perf_counter()
    rows = pd.read_parquet(path, columns=["weight", "region", *INDICATORS])
    read = time.perf_counter()
    box = MPIToolbox()
    box.svy_settings = {"weight": "weight"}
    parts = [(list(INDICATORS[:2]), "one"), (list(INDICATORS[2:4]), "two"), (list(INDICATORS[4:]), "three")]
    box.set(name="bench", description="", dimensions=parts, replace=True)
    given = {name: float(weight) for name, weight in zip(INDICATORS, WEIGHTS, strict=True)}
    percents = [_percent(str(cutoff)) for cutoff in cutoffs]
    box.est(df=rows, name="bench", klist=percents, weights=given, svy=True, lframe="bench", over=["region"])
    done = time.perf_counter()
    report: dict[str, Any] = {"seconds": done - start, "in_memory": done - read}
    words = {"H": "headcount_ratio", "A": "intensity", "M0": "adjusted_headcount"}
    for result in box.results["bench"]:
        where = result.get("subg")
        name = words.get(result["measure"], f"contribution_{result.get('indicator')}" if result["measure"] == "pctb" else "")
        if name:
            report[f"{None if where is None or where != where else where} {name} {result['k']}"] = result["b"]
    return report


def peer_in_bands(path: Path) -> Any:
    """The same at the three cutoffs of the bands."""
    return peer(path, BANDS)


LIBRARIES = {
    "ours": (
        *("duckdb", "polars", "pyarrow", "narwhals._duckdb.namespace", "narwhals._polars.namespace"),
        *("tiwizi.core.poverty.estimates", "tiwizi.core.poverty.deprivation", "tiwizi.sources.survey_files"),
    ),
    "peer": ("pandas", "pyarrow.parquet", "mpitb.core"),
}
TASKS: dict[str, Callable[[Path], Any]] = {
    "bare": bare,
    "ours": ours,
    "by_region": by_region,
    "by_region_in_bands": by_region_in_bands,
    "peer": peer,
    "peer_in_bands": peer_in_bands,
}


def apart(task: str, count: int) -> dict[str, Any]:
    """The task's report, its seconds without the start of Python, its peak memory in MB: in its own process."""
    path = people(count)
    command = [sys.executable, "-m", "bench.poverty", task, str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return dict(json.loads(done.stdout.splitlines()[-1]))


def _child(task: str, path: Path) -> None:
    work = TASKS[task]
    # Libraries are loaded before the clock starts, those too that Narwhals and the peer load at their first use.
    for library in LIBRARIES["peer" if task.startswith("peer") else "ours"]:
        importlib.import_module(library)

    start, start_cpu = time.perf_counter(), time.process_time()
    report = work(path)
    seconds, cpu = time.perf_counter() - start, time.process_time() - start_cpu
    if isinstance(report, dict):
        seconds = report.pop("seconds")
    elif not isinstance(report, int):
        # Writing the figures for the other process is not part of the task; the peer's clock stops there too.
        report = _compared(report)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"seconds": seconds, "cpu": cpu, "peak_mb": peak, "told": report}))


def _in_turn(tasks: tuple[str, ...], count: int, times: int = 3) -> list[dict[str, Any]]:
    """The quickest run of each task, with its least processor time and its greatest peak. Tasks take turns, so that other
    load on the machine affects all of them equally.
    """
    runs = [[apart(task, count) for task in tasks] for _ in range(times)]
    return [
        {
            **min(those, key=lambda run: run["seconds"]),
            "cpu": min(run["cpu"] for run in those),
            "peak_mb": max(run["peak_mb"] for run in those),
        }
        for those in zip(*runs, strict=True)
    ]


def _row(task: str, run: dict[str, Any]) -> None:
    print(f"{task:<52}{run['seconds']:9.2f}{run['cpu']:13.2f}{run['peak_mb']:9.0f}")


def main() -> None:
    """Prints the three tables."""
    print(f"\nPoverty at census scale: {PEOPLE:,} people, 10 indicators, 1,503 communes (2 threads, DuckDB held to 700 MB)")
    query, whole = _in_turn(("bare", "ours"), PEOPLE, 4)
    ratio, cpu = whole["seconds"] / query["seconds"], whole["cpu"] / query["cpu"]
    print(_HEAD)
    _row("bare DuckDB sums by commune", query)
    _row("every measure with design-based errors", whole)
    met = "met" if ratio < 2.5 and whole["peak_mb"] < 1024 else "MISSED"
    print(f"times the bare query: {ratio:.2f}, by processors' seconds {cpu:.2f} (aim under 2.5), peak under 1,024 MB: {met}")
    _beside_peer()
    print("\nGrowth\n      people   seconds   seconds a million")
    for count in (1_000_000, 4_000_000, 12_000_000, PEOPLE):
        taken = _in_turn(("ours",), count, 2)[0]["seconds"]
        print(f"{count:12,}{taken:10.2f}{taken / count * 1e6:20.3f}")


_HEAD = f"{'':<52}{'seconds':>9}{'of processors':>13}{'peak MB':>9}"


def _beside_peer() -> None:
    print(f"\nBeside mpitb 0.2: {SAMPLE:,} people, 12 subgroups and the whole, from the file to the figures")
    mine, other, more, others = _in_turn(("by_region", "peer", "by_region_in_bands", "peer_in_bands"), SAMPLE, 5)
    print(_HEAD)
    _row("mpitb (errors of a simple random sample)", other)
    _row("Tiwizi (errors of the design)", mine)
    _row("mpitb at three cutoffs, 20, 33 and 50 %", others)
    _row("Tiwizi at three cutoffs", more)
    _compare("one cutoff", mine, other)
    _compare("three cutoffs", more, others)


def _compare(title: str, mine: dict[str, Any], other: dict[str, Any]) -> None:
    gaps: dict[str, list[float]] = {}
    for key in other["told"].keys() & mine["told"].keys():
        if key != "in_memory":
            gaps.setdefault(key.rsplit(" ", 1)[1], []).append(abs(mine["told"][key] - other["told"][key]))
    times, memory = other["seconds"] / mine["seconds"], mine["peak_mb"] / other["peak_mb"]
    after = other["told"]["in_memory"] / mine["seconds"]
    alike = ", ".join(f"{len(those)} at {percent} % to {max(those):.0e}" for percent, those in sorted(gaps.items()))
    # At a cutoff of one half the peer's floating-point sums fall short, so that it counts some of the poor as not poor.
    exact = all(max(those) < 1e-12 for percent, those in gaps.items() if percent != "50")
    met = "met" if times >= 10 and memory < 0.5 and exact else "MISSED"
    print(f"{title}: figures alike, {alike}")
    held = f"{after:.1f} once the peer holds its frame"
    print(f"  {times:.1f} times as fast (aim 10; {held}), {memory:.2f} of its memory (0.5): {met}")


if __name__ == "__main__":
    if len(sys.argv) > 2:
        _child(sys.argv[1], Path(sys.argv[2]))
    else:
        main()
