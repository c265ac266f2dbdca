"""The weights of a recurrent layer as ONNX has them.

It orders gates i o f c and z r h where torch has i f g o and r z n, has both biases in one row, and
the directions first.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

__all__ = ["GATES", "stacked"]

Floats = NDArray[np.float32]

GATES = {"rnn": (0,), "gru": (1, 0, 2), "lstm": (0, 3, 1, 2)}
"""Where torch keeps the gates that ONNX wants first, second, …"""


def stacked(
    cell: str, tensor: Callable[[str], Floats], sides: Sequence[str]
) -> tuple[Floats, Floats, Floats]:
    """Return W `(D, G·H, I)`, R `(D, G·H, H)` and B `(D, 2·G·H)`.

    Args:
        cell: rnn, gru or lstm.
        tensor: returns one of torch's by its name, as `weight_ih_l0_reverse`.
        sides: the ends of those names, one a direction.
    """

    def ordered(name: str) -> Floats:
        gates = np.split(tensor(name), len(GATES[cell]))
        return np.concatenate([gates[k] for k in GATES[cell]])

    def both(*names: str) -> Floats:
        return np.stack([np.concatenate([ordered(n + side) for n in names]) for side in sides])

    return both("weight_ih_"), both("weight_hh_"), both("bias_ih_", "bias_hh_")
