"""One shard becomes one part: its rows answered, those that cannot be set apart with their reason.

What a part holds follows from the job alone, so whoever makes it, and how often, makes the same.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from elman import tasks
from elman.data.addresses import shown
from elman.data.pieces.cut import at_hand
from elman.data.pieces.sources import Source
from elman.data.tables.table import Reject
from elman.errors import DataError, ElmanError, OptionError
from elman.runtime.model import Model
from elman.tasks.interface import Items, Located, Passed
from elman.tasks.resolve import resolve
from elman.workflow.predict_file import answer_rows
from elman.workflow.scoring.columns import fitted
from elman.workflow.scoring.folder import Folder
from elman.workflow.scoring.job import Job, Shard, part_name, record_name, rejects_name
from elman.workflow.scoring.records import KINDS

__all__ = ["FILE", "answer_shard", "named", "twice"]

FILE = "file"
"""The column that says which file a row is of."""


def answer_shard(model: Model, job: Job, folder: Folder, shard: Shard) -> dict[str, Any]:
    """Answer the rows of a shard, write its part, and vouch for it; return the record.

    Raises:
        ElmanError: the file cannot be read as one of this task's; it is named as the user named it.
    """
    task = tasks.named(model.task)
    options = resolve(task.name, job.options, "predict")
    name, source = shard.source.name, shard.source
    part, rejects = part_name(shard.number, job.kind), rejects_name(shard.number)
    with contextlib.ExitStack() as held:
        held.enter_context(_steady(source))
        path, before = held.enter_context(at_hand(source, shard.cut, shard.piece))
        held.enter_context(named(path, source.where, before, shard.piece.lines))
        items = task.items(path, model, options)
        types = task.record_types(model)
        keep = dict(job.kept.get("columns", ()))
        ids: list[str] = []
        rows = _named_apart(items, ids) if items.whole else _of_piece(items, before, shard)
        with folder.writing(part) as output, folder.writing(rejects) as bad:
            if job.kind == KINDS[-1]:
                kinds = job.kept.get("kinds", {})
                types |= kinds
                rows = fitted(rows, path, keep, kinds)
            counts = answer_rows(
                model,
                _to_the_end(rows, source),
                task.records,
                output,
                bad,
                keep,
                lambda: False,
                types=types,
                placed=lambda line: {FILE: name, "line": line} if line else {FILE: name},
            )
            if not counts["answered"]:
                output.unlink()
            files = [_told(part, output)] if counts["answered"] else []
            files += [_told(rejects, bad)] if counts["rejected"] else []
    record = {
        "job": job.mark(shard),
        "input": name,
        **{count: counts[count] for count in ("rows", "answered", "rejected")},
        "files": files,
        "warnings": list(items.warnings),
        "ids": _hashed(ids),
    }
    folder.put(record_name(shard.number), json.dumps(record).encode())
    return record


def _of_piece(items: Items, before: int, shard: Shard) -> Iterator[Located | Reject | Passed]:
    """Yield the rows behind the head, each with its line in the file."""
    for row in items.each:
        if isinstance(row, Passed):
            yield row
        elif row.line > before:
            line = row.line - before + shard.piece.lines
            if isinstance(row, Reject):
                yield Reject(line, row.reason, row.source, row.fields)
            else:
                yield row._replace(line=line)


def _named_apart(items: Items, ids: list[str]) -> Iterator[Located | Reject | Passed]:
    """Yield series, and note the names that they have, also of those left out."""
    for row in items.each:
        if items.named and isinstance(row, Located):
            ids.append(str(getattr(row.item, "name", "")))
        elif items.named and isinstance(row, Reject):
            ids.extend(row.named.values())
        yield row


@contextlib.contextmanager
def _steady(source: Source) -> Iterator[None]:
    """Say of what cannot be read that the file is another than was cut, where it is."""
    try:
        yield
    except DataError:
        _same(source)
        raise


def _to_the_end(
    rows: Iterator[Located | Reject | Passed], source: Source
) -> Iterator[Located | Reject | Passed]:
    """Yield rows, and let no part become whole that may be of two files."""
    _same(source)
    yield from rows
    _same(source)


def _same(source: Source) -> None:
    if source.changed:
        raise DataError(
            f"{shown(source.where)}: has changed since the job began. Run again when it stays as "
            "it is."
        )


def _hashed(ids: list[str]) -> str:
    """Names as eight bytes each, so that those of millions are compared at the end."""
    digests = [hashlib.blake2b(name.encode(), digest_size=8).digest() for name in ids]
    return base64.b64encode(b"".join(digests)).decode()


def twice(records: list[dict[str, Any]]) -> tuple[str, str] | None:
    """Return two files that have a series of one name, if there are any."""
    held = [np.frombuffer(base64.b64decode(r["ids"]), np.uint64) for r in records]
    names = np.concatenate([*held, np.zeros(0, np.uint64)])
    files = np.repeat(np.arange(len(records)), [len(ids) for ids in held])
    order = np.argsort(names, kind="stable")
    again = np.flatnonzero(names[order][1:] == names[order][:-1])
    if not len(again):
        return None
    first, second = files[order[again[0]]], files[order[again[0] + 1]]
    return records[first]["input"], records[second]["input"]


def _told(name: str, path: Path) -> dict[str, Any]:
    with open(path, "rb") as file:
        digest = hashlib.sha256()
        while block := file.read(2**20):
            digest.update(block)
    return {"name": name, "bytes": path.stat().st_size, "sha256": digest.hexdigest()}


@contextlib.contextmanager
def named(path: Path, where: str, head: int = 0, before: int = 0) -> Iterator[None]:
    """Have messages name the file that the user named, and its lines, not the copy of a piece.

    Args:
        path: the file that is read.
        where: the user's.
        head: lines of the copy that come before the piece.
        before: lines of the file that do.
    """

    def further(found: re.Match[str]) -> str:
        line = int(found[2])
        beyond = line + ("after" in found[1]) > head
        return f"{found[1]}{line - head + before if beyond else line}"

    try:
        yield
    except ElmanError as error:
        said = re.sub(rf"({re.escape(str(path))}, (?:after )?line )(\d+)", further, str(error))
        said = said.replace(str(path), shown(where))
        if isinstance(error, OptionError):
            said = f"{shown(where)}: {said}"
        raise type(error)(said) from error
