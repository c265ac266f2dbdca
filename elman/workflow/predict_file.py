"""Answer a file row by row: any size, order kept, every row accounted for.

Good rows go to the output, bad ones to the rejects file with line and reason. Both are written
beside their final names and renamed when whole, so that a half-written file is never mistaken
for an answer.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from elman.data.tables.keep import Keep, values
from elman.data.tables.table import Reject
from elman.errors import OptionError, did_you_mean
from elman.files import spool
from elman.runtime.model import Model
from elman.tasks.interface import Located, Passed
from elman.workflow.scoring.records import KINDS, writer
from elman.workflow.written import check_written

__all__ = ["PAGE", "answer_rows", "at_line", "check_paths"]

_SLICE = 1024
"""Rows answered together; more is no faster."""


def check_paths(
    source: str | Path | None, output: Path | None, rejects: Path | None, also: Sequence[str] = ()
) -> tuple[Path | None, Path | None]:
    """Return where answers and rejects go, refusing what would write over something read.

    Rejects go beside the output where nothing else is said, and to standard error without one.

    Args:
        source: what is read, as `check_unread` takes it.
        output: as named.
        rejects: as named.
        also: endings that what is read may be written back to.
    """
    kinds = {"--out": (*KINDS, *also, PAGE), "--rejects": KINDS}
    for name, path in (("--out", output), ("--rejects", rejects)):
        if path is not None and path.suffix not in kinds[name]:
            choices = did_you_mean(path.suffix, kinds[name])
            folder = f" A folder is named with a slash, as {path}/." if name == "--out" else ""
            raise OptionError(f"{name} {path}: cannot write this kind of file. {choices}{folder}")
    if output is not None and rejects is None:
        rejects = output.with_name(output.name + ".rejects.jsonl")
    for name, path in (("--out", output), ("--rejects", rejects)):
        if path is not None:
            check_written(name, path, source)
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


def at_line(line: int) -> dict[str, Any]:
    """Say where a row stands in the only file."""
    return {"line": line}


def answer_rows(
    model: Model,
    rows: Iterable[Located | Reject | Passed],
    records: Callable[[Any], Iterable[dict[str, Any]]],
    output: Path | None,
    rejects: Path | None,
    keep: Keep,
    waits: Callable[[], bool],
    written: Callable[[Located, Any], str] | None = None,
    types: Mapping[str, Any] | None = None,
    placed: Callable[[int], dict[str, Any]] = at_line,
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
        types: of the columns of records.
        placed: says where a row stands, from its line; it comes first in what is written.

    Returns:
        `rows` read, `answered`, `rejected`, and where they went.
    """
    flat, rejects_flat = _is_flat(output), _is_flat(rejects)
    counts = {"answered": 0, "rejected": 0}
    waiting: list[Located | Passed] = []
    back = written if output is not None and output.suffix not in KINDS else None
    opened: Any = writer(output, types=types) if output is None or back is None else spool(output)
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
                        write(placed(row.line) | held | record)
            counts["answered"] += len(asked)
            waiting.clear()

        for row in rows:
            if isinstance(row, Reject):
                held = values(keep, row.fields, flat=rejects_flat)
                reject(placed(row.line) | dict(row.named) | held | {"reason": row.reason})
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


PAGE = ".html"
"""Of a page, which is drawn of a whole."""
