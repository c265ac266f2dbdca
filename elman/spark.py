"""Answers on Spark: `pip install "elman[spark]"`.

    from elman.spark import predict

    answers = predict(spark.read.parquet("in/"), "model")
    answers.write.parquet("out/")

Of a forecaster the rows of a series belong together: `predict(values, "model", by="unique_id")`.

But: executors need elman; the model is sent to them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from elman.workflow.scoring.frames import Frames, packed

if TYPE_CHECKING:
    from pyarrow import RecordBatch
    from pyspark.sql import DataFrame

__all__ = ["predict"]

_loaded: dict[str, Frames] = {}
"""Of this process, by what was sent: a worker that is used again loads nothing again."""


def predict(
    frame: DataFrame, model: str | Path, keep: str | None = "all", by: str | None = None, **how: Any
) -> DataFrame:
    """Answer every row, or every series, of a data frame.

    Args:
        frame: rows as for `elman predict`.
        model: a model directory on the driver; each executor is sent it once.
        keep: columns that go with the answers, as "id,date"; "all", or None for none.
        by: the column of rows that are one item together, as those of a series; they are brought
            to one partition, which has to fit in memory.
        **how: the options of `elman predict`, with underscores.

    Returns:
        The kept columns, those of the answer, and `reason` where a row has none.
    """
    from pyspark.sql.pandas.types import from_arrow_schema
    from pyspark.sql.types import StructField, StructType

    files = packed(model)
    frames = Frames(files, keep, by, how)
    kept = frames.kept(frame.columns).items()
    before = [StructField(shown, frame.schema[name].dataType) for shown, name in kept]
    schema = StructType([*before, *from_arrow_schema(frames.schema()).fields])
    key = repr((sha256(files["model.json"]).hexdigest(), keep, by, sorted(how.items())))
    sent = frame.sparkSession.sparkContext.broadcast((files, keep, by, how))
    together = frame if by is None else frame.repartition(by)
    return together.mapInArrow(_worker(key, sent, whole=by is not None), schema)


def _worker(
    key: str, sent: Any, *, whole: bool
) -> Callable[[Iterator[RecordBatch]], Iterator[RecordBatch]]:
    def answered(batches: Iterator[RecordBatch]) -> Iterator[RecordBatch]:
        import pyarrow

        if key not in _loaded:
            _loaded[key] = Frames(*sent.value)
        tables: Iterable[Any] = (pyarrow.Table.from_batches([batch]) for batch in batches)
        if whole and (held := list(tables)):
            tables = [pyarrow.concat_tables(held)]
        for table in tables:
            yield from _loaded[key].answer(table).to_batches()

    return answered
