"""Which rows a model has learnt from, as short hashes of what they contain."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from elman.data.large import Hashes, pieces, short

__all__ = ["Seen"]

_MOST = 2**20
"""Hashes kept; of more rows those with the smallest hashes stand for all."""

_ALL = 2**64 - 1


@dataclass(frozen=True)
class Seen:
    """The rows of a training file, kept as the first eight bytes of their hashes.

    A hash says nothing of a row to somebody who has not got it; who has, learns that it was there.
    """

    hashes: NDArray[np.uint64]
    """Ascending, each once."""
    up_to: int = _ALL
    """Rows of a larger hash were not kept."""

    @classmethod
    def of(cls, hashes: Hashes, *rows: NDArray[np.int64]) -> Seen:
        """Keep rows `(N, 16)`: all, or those of some numbers."""
        found, up_to = np.zeros(0, np.uint64), _ALL
        for some in rows or (np.arange(len(hashes)),):
            for piece in pieces(len(some)):
                found = np.unique(np.concatenate([found, short(hashes[some[piece]])]))
                if len(found) > _MOST:
                    found = found[:_MOST]
                    up_to = int(found[-1])
        return cls(found, up_to)

    def among(self, hashes: Hashes) -> NDArray[np.bool_]:
        """`(N,)` which rows were learnt from, as far as they were kept."""
        wanted = short(hashes)
        if not len(self.hashes):
            return np.zeros(len(wanted), bool)
        place = np.minimum(np.searchsorted(self.hashes, wanted), len(self.hashes) - 1)
        return np.asarray(self.hashes[place] == wanted)

    def new(self, hashes: Hashes) -> NDArray[np.bool_]:
        """`(N,)` which rows were surely not learnt from; of those not kept nobody knows."""
        return np.asarray(short(hashes) <= np.uint64(self.up_to)) & ~self.among(hashes)

    def to_json(self) -> dict[str, object]:
        """Plain data for a json file."""
        data = base64.b64encode(self.hashes.astype("<u8").tobytes()).decode()
        return {"hashes": data, "up_to": str(self.up_to)}

    @classmethod
    def from_json(cls, value: object) -> Seen:
        """Read what `to_json` wrote.

        Raises:
            ValueError: it is something else.
        """
        if not isinstance(value, dict) or value.keys() != {"hashes", "up_to"}:
            raise ValueError('seen rows are {"hashes": …, "up_to": …} and nothing else')
        hashes, up_to = value["hashes"], value["up_to"]
        if not isinstance(up_to, str) or not up_to.isascii() or not up_to.isdigit():
            raise ValueError("seen rows: up_to is no number")
        if len(up_to) > 20 or int(up_to) > _ALL or not isinstance(hashes, str):
            raise ValueError("seen rows: up_to or hashes is beyond what is kept")
        try:
            data = base64.b64decode(hashes, validate=True)
        except binascii.Error as error:
            raise ValueError(f"seen rows: {error}") from None
        if len(data) % 8:
            raise ValueError("seen rows: the hashes have eight bytes each")
        found = np.frombuffer(data, "<u8").astype(np.uint64)
        if np.any(found[1:] <= found[:-1]):
            raise ValueError("seen rows: the hashes do not ascend")
        return cls(found, int(up_to))
