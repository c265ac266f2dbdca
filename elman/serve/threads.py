"""One thread for work that must not hold up the service, nor its end.

Python waits at its exit for the threads of `concurrent.futures`, however long their work takes.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Executor, Future
from queue import SimpleQueue
from typing import Any, TypeVar

__all__ = ["OneThread"]

T = TypeVar("T")
U = TypeVar("U")

_TOGETHER = 8
"""Values of a request that are worked on before others have their turn."""


class OneThread(Executor):
    """Does one piece of work after another; what is not done at the end of the process never is."""

    def __init__(self, name: str) -> None:
        self._work: SimpleQueue[tuple[Future[Any], Callable[[], Any]] | None] = SimpleQueue()
        threading.Thread(target=self._run, name=name, daemon=True).start()

    def submit(self, fn: Callable[..., T], /, *args: Any, **kwargs: Any) -> Future[T]:
        future: Future[T] = Future()
        self._work.put((future, lambda: fn(*args, **kwargs)))
        return future

    async def each(self, work: Callable[[T], U], values: Sequence[T]) -> list[U]:
        """Return what becomes of each value, a few at a time.

        So many can have the thread in turns, and of what is cancelled no more is begun.
        """
        found: list[U] = []
        loop = asyncio.get_running_loop()
        for begin in range(0, len(values), _TOGETHER):
            some = values[begin : begin + _TOGETHER]
            found += await loop.run_in_executor(self, _all, work, some)
        return found

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """End the thread after what it does now; never wait for it."""
        self._work.put(None)

    def _run(self) -> None:
        while (one := self._work.get()) is not None:
            future, work = one
            if not future.set_running_or_notify_cancel():
                continue
            try:
                future.set_result(work())
            except BaseException as error:
                future.set_exception(error)
            del one, future, work


def _all(work: Callable[[T], U], values: Sequence[T]) -> list[U]:
    return [work(value) for value in values]
