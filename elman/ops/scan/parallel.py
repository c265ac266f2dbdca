"""The linear recurrence in torch's own operations: steps in pairs, and pairs of pairs."""

from __future__ import annotations

import torch
from torch import Tensor

__all__ = ["supports", "walk"]


def supports(a: Tensor, x: Tensor) -> str | None:
    """It computes everything."""
    return None


def walk(a: Tensor, x: Tensor, h_0: Tensor) -> Tensor:
    """Return h `(B, T, H)` of T steps, one at least, from `h_0`."""
    first = (a if a.dim() == 1 else a[:, 0]) * h_0 + x[:, 0]
    return _paired(a, torch.cat([first[:, None], x[:, 1:]], 1))


def _paired(a: Tensor, x: Tensor) -> Tensor:
    """Scan from a zero state: pair the steps, scan the pairs, fill in the steps between."""
    T = x.shape[1]
    if T == 1:
        return x
    even, odd = (a, a) if a.dim() == 1 else (a[:, 0::2], a[:, 1::2])
    pairs = T // 2
    a_pair = odd * (even if a.dim() == 1 else even[:, :pairs])
    x_pair = odd * x[:, 0 : 2 * pairs : 2] + x[:, 1::2]
    h_odd = _paired(a_pair, x_pair)  # after steps 1, 3, 5 …
    later = even if a.dim() == 1 else even[:, 1:]
    h_even = later * h_odd[:, : (T - 1) // 2] + x[:, 2::2]  # after steps 2, 4, 6 …
    # 0 | 1 2 | 3 4 | …, and with T even one odd step left over.
    between = torch.stack([h_odd[:, : (T - 1) // 2], h_even], 2).flatten(1, 2)
    return torch.cat([x[:, :1], between, h_odd[:, (T - 1) // 2 :]], 1)
