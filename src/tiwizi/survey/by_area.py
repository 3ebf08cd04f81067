"""Work with drawn numbers, area by area: in this process, in several processes of this machine, or on a cluster.

Each area has a seed of its own, made of the root seed and the area's code: which process or machine does it, in which order and
beside which others, changes no bit of what comes out.
"""

import multiprocessing
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from typing import Any

import numpy as np
import polars as pl

Work = Callable[[pl.DataFrame, np.random.Generator], pl.DataFrame]
"""What is done with the rows of one area: a table of a few rows comes back."""
Kinds = Mapping[str, type[pl.DataType]]


def generator_of(seed: int, area: str) -> np.random.Generator:
    """The area's own source of drawn numbers, from the root seed (0 or more) and its code."""
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence(seed, spawn_key=tuple(area.encode()))))


def by_area(rows: Any, work: Work, *, area: str, returns: Kinds, seed: int, workers: int = 1) -> pl.DataFrame:
    """What `work` makes of each area's rows: its columns `returns` behind the column `area`, sorted by area.

    `rows` is a Polars frame, or a Spark DataFrame: then the cluster works, by `mapInArrow`, and an area's rows must fit into the
    memory of one of its workers. `area` names a column of text. `work` gets the rows of one area sorted by all their columns, so
    that their order in the file does not matter, and must be a function of a module: other processes load it by its name.
    `workers` counts processes of this machine, started afresh; with one, this process does the work itself.
    """
    kinds: Kinds = {area: pl.String, **returns}
    if not isinstance(rows, pl.DataFrame):
        made = _on_spark(rows, work, area, kinds, seed)
    else:
        do = partial(worked, work=work, area=area, kinds=kinds, seed=seed)
        if workers <= 1:
            made = do(rows)
        else:
            # Programs that hold threads, as Polars does, must not be copied as they run.
            with ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn")) as pool:
                made = pl.concat([_empty(kinds), *pool.map(do, _shared_out(rows, area, 4 * workers))])
    return made.sort(area, maintain_order=True)


def worked(rows: pl.DataFrame, *, work: Work, area: str, kinds: Kinds, seed: int) -> pl.DataFrame:
    """The work for all areas of these rows, one after the other."""
    made = [_empty(kinds)]
    for (code,), part in rows.group_by(area, maintain_order=True):
        done = work(part.drop(area).sort(pl.all()), generator_of(seed, str(code)))
        made.append(done.select(pl.lit(str(code)).alias(area), *(pl.col(name) for name in kinds if name != area)))
    return pl.concat(made)


def _empty(kinds: Kinds) -> pl.DataFrame:
    return pl.DataFrame(schema=dict(kinds))


def _shared_out(rows: pl.DataFrame, area: str, shares: int) -> list[pl.DataFrame]:
    """The rows in so many shares at most, each area whole in one of them."""
    parts = rows.partition_by(area, maintain_order=True)
    return [pl.concat(parts[at::shares]) for at in range(min(shares, len(parts)))]


def _on_spark(rows: Any, work: Work, area: str, kinds: Kinds, seed: int) -> pl.DataFrame:
    import pyarrow as pa

    fields = {pl.String: (pa.string(), "string"), pl.Int64: (pa.int64(), "bigint"), pl.Float64: (pa.float64(), "double")}
    schema = pa.schema([(name, fields[kind][0]) for name, kind in kinds.items()])
    told = ", ".join(f"`{name}` {fields[kind][1]}" for name, kind in kinds.items())

    def partition(batches: Iterable[Any]) -> Iterator[Any]:
        held = list(batches)
        if held:
            frame = pl.DataFrame(pl.from_arrow(pa.Table.from_batches(held)))
            yield from worked(frame, work=work, area=area, kinds=kinds, seed=seed).to_arrow().cast(schema).to_batches()

    # All rows of an area in one partition.
    found = rows.repartition(area).mapInArrow(partition, told).toArrow()
    return pl.concat([_empty(kinds), pl.DataFrame(pl.from_arrow(found))])
