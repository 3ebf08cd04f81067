"""The engine that holds the rows of the tests of poverty: Polars, unless TIWIZI_TEST_ENGINE says duckdb or spark."""

import atexit
import os
import shutil
import sys
import warnings
from functools import cache
from typing import Any

import duckdb
import polars as pl
import pytest
from hypothesis import settings

ENGINE = os.environ.get("TIWIZI_TEST_ENGINE", "polars")


@cache
def spark_session() -> Any:
    """The one Spark session of these tests, on this machine alone, stopped at the end; skips where there is no Java."""
    if shutil.which("java") is None:
        pytest.skip("there is no Java on this machine")
    os.environ["PYSPARK_PYTHON"] = sys.executable
    os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from pyspark.sql import SparkSession

        made = SparkSession.builder.master("local[2]").appName("tests")
        configuration = {
            "spark.ui.enabled": "false",
            "spark.driver.bindAddress": "127.0.0.1",
            "spark.driver.host": "127.0.0.1",
            "spark.sql.shuffle.partitions": "2",
            "spark.driver.memory": "1g",
        }
        for name, value in configuration.items():
            made = made.config(name, value)
        session = made.getOrCreate()
    atexit.register(session.stop)
    return session


def held(rows: pl.DataFrame) -> Any:
    """The rows where the engine holds them."""
    if ENGINE == "spark":
        return spark_session().createDataFrame(rows.to_arrow())
    if ENGINE == "duckdb":
        return duckdb.connect().from_arrow(rows.to_arrow())
    return rows


def examples(count: int) -> settings:
    """Settings of a law: so many examples, a tenth of them on Spark, where each takes seconds."""
    return settings(max_examples=max(count // 10, 3) if ENGINE == "spark" else count, deadline=None)
