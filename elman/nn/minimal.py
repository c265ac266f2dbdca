"""minGRU and minLSTM: gated layers whose gates and candidates see the input alone.

All products are of inputs, and are done for all steps at once. But: as nothing in a gate depends on
the state, one such layer cannot follow a rule that has states of its own, as counting modulo two.
"""

from __future__ import annotations

import math
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.functional import linear, softplus

from elman.nn.linear_stack import LinearStack

__all__ = ["minGRU", "minLSTM"]


class _Gated(LinearStack):
    """minGRU and minLSTM: all gates are one linear map of the input."""

    _gates: int

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        num_layers: int = 1,
        *,
        bias: bool = True,
        batch_first: bool = False,
        dropout: float = 0.0,
        bidirectional: bool = False,
        device: torch.device | str | None = None,
        dtype: torch.dtype | None = None,
    ) -> None:
        super().__init__(
            input_size,
            hidden_size,
            num_layers,
            batch_first=batch_first,
            dropout=dropout,
            bidirectional=bidirectional,
        )
        self.bias = bias
        for depth in range(num_layers):
            for name in self._names(depth):
                rows = self._gates * hidden_size
                weight = torch.empty(rows, self._inputs(depth), device=device, dtype=dtype)
                self.register_parameter(f"weight_ih_{name}", nn.Parameter(weight))
                offset = nn.Parameter(weight.new_empty(rows)) if bias else None
                self.register_parameter(f"bias_ih_{name}", offset)
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Draw everything from ± 1/√I, as torch.nn.Linear does."""
        for depth in range(self.num_layers):
            bound = 1 / math.sqrt(max(1, self._inputs(depth)))
            for name in self._names(depth):
                for parameter in (
                    getattr(self, f"weight_ih_{name}"),
                    getattr(self, f"bias_ih_{name}"),
                ):
                    if parameter is not None:
                        nn.init.uniform_(parameter, -bound, bound)

    def _options(self) -> dict[str, Any]:
        return {"bias": True}

    def _projected(self, x: Tensor, name: str) -> tuple[Tensor, ...]:
        weight, bias = getattr(self, f"weight_ih_{name}"), getattr(self, f"bias_ih_{name}")
        return linear(x, weight, bias).chunk(self._gates, -1)  # (…, H) each


class minGRU(_Gated):  # noqa: N801
    """A gated recurrent unit whose gate and candidate see the input alone.

        z = σ(W_z x + b_z)
        h̃ = W_h x + b_h
        h' = (1 − z) ⊙ h + z ⊙ h̃

    The output is h'. Parameters: `weight_ih_l{k}` `(2·H, I)` and `bias_ih_l{k}` `(2·H,)`, z before
    h̃, with `_reverse` for the second direction.

    As in torch.nn.GRU, time comes first unless `batch_first=True`. Unlike there, z takes what is
    new and 1 − z what is old, there is one bias, and the weights start from ± 1/√I, not ± 1/√H.
    Unlike the paper's form in log space, h̃ and h may be negative: the scan used here needs no
    logarithm to be safe.

    Args:
        input_size: features of a step, I.
        hidden_size: H.
        num_layers: layers on top of each other, L.
        bias: have b_z and b_h.
        batch_first: `(B, T, ·)` instead of `(T, B, ·)`; states are `(L·D, B, H)` either way.
        dropout: probability to drop an element between layers in training.
        bidirectional: a second walk from each row's last real step to its first.

    >>> layer = minGRU(3, 5, batch_first=True)
    >>> output, h_n = layer(torch.zeros(2, 7, 3), lengths=[7, 4])
    >>> output.shape, h_n.shape
    (torch.Size([2, 7, 5]), torch.Size([1, 2, 5]))

    References:
        Feng et al., "Were RNNs All We Needed?", 2024, arXiv 2410.01201, section 3.1.3.
    """

    _gates = 2

    def _terms(self, x: Tensor, name: str) -> tuple[Tensor, Tensor]:
        z, candidate = self._projected(x, name)
        z = torch.sigmoid(z)
        return 1 - z, z * candidate


class minLSTM(_Gated):  # noqa: N801
    """A long short-term memory whose gates and candidate see the input alone.

        f = σ(W_f x + b_f),  i = σ(W_i x + b_i)
        h̃ = W_h x + b_h
        h' = f / (f + i) ⊙ h + i / (f + i) ⊙ h̃

    The output is h', which is all the state. Parameters: `weight_ih_l{k}` `(3·H, I)` and
    `bias_ih_l{k}` `(3·H,)` in the order f i h̃, with `_reverse` for the second direction.

    Unlike torch.nn.LSTM, there is one state and not two, no output gate, f stands before i, there
    is one bias, and the weights start from ± 1/√I, not ± 1/√H. As there, time comes first unless
    `batch_first=True`. Unlike the paper's form in log space, h̃ and h may be negative.

    Args: those of `minGRU`.

    References:
        Feng et al., "Were RNNs All We Needed?", 2024, arXiv 2410.01201, section 3.2.4.
    """

    _gates = 3

    def _terms(self, x: Tensor, name: str) -> tuple[Tensor, Tensor]:
        f, i, candidate = self._projected(x, name)
        # f / (f + i) = σ(log f − log i): two gates that are both 0 in float32 have a ratio still.
        keep = torch.sigmoid(softplus(-i) - softplus(-f))
        return keep, (1 - keep) * candidate
