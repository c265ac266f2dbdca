"""The forward of a recurrent layer, step by step, with its states in sight.

It gives what the layer's own forward gives: of torch's layers and ours, of tensors and packed
sequences, in both directions, from any state.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.functional import dropout, linear
from torch.nn.utils.rnn import PackedSequence, pad_packed_sequence

from elman.memory.measures.track import Track, Walk
from elman.nn.linear_stack import LinearStack
from elman.ops.recurrent import reference
from elman.ops.recurrent.weights import MODES, Direction
from elman.ops.scan import scan

__all__ = ["WalkedLayer"]


class WalkedLayer:
    """The forward of one layer object, with its states in sight."""

    def __init__(self, walk: Walk, name: str, layer: nn.RNNBase | LinearStack) -> None:
        self.walk, self.name, self.layer = walk, name, layer
        self.linear = isinstance(layer, LinearStack)
        self.D = 1 + int(layer.bidirectional)
        self.told = True

    def forward(self, input: Any, hx: Any = None, *, lengths: Any = None) -> tuple[Any, Any]:
        """As the layer's own `forward`, of tensors or a `PackedSequence`."""
        if isinstance(input, PackedSequence):
            x, lengths = pad_packed_sequence(input, batch_first=True)
            output, end = self._all(x, hx, lengths)
            order = input.sorted_indices
            rows = output if order is None else output[order]
            data = [rows[: int(n), t] for t, n in enumerate(input.batch_sizes)]
            return input._replace(data=torch.cat(data)), end
        batched = input.dim() == 3
        x = input if batched else input[None]
        x = x.transpose(0, 1) if batched and not self.layer.batch_first else x
        if hx is not None and not batched:
            hx = tuple(p[:, None] for p in hx) if isinstance(hx, tuple) else hx[:, None]
        output, end = self._all(x, hx, lengths)
        if not batched:
            drop = tuple(p[:, 0] for p in end) if isinstance(end, tuple) else end[:, 0]
            return output[0], drop
        return (output if self.layer.batch_first else output.transpose(0, 1)), end

    def run_layer(self, depth: int, x: Tensor, lengths: Tensor | None = None) -> Tensor:
        """As `elman.nn`'s `run_layer`."""
        output, _ = self._layer(depth, x, self._lengths(x, lengths), None)
        return output

    def _all(self, x: Tensor, hx: Any, lengths: Any) -> tuple[Tensor, Any]:
        real = self._lengths(x, lengths)
        state = None if hx is None else hx if isinstance(hx, tuple) else (hx,)
        ends: list[tuple[Tensor, ...]] = []
        for depth in range(self.layer.num_layers):
            if depth and self.layer.dropout and self.layer.training:
                x = dropout(x, self.layer.dropout)
            own = (
                None if state is None else [p[depth * self.D : (depth + 1) * self.D] for p in state]
            )
            x, end = self._layer(depth, x, real, own)
            ends += end
        after = tuple(torch.stack(parts) for parts in zip(*ends, strict=True))
        return x, after if len(after) > 1 else after[0]

    def _lengths(self, x: Tensor, lengths: Any) -> Tensor:
        """Steps of each row that the layer walks `(B,)`."""
        self.told = lengths is not None
        if lengths is None:
            return torch.full(x.shape[:1], x.shape[1])
        return torch.as_tensor(lengths).to("cpu", torch.int64)

    def _ends(self, x: Tensor, lengths: Tensor) -> Tensor:
        """Steps of each row that are real `(B,)`."""
        known = self.walk.lengths
        if self.told or known is None or len(known) != len(x) or int(known.max()) > x.shape[1]:
            return lengths
        return known

    def _layer(
        self, depth: int, x: Tensor, lengths: Tensor, state: list[Tensor] | None
    ) -> tuple[Tensor, list[tuple[Tensor, ...]]]:
        """All directions of one layer: the output `(B, T, D·H)` and the states at the ends."""
        T = x.shape[1]
        real = torch.arange(T) < lengths[:, None]  # (B, T)
        x = torch.where(real[:, :, None], x, 0)
        hold = self.walk.hold_before_end == self.walk.calls
        self.walk.calls += 1
        outputs: list[Tensor] = []
        ends: list[tuple[Tensor, ...]] = []
        for d in range(self.D):
            before = None if state is None else tuple(p[d] for p in state)
            step = self._linear if self.linear else self._gated
            output, end = step(depth, d, x, lengths, real, before)
            if hold:
                ends_at = (self._ends(x, lengths) - 1).clamp(min=0)
                last = torch.zeros_like(ends_at) if d else ends_at
                at_end = torch.arange(T) == last[:, None]
                output = torch.where(at_end[:, :, None], output, output.detach())
            outputs.append(output)
            ends.append(end)
        return torch.cat(outputs, 2), ends

    def _gated(
        self,
        depth: int,
        d: int,
        x: Tensor,
        lengths: Tensor,
        real: Tensor,
        state: tuple[Tensor, ...] | None,
    ) -> tuple[Tensor, tuple[Tensor, ...]]:
        """RNN, GRU, LSTM: one step of the reference after the other."""
        layer, (B, T, _) = self.layer, x.shape
        assert isinstance(layer, nn.RNNBase)
        cell, suffix = MODES[layer.mode], f"l{depth}" + "_reverse" * d
        weights = [getattr(layer, f"{part}_{suffix}") for part in ("weight_ih", "weight_hh")]
        bias = [
            getattr(layer, f"bias_{part}_{suffix}") if layer.bias else None for part in ("ih", "hh")
        ]
        direction = Direction(weights[0], weights[1], bias[0], bias[1])
        weight_hr = getattr(layer, f"weight_hr_{suffix}") if layer.proj_size else None
        sizes = [layer.proj_size or layer.hidden_size, layer.hidden_size][: 1 + (cell == "lstm")]
        if state is None:
            state = tuple(x.new_zeros(B, size) for size in sizes)
        epsilons = tuple(x.new_zeros(B, T, size).requires_grad_() for size in sizes)
        added = list(zip(*(e.unbind(1) for e in epsilons), strict=True))
        kept: list[tuple[Tensor, ...]] = [state] * T
        gates: list[Tensor | None] = [None] * T
        for t in reversed(range(T)) if d else range(T):
            after, letters = reference.step(cell, x[:, t], state, direction)
            if weight_hr is not None:
                after = (linear(after[0], weight_hr), after[1])
            here = real[:, t, None]
            after = tuple(a + e for a, e in zip(after, added[t], strict=True))
            state = tuple(torch.where(here, a, b) for a, b in zip(after, state, strict=True))
            kept[t] = tuple(torch.where(here, part, 0) for part in state)
            gates[t] = letters.get("f", letters.get("z"))
        stacked = [torch.stack(parts, 1) for parts in zip(*kept, strict=True)]
        keep = (
            torch.stack([g.detach() for g in gates if g is not None], 1)
            if gates[0] is not None
            else None
        )
        states = tuple(part.detach() for part in stacked)
        self._note(cell, suffix, d, lengths, x, states, epsilons, keep, direction, weight_hr)
        return stacked[0], state

    def _linear(
        self,
        depth: int,
        d: int,
        x: Tensor,
        lengths: Tensor,
        real: Tensor,
        state: tuple[Tensor, ...] | None,
    ) -> tuple[Tensor, tuple[Tensor, ...]]:
        """minGRU, minLSTM, LRU: what is added to the state takes the ε along."""
        layer = self.layer
        assert isinstance(layer, LinearStack)
        suffix = f"l{depth}" + "_reverse" * d
        a, added = layer._terms(x, suffix)
        epsilon = torch.zeros_like(added).requires_grad_()
        h_0 = None if state is None else state[0].to(added.dtype)
        h, end = scan(a, added + epsilon, h_0, lengths=lengths, reverse=bool(d))
        output = torch.where(real[:, :, None], layer._emit(h, x, suffix), 0)
        keep = a.detach().abs().expand(*added.shape)
        cell = type(layer).__name__
        self._note(cell, suffix, d, lengths, x, (h.detach(),), (epsilon,), keep, None, None)
        return output, (end,)

    def _note(
        self,
        cell: str,
        suffix: str,
        d: int,
        lengths: Tensor,
        x: Tensor,
        states: tuple[Tensor, ...],
        epsilons: tuple[Tensor, ...],
        keep: Tensor | None,
        weights: Direction | None,
        weight_hr: Tensor | None,
    ) -> None:
        name = f"{self.name} {suffix.replace('_', ' ')}"
        self.walk.tracks.append(
            Track(
                name,
                cell,
                d == 1,
                self._ends(x, lengths),
                x.detach(),
                states,
                epsilons,
                keep,
                weights,
                weight_hr,
            )
        )
