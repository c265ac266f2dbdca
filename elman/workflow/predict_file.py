"""Answer a file row by row: any size, order kept, every row accounted for.

Good rows go to the output, bad ones to the rejects file with line and reason. Both are written
beside their final names and renamed when whole, so that a half-written file is never mistaken
for an answer.
"""

from __future__ import annotations

import contextlib
import csv
import io
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import IO, Any

from elman.data.tables.keep import Keep, values
from elman.data.tables.table import Reject
from elman.errors import MissingExtraError, OptionError, did_you_mean, installing
from elman.files import atomic_write, check_target, safely, spool
from elman.runtime.model import Model
from elman.tasks.interface import Located, Passed
from elman.terminal import json_line, put

__all__ = ["KINDS", "PAGE", "answer_rows", "check_paths", "writer"]

_SLICE = 1024
"""Rows answered together; more is no faster."""

Write = Callable[[dict[str, Any]], None]


def check_paths(
    source: Path | None, output: Path | None, rejects: Path | None, also: Sequence[str] = ()
) -> tuple[Path | None, Path | None]:
    """Return where answers and rejects go, refusing what would write over something read.

    Rejects go beside the output where nothing else is said, and to standard error without one.

    Args:
        source: what is read.
        output: as named.
        rejects: as named.
        also: endings that what is read may be written back to.
    """
    kinds = (*KINDS, *also, PAGE)
    if output is not None and output.suffix not in kinds:
        raise OptionError(
            f"--out {output}: cannot write this kind of file. {did_you_mean(output.suffix, kinds)}"
        )
    if output is not None and rejects is None:
        rejects = output.with_name(output.name + ".rejects.jsonl")
    for name, path in (("--out", output), ("--rejects", rejects)):
        if path is None:
            continue
        if source is not None and _same(path, source):
            raise OptionError(f"{name} {path} is the input itself; name another file")
        check_target(name, path)
    if output is not None and rejects is not None and _same(output, rejects):
        raise OptionError(f"--rejects {rejects} is --out too; name another file")
    return output, rejects


def _is_flat(path: Path | None) -> bool:
    return path is not None and path.suffix == ".csv"


def _same(path: Path, other: Path) -> bool:
    """Say whether two names lead to one file; names that lead nowhere are looked at later."""
    try:
        return path.resolve() == other.resolve()
    except (OSError, RuntimeError, ValueError):
        return False


def answer_rows(
    model: Model,
    rows: Iterable[Located | Reject | Passed],
    records: Callable[[Any], Iterable[dict[str, Any]]],
    output: Path | None,
    rejects: Path | None,
    keep: Keep,
    waits: Callable[[], bool],
    written: Callable[[Located, Any], str] | None = None,
) -> dict[str, Any]:
    """Write the answer to every row.

    Args:
        model: any loaded model.
        rows: items with their lines, rows that hold none, and text between them.
        records: what is written of an answer, after the line.
        output: a .jsonl, .csv or .parquet file; None writes JSON lines to standard output.
        rejects: where bad rows go; None is standard error.
        keep: columns that go with the answers.
        waits: says that the next row may be long in coming, so that those read are answered.
        written: what is written of a row and its answer to a file that takes no records.

    Returns:
        `rows` read, `answered`, `rejected`, and where they went.
    """
    flat, rejects_flat = _is_flat(output), _is_flat(rejects)
    counts = {"answered": 0, "rejected": 0}
    waiting: list[Located | Passed] = []
    back = written if output is not None and output.suffix not in KINDS else None
    opened: Any = writer(output) if output is None or back is None else spool(output)
    with opened as write, writer(rejects, sys.stderr) as reject:

        def flush() -> None:
            asked = [row for row in waiting if isinstance(row, Located)]
            answers = iter(model.predict([row.item for row in asked]))
            for row in waiting:
                if isinstance(row, Passed):
                    write.write(row.text)
                elif back is not None:
                    write.write(back(row, next(answers)))
                else:
                    held = values(keep, row.fields, flat=flat)
                    for record in records(next(answers)):
                        write({"line": row.line} | held | record)
            counts["answered"] += len(asked)
            waiting.clear()

        for row in rows:
            if isinstance(row, Reject):
                held = values(keep, row.fields, flat=rejects_flat)
                reject({"line": row.line} | held | {"reason": row.reason})
                counts["rejected"] += 1
            elif isinstance(row, Located) or back is not None:
                waiting.append(row)
            if len(waiting) == _SLICE or (waiting and waits()):
                flush()
        flush()
    if rejects is not None and not counts["rejected"]:
        rejects.unlink(missing_ok=True)
    return {
        "rows": sum(counts.values()),
        **counts,
        "output": None if output is None else str(output),
        "rejects": str(rejects) if rejects is not None and counts["rejected"] else None,
    }


@contextlib.contextmanager
def writer(path: Path | None, otherwise: IO[str] | None = None) -> Iterator[Write]:
    """Open a file of records by its ending; without a path JSON lines go to a stream.

    Raises:
        WorkError: it cannot be written; a file that was there is untouched.
    """
    if path is not None and path.suffix == _PARQUET:
        with _parquet(path) as write_row:
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
def _parquet(path: Path) -> Iterator[Write]:
    """Keep all records, and write them as one table at the end."""
    try:
        import polars
    except ImportError as fault:
        raise MissingExtraError(
            f"{path}: parquet needs polars. Run: {installing('parquet')}"
        ) from fault
    records: list[dict[str, Any]] = []
    yield records.append
    buffer = io.BytesIO()
    polars.DataFrame(records, infer_schema_length=None).write_parquet(buffer)
    atomic_write(path, buffer.getvalue())


_WRITERS: dict[str, Callable[[IO[str]], Write]] = {".jsonl": _jsonl, ".csv": _csv}
_PARQUET = ".parquet"

KINDS = (*_WRITERS, _PARQUET)
"""Endings of a file of records."""
PAGE = ".html"
"""Of a page, which is drawn of a whole."""
