"""Answer a file row by row: any size, order kept, every row accounted for.

Good rows go to the output, bad ones to the rejects file with line and reason. Both are written
beside their final names and renamed when whole, so that a half-written file is never mistaken
for an answer.
"""

from __future__ import annotations

import contextlib
import csv
import dataclasses
import json
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Any

from elman.data.tables.table import Reject, Row, Table
from elman.errors import OptionError, WorkError, did_you_mean
from elman.runtime.model import Model

__all__ = ["answer_file"]

_SLICE = 1024
"""Rows answered together; more is no faster."""


def answer_file(
    model: Model,
    table: Table,
    item_of: Callable[[Row], object],
    *,
    output: Path | None,
    rejects: Path | None,
) -> dict[str, Any]:
    """Write one answer for every row of `table`.

    Args:
        model: any loaded model.
        table: the rows.
        item_of: takes the model's item out of a row, or raises ValueError with the reason.
        output: a .jsonl or .csv file; None writes JSON lines to standard output.
        rejects: where bad rows go; by default beside `output`, or standard error without one.

    Returns:
        `rows` read, `answered`, `rejected`, and where they went.
    """
    if output is not None and rejects is None:
        rejects = output.with_name(output.name + ".rejects.jsonl")
    for name, path in (("--output", output), ("--rejects", rejects)):
        if path is not None and path.resolve() == table.path.resolve():
            raise OptionError(f"{name} {path} is the input itself; name another file")
    if output is not None and rejects is not None and output.resolve() == rejects.resolve():
        raise OptionError(f"--rejects {rejects} is --output too; name another file")
    counts = {"answered": 0, "rejected": 0}
    waiting: list[tuple[int, object]] = []
    with _writer(output, sys.stdout) as write, _writer(rejects, sys.stderr) as reject:

        def flush() -> None:
            predictions = model.predict([item for _, item in waiting])
            for (line, _), prediction in zip(waiting, predictions, strict=True):
                write({"line": line} | dataclasses.asdict(prediction))
            counts["answered"] += len(waiting)
            waiting.clear()

        for row in table.rows():
            try:
                if isinstance(row, Reject):
                    raise ValueError(row.reason)
                waiting.append((row.line, item_of(row)))
            except ValueError as reason:
                reject({"line": row.line, "reason": str(reason)})
                counts["rejected"] += 1
            if len(waiting) == _SLICE:
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
def _writer(path: Path | None, otherwise: IO[str]) -> Iterator[Callable[[dict[str, Any]], None]]:
    if path is None:
        yield lambda record: print(json.dumps(record, ensure_ascii=False), file=otherwise)
        return
    kinds = {".jsonl": _jsonl, ".csv": _csv}
    if path.suffix not in kinds:
        raise OptionError(
            f"--output {path}: cannot write this kind of file. {did_you_mean(path.suffix, kinds)}"
        )
    partial = path.with_name(f".{path.name}.{os.getpid()}.partial")
    try:
        with open(partial, "w", encoding="utf-8", newline="") as file:
            yield kinds[path.suffix](file)
            file.flush()
            os.fsync(file.fileno())
        os.replace(partial, path)
    except BrokenPipeError:
        raise  # of standard output, not of this file
    except OSError as error:
        raise WorkError(f"{path}: cannot be written: {error.strerror or error}") from error
    finally:
        partial.unlink(missing_ok=True)


def _jsonl(file: IO[str]) -> Callable[[dict[str, Any]], None]:
    return lambda record: print(json.dumps(record, ensure_ascii=False), file=file)


def _csv(file: IO[str]) -> Callable[[dict[str, Any]], None]:
    """Flatten `{"probabilities": {"a": 1}}` into a column `probabilities.a`."""
    writer = csv.writer(file)
    begun = False

    def write(record: dict[str, Any]) -> None:
        nonlocal begun
        flat: dict[str, Any] = {}
        for name, value in record.items():
            if isinstance(value, dict):
                flat |= {f"{name}.{inner}": v for inner, v in value.items()}
            else:
                flat[name] = (
                    " ".join(map(str, value)) if isinstance(value, (tuple, list)) else value
                )
        if not begun:
            writer.writerow(flat)
            begun = True
        writer.writerow(flat.values())

    return write
