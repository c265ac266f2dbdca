"""The state of a stream as bytes, so that it can go on elsewhere, later, to the same bits.

A safetensors file: what network and codec keep, as tensors, and in its metadata whose state it is.

    elman    "stream-1"
    model    sha256 of the model that it belongs to
    sha256   of everything else
    …        what else the caller keeps with it, as text; a long one is a tensor, `said.…`

Nothing in it is believed. Tensors are held against those that a stream of this model has, and the
state is tried for a step before it is taken. But: the hash finds damage; it does not prove who
wrote the state.
"""

from __future__ import annotations

import hashlib
import json
import struct
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np
import safetensors.numpy
from numpy.typing import NDArray
from safetensors import SafetensorError

from elman.errors import ArtifactError, ElmanError
from elman.schema import parse

__all__ = [
    "MODEL",
    "Below",
    "Maybe",
    "flat",
    "like",
    "packed",
    "refused",
    "said_of",
    "taken",
    "unpacked",
]

FORMAT = "stream-1"
"""It changes with what streams keep."""

KIND, MODEL, SEAL = "elman", "model", "sha256"

_SAID = "said."
"""Before the names of tensors that are texts of the caller."""
_LONG = 4096
"""Characters of a text from which on it is a tensor: metadata must stay small enough to parse."""

LARGEST_HEADER = 2**20
LARGEST_AXIS = 2**24
"""Numbers along an axis that may be of any length."""
LARGEST_COUNT = 2**53

Arrays = dict[str, NDArray[Any]]


class Maybe(NamedTuple):
    """In a pattern: what may be None."""

    value: Any


class Below(NamedTuple):
    """In a pattern: an array of whole numbers from 0 on, and what none of them reaches."""

    value: NDArray[np.int64]
    bound: int


def flat(value: Any, name: str = "") -> Iterator[tuple[str, NDArray[Any]]]:
    """Return what a state holds as arrays with names; of None there is none.

    Args:
        value: tuples within tuples; in them arrays, bytes, texts, whole numbers, None.
        name: before the names of all.
    """
    if isinstance(value, tuple):
        names = getattr(value, "_fields", None) or map(str, range(len(value)))
        for part, inner in zip(names, value, strict=True):
            yield from flat(inner, f"{name}.{part}" if name else part)
    elif isinstance(value, bytes):
        yield name, np.frombuffer(value, np.uint8)
    elif isinstance(value, str):
        yield name, np.frombuffer(value.encode("utf-8", "surrogatepass"), np.uint8)
    elif isinstance(value, (bool, int)):
        yield name, np.array([value], np.int64)
    elif value is not None:
        yield name, value


def like(pattern: Any, found: Arrays, name: str = "") -> Any:
    """Return the state that arrays with names are, and take them out.

    Args:
        pattern: a state of this kind. Its arrays say type and shape, where an axis of 0 stands for
            any length; its bytes say how many there are.
        found: as `flat` gives them.
        name: as there.

    Raises:
        ValueError: they are none.
    """
    if pattern is None:
        return None
    if isinstance(pattern, Maybe):
        inside = [other for other in found if other == name or other.startswith(f"{name}.")]
        return like(pattern.value, found, name) if inside else None
    if isinstance(pattern, Below):
        numbers = like(pattern.value, found, name)
        if numbers.size and not 0 <= numbers.min() <= numbers.max() < pattern.bound:
            raise ValueError(f'"{name}" has numbers beyond 0 to {pattern.bound - 1:,}')
        return numbers
    if isinstance(pattern, tuple):
        names = getattr(pattern, "_fields", None) or [str(n) for n in range(len(pattern))]
        pairs = zip(names, pattern, strict=True)
        parts = [like(one, found, f"{name}.{part}" if name else part) for part, one in pairs]
        return type(pattern)(*parts) if hasattr(pattern, "_fields") else tuple(parts)
    array = found.pop(name, None)
    if array is None:
        raise ValueError(f'"{name}" is missing')
    wanted = next(iter(flat(pattern)))[1]
    shape = (0,) if isinstance(pattern, str) else wanted.shape
    fits = array.dtype == wanted.dtype and array.ndim == len(shape)
    if not fits or any(
        n > LARGEST_AXIS if free else n != m
        for n, m, free in zip(array.shape, shape, [m == 0 for m in shape], strict=True)
    ):
        raise ValueError(f'"{name}" is {array.dtype} {array.shape}, not {wanted.dtype} {shape}')
    if isinstance(pattern, bytes):
        return array.tobytes()
    if isinstance(pattern, str):
        return array.tobytes().decode("utf-8", "surrogatepass")
    if isinstance(pattern, int):
        number = int(array[0])
        if not 0 <= number <= (1 if isinstance(pattern, bool) else LARGEST_COUNT):
            raise ValueError(f'"{name}" is {number}')
        return type(pattern)(number)
    return array


def taken(pattern: Any, found: Arrays) -> Any:
    """Return the state that arrays are; as `like`, of all of them."""
    state = like(pattern, found)
    if found:
        raise ValueError(f'"{min(found):.40}" is no part of it')
    return state


def packed(arrays: Mapping[str, NDArray[Any]], said: Mapping[str, str]) -> bytes:
    """Return the file.

    Args:
        arrays: what is kept.
        said: texts to be kept with it, at least `model`.
    """
    metadata, data = {}, {name: np.ascontiguousarray(array) for name, array in arrays.items()}
    for name, text in said.items():
        if len(text) > _LONG:
            data.update(flat(text, _SAID + name))
        else:
            metadata[name] = text
    metadata[KIND] = FORMAT
    metadata[SEAL] = _seal(data, metadata)
    return bytes(safetensors.numpy.save(data, metadata))


def said_of(data: bytes) -> dict[str, str]:
    """Return the metadata of a file, unverified, for instance to see whose state it is.

    Raises:
        ArtifactError: it is no state of a stream.
    """
    length = struct.unpack("<Q", data[:8])[0] if len(data) >= 8 else 0
    if not 2 <= length <= min(LARGEST_HEADER, len(data) - 8):
        raise ArtifactError(_wrong("it is no safetensors file"))
    header = parse(data[8 : 8 + length], "the state of a stream")
    said = header.get("__metadata__") if isinstance(header, dict) else None
    if not isinstance(said, dict) or not all(isinstance(text, str) for text in said.values()):
        raise ArtifactError(_wrong("it does not say whose it is"))
    if said.get(KIND) != FORMAT:
        raise ArtifactError(
            _wrong(f"it says {said.get(KIND)!r:.40}, and this version reads {FORMAT}")
        )
    return {str(name): text for name, text in said.items()}


def unpacked(data: bytes) -> tuple[Arrays, dict[str, str]]:
    """Return the arrays of a file whose hash is right, and the texts that were kept with them.

    Raises:
        ArtifactError: it is damaged, or none.
    """
    said = said_of(data)
    try:
        arrays: Arrays = safetensors.numpy.load(data)
    except (SafetensorError, ValueError, KeyError, TypeError) as error:
        raise ArtifactError(_wrong("it is no safetensors file")) from error
    seal = said.pop(SEAL, "")
    if seal != _seal(arrays, said):
        raise ArtifactError(_wrong("its sha256 is not that of its content"))
    try:
        for name in [name for name in arrays if name.startswith(_SAID)]:
            said[name[len(_SAID) :]] = like("", arrays, name)
    except ValueError as error:
        raise ArtifactError(_wrong(str(error))) from None
    return arrays, said


def refused(error: ElmanError | ValueError) -> ArtifactError:
    """Return what is said of a whole state that is none of this model's."""
    return ArtifactError(_wrong(f"it does not fit the model ({error})"))


def _wrong(why: str) -> str:
    return f"the state of a stream cannot be taken up: {why}. Export it again, or begin anew."


def _seal(arrays: Arrays, said: Mapping[str, str]) -> str:
    digest = hashlib.sha256(json.dumps(sorted(said.items())).encode())
    for name in sorted(arrays):
        array = arrays[name]
        digest.update(json.dumps([name, str(array.dtype), array.shape]).encode())
        digest.update(array.tobytes())
    return digest.hexdigest()
