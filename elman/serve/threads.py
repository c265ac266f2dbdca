"""One thread for work that must not hold up the service, nor its end.

Python waits at its exit for the threads of `concurrent.futures`, however long their work takes.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Executor, Future
from queue import SimpleQueue
from typing import Any, TypeVar

__all__ = ["OneThread"]

T = TypeVar("T")


class OneThread(Executor):
    """Does one piece of work after another; what is not done at the end of the process never is."""

    def __init__(self, name: str) -> None:
        self._work: SimpleQueue[tuple[Future[Any], Callable[[], Any]] | None] = SimpleQueue()
        threading.Thread(target=self._run, name=name, daemon=True).start()

    def submit(self, fn: Callable[..., T], /, *args: Any, **kwargs: Any) -> Future[T]:
        future: Future[T] = Future()
        self._work.put((future, lambda: fn(*args, **kwargs)))
        return future

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
