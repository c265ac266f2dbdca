"""The answers of saved networks to numbers, in one call of C++.

Every field of a struct is eight bytes, as in `structs`.
"""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from ctypes import byref
from typing import Any

import numpy as np
from numpy.typing import NDArray

from elman.native.library import library
from elman.native.structs import fields

__all__ = ["SAID", "Answer"]

SAID = 8
"""Bytes before what is said of a row in what is kept of it: `SAID` of `csrc/answer.h`."""

Ints = NDArray[np.int64]
Steps = NDArray[np.int32]


class Answer(ctypes.Structure):
    """A saved network and rows of ids for it: `Answer` of `csrc/answer.h`."""

    __slots__ = ()
    _fields_ = fields(
        """
        columns outputs
        members cell layers vocabulary E H pools
        read
        pooling embedding packed weight bias
        linear linear_weight linear_bias
        N threads
        ids ends
        before after said
        """,
        *("ids", "before"),
    )

    def state_size(self) -> int:
        """Bytes of what is kept of a row that goes on."""
        lib = library()
        assert lib is not None
        return int(lib.elman_state_size(byref(self)))

    def run(self) -> bool:
        """Answer; False where there is an id that the network does not know."""
        lib: Any = library()
        return bool(lib.elman_answer(byref(self)) == 0)

    def onward(self, before: bytes, ids: Steps, size: int) -> bytes | None:
        """Go on with one row, of a copy of the fields up to `linear_bias`.

        Args:
            before: what this gave last; b"" at the beginning.
            ids: of the further steps.
            size: of the state, in bytes.

        Returns:
            The state, with float32 outputs `SAID` bytes from its beginning; None as `run` says
            False.
        """
        # What lies in objects of ctypes costs a quarter of what arrays do.
        call = Answer.from_buffer_copy(self)
        kept = ctypes.create_string_buffer(size)
        end = ctypes.c_int64(len(ids))
        call.N = call.threads = 1
        call.ids = ids.tobytes()
        call.ends = ctypes.addressof(end)
        if before:
            call.before = before
        call.after = ctypes.addressof(kept)
        return kept.raw if call.run() else None

    def all_onward(self, before: Sequence[bytes], ids: Steps, ends: Ints) -> list[bytes] | None:
        """Go on with several rows, to the bits that `onward` gives each of them alone.

        Args:
            before: what they gave last of each row, of one size.
            ids: of the further steps of all rows, one row after another.
            ends: `(N,)` where those of each end.
        """
        call = Answer.from_buffer_copy(self)
        size = len(before[0])
        kept = ctypes.create_string_buffer(size * len(before))
        call.N, call.threads = len(before), 1
        call.ids, call.ends = ids.tobytes(), ends.ctypes.data
        call.before = b"".join(before)
        call.after = ctypes.addressof(kept)
        if not call.run():
            return None
        every = kept.raw
        return [every[start : start + size] for start in range(0, len(every), size)]
