"""Answer files of any number and size into a folder, by several processes or machines."""

from __future__ import annotations

import json
import os
import re
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from elman import native, tasks
from elman.data.addresses import is_address, shown
from elman.data.pieces.cut import Cut, beginning, cut
from elman.data.pieces.sources import Source, is_pattern, sources_of
from elman.data.unread import check_outside
from elman.errors import DataError, ElmanError, OptionError, did_you_mean
from elman.runtime.model import Model
from elman.tasks.interface import Task
from elman.tasks.resolve import resolve
from elman.training.listener import Listener
from elman.workflow.predict_file import PAGE
from elman.workflow.scoring.ahead import agree, ask, with_content
from elman.workflow.scoring.alike import Alike
from elman.workflow.scoring.crew import crew
from elman.workflow.scoring.folder import Folder, folder_at
from elman.workflow.scoring.job import (
    SUCCESS,
    Job,
    Shard,
    all_done,
    digest_of,
    files_of,
    joined,
    part_name,
)
from elman.workflow.scoring.part import twice
from elman.workflow.scoring.records import KINDS

__all__ = ["PART_MIB", "is_folder", "predict_folder", "screen"]

PART_MIB = 16.0
_NAMES = tuple(kind[1:] for kind in KINDS)
_MOST_WORKERS = 1024
_ENDING = re.compile(r"\w\.[A-Za-z]+\Z")
_SHOWN, _MOST_WARNINGS = 5, 100


def is_folder(output: str, input: str) -> bool:
    """Say whether answers go to a folder: by its name, by what is there, or by what is read."""
    if output.endswith(("/", os.sep)) or is_address(output):
        return True
    if Path(output).suffix in (*KINDS, PAGE):
        return False
    if os.path.isdir(output):
        return True
    # a name with an ending is a file's, though it be mistyped; a date is no ending
    return not _ENDING.search(output) and (is_pattern(input) or os.path.isdir(input))


def predict_folder(
    model: Model,
    input: str,
    output: str,
    options: dict[str, Any],
    *,
    keep: str | None = None,
    parts: str | None = None,
    part_size: float = PART_MIB,
    workers: int | None = None,
    shard: str | None = None,
    listener: Listener | None = None,
) -> dict[str, Any]:
    """Answer every row of many files, in parts that are there whole or not at all.

    What is done is not done again: the same call goes on where one was ended, however it was, and
    the rows are the same whoever wrote them.

    Args:
        model: loaded from a directory.
        input: a file, a folder of files, or a pattern; here, or an address.
        output: a folder, or an address of one.
        options: of `elman predict`.
        keep: columns that go with the answers, as "id,date", or "all".
        parts: jsonl, csv or parquet; by default parquet where that is read, else jsonl.
        part_size: MiB of input that become one part, about.
        workers: processes; by default as many as cores.
        shard: "2/8" has this run do the second eighth of the parts.
        listener: is told of progress.

    Returns:
        `parts` in all, those `done` by now, `kept` from before; `rows`, `answered` and `rejected`
        of this run's; `complete`, and where they went.

    Raises:
        InputError: input or options are at fault, or the folder is another job's. Of a file that
            cannot be read the others are answered before.
        WorkError: a part could not be made.
    """
    begun = time.perf_counter()
    listener = listener or Listener()
    turn = _turn(shard)
    workers = _workers(workers)
    sources, empty = with_content(sources_of(input))
    folder = folder_at(output)
    _check(sources, output)
    kind = _kind(parts, sources)
    check_outside("--out", output, part_name(0, kind), input)
    job = Job(
        str(model.directory),
        output,
        kind,
        options,
        keep,
        _size(part_size),
        digest_of(str(model.directory)),
        tuple(sources),
    )
    ask(model, job)
    for line in empty:
        listener.warn(line)
    folder.made()
    joining = joined(
        job,
        folder,
        lambda some: _cuts(some, model, job, input, listener),
        lambda: agree(model, job),
    )
    with joining as (job, shards):
        mine = [s for s in shards if s.number % turn[1] == turn[0]]
        folder.swept(files_of((s.number for s in mine), job.kind))
        if folder.read(SUCCESS) is not None and len(all_done(folder, job, shards)) < len(shards):
            folder.remove(SUCCESS)  # somebody took a part away
        counts, kept, said = _answered(job, folder, mine, workers, listener)
        complete, there = _finished(folder, job, shards)
    return {
        "task": model.task,
        "files": len(sources),
        "parts": len(shards),
        "done": there,
        "kept": kept,
        **counts,
        "complete": complete,
        "warnings": [*empty, *said][:_MOST_WARNINGS],
        "workers": workers,
        "output": folder.name,
        "seconds": time.perf_counter() - begun,
    }


def screen(report: dict[str, Any]) -> list[str]:
    """Return a report for a person."""
    rate = report["rows"] / max(report["seconds"], 1e-9)
    rejected = f", {report['rejected']:,} rejected (_rejects)" if report["rejected"] else ""
    before = f", {report['kept']:,} parts of them from before" if report["kept"] else ""
    parts = f"{report['done']:,} of {report['parts']:,} parts"
    end = "all are done" if report["complete"] else f"{parts}; the others are still to come"
    return [
        f"{report['answered']:,} of {report['rows']:,} rows answered{rejected}{before}",
        f"{report['files']:,} files, {report['parts']:,} parts, {report['workers']} workers, "
        f"{rate:,.0f} rows/s",
        f"{report['output']}: {end}",
    ]


def _answered(
    job: Job, folder: Folder, mine: Sequence[Shard], workers: int, listener: Listener
) -> tuple[dict[str, int], int, list[str]]:
    """Have shards answered; return what was counted, parts from before, and warnings."""
    counts = {"rows": 0, "answered": 0, "rejected": 0}
    kept, warnings, failed = 0, list[str](), list[ElmanError]()
    label = f"{len(mine):,} parts"
    with listener.stepping(label, len(mine)) as step, crew(job, folder, mine, workers) as done:
        for made, said in done:
            step(label)
            if isinstance(said, ElmanError):
                failed.append(said)
                continue
            record = said["record"]
            kept += said["kept"]
            counts = {name: count + record[name] for name, count in counts.items()}
            warnings += [f"{made.source.name}: {line}" for line in record["warnings"]]
    for line in warnings[:_SHOWN]:
        listener.warn(line)
    if failed:
        raise _all_of(failed, len(mine), folder)
    return counts, kept, warnings


def _cuts(
    sources: Sequence[Source], model: Model, job: Job, input: str, listener: Listener
) -> Sequence[Cut]:
    """Cut the input, where rows stand by themselves."""
    task = tasks.named(model.task)
    options: Any = resolve(task.name, job.options, "predict")
    alike = Alike(job.sources, input, task, model, options)
    found = []
    label = f"{len(sources):,} files are divided"
    with listener.stepping(label, len(sources)) as step:
        for source in sources:
            step(label)
            alike.check(source)
            found.append(_cut(source, job.size, task, model, options))
    return found


def _cut(source: Source, size: int, task: Task, model: Model, options: Any) -> Cut:
    """Cut a file; one that cannot be read is a piece, and its worker says what is wrong with it."""
    try:
        with beginning(source) as path:
            apart = task.apart(path, model, options)
        return cut(source, size, options.encoding) if apart else Cut()
    except DataError:
        return Cut()


def _finished(folder: Folder, job: Job, shards: Sequence[Shard]) -> tuple[bool, int]:
    """See whether all parts are there, by whoever, and say so in the folder."""
    if folder.read(SUCCESS) is not None:
        return True, len(shards)
    records = all_done(folder, job, shards)
    if len(records) < len(shards):
        return False, len(records)
    if (again := twice(records)) is not None:
        raise DataError(
            f"{again[0]} and {again[1]} have a series of the same name. A series is foretold from "
            "all of its values: have each whole in one file."
        )
    totals = {name: sum(r[name] for r in records) for name in ("rows", "answered", "rejected")}
    folder.swept(files_of((s.number for s in shards), job.kind), ended=True)
    folder.put(SUCCESS, json.dumps({"parts": len(shards), **totals}).encode() + b"\n")
    return True, len(shards)


def _all_of(failed: Sequence[ElmanError], parts: int, folder: Folder) -> ElmanError:
    """Return one error for all that went wrong."""
    said = [str(error) for error in failed[:_SHOWN]]
    more = [f"and {len(failed) - _SHOWN:,} more"] if len(failed) > _SHOWN else []
    left = f"{parts - len(failed):,} of {parts:,} parts are done in {folder.name}; {folder.onward}"
    lines = (*dict.fromkeys(said), *more, left)
    error = type(failed[0])("\n".join(lines))
    error.lines = lines
    return error


def _turn(shard: str | None) -> tuple[int, int]:
    if shard is None:
        return 0, 1
    found = re.fullmatch(r"(\d{1,6})/(\d{1,6})", shard.strip())
    if not found or not 1 <= int(found[1]) <= int(found[2]):
        raise OptionError(f'--shard "{shard}": expected which of how many, as 1/8 to 8/8')
    return int(found[1]) - 1, int(found[2])


def _workers(workers: int | None) -> int:
    if workers is None:
        return native.cores()
    if not 1 <= workers <= _MOST_WORKERS:
        raise OptionError(f"--workers {workers}: expected processes, 1 to {_MOST_WORKERS:,}")
    return workers


def _size(mib: float) -> int:
    if not 0 < mib <= 2**20:
        raise OptionError(f"--part-size {mib:g}: expected MiB above 0")
    return max(1, round(mib * 2**20))


def _kind(parts: str | None, sources: Sequence[Source]) -> str:
    if parts is not None and parts not in _NAMES:
        raise OptionError(f'--parts "{parts}" is not known. {did_you_mean(parts, _NAMES)}')
    if parts is None:
        tables = sources[0].name.lower().endswith((".parquet", ".pq"))
        parts = "parquet" if tables else "jsonl"
    return f".{parts}"


def _check(sources: Sequence[Source], output: str) -> None:
    """Refuse a folder that the input lies in."""
    if is_address(output):
        inside = [s for s in sources if s.where.startswith(output.rstrip("/") + "/")]
    else:
        try:
            place = Path(output).resolve()
        except (OSError, RuntimeError, ValueError):
            return  # that it leads nowhere is said when it is made
        inside = [
            s for s in sources if not s.elsewhere and place in Path(s.where).resolve().parents
        ]
    if inside:
        raise OptionError(
            f"--out {shown(output)}: the input {inside[0].name} lies in it. Name another folder."
        )
