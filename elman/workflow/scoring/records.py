"""Files of records, by their ending: JSON lines, csv, parquet.

Each lies beside its name until it is whole, and none is held in memory.
"""

from __future__ import annotations

import contextlib
import csv
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from elman.errors import MissingExtraError, WorkError, installing
from elman.files import beside, remove, replacing, safely, spool
from elman.terminal import json_line, put

if TYPE_CHECKING:
    from polars import DataFrame, LazyFrame

__all__ = ["KINDS", "Write", "writer"]

Write = Callable[[dict[str, Any]], None]

_TOGETHER = 8192
"""Records that become one frame."""
_HELD = 32 << 20
"""Bytes of frames held; more goes to the disk until the file is whole."""
_GROUP = 65_536
"""Rows of a row group of parquet."""


@contextlib.contextmanager
def writer(
    path: Path | None, otherwise: IO[str] | None = None, types: Mapping[str, Any] | None = None
) -> Iterator[Write]:
    """Open a file of records by its ending; without a path JSON lines go to a stream.

    Args:
        path: the file.
        otherwise: the stream, if not standard output.
        types: of columns, as `Task.record_types` has them, or by polars' names. Parquet keeps them
            whatever the records hold, so that files of one kind of answers have one schema.

    Raises:
        WorkError: it cannot be written; a file that was there is untouched.
    """
    if path is not None and path.suffix == _PARQUET:
        with _parquet(path, types or {}) as write_row:
            yield write_row
        return
    if path is None:
        stream = otherwise or sys.stdout
        yield lambda record: put(json_line(record), stream, flush=True)
        return
    with spool(path) as file:
        unguarded = _WRITERS[path.suffix](file)

        def write(record: dict[str, Any]) -> None:
            with safely(path):
                unguarded(record)

        yield write


def _jsonl(file: IO[str]) -> Write:
    return lambda record: print(json_line(record), file=file)


def _csv(file: IO[str]) -> Write:
    """Flatten `{"probabilities": {"a": 1}}` into a column `probabilities.a`."""
    writer = csv.writer(file)
    begun = False

    def write(record: dict[str, Any]) -> None:
        nonlocal begun
        flat: dict[str, Any] = {}
        for name, value in record.items():
            if isinstance(value, dict):
                flat |= {f"{name}.{inner}": v for inner, v in value.items()}
            elif isinstance(value, (tuple, list)):
                listed = any(isinstance(part, dict) for part in value)
                flat[name] = json_line(value) if listed else " ".join(map(str, value))
            else:
                flat[name] = value
        if not begun:
            writer.writerow(flat)
            begun = True
        writer.writerow(flat.values())

    return write


@contextlib.contextmanager
def _parquet(path: Path, types: Mapping[str, Any]) -> Iterator[Write]:
    """Write records in row groups, by way of frames of some thousands; many wait on the disk."""
    try:
        import polars
    except ImportError as fault:
        raise MissingExtraError(
            f"{path}: parquet needs polars. Run: {installing('parquet')}"
        ) from fault
    records: list[dict[str, Any]] = []
    frames: list[DataFrame] = []
    spilled: list[Path] = []

    def framed() -> None:
        try:
            frame = polars.DataFrame(records, infer_schema_length=None, strict=False)
        except UnicodeEncodeError:
            frame = polars.DataFrame(map(_whole, records), infer_schema_length=None, strict=False)
        frames.append(frame)
        records.clear()
        if sum(frame.estimated_size() for frame in frames) > _HELD:
            spilled.append(beside(path))
            with safely(path):
                polars.concat(frames, how="diagonal_relaxed").write_ipc(spilled[-1])
            frames.clear()

    def write(record: dict[str, Any]) -> None:
        records.append(record)
        if len(records) == _TOGETHER:
            framed()

    with contextlib.ExitStack() as left:
        left.callback(lambda: remove(*spilled))
        place = left.enter_context(replacing(path))
        yield write
        framed()
        waiting = [polars.scan_ipc(part) for part in spilled]
        whole = polars.concat([*waiting, *(f.lazy() for f in frames)], how="diagonal_relaxed")
        try:
            with open(place, "xb") as file:  # polars knows no names that are not UTF-8
                _typed(whole, types).sink_parquet(file, row_group_size=_GROUP)
        except (polars.exceptions.PolarsError, OSError) as fault:
            reason = " ".join(str(fault).split())
            raise WorkError(f"{path}: could not be written ({reason:.200}).") from fault


def _whole(value: Any) -> Any:
    """Return a value whose texts have escapes for half characters, as in the name of a file."""
    if isinstance(value, dict):
        return {name: _whole(inner) for name, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [_whole(inner) for inner in value]
    return value.encode(errors="backslashreplace").decode() if isinstance(value, str) else value


def _typed(frame: LazyFrame, types: Mapping[str, Any]) -> LazyFrame:
    """Give columns their types; one in which nothing stands, and nobody knows of, holds text."""
    import polars

    schema = frame.collect_schema()
    wanted = {name: _polars(types[name]) for name in schema if name in types}
    wanted |= {n: polars.String() for n, t in schema.items() if n not in types and t == polars.Null}
    return frame.with_columns(
        polars.col(name).cast(kind) for name, kind in wanted.items() if schema[name] != kind
    )


def _polars(kind: Any) -> Any:
    import polars

    if isinstance(kind, list):
        return polars.List(_polars(kind[0]))
    if isinstance(kind, dict):
        return polars.Struct({name: _polars(inner) for name, inner in kind.items()})
    if isinstance(kind, str):
        return getattr(polars, kind)()
    return {str: polars.String(), float: polars.Float64(), int: polars.Int64()}.get(kind, kind)


_WRITERS: dict[str, Callable[[IO[str]], Write]] = {".jsonl": _jsonl, ".csv": _csv}
_PARQUET = ".parquet"

KINDS = (*_WRITERS, _PARQUET)
"""Endings of a file of records."""
