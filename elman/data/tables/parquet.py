"""Parquet, read batch by batch; needs polars."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, TYPE_CHECKING

from elman.data.tables.bytes import faults, open_bytes, packing
from elman.data.tables.table import Reject, Row, Table
from elman.errors import DataError, MissingExtraError, installing
from elman.files import copying

if TYPE_CHECKING:
    from polars import LazyFrame

__all__ = ["damage", "open_parquet"]

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
                with copying(plain), open(plain, "wb") as copy:
                    while block := _read(raw, path):
                        copy.write(block)
            yield plain

    def scanned(plain: Path) -> LazyFrame:
        return polars.scan_parquet(plain, glob=False)  # a name is a name, whatever is in it

    with unpacked() as plain, damage(path):
        columns = scanned(plain).collect_schema().names()

    def read() -> Iterator[Row | Reject]:
        with unpacked() as plain:
            number = 0
            while True:
                with damage(path):
                    batch = scanned(plain).slice(number, BATCH_ROWS).collect()
                if not len(batch):
                    return
                for piece in batch.iter_slices(1024):
                    with damage(path):
                        rows = piece.rows(named=True)
                    for number, fields in enumerate(rows, start=number + 1):  # noqa: B020
                        yield Row(number, fields)

    return Table(path, "parquet", columns, read)


def _read(raw: IO[bytes], path: Path) -> bytes:
    with faults(path):
        return raw.read(2**20)


@contextlib.contextmanager
def damage(path: Path | str) -> Iterator[None]:
    """Turn whatever polars makes of bytes that are no parquet into a DataError."""
    from polars.exceptions import PanicException

    try:
        yield
    # a panic of its Rust part is no Exception
    except (Exception, PanicException) as fault:
        reason = " ".join(str(fault).split())
        raise DataError(f"{path}: damaged or not parquet ({reason:.200}).") from fault
