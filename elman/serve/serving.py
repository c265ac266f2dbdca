"""What all routes of a service share: bounds, models, arithmetic, figures, log, and its life.

A part that has something to begin or to end puts a function on `starting` or `draining`; one that
must not begin anything new while the service ends asks `check_open`.
"""

from __future__ import annotations

import asyncio
import itertools
import secrets
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

from elman.errors import WorkError
from elman.serve.batcher import Batcher
from elman.serve.bounds import Bounds
from elman.serve.errors import RefusedError
from elman.serve.logs import Log
from elman.serve.metrics import Metrics
from elman.serve.models import Models
from elman.serve.threads import OneThread
from elman.serve.transport.access import Access
from elman.serve.transport.lean import Lean

__all__ = ["Serving"]

POLL_S = 1.0
"""Seconds between two looks at the models on disk."""

_LARGEST_BODIES = 32
"""Of the largest size, as many as all bodies and messages together may have."""


class Serving:
    """One service.

    Args:
        models: loaded.
        bounds: how much is taken at a time.
        access: what requests must show; by default nothing.
        log: where events go.
        states: folder in which open streams outlive the service; by default they do not.
    """

    def __init__(
        self,
        models: Models,
        bounds: Bounds | None = None,
        *,
        access: Access | None = None,
        log: Log | None = None,
        states: Path | None = None,
    ) -> None:
        self.models = models
        self.bounds = bounds or Bounds()
        self.access = access or Access()
        self.log = log or Log()
        self.states = states
        self.metrics = Metrics()
        self.arithmetic = OneThread("elman-arithmetic")
        """All answers of models are computed here, one after another."""
        self.paperwork = OneThread("elman-paperwork")
        """Large requests are read, and their answers written, here."""
        self.explaining = OneThread("elman-explaining")
        self.loading = OneThread("elman-loading")
        self.batcher = Batcher(self.bounds, self.arithmetic, self.metrics)
        self.lean = Lean()
        self.starting: list[Callable[[], Awaitable[None]]] = []
        """Called before the first request, in their order."""
        self.draining: list[Callable[[], Awaitable[None]]] = []
        """Called when no new work is taken any more, while what runs comes to its end."""
        self.in_flight = 0
        """Requests that are being answered, those for health left out."""
        self.holds = 0
        """Bytes of bodies and messages that come, or are being answered."""
        self.explanations = 0
        """That wait or are made."""
        self.ends = False
        """Whether the service takes no new work because it ends."""
        self.hurries = False
        """Whether what runs is not waited for any more."""
        self.failed: WorkError | None = None
        """What a part could not do as it began or ended."""
        self.began = time.time()
        self._here, self._numbers = secrets.token_hex(4), itertools.count(1)
        self._watching: asyncio.Task[None] | None = None
        self.metrics.gauge(
            "elman_queue_requests", "Requests that wait.", lambda: self.batcher.requests
        )
        self.metrics.gauge(
            "elman_queue_length", "Characters or numbers that wait.", lambda: self.batcher.length
        )
        self.metrics.gauge(
            "elman_in_flight", "Requests that are being answered.", lambda: self.in_flight
        )
        for name, served in models.items():
            self.metrics.models.labels(name).set(served.loads)

    @property
    def is_full(self) -> bool:
        """Whether as many requests are being answered as may be."""
        return self.in_flight >= self.bounds.max_queue

    @property
    def holds_too_much(self) -> bool:
        """Whether bodies and messages have as many bytes together as may be."""
        return self.holds > _LARGEST_BODIES * self.bounds.max_body

    def next_id(self) -> str:
        """Return the id of a request that came without one."""
        return f"{self._here}-{next(self._numbers):x}"

    def check_open(self) -> None:
        """Refuse new work while the service ends.

        Raises:
            RefusedError: it does.
        """
        if self.ends:
            raise self.ending

    @property
    def ending(self) -> RefusedError:
        """What is said to new work then."""
        return RefusedError(503, "the service ends; ask another one", "ending", retry_after=5)

    async def start(self) -> None:
        try:
            for begin in self.starting:
                await begin()
        except Exception as error:
            self.log.event("start failed", reason=str(self.fails(error)))
            raise
        self._watching = asyncio.create_task(self._watch(), name="elman-models")

    async def drain(self, most_s: float | None = None) -> bool:
        """Take no new work, end the parts, and wait for what runs; say whether all of it ended.

        Args:
            most_s: seconds to wait; by default as the bounds say.
        """
        self.ends = True
        until = time.monotonic() + (self.bounds.drain_seconds if most_s is None else most_s)
        parts, self.draining = self.draining, []
        for end in parts:
            try:
                await end()
            except Exception as error:  # the others end all the same
                self.log.event("end failed", reason=str(self.fails(error)))
        await self.until(lambda: not self.in_flight, until)
        return not self.in_flight

    def fails(self, error: Exception) -> WorkError:
        """Remember, and return, what the process is to end with since a part failed."""
        if not isinstance(error, WorkError):
            kind = type(error).__name__
            error = WorkError(f"a part of the service failed ({kind}). Report it, with its log.")
        self.failed = error
        return error

    async def until(self, done: Callable[[], bool], latest: float) -> None:
        """Wait until something is done, as long as the service does not hurry.

        Args:
            done: says whether it is.
            latest: when to give up, on the monotonic clock.
        """
        while not done() and not self.hurries and time.monotonic() < latest:
            await asyncio.sleep(0.02)

    async def stop(self) -> None:
        """End everything."""
        await self.drain(0.0)
        if self._watching is not None:
            self._watching.cancel()
        for thread in (self.arithmetic, self.paperwork, self.explaining, self.loading):
            thread.shutdown()
        self.log.flush()

    async def _watch(self) -> None:
        """Take up models that are replaced on disk."""
        loop = asyncio.get_running_loop()
        while True:
            await asyncio.sleep(POLL_S)
            for served, refused in await loop.run_in_executor(self.loading, self.models.refreshed):
                if refused:
                    self.log.event("model refused", model=served.name, reason=refused)
                else:
                    self.metrics.models.labels(served.name).set(served.loads)
                    self.log.event("model replaced", model=served.name, version=served.version)
