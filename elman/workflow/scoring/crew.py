"""Processes that answer shards side by side. One that dies is replaced, and its shard given again.

They are programs of their own, not forks: begun with the interpreter that runs us, spoken to in
lines of JSON.
"""

from __future__ import annotations

import contextlib
import json
import os
import queue
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from elman import errors
from elman.errors import ElmanError, WorkError
from elman.lock import scratch
from elman.workflow.scoring.folder import Folder
from elman.workflow.scoring.job import Job, Shard, files_of
from elman.workflow.scoring.worker import written

__all__ = ["crew"]

_ATTEMPTS = 3
"""Workers that may die of one shard."""
_PATIENCE_S = 10.0
"""How long a worker that is told to end may take."""
_SINGLE = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "POLARS_MAX_THREADS")

Done = tuple[Shard, dict[str, Any] | ElmanError]


@contextlib.contextmanager
def crew(
    job: Job, folder: Folder, shards: Sequence[Shard], workers: int
) -> Iterator[Iterator[Done]]:
    """Have shards answered; the iterator yields each with what came of it, as they end."""
    each = Crew(job, folder, shards, workers)
    begun: list[threading.Thread] = []
    try:
        try:
            for _ in range(workers):
                thread = threading.Thread(target=each.work, daemon=True)
                thread.start()
                begun.append(thread)
        except RuntimeError as fault:
            raise _fewer(fault) from fault
        yield each.done()
    finally:
        each.stop()
        for thread in begun:
            thread.join(_PATIENCE_S)


class Crew:
    """Threads that each speak to a process."""

    def __init__(self, job: Job, folder: Folder, shards: Sequence[Shard], workers: int) -> None:
        self._job, self._folder = job, folder
        self._held = contextlib.ExitStack()
        self._place = self._held.enter_context(scratch())
        """Where pieces are, so that none is left by a process that ends suddenly."""
        self._left = iter(shards)
        self._count, self._hands = len(shards), workers
        self._lock = threading.Lock()
        self._done: queue.SimpleQueue[Done] = queue.SimpleQueue()
        self._processes: set[subprocess.Popen[str]] = set()
        self._stopped = False
        self._current: dict[int, Shard] = {}
        """What is being done, by process."""

    def done(self) -> Iterator[Done]:
        """Yield what is done until all is."""
        for _ in range(self._count):
            yield self._done.get()

    def stop(self) -> None:
        """End all processes; nothing that they have not finished is seen."""
        with self._lock:
            self._stopped = True
            processes = list(self._processes)
        for process in processes:
            process.terminate()  # as good as a power cut: nothing is half there but what is swept
        for process in processes:
            try:
                process.wait(_PATIENCE_S)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self._folder.swept(files_of((s.number for s in self._current.values()), self._job.kind))
        self._held.close()

    def work(self) -> None:
        """Ask a process for one shard after the other.

        A hand that cannot begin one leaves what is left to the others, if there are any.
        """
        process = None
        while (shard := self._next()) is not None:
            try:
                said, process = self._answered(shard, process)
            except Exception as fault:
                self._done.put((shard, _fewer(fault)))
                if self._let_go():
                    return
                process = None
                continue
            if said is None:
                return
            self._done.put((shard, said))
        if process is not None:
            with contextlib.suppress(OSError):
                print(file=process.stdin, flush=True)
            self._ended(process)

    def _answered(
        self, shard: Shard, process: subprocess.Popen[str] | None
    ) -> tuple[dict[str, Any] | ElmanError | None, subprocess.Popen[str] | None]:
        """Return what came of a shard, by a process, or another where it dies, and that process."""
        deaths: list[int] = []
        while len(deaths) < _ATTEMPTS:
            process = process or self._begun()
            if process is None:
                return None, None
            said = self._asked(process, shard)
            if said is not None:
                return said, process
            deaths.append(self._ended(process))
            process = None
        return WorkError(
            f"{shard.source.name}: {_ATTEMPTS} workers died of part {shard.number} "
            f"({_why(deaths[-1])}), lines or rows from {shard.piece.lines + 1:,} on. "
            "Is there memory enough for so many --workers, or a smaller --part-size?"
        ), None

    def _next(self) -> Shard | None:
        with self._lock:
            return None if self._stopped else next(self._left, None)

    def _let_go(self) -> bool:
        """Have one hand less; False for the last."""
        with self._lock:
            self._hands -= 1
            return self._hands > 0

    def _begun(self) -> subprocess.Popen[str] | None:
        root = str(Path(errors.__file__).parent.parent)
        paths = [root, *filter(None, os.environ.get("PYTHONPATH", "").split(os.pathsep))]
        single = dict.fromkeys(_SINGLE, "1")
        given = {"PYTHONPATH": os.pathsep.join(paths), "PYTHONSAFEPATH": "1", **single}
        given |= dict.fromkeys(("TMPDIR", "TEMP", "TMP"), str(self._place))
        with self._lock:
            if self._stopped:
                return None
            process = subprocess.Popen(
                [sys.executable, "-m", "elman.workflow.scoring.worker"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                encoding="utf-8",
                env=os.environ | given,
            )
            self._processes.add(process)
        with contextlib.suppress(OSError):
            print(written(self._job), file=process.stdin, flush=True)
        return process

    def _ended(self, process: subprocess.Popen[str]) -> int:
        code = process.wait()
        for stream in (process.stdin, process.stdout):
            with contextlib.suppress(OSError):
                stream.close()  # type: ignore[union-attr]
        with self._lock:
            self._processes.discard(process)
        return code

    def _asked(
        self, process: subprocess.Popen[str], shard: Shard
    ) -> dict[str, Any] | ElmanError | None:
        """Return what a process says of a shard; None if it died."""
        self._current[process.pid] = shard
        cut = [shard.cut.unit, shard.cut.head, shard.cut.head_lines, shard.cut.groups]
        assert process.stdout is not None
        try:
            line = json.dumps([shard.number, shard.place, cut, shard.piece])
            print(line, file=process.stdin, flush=True)
            answer = process.stdout.readline()
        except OSError:
            return None
        if not answer.endswith("\n"):
            return None
        said: dict[str, Any] = json.loads(answer)
        if "error" in said:
            kind: type[ElmanError] = getattr(errors, said["error"], WorkError)
            return kind(said["message"])
        return said


def _fewer(fault: Exception) -> WorkError:
    why = getattr(fault, "strerror", None) or repr(fault)
    return WorkError(f"a worker could not be begun ({why}). Ask for fewer --workers.")


def _why(code: int) -> str:
    return f"signal {-code}" if code < 0 else f"exit code {code}"
