"""What one process of a run sends to the others: a network, what it learns from, how far it is.

Arrays that lie in files go by name and place, and are mapped on the other side: all see one disk.
It is a pickle, as all objects are that torch sends between the processes of a group. It goes from
memory to memory, and is never written or read anywhere else.
"""

from __future__ import annotations

import io
import pickle  # not of files: see above
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["packed", "unpacked"]


def packed(value: object) -> bytes:
    """Return an object as bytes."""
    found = io.BytesIO()
    _Packer(found, pickle.HIGHEST_PROTOCOL).dump(value)
    return found.getvalue()


def unpacked(data: bytes) -> Any:
    """Return the object."""
    return pickle.loads(data)


class _Packer(pickle.Pickler):
    def reducer_override(self, value: object) -> Any:
        if isinstance(value, np.ndarray) and (found := _in_file(value)):
            return found
        return NotImplemented


def _in_file(array: NDArray[Any]) -> tuple[Callable[..., Any], tuple[Any, ...]] | None:
    """Return how an array is mapped again, if it is part of a file and has no gaps."""
    base: Any = array
    while not (isinstance(base, np.memmap) and not isinstance(base.base, np.ndarray)):
        base = getattr(base, "base", None)
        if base is None:
            return None
    if not array.flags.c_contiguous or not array.size:
        return None
    begin = array.__array_interface__["data"][0] - base.__array_interface__["data"][0]
    return _mapped, (str(base.filename), array.dtype.str, base.offset + begin, array.shape)


def _mapped(path: str, dtype: str, offset: int, shape: tuple[int, ...]) -> NDArray[Any]:
    return np.asarray(np.memmap(path, dtype, "r", offset, shape))
