"""Computations with random numbers, area by area: in this process, in several processes of this machine, or on a cluster.

Each area has a seed of its own, made of the root seed and the area's code: which process or machine runs it, in which order
and next to which others, changes no bit of the result.
"""

import multiprocessing
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from typing import Any

import numpy as np
import polars as pl

Work = Callable[[pl.DataFrame, np.random.Generator], pl.DataFrame]
"""The computation on the rows of one area; it returns a table of a few rows."""
Kinds = Mapping[str, type[pl.DataType]]


def generator_of(seed: int, area: str) -> np.random.Generator:
    """The area's own random generator, from the root seed (0 or more) and its code."""
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence(seed, spawn_key=tuple(area.encode()))))


def by_area(rows: Any, work: Work, *, area: str, returns: Kinds, seed: int, workers: int = 1) -> pl.DataFrame:
    """The result of `work` on each area's rows: the columns `returns` after the column `area`, sorted by area.

    `rows` is a Polars frame, or a Spark DataFrame: then the cluster runs it by `mapInArrow`, and an area's rows must fit
    into the memory of one worker. `area` names a column of text. `work` gets the rows of one area sorted by all their
    columns, so that their order in the file does not matter, and must be a function of a module: other processes load it by
    its name. `workers` counts processes of this machine, started afresh; with one, this process runs it itself.
    """
    kinds: Kinds = {area: pl.String, **returns}
    if not isinstance(rows, pl.DataFrame):
        made = _on_spark(rows, work, area, kinds, seed)
    else:
        do = partial(worked, work=work, area=area, kinds=kinds, seed=seed)
        if workers <= 1:
            made = do(rows)
        else:
            # A process with threads, such as Polars starts, must not be forked.
            with ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn")) as pool:
                made = pl.concat([_empty(kinds), *pool.map(do, _split_by_area(rows, area, 4 * workers))])
    return made.sort(area, maintain_order=True)


def worked(rows: pl.DataFrame, *, work: Work, area: str, kinds: Kinds, seed: int) -> pl.DataFrame:
    """The results for all areas of these rows, one after the other."""
    made = [_empty(kinds)]
    for (code,), part in rows.group_by(area, maintain_order=True):
        done = work(part.drop(area).sort(pl.all()), generator_of(seed, str(code)))
        made.append(done.select(pl.lit(str(code)).alias(area), *(pl.col(name) for name in kinds if name != area)))
    return pl.concat(made)


def _empty(kinds: Kinds) -> pl.DataFrame:
    return pl.DataFrame(schema=dict(kinds))


def _split_by_area(rows: pl.DataFrame, area: str, shares: int) -> list[pl.DataFrame]:
    """The rows split into at most `shares` parts, each area whole in one of them."""
    parts = rows.partition_by(area, maintain_order=True)
    return [pl.concat(parts[at::shares]) for at in range(min(shares, len(parts)))]


def _on_spark(rows: Any, work: Work, area: str, kinds: Kinds, seed: int) -> pl.DataFrame:
    import pyarrow as pa

    fields = {pl.String: (pa.string(), "string"), pl.Int64: (pa.int64(), "bigint"), pl.Float64: (pa.float64(), "double")}
    schema = pa.schema([(name, fields[kind][0]) for name, kind in kinds.items()])
    arrow_schema = ", ".join(f"`{name}` {fields[kind][1]}" for name, kind in kinds.items())

    def partition(batches: Iterable[Any]) -> Iterator[Any]:
        held = list(batches)
        if held:
            frame = pl.DataFrame(pl.from_arrow(pa.Table.from_batches(held)))
            yield from worked(frame, work=work, area=area, kinds=kinds, seed=seed).to_arrow().cast(schema).to_batches()

    # All rows of an area in one partition.
    result = rows.repartition(area).mapInArrow(partition, arrow_schema).toArrow()
    return pl.concat([_empty(kinds), pl.DataFrame(pl.from_arrow(result))])
