"""Drop-in `RNN`, `GRU` and `LSTM`: torch's own modules with a faster `forward`.

Parameters, their names, gate order, states, shapes and errors are torch's. What no fast twin
computes goes to `super().forward`; `explain_choice` of a layer says which runs and why.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import torch
import torch._dynamo
from torch import Tensor, nn
from torch.nn.functional import dropout
from torch.nn.utils.rnn import PackedSequence, pack_padded_sequence, pad_packed_sequence

from elman import ops
from elman.errors import InputError, OptionError
from elman.nn.lengths import checked_lengths
from elman.nn.trace import Trace, trace_direction
from elman.ops import TWINS, Choice
from elman.ops.cpu import layer_packed

__all__ = ["CELLS", "GRU", "LSTM", "RNN"]

# torch's compiler refuses every subclass of its RNN, GRU and LSTM unless it is told, before it sees
# the first, that they may be compiled. Ours are one operator each; its own it then unrolls.
torch._dynamo.config.allow_rnn = True

CELLS = {"RNN_TANH": "rnn", "RNN_RELU": "rnn_relu", "GRU": "gru", "LSTM": "lstm"}
"""Our name of a cell by the `mode` of torch's layer."""

State = Any
"""torch's: h `(L·D, B, H)`, for LSTM `(h, c)`."""


if TYPE_CHECKING:
    _Base = nn.RNNBase
else:
    _Base = object


class _Recurrent(_Base):
    """What the three share: torch's forward, with lengths, on `elman.ops`."""

    def forward(
        self,
        input: Tensor | PackedSequence,
        hx: State | None = None,
        *,
        lengths: Tensor | Sequence[int] | None = None,
    ) -> tuple[Any, State]:
        """Run all layers over all real steps.

        Args:
            input: `(T, B, I)`, `(B, T, I)` with `batch_first=True`, `(T, I)` unbatched, or a
                `PackedSequence`.
            hx: states before the first step, `(L·D, B, H)`; for LSTM `(h_0, c_0)`; zeros if None.
            lengths: `(B,)` real steps of each row, 0 to T, in any order; nothing is sorted or
                packed, and the cost is that of the real steps. Not with a `PackedSequence`.

        Returns:
            `output`, the last layer's state after every step, `(T, B, D·H)`, `(B, T, D·H)`,
            `(T, D·H)` or packed as the input was, 0 after a row's end; and the states after each
            row's last real step, in the form of `hx`. A row without steps keeps the state given.

        Raises:
            RuntimeError, ValueError: as torch's, a size or type that does not fit.
            InputError: lengths that do not fit.
        """
        if isinstance(input, PackedSequence):
            return self._forward_packed(input, hx, lengths)
        x, state, lengths, batched = self._prepared(input, hx, lengths)
        weights = [self._weights(depth) for depth in range(self.num_layers)]
        twin = self._twin(x, state, lengths, weights[0])
        if twin in ("aten", "reference"):
            return self._forward_torch(input, hx, lengths)
        output, ends = self._stack(x, state, lengths, weights, TWINS[twin].layer)
        return self._torch_form(*self._autocast(output, ends), batched)

    def step(self, x: Tensor, hx: State | None = None) -> tuple[Tensor, State]:
        """Take one step of a stream.

        Args:
            x: `(B, I)`, or `(I,)` unbatched.
            hx: as `forward` takes and this returns it; zeros if None.

        Returns:
            The output `(B, H)` or `(H,)`, and the states to go on from.

        Raises:
            OptionError: the layer goes both ways.
        """
        if self.bidirectional:
            raise OptionError(
                "step() goes left to right, and this layer reads both ways: its output at a step "
                "needs the whole sequence. Use forward(), or bidirectional=False."
            )
        time = 1 if self.batch_first and x.dim() == 2 else 0
        output, state = self.forward(x.unsqueeze(time), hx)
        return output.squeeze(time), state

    def trace(
        self,
        input: Tensor,
        hx: State | None = None,
        *,
        lengths: Tensor | Sequence[int] | None = None,
    ) -> list[list[Trace]]:
        """Return every state and gate of every step, by layer and direction.

        Arguments as of `forward`, without packing. Differentiable. Dropout is left out.
        """
        self._refuse_projection()
        x, state, lengths, _ = self._prepared(input, hx, lengths)
        real = (
            lengths
            if lengths is not None
            else x.new_full(x.shape[:1], x.shape[1], dtype=torch.int64)
        )
        D, traces = 1 + self.bidirectional, []
        for depth in range(self.num_layers):
            part = tuple(each[depth * D : depth * D + D] for each in state)
            output, _ = ops.layer(
                self._cell, x, weights=self._weights(depth), state=part, lengths=lengths
            )
            directions = ops.directions_of(self._weights(depth))
            traces.append(
                [
                    trace_direction(
                        self._cell,
                        x,
                        output[..., d * self.hidden_size : (d + 1) * self.hidden_size],
                        weights=weights,
                        state=tuple(each[d] for each in part),
                        lengths=real,
                        reverse=d == 1,
                    )
                    for d, weights in enumerate(directions)
                ]
            )
            x = output
        return traces

    def explain_choice(
        self,
        input: Tensor | PackedSequence,
        hx: State | None = None,
        *,
        lengths: Tensor | Sequence[int] | None = None,
    ) -> Choice:
        """Say which twin `forward` runs for these arguments, and why not a faster one."""
        if isinstance(input, PackedSequence):
            B, hidden = int(input.batch_sizes[0]), self._tuple(hx)
            state = self._zeros(B, input.data) if hidden is None else hidden
            return self._choice(input.data[None], state, None)
        x, state, lengths, _ = self._prepared(input, hx, lengths)
        return self._choice(x, state, lengths)

    def run_layer(self, depth: int, x: Tensor, lengths: Tensor | None = None) -> Tensor:
        """Return the output of one layer of the stack alone, from zero states.

        For stacks that put something of their own between layers.

        Args:
            depth: which layer, from 0.
            x: `(B, T, I)`, whatever `batch_first` says; I is D·H above the first layer.
            lengths: `(B,)`.
        """
        state = tuple(h[: 1 + self.bidirectional] for h in self._zeros(x.shape[0], x))
        return ops.layer(self._cell, x, weights=self._weights(depth), state=state, lengths=lengths)[
            0
        ]

    @property
    def _cell(self) -> str:
        return CELLS[self.mode]

    def _weights(self, depth: int) -> list[Tensor]:
        # By name, not from `_flat_weights`: a parametrised weight is then read anew.
        D, own = 1 + self.bidirectional, self._parameters
        names = self._all_weights[depth * D : depth * D + D]
        return [
            getattr(self, name) if (weight := own.get(name)) is None else weight
            for direction in names
            for name in direction
        ]

    def _zeros(self, B: int, like: Tensor) -> tuple[Tensor, ...]:
        L = self.num_layers * (1 + self.bidirectional)
        h = like.new_zeros(L, B, self.proj_size or self.hidden_size)
        if self._cell != "lstm":
            return (h,)
        return h, like.new_zeros(L, B, self.hidden_size) if self.proj_size else h

    def _prepared(
        self, input: Tensor, hx: State | None, lengths: Tensor | Sequence[int] | None
    ) -> tuple[Tensor, tuple[Tensor, ...], Tensor | None, bool]:
        """Batch-first input, states `(L·D, B, H)`, lengths, and whether it came as a batch."""
        if input.dim() not in (2, 3):
            raise ValueError(
                f"{type(self).__name__}: expected input of 2 dimensions (unbatched) or 3, "
                f"found shape {tuple(input.shape)}"
            )
        batched = input.dim() == 3
        x = input if batched else input[None]
        if batched and not self.batch_first:
            x = x.transpose(0, 1)
        B, T, features = x.shape
        if self.input_size != features:
            read = "(B, T, I)" if self.batch_first else "(T, B, I)"
            raise RuntimeError(
                f"input has {features} features, but {type(self).__name__}(input_size="
                f"{self.input_size}) expects {self.input_size}; its shape was "
                f"{tuple(input.shape)}, read as {read if batched else '(T, I)'}. "
                "input.size(-1) must be equal to input_size."
            )
        if hx is None:
            return x, self._zeros(B, x), self._checked(lengths, B, T), batched
        state = self._tuple(hx) or ()
        if not batched:
            state = tuple(part.unsqueeze(1) for part in state)
        expected = self._zeros(B, x.new_empty(0))
        for name, part, zeros in zip(("h_0", "c_0"), state, expected, strict=False):
            if part.shape != zeros.shape:
                raise RuntimeError(
                    f"Expected hidden size {tuple(zeros.shape)} of {name}, (layers · directions, "
                    f"batch, size), got {list(part.shape)}; input was {tuple(input.shape)} with "
                    f"batch_first={self.batch_first}."
                )
        return x, state, self._checked(lengths, B, T), batched

    def _tuple(self, hx: State | None) -> tuple[Tensor, ...] | None:
        """hx as a tuple of one tensor, or two of an LSTM."""
        if hx is None:
            return None
        lstm = self._cell == "lstm"
        state = tuple(hx) if lstm and not isinstance(hx, Tensor) else (hx,)
        if len(state) != 1 + lstm or not all(isinstance(part, Tensor) for part in state):
            expected = "the pair (h_0, c_0)" if lstm else "one tensor h_0"
            raise InputError(
                f"hx of {type(self).__name__} must be {expected}; found "
                f"{type(hx).__name__}{f' of {len(hx)}' if isinstance(hx, (tuple, list)) else ''}."
            )
        return state

    def _checked(self, lengths: Tensor | Sequence[int] | None, B: int, T: int) -> Tensor | None:
        return checked_lengths(lengths, B, T, batch_first=self.batch_first)

    def _choice(self, x: Tensor, state: tuple[Tensor, ...], lengths: Tensor | None) -> Choice:
        if self.proj_size:
            reason = f"proj_size={self.proj_size}: no fast twin projects the state"
            return Choice("aten", {"gpu": reason, "cpu": reason})
        D = 1 + self.bidirectional
        first = tuple(part[:D] for part in state)
        return ops.explain_choice(
            self._cell, x, weights=self._weights(0), state=first, lengths=lengths
        )

    def _twin(
        self,
        x: Tensor,
        state: tuple[Tensor, ...],
        lengths: Tensor | None,
        weights: list[Tensor],
    ) -> str:
        """The name of what `_choice` explains, sooner."""
        if self.proj_size:
            return "aten"
        D = 1 + self.bidirectional
        first = state if self.num_layers == 1 else tuple(part[:D] for part in state)
        return ops.choose(self._cell, x, weights=weights, state=first, lengths=lengths)

    def _stack(
        self,
        x: Tensor,
        state: tuple[Tensor, ...],
        lengths: Tensor | None,
        weights: list[list[Tensor]],
        layer: Callable[..., tuple[Tensor, tuple[Tensor, ...]]],
    ) -> tuple[Tensor, tuple[Tensor, ...]]:
        """All layers, batch-first."""
        if self.num_layers == 1:
            return layer(self._cell, x, weights=weights[0], state=state, lengths=lengths)
        D, ends = 1 + self.bidirectional, []
        for depth in range(self.num_layers):
            if depth and self.dropout and self.training:
                x = dropout(x, self.dropout)
            part = tuple(each[depth * D : depth * D + D] for each in state)
            x, end = layer(self._cell, x, weights=weights[depth], state=part, lengths=lengths)
            ends.append(end)
        return x, tuple(torch.cat(parts) for parts in zip(*ends, strict=True))

    def _autocast(self, output: Tensor, ends: tuple[Tensor, ...]) -> tuple[Tensor, Any]:
        """Results in the dtype torch's layers give under autocast: not GRU, nor packed LSTM."""
        device, packed = output.device.type, output.dim() == 2
        same = self._cell == "gru" or (self._cell == "lstm" and packed)
        if same or not torch.is_autocast_enabled(device):
            return output, ends
        dtype = torch.get_autocast_dtype(device)
        return output.to(dtype), tuple(end.to(dtype) for end in ends)

    def _torch_form(
        self, output: Tensor, ends: tuple[Tensor, ...], batched: bool
    ) -> tuple[Tensor, State]:
        if not batched:
            output, ends = output[0], tuple(end[:, 0] for end in ends)
        elif not self.batch_first:
            output = output.transpose(0, 1)
        return output, ends if self._cell == "lstm" else ends[0]

    def _forward_torch(
        self, input: Tensor, hx: State | None, lengths: Tensor | None
    ) -> tuple[Tensor, State]:
        """torch's own layer; with lengths, packed, which knows no empty row."""
        if lengths is None:
            result: tuple[Tensor, State] = super().forward(input, hx)
            return result
        batched = input.dim() == 3
        x = input if batched else input.unsqueeze(0 if self.batch_first else 1)
        if hx is not None and not batched:
            hx = tuple(p[:, None] for p in hx) if self._cell == "lstm" else hx[:, None]
        time = 1 if self.batch_first else 0
        B, T = x.shape[1 - time], x.shape[time]
        real = (lengths > 0).nonzero()[:, 0].to(x.device)
        state = self._zeros(B, x) if hx is None else tuple(hx) if self._cell == "lstm" else (hx,)
        D = 1 + self.bidirectional
        output = x.new_zeros(*x.shape[:2], D * (self.proj_size or self.hidden_size))
        if len(real):
            packed = pack_padded_sequence(
                x.index_select(1 - time, real),
                lengths[lengths > 0],
                batch_first=self.batch_first,
                enforce_sorted=False,
            )
            inner = tuple(part[:, real] for part in state)
            steps, ends = super().forward(packed, inner if self._cell == "lstm" else inner[0])
            padded, _ = pad_packed_sequence(steps, batch_first=self.batch_first, total_length=T)
            output = output.to(padded.dtype).index_copy(1 - time, real, padded)
            ends = ends if self._cell == "lstm" else (ends,)
            state = tuple(
                part.to(end.dtype).index_copy(1, real, end)
                for part, end in zip(state, ends, strict=True)
            )
        if not batched:
            output, state = output.squeeze(1 - time), tuple(part[:, 0] for part in state)
        return output, state if self._cell == "lstm" else state[0]

    def _forward_packed(
        self, packed: PackedSequence, hx: State | None, lengths: object
    ) -> tuple[PackedSequence, State]:
        if lengths is not None:
            raise InputError("A PackedSequence has its lengths in it; leave out lengths=.")
        self._tuple(hx)
        twin = self.explain_choice(packed, hx).twin
        if twin != "cpu" or packed.data.shape[-1] != self.input_size:
            result: tuple[PackedSequence, State] = super().forward(packed, hx)
            return result
        B = int(packed.batch_sizes[0])
        data, order = packed.data, packed.sorted_indices
        state = self._zeros(B, data)
        if hx is not None:
            self.check_forward_args(data, hx, packed.batch_sizes)
            state = self._tuple(hx) or ()
            if order is not None:
                state = tuple(part.index_select(1, order) for part in state)
        D, ends = 1 + self.bidirectional, []
        for depth in range(self.num_layers):
            if depth and self.dropout and self.training:
                data = dropout(data, self.dropout)
            part = tuple(each[depth * D : depth * D + D] for each in state)
            data, end = layer_packed(
                self._cell,
                data,
                weights=self._weights(depth),
                state=part,
                batch_sizes=packed.batch_sizes,
            )
            ends.append(end)
        after = tuple(torch.cat(parts) for parts in zip(*ends, strict=True))
        if packed.unsorted_indices is not None:
            after = tuple(part.index_select(1, packed.unsorted_indices) for part in after)
        data, after = self._autocast(data, after)
        return packed._replace(data=data), after if self._cell == "lstm" else after[0]

    def _refuse_projection(self) -> None:
        if self.proj_size:
            raise OptionError(f"trace() does not follow a projected state (proj_size="
                              f"{self.proj_size}).")  # fmt: skip


class RNN(_Recurrent, nn.RNN):
    """`torch.nn.RNN`, faster: h' = tanh(W_ih x + b_ih + W_hh h + b_hh), or max(0, ·).

    Args, parameters, states and results are those of `torch.nn.RNN`; `forward` also takes
    `lengths`, see there, and `step` and `trace` are added.

    >>> layer = RNN(3, 5, batch_first=True)
    >>> output, h_n = layer(torch.zeros(2, 7, 3), lengths=[7, 4])
    >>> output.shape, h_n.shape
    (torch.Size([2, 7, 5]), torch.Size([1, 2, 5]))

    References:
        Elman, "Finding Structure in Time", Cognitive Science 14, 1990.
    """


class GRU(_Recurrent, nn.GRU):
    """`torch.nn.GRU`, faster.

    r, z = σ(W_ih x + b_ih + W_hh h + b_hh); n = tanh(W_in x + b_in + r ⊙ (W_hn h + b_hn));
    h' = (1 − z) ⊙ n + z ⊙ h. Unlike the paper, and like torch, r acts after the product.

    Args, parameters, states and results are those of `torch.nn.GRU`; `forward` also takes
    `lengths`, see there, and `step` and `trace` are added.

    References:
        Cho et al., 2014, arXiv 1406.1078, equations 5-8.
    """


class LSTM(_Recurrent, nn.LSTM):
    """`torch.nn.LSTM`, faster.

    i, f, o = σ(W_ih x + b_ih + W_hh h + b_hh), g = tanh(…), in the order i f g o;
    c' = f ⊙ c + i ⊙ g; h' = o ⊙ tanh(c').

    Args, parameters, states and results are those of `torch.nn.LSTM`; `forward` also takes
    `lengths`, see there, and `step` and `trace` are added. With `proj_size` it is torch's own.

    References:
        Hochreiter & Schmidhuber, 1997; the forget gate of Gers et al., 2000.
    """
