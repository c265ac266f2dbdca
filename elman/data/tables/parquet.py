"""Parquet, read batch by batch; needs polars."""

from __future__ import annotations

import contextlib
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from elman.data.tables.bytes import faults, open_bytes, packing
from elman.data.tables.table import Reject, Row, Table
from elman.errors import DataError, MissingExtraError, installing

__all__ = ["open_parquet"]

BATCH_ROWS = 65_536
"""Rows held at a time; each batch may decode its row group again, so not too few."""


def open_parquet(path: Path) -> Table:
    """Read the names of the columns; what is packed goes through a temporary file."""
    try:
        import polars
    except ImportError as fault:
        raise MissingExtraError(
            f"{path}: parquet needs polars. Run: {installing('parquet')}"
        ) from fault

    @contextlib.contextmanager
    def unpacked() -> Iterator[Path]:
        with faults(path), open_bytes(path) as raw, tempfile.TemporaryDirectory() as folder:
            plain = path
            if packing(path):
                plain = Path(folder, "plain.parquet")
                with open(plain, "wb") as copy:
                    shutil.copyfileobj(raw, copy, 2**20)
            try:
                yield plain
            except polars.exceptions.PolarsError as fault:
                raise DataError(f"{path}: damaged or not parquet ({fault}).") from fault

    with unpacked() as plain:
        columns = list(polars.read_parquet_schema(plain))

    def read() -> Iterator[Row | Reject]:
        with unpacked() as plain:
            frame, start = polars.scan_parquet(plain), 0
            while len(batch := frame.slice(start, BATCH_ROWS).collect()):
                for number, fields in enumerate(batch.iter_rows(named=True), start=start + 1):
                    yield Row(number, fields)
                start += len(batch)

    return Table(path, "parquet", columns, read)
