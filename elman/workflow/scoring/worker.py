"""A process that answers shards: told of them on standard input, a line of JSON each.

It loads the model once, runs on one thread, and ends when whoever began it does.
"""

from __future__ import annotations

import dataclasses
import json
import os
import queue
import signal
import sys
import threading
import traceback
from typing import Any

from elman import native, tasks
from elman.data.pieces.cut import Cut, Piece
from elman.data.pieces.sources import Source
from elman.errors import ArtifactError, ElmanError
from elman.tasks.resolve import resolve
from elman.workflow.load import load
from elman.workflow.scoring.folder import folder_at
from elman.workflow.scoring.job import Job, Shard, digest_of, done_of
from elman.workflow.scoring.part import answer_shard

__all__ = ["END", "main", "written"]


END = "\n"
"""The line after which nothing comes."""


def written(job: Job) -> str:
    """Return a job as a line that a worker reads."""
    return json.dumps(dataclasses.asdict(job))


def _job(line: str) -> Job:
    told = json.loads(line)
    return Job(**told | {"sources": tuple(Source(**source) for source in told["sources"])})


def _lines(told: queue.SimpleQueue[str]) -> None:
    line = ""
    for line in sys.stdin:
        told.put(line)
    if line != END:
        os._exit(1)  # whoever asked is gone; what is half written goes when it is written again


def main() -> None:
    """Answer what comes, and end without waiting for the thread that reads."""
    code = 1
    try:
        _work()
        code = 0
    except BaseException:
        traceback.print_exc()
    os._exit(code)


def _work() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # of a terminal: whoever began us says when
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what a library prints is no answer
    told: queue.SimpleQueue[str] = queue.SimpleQueue()
    threading.Thread(target=_lines, args=(told,), daemon=True).start()
    native.use_threads(1)
    job = _job(told.get())
    folder = folder_at(job.output)
    model: Any = None

    def answered(shard: Shard) -> dict[str, Any]:
        nonlocal model
        known = done_of(folder, job, shard)
        if known is not None:
            return {"kept": True, "record": known}
        if model is None:
            if digest_of(job.model) != job.digest:
                raise ArtifactError(f"{job.model}: the model has changed since the job began.")
            loaded = load(job.model)
            task = tasks.named(loaded.task)
            # only what decides as it was asked to may answer the next shard
            model = task.deciding(loaded, resolve(task.name, job.options, "predict"))
        return {"kept": False, "record": answer_shard(model, job, folder, shard)}

    while (line := told.get()) != END:
        number, place, cut, piece = json.loads(line)
        head = Cut(cut[0], (), cut[1], cut[2], tuple(map(tuple, cut[3])))
        shard = Shard(number, place, job.sources[place], head, Piece(*piece))
        try:
            found = answered(shard)
        except ElmanError as error:
            found = {"error": type(error).__name__, "message": str(error)}
        except Exception as error:
            traceback.print_exc()
            found = {"error": "WorkError", "message": f"{shard.source.name}: {error!r:.300}"}
        found.get("record", {}).pop("ids", None)
        print(json.dumps(found), file=answers, flush=True)


if __name__ == "__main__":
    main()
