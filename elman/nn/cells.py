"""Drop-in `RNNCell`, `GRUCell` and `LSTMCell`: torch's own modules with a faster `forward`.

For loops over time that are the model's own: a decoder, an agent, a stream. Where the whole
sequence is known beforehand, a layer over it is many times faster than a loop over its cell.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from torch import Tensor, nn

from elman.nn.layer.quantizing import quantize_as_torchs
from elman.nn.layer.torchs import scriptable
from elman.ops.step import Tensors, step, supports

__all__ = ["WEIGHTS", "GRUCell", "LSTMCell", "RNNCell"]

WEIGHTS = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")

if TYPE_CHECKING:
    _Base = nn.RNNCellBase
else:
    _Base = object


class _Cell(_Base):
    """What the three share: torch's forward, on `elman.ops.step`."""

    _states = 1

    @property
    def _cell(self) -> str:
        raise NotImplementedError

    __prepare_scriptable__ = scriptable

    def explain_choice(self, input: Tensor, hx: Any = None) -> str | None:
        """Say why `forward` leaves these arguments to torch's own code, or None."""
        tensors = self._tensors(input, hx)
        return "a size does not fit" if tensors is None else supports(self._cell, tensors)

    def _tensors(self, input: Tensor, hx: Any) -> Tensors | None:
        """What a step reads, where all sizes fit; errors are torch's to raise."""
        size = input.shape
        if not 1 <= len(size) <= 2:
            return None
        # sizes that fit these are for `step` to see to
        shape = (size[0], self.hidden_size) if len(size) == 2 else (self.hidden_size,)
        c = None
        if hx is None:
            h = input.new_zeros(shape)
            c = h if self._states == 2 else None
        elif self._states == 1:
            h = hx
        elif type(hx) in (tuple, list) and len(hx) == 2:
            h, c = hx
        else:
            return None
        if h.shape != shape:
            return None
        own = self._parameters
        try:
            return (
                *(input, h, c),
                *(own["weight_ih"], own["weight_hh"], own["bias_ih"], own["bias_hh"]),
            )
        except KeyError:  # one that is parametrised, or set by the model's own code
            return input, h, c, *[getattr(self, name) for name in WEIGHTS]

    def _step(self, input: Tensor, hx: Any) -> tuple[Tensor, ...] | None:
        """The next state, or None where torch's own code is to find it."""
        tensors = self._tensors(input, hx)
        return None if tensors is None else step(self._cell, tensors)


quantize_as_torchs(_Cell)


class RNNCell(_Cell, nn.RNNCell):
    """`torch.nn.RNNCell`, faster: h' = tanh(W_ih x + b_ih + W_hh h + b_hh), or max(0, ·).

    Args, parameters, states and results are those of `torch.nn.RNNCell`.

    >>> cell = RNNCell(3, 5)
    >>> cell(torch.zeros(2, 3)).shape
    torch.Size([2, 5])
    """

    @property
    def _cell(self) -> str:
        return "rnn" if self.nonlinearity == "tanh" else "rnn_relu"

    def forward(self, input: Tensor, hx: Tensor | None = None) -> Tensor:
        """Take one step: `(B, I)` and `(B, H)` to `(B, H)`, or each without B."""
        state = self._step(input, hx) if self.nonlinearity in ("tanh", "relu") else None
        return super().forward(input, hx) if state is None else state[0]


class GRUCell(_Cell, nn.GRUCell):
    """`torch.nn.GRUCell`, faster; the equations are those of `GRU`.

    Args, parameters, states and results are those of `torch.nn.GRUCell`.
    """

    _cell = "gru"

    def forward(self, input: Tensor, hx: Tensor | None = None) -> Tensor:
        """Take one step: `(B, I)` and `(B, H)` to `(B, H)`, or each without B."""
        state = self._step(input, hx)
        return super().forward(input, hx) if state is None else state[0]


class LSTMCell(_Cell, nn.LSTMCell):
    """`torch.nn.LSTMCell`, faster; the equations are those of `LSTM`.

    Args, parameters, states and results are those of `torch.nn.LSTMCell`.
    """

    _states, _cell = 2, "lstm"

    def forward(
        self, input: Tensor, hx: tuple[Tensor, Tensor] | None = None
    ) -> tuple[Tensor, Tensor]:
        """Take one step: `(B, I)` and h, c `(B, H)` each to the next h and c, or each without B."""
        state = self._step(input, hx)
        return super().forward(input, hx) if state is None else (state[0], state[1])
