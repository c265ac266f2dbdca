"""Every state of every recurrent layer of a module, without a change to the module.

While `walking(module)` is open, the forward of each of its recurrent layers (torch's own or ours)
is one that keeps the states, and adds a zero ε_t to each of them. The gradient of a loss by ε_t is
then the total derivative δ_t = ∂ℓ/∂s_t, through this step's output and all steps after. Layers are
put back when the block is left, also by an exception.

But: a cell that a module calls step by step in a loop of its own (`nn.LSTMCell`) is not seen.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.functional import dropout, linear
from torch.nn.utils.rnn import PackedSequence, pad_packed_sequence

from elman.nn.linear_stack import LinearStack
from elman.ops.recurrent import reference
from elman.ops.recurrent.weights import Direction
from elman.ops.scan import scan

__all__ = ["Track", "Walk", "recurrent_layers", "swapped", "walking"]

_CELLS = {"RNN_TANH": "rnn", "RNN_RELU": "rnn_relu", "GRU": "gru", "LSTM": "lstm"}


@dataclass
class Track:
    """What one direction of one layer did, in one call. 0 after a row's end."""

    name: str
    """As `encoder.rnn l0`, with `reverse` for the second direction."""
    cell: str
    reverse: bool
    lengths: Tensor
    """`(B,)`."""
    x: Tensor
    """`(B, T, I)`."""
    states: tuple[Tensor, ...]
    """h, and of an LSTM c, after every step, `(B, T, H)` each; detached."""
    epsilons: tuple[Tensor, ...]
    """The zeros that were added, `(B, T, H)` each."""
    keep: Tensor | None
    """What a step keeps of the state: f, z, |a|; `(B, T, H)`. None of a plain RNN."""
    weights: Direction | None
    """None of a linear layer."""
    weight_hr: Tensor | None = None
    """Of an LSTM with a projection."""


@dataclass
class Walk:
    """What was seen while the block was open."""

    tracks: list[Track] = field(default_factory=list)
    lengths: Tensor | None = None
    """Real steps of each row `(B,)`, for layers that are not told."""
    hold_before_end: int | None = None
    """Call number whose outputs before each walk's last step are constants to the gradient."""
    calls: int = 0


def recurrent_layers(module: nn.Module) -> dict[str, nn.RNNBase | LinearStack]:
    """Return the recurrent layers of a module by name."""
    return {
        name or type(layer).__name__: layer
        for name, layer in module.named_modules()
        if isinstance(layer, nn.RNNBase | LinearStack)
    }


@contextmanager
def walking(
    module: nn.Module, lengths: Tensor | None = None, *, hold_before_end: int | None = None
) -> Iterator[Walk]:
    """Record all states of `module` while the block is open.

    Args:
        module: put back as it was.
        lengths: `(B,)` real steps of the rows. A layer that is not given any walks on through the
            padding, as without us, and its tracks end where the rows do.
        hold_before_end: number, from 0, of the call of a layer whose outputs before the last step
            of each walk are treated as constants, so that gradients reach earlier states through
            the recurrence alone.
    """
    walk = Walk(lengths=lengths, hold_before_end=hold_before_end)

    def methods(name: str, layer: nn.RNNBase | LinearStack) -> dict[str, Any]:
        stack = _Stack(walk, name, layer)
        return {"forward": stack.forward, "run_layer": stack.run_layer}

    with swapped(module, methods):
        yield walk


@contextmanager
def swapped(
    module: nn.Module, methods: Callable[[str, nn.RNNBase | LinearStack], dict[str, Any]]
) -> Iterator[None]:
    """Give every recurrent layer other methods while the block is open, and its own back after.

    Args:
        module: left as it was, also by an exception.
        methods: (name, layer) → new methods by name; those a layer does not have are left out.
    """
    before: list[tuple[nn.Module, str, Any]] = []
    try:
        for name, layer in recurrent_layers(module).items():
            for method, new in methods(name, layer).items():
                if hasattr(layer, method):
                    before.append((layer, method, layer.__dict__.get(method)))
                    layer.__dict__[method] = new
        yield
    finally:
        for part, method, old in before:
            if old is None:
                part.__dict__.pop(method, None)
            else:
                part.__dict__[method] = old


class _Stack:
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
        cell, suffix = _CELLS[layer.mode], f"l{depth}" + "_reverse" * d
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
