"""A function in a fork: what it does to torch's switches or to memory does not come back."""

from __future__ import annotations

import json
import os
import select
import signal
import traceback
from collections.abc import Callable
from typing import Any

import pytest

__all__ = ["fork"]


def fork(function: Callable[[], Any]) -> Callable[[], Any]:
    """Begin a function in a fork, and return what waits for its result, as JSON has it.

    It fails here as it fails there. But: whatever it runs must run on one thread, because no other
    survives a fork.
    """
    if not hasattr(os, "fork"):
        pytest.skip("this system has no fork")
    receiving, sending = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            found = {"returned": function()}
        except BaseException:
            found = {"failed": traceback.format_exc()}
        with os.fdopen(sending, "w") as pipe:
            json.dump(found, pipe)
        os._exit(0)
    os.close(sending)

    def result() -> Any:
        with os.fdopen(receiving) as pipe:
            if not select.select([pipe], [], [], 120)[0]:
                os.kill(child, signal.SIGKILL)
            text = pipe.read()
        os.waitpid(child, 0)
        found = json.loads(text or '{"failed": "it was killed, or did not end"}')
        assert "returned" in found, found["failed"]
        return found["returned"]

    return result
