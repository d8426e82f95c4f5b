"""Apache Spark: on this machine, or on a cluster. Needs the extra `[spark]` and Java 17.

Facts travel as Parquet files in a folder that all executors can read (the temporary folder of this machine for a
local master); results come back as Arrow.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import narwhals as nw
import polars as pl

from satsuma.domain.errors import EngineError
from satsuma.engine.backends import missing_extra
from satsuma.engine.expressions import Frame, Ops

SETTINGS = {
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.shuffle.partitions": "8",
    "spark.sql.execution.arrow.pyspark.enabled": "true",
    "spark.driver.memory": "2g",
    "spark.executor.memory": "1g",
    "spark.driver.maxResultSize": "0",
    "spark.sql.ansi.enabled": "true",
}


@dataclass(frozen=True, slots=True)
class SparkSession:
    spark: Any
    folder: Path
    name: str = "spark"
    numbers: Iterator[int] = field(default_factory=count)

    @property
    def ops(self) -> Ops:
        return nw

    def load(self, name: str, frame: pl.LazyFrame) -> Frame:
        path = self.folder / f"{name}_{next(self.numbers)}.parquet"
        frame.sink_parquet(path)
        table: Frame = nw.from_native(self.spark.read.parquet(str(path))).lazy()
        return table

    def collect(self, frame: Frame) -> pl.DataFrame:
        found = pl.from_arrow(frame.to_native().toArrow())
        assert isinstance(found, pl.DataFrame)
        return found


@contextmanager
def open_session(_engine: str, url: str | None) -> Iterator[SparkSession]:
    try:
        from pyspark.sql import SparkSession as Builder
    except ImportError as error:
        raise missing_extra("spark", error) from error
    with TemporaryDirectory(prefix="satsuma-spark-") as folder:
        try:
            builder = Builder.builder.master(url or "local[*]").appName("satsuma")
            spark = builder.config(map=SETTINGS | {"spark.sql.warehouse.dir": folder}).getOrCreate()
        except Exception as error:  # Java missing, master unreachable: py4j and pyspark raise unrelated types
            raise EngineError(
                "engine_unreachable",
                f"Spark did not start: {error}",
                remedy="It needs Java 17; see --url for the master.",
            ) from error
        spark.sparkContext.setLogLevel("ERROR")
        try:
            yield SparkSession(spark, Path(folder))
        finally:
            spark.stop()
