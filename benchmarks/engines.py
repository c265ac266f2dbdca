"""Ray and Spark beside the plain command: the same rows, the same model, the same two cores.

build/engines/bin/python benchmarks/engines.py FOLDER plain|ray|ray-own|spark …, FOLDER being what
benchmarks/scoring.py makes (of 1600000 rows): reads parquet, answers, writes parquet, in the order
of the words. An engine has begun before, as that of a cluster has; its workers have not, and load
the model in the time that is shown. Of the plain command the whole process is timed. `ray` reads
the files by Arrow, `ray-own` by Ray's own reader, its default, which first sends actors for the
ends of all files.
"""

from __future__ import annotations

import logging
import os
import shutil
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import polars as pl
from scoring import answered

ROOT = str(Path(__file__).parents[1])
os.environ["PYTHONPATH"] = ROOT
os.environ["OMP_NUM_THREADS"] = os.environ["POLARS_MAX_THREADS"] = "1"
sys.path.insert(0, ROOT)


def on_ray(folder: Path, own_reader: bool = False) -> Callable[[], None]:
    import ray

    from elman.ray import Predictor

    if not ray.is_initialized():
        ray.init(num_cpus=4, include_dashboard=False, logging_level=logging.ERROR)
    ray.data.DataContext.get_current().enable_progress_bars = False
    ray.data.range(1).materialize()

    def run() -> None:
        ray.data.DataContext.get_current().use_datasource_v2 = own_reader
        rows = ray.data.read_parquet(str(folder / "all"), override_num_blocks=64)
        answers = rows.map_batches(
            Predictor,
            fn_constructor_args=(str(folder / "model"), "id"),
            batch_format="pyarrow",
            compute=ray.data.ActorPoolStrategy(size=2),
        )
        answers.write_parquet(str(folder / "out"))

    return run


def on_spark(folder: Path) -> Callable[[], None]:
    from pyspark.sql import SparkSession

    from elman.spark import predict

    os.environ["PYSPARK_PYTHON"] = sys.executable
    spark = (
        SparkSession.builder.master("local[2]")
        .config("spark.ui.enabled", "false")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.driver.host", "127.0.0.1")
        .getOrCreate()
    )
    spark.sparkContext.setLogLevel("ERROR")
    spark.range(1).collect()

    def run() -> None:
        rows = spark.read.parquet(str(folder / "all"))
        predict(rows, folder / "model", keep="id").write.parquet(str(folder / "out"))

    return run


def main(folder: Path, names: list[str]) -> None:
    engines = {"ray": on_ray, "ray-own": partial(on_ray, own_reader=True), "spark": on_spark}
    ready = {name: engines[name](folder) for name in dict.fromkeys(names) if name in engines}
    rows = pl.scan_parquet(folder / "all/*.parquet").select(pl.len()).collect().item()
    for name in names:
        shutil.rmtree(folder / "out", ignore_errors=True)
        if name == "plain":
            seconds, _ = answered(folder, "all", 2)
        else:
            begun = time.perf_counter()
            ready[name]()
            seconds = time.perf_counter() - begun
            found = pl.scan_parquet(folder / "out/*.parquet").select("id", "label").collect()
            assert found["id"].n_unique() == rows
            assert found["label"].null_count() == 0
        print(f"{name}: {rows / seconds:,.0f} rows/s, {seconds:.1f} s", flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve(), sys.argv[2:])
