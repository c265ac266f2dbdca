"""Matrix products whose bits do not depend on which lane a row sits in.

A BLAS may add up in another order for other columns of one and the same product: OpenBLAS for
Haswell and Zen does so from 24 columns on. Up to 16 columns every kernel of OpenBLAS that we could
try treats all alike; `lanes_for` asks the BLAS at hand, and takes fewer lanes where it must.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from elman.runtime.arrays import Floats

__all__ = ["Matrix", "lanes_for"]

LANES = (16, 8, 4, 1)
"""Columns of a product, widest first. One column alone is the same whatever the BLAS."""

SINGLE_THREADED = 2**18
"""Multiplications up to which OpenBLAS stays on the calling thread. Its threads wait for each
other by spinning, which on a busy machine makes a product of 10 µs last 4 ms."""


class Matrix:
    """A weight `(O, I)` that multiplies `(…, I, lanes)` in tiles of equal shape.

    Rows are filled up to whole tiles of a multiple of 8: a product of one row would go to
    another BLAS routine, and a product of very many to its threads.
    """

    def __init__(self, weight: Floats) -> None:
        self.rows, self.columns = weight.shape
        most = max(SINGLE_THREADED // (LANES[0] * max(self.columns, 1)), 8)
        tiles = -(-self.rows // most)
        height = -(-self.rows // tiles)
        height += -height % 8
        filled = np.zeros((tiles * height, self.columns), dtype=np.float32)
        filled[: self.rows] = weight
        self.tiles = filled.reshape(tiles, height, self.columns)

    def scratch(self, groups: int, lanes: int) -> Floats:
        """Room for the result of `(groups, I, lanes)`, to be passed as `out` step after step."""
        return np.empty((groups, *self.tiles.shape[:2], lanes), dtype=np.float32)

    def __call__(self, x: Floats, *, out: Floats | None = None) -> Floats:
        """`(…, I, lanes)` → `(…, O, lanes)`, a view of `out` where one is given."""
        product = np.matmul(self.tiles, x[..., None, :, :], out=out)  # (…, tiles, height, lanes)
        whole: Floats = product.reshape(*x.shape[:-2], -1, x.shape[-1])
        return whole[..., : self.rows, :]


def lanes_for(matrices: Iterable[Matrix]) -> int:
    """Return the most lanes at which this machine's BLAS computes all lanes of a product alike."""
    found = list(matrices)
    return next(lanes for lanes in LANES if all(_alike(matrix, lanes) for matrix in found))


def _alike(matrix: Matrix, lanes: int) -> bool:
    column = np.random.default_rng(0).standard_normal((1, matrix.columns, 1), dtype=np.float32)
    product = matrix(np.repeat(column, lanes, axis=2))
    return bool((product == product[..., :1]).all())
