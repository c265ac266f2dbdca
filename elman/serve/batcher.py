"""Requests of many clients answered together, each with the bits it would have alone.

What waits when the arithmetic is free goes into one call of the model: nobody is waited for, so one
client alone has its answer at once, and under load batches grow by themselves. A request larger
than a batch is cut, and its batches take turns with what others ask. Rows share nothing in the
runtime, so neither company nor cut changes a bit; where a network's answers do depend on the batch
(the textbook trap, `padded_last`), each request stays alone and whole.

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


class _Waiting:
    """A request's items, of which some may be answered already."""

    __slots__ = ("answered", "answers", "begun", "costs", "items")

    def __init__(
        self, items: Sequence[Any], costs: Sequence[int], answered: asyncio.Future[list[Any]]
    ) -> None:
        self.items, self.costs, self.answered = items, costs, answered
        self.begun = 0
        """Items that went into a batch."""
        self.answers: list[Any] = []


_Part = tuple[_Waiting, Sequence[Any]]
"""A request, and which of its items a batch has."""


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
        """Characters or numbers of them, at most those of a batch of each."""

    async def answers(
        self, name: str, model: Model, items: Sequence[Any], costs: Sequence[int]
    ) -> list[Any]:
        """Return the answers to some items.

        Args:
            name: of the model, for the figures.
            model: as it shall decide.
            items: as its codec takes them.
            costs: of each, in characters or numbers.

        Raises:
            RefusedError: too much waits, or the model refuses an item.
        """
        bounds = self._bounds
        length = min(sum(costs), bounds.batch_length)  # the rest of it keeps nobody waiting
        if self.requests >= bounds.max_queue or (
            self.requests and self.length + length > bounds.max_queue_length
        ):
            raise RefusedError(429, retry_after=1)
        answered: asyncio.Future[list[Any]] = asyncio.get_running_loop().create_future()
        lane = self._waiting.setdefault((name, model), deque())
        lane.append(_Waiting(items, costs, answered))
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
            batch = self._taken(lane, whole=_alone(model))
            if lane:
                self._waiting[name, model] = lane
            if batch:
                loop = asyncio.get_running_loop()
                done = loop.run_in_executor(self._executor, _answered, model, batch)
                done.add_done_callback(partial(self._give, name, batch))
                return
        self._runs = False

    def _taken(self, lane: deque[_Waiting], *, whole: bool) -> list[_Part]:
        """Take what goes into one batch, at least one item; requests that are gone are left out.

        One that fills a batch by itself goes behind the others with the rest of it.

        Args:
            lane: what waits for a model.
            whole: whether the batch is to be one request, all of it.
        """
        most, batch = self._bounds.batch_rows, list[_Part]()
        rows, length = most, self._bounds.batch_length
        while lane:
            one = lane[0]
            if one.answered.done():
                lane.popleft()
                continue
            end = one.begun
            while end < len(one.items) and (
                whole or rows == most or (rows > 0 and one.costs[end] <= length)
            ):
                rows, length = rows - 1, length - one.costs[end]
                end += 1
            if one.begun == end < len(one.items):
                break
            batch.append((one, one.items[one.begun : end]))
            one.begun = end
            if end < len(one.items):
                if len(batch) == 1:
                    lane.rotate(-1)
                break
            lane.popleft()
            if whole:
                break
        return batch

    def _give(self, name: str, batch: list[_Part], done: asyncio.Future[_Done]) -> None:
        if (failed := done.exception()) is not None:
            for one, _ in batch:
                if not one.answered.done():
                    one.answered.set_exception(failed)
        else:
            answers, seconds = done.result()
            rows = sum(len(items) for _, items in batch)
            self._metrics.batch_rows.labels(name).observe(rows)
            self._metrics.batch_seconds.labels(name).observe(seconds)
            self._metrics.rows.labels(name).inc(rows)
            for (one, _), answer in zip(batch, answers, strict=True):
                if one.answered.done():
                    continue
                if isinstance(answer, Exception):
                    one.answered.set_exception(answer)
                    continue
                one.answers += answer
                if len(one.answers) >= len(one.items):
                    one.answered.set_result(one.answers)
        self._next()


class _Done(NamedTuple):
    answers: list[list[Any] | Exception]
    seconds: float


def _answered(model: Model, batch: Sequence[_Part]) -> _Done:
    """Answer a batch; where that fails, each request by itself, so that one is no other's fault."""
    began = time.perf_counter()
    answers: list[list[Any] | Exception]
    try:
        every = iter(model.predict([item for _, items in batch for item in items]))
        answers = [[next(every) for _ in items] for _, items in batch]
    except Exception as error:
        answers = [_tried(model, items) for _, items in batch] if len(batch) > 1 else [error]
    return _Done(answers, time.perf_counter() - began)


def _tried(model: Model, items: Sequence[Any]) -> list[Any] | Exception:
    try:
        return model.predict(items)
    except Exception as error:
        return error


def _alone(model: Model) -> bool:
    return "padded_last" in getattr(model.network.spec, "pools", ())
