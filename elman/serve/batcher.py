"""Requests of many clients answered together, each with the bits it would have alone.

What waits when the arithmetic is free goes into one call of the model: nobody is waited for, so one
client alone has its answer at once, and under load batches grow by themselves. Rows share nothing
in the runtime, so who stood beside whom changes no bit; where a network's answers do depend on the
batch (the textbook trap, `padded_last`), each request stays alone.

But: one thread does the arithmetic. The kernels release Python's lock, so answers are read and
written meanwhile, on another core where there is one.
"""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict, deque
from collections.abc import Sequence
from concurrent.futures import Executor
from functools import partial
from typing import Any, NamedTuple

from elman.errors import InputError
from elman.runtime.model import Model
from elman.serve.bounds import Bounds
from elman.serve.errors import RefusedError
from elman.serve.metrics import Metrics

__all__ = ["Batcher"]


class _Waiting(NamedTuple):
    """A request's items."""

    items: Sequence[Any]
    length: int
    answered: asyncio.Future[list[Any]]


class Batcher:
    """Answers items in the order they came, model by model.

    Args:
        bounds: of batches and of what waits.
        executor: of one thread, where all arithmetic is done.
        metrics: what is counted.
    """

    def __init__(self, bounds: Bounds, executor: Executor, metrics: Metrics) -> None:
        self._bounds, self._executor, self._metrics = bounds, executor, metrics
        self._waiting: OrderedDict[tuple[str, Model], deque[_Waiting]] = OrderedDict()
        self._runs = False
        self.requests = 0
        """That wait, or are being answered."""
        self.length = 0
        """Characters or numbers of them."""

    async def answers(
        self, name: str, model: Model, items: Sequence[Any], length: int
    ) -> list[Any]:
        """Return the answers to some items.

        Args:
            name: of the model, for the figures.
            model: as it shall decide.
            items: as its codec takes them.
            length: of all of them together.

        Raises:
            RefusedError: too much waits, or the model refuses an item.
        """
        bounds = self._bounds
        if self.requests >= bounds.max_queue or (
            self.requests and self.length + length > bounds.max_queue_length
        ):
            raise RefusedError(429, retry_after=1)
        answered: asyncio.Future[list[Any]] = asyncio.get_running_loop().create_future()
        lane = self._waiting.setdefault((name, model), deque())
        lane.append(_Waiting(items, length, answered))
        self.requests += 1
        self.length += length
        if not self._runs:
            self._runs = True
            # after what else is ready to be read, so that it goes along
            asyncio.get_running_loop().call_soon(self._next)
        try:
            return await answered
        except InputError as error:
            raise RefusedError(422, str(error)) from None
        finally:
            self.requests -= 1
            self.length -= length

    def _next(self) -> None:
        """Begin the next batch, of the model that waits longest for its turn."""
        while self._waiting:
            (name, model), lane = self._waiting.popitem(last=False)
            batch = self._taken(lane, alone=_alone(model))
            if lane:
                self._waiting[name, model] = lane
            if batch:
                loop = asyncio.get_running_loop()
                done = loop.run_in_executor(self._executor, _answered, model, batch)
                done.add_done_callback(partial(self._give, name, batch))
                return
        self._runs = False

    def _taken(self, lane: deque[_Waiting], *, alone: bool) -> list[_Waiting]:
        """Take as many requests as go into one batch, at least one; those gone are left out."""
        taken: list[_Waiting] = []
        rows = length = 0
        while lane:
            one = lane[0]
            if one.answered.done():
                lane.popleft()
                continue
            rows, length = rows + len(one.items), length + one.length
            if taken and (
                alone or rows > self._bounds.batch_rows or length > self._bounds.batch_length
            ):
                break
            taken.append(lane.popleft())
        return taken

    def _give(self, name: str, batch: list[_Waiting], done: asyncio.Future[_Done]) -> None:
        if (failed := done.exception()) is not None:
            for one in batch:
                if not one.answered.done():
                    one.answered.set_exception(failed)
        else:
            answers, seconds = done.result()
            rows = sum(len(one.items) for one in batch)
            self._metrics.batch_rows.labels(name).observe(rows)
            self._metrics.batch_seconds.labels(name).observe(seconds)
            self._metrics.rows.labels(name).inc(rows)
            for one, answer in zip(batch, answers, strict=True):
                if one.answered.done():
                    continue
                if isinstance(answer, Exception):
                    one.answered.set_exception(answer)
                else:
                    one.answered.set_result(answer)
        self._next()


class _Done(NamedTuple):
    answers: list[list[Any] | Exception]
    seconds: float


def _answered(model: Model, batch: Sequence[_Waiting]) -> _Done:
    """Answer a batch; where that fails, each request by itself, so that one is no other's fault."""
    began = time.perf_counter()
    answers: list[list[Any] | Exception]
    try:
        every = iter(model.predict([item for one in batch for item in one.items]))
        answers = [[next(every) for _ in one.items] for one in batch]
    except Exception as error:
        answers = [_tried(model, one.items) for one in batch] if len(batch) > 1 else [error]
    return _Done(answers, time.perf_counter() - began)


def _tried(model: Model, items: Sequence[Any]) -> list[Any] | Exception:
    try:
        return model.predict(items)
    except Exception as error:
        return error


def _alone(model: Model) -> bool:
    return "padded_last" in getattr(model.network.spec, "pools", ())
