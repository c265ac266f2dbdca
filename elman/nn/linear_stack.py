"""A stack of recurrent layers whose state is linear in the state before.

What a step keeps and what it adds is worked out for all steps at once; all that is left to do in
order is h' = a ⊙ h + x, the scan of `elman.ops.scan`. A kind of layer says what a and x are, and
what it emits; see `minimal` and `lru`.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.functional import dropout
from torch.nn.utils.rnn import PackedSequence

from elman.errors import InputError, OptionError
from elman.nn.lengths import checked_lengths
from elman.ops.scan import scan

__all__ = ["LinearStack"]


class LinearStack(nn.Module):
    """Layers, directions, lengths and single steps; a subclass adds parameters and equations."""

    _complex = False
    """Whether the state is."""

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        num_layers: int = 1,
        *,
        batch_first: bool = False,
        dropout: float = 0.0,
        bidirectional: bool = False,
    ) -> None:
        super().__init__()
        for name, size in (("hidden_size", hidden_size), ("num_layers", num_layers)):
            if size < 1:
                raise OptionError(f"{name} must be at least 1; it is {size}")
        if not 0 <= dropout <= 1:
            raise OptionError(f"dropout is a probability, from 0 to 1; it is {dropout}")
        if dropout and num_layers == 1:
            warnings.warn(
                f"dropout={dropout} acts between layers, and num_layers=1: it does nothing",
                stacklevel=3,
            )
        self.input_size = input_size
        self.hidden_size = hidden_size
        self.num_layers = num_layers
        self.batch_first = batch_first
        self.dropout = dropout
        self.bidirectional = bidirectional

    def forward(
        self,
        x: Tensor,
        h_0: Tensor | None = None,
        *,
        lengths: Tensor | Sequence[int] | None = None,
    ) -> tuple[Tensor, Tensor]:
        """Run all layers over all real steps.

        Args:
            x: `(T, B, I)`, `(B, T, I)` with `batch_first=True`, or `(T, I)` unbatched.
            h_0: states before the first step, `(L·D, B, H)`, or `(L·D, H)` unbatched; zeros if
                None.
            lengths: `(B,)` real steps of each row, 0 to T, in any order; all T if None. What the
                padding holds is not read.

        Returns:
            The last layer's output at every step, `(T, B, D·H)`, `(B, T, D·H)` or `(T, D·H)` as
            the input was, 0 after a row's end; and the states after each row's last real step, in
            the form of `h_0`. A row without steps keeps the state given.

        Raises:
            InputError: a size, lengths or states that do not fit, or a `PackedSequence`.
        """
        self._check_input(x, (2, 3), "x")
        batched = x.dim() == 3
        x = x[None] if not batched else x if self.batch_first else x.transpose(0, 1)
        B, T, _ = x.shape
        state = self._state(h_0, B, batched)  # (L·D, B, H)
        lengths = checked_lengths(lengths, B, T, batch_first=self.batch_first)
        real = None
        if lengths is not None:
            real = torch.arange(T, device=x.device) < lengths.to(x.device)[:, None]
            real = real[:, :, None]  # (B, T, 1)
            x = torch.where(real, x, 0)
        ends: list[Tensor] = []
        for depth in range(self.num_layers):
            x = self._dropped(x, depth)
            outputs: list[Tensor] = []
            for name in self._names(depth):
                a, added = self._terms(x, name)
                before = None if state is None else state[len(ends)].to(added.dtype)
                reverse = len(outputs) == 1
                h, h_n = scan(a, added, before, lengths=lengths, reverse=reverse)
                output = self._emit(h, x, name)
                if real is not None and output is not h:
                    output = torch.where(real, output, 0)
                outputs.append(output)
                ends.append(h_n)
            x = torch.cat(outputs, 2) if self.bidirectional else outputs[0]
        after = torch.stack(ends)
        if not batched:
            return x[0], after[:, 0]
        # By time, as torch lays its results out: a program that views those goes on with ours.
        output = x.transpose(0, 1).contiguous()  # (T, B, D·H)
        return (output.transpose(0, 1) if self.batch_first else output), after

    def step(self, x: Tensor, state: Tensor | None = None) -> tuple[Tensor, Tensor]:
        """Take one step of a stream.

        Args:
            x: `(B, I)`, or `(I,)` unbatched.
            state: `(L, B, H)`, or `(L, H)` unbatched; zeros if None.

        Returns:
            The output `(B, H)` or `(H,)`, and the state to go on from.

        Raises:
            InputError: a size or state that does not fit.
            OptionError: the layer goes both ways.
        """
        if self.bidirectional:
            raise OptionError(
                "step() goes left to right, and this layer reads both ways: its output at a step "
                "needs the whole sequence. Use forward(), or bidirectional=False."
            )
        self._check_input(x, (1, 2), "x of a step")
        batched = x.dim() == 2
        before = self._state(state, x.shape[0] if batched else 1, batched)  # (L, B, H)
        ends: list[Tensor] = []
        for depth in range(self.num_layers):
            x = self._dropped(x, depth)
            (name,) = self._names(depth)
            a, h = self._terms(x, name)
            if before is not None:
                h = a * (before[depth] if batched else before[depth, 0]) + h
            x = self._emit(h, x, name)
            ends.append(h)
        return x, torch.stack(ends)

    def extra_repr(self) -> str:
        options = {"num_layers": 1, "batch_first": False, "dropout": 0.0, "bidirectional": False}
        options |= self._options()
        changed = [
            f"{name}={getattr(self, name)}"
            for name, default in options.items()
            if getattr(self, name) != default
        ]
        return ", ".join([str(self.input_size), str(self.hidden_size), *changed])

    def _options(self) -> dict[str, Any]:
        """Further constructor arguments, and their defaults."""
        return {}

    def _terms(self, x: Tensor, name: str) -> tuple[Tensor, Tensor]:
        """a `(…, H)` or `(H,)`, and what is added `(…, H)`, from x `(…, I)`."""
        raise NotImplementedError

    def _emit(self, h: Tensor, x: Tensor, name: str) -> Tensor:
        """The output `(…, H)` from the state `(…, H)` and the input `(…, I)`."""
        return h

    def _names(self, depth: int) -> list[str]:
        """What the names of the parameters of one layer end with, direction by direction."""
        return [f"l{depth}", f"l{depth}_reverse"][: 1 + self.bidirectional]

    def _inputs(self, depth: int) -> int:
        return (1 + self.bidirectional) * self.hidden_size if depth else self.input_size

    def _dropped(self, x: Tensor, depth: int) -> Tensor:
        return dropout(x, self.dropout, self.training) if depth and self.dropout else x

    def _check_input(self, x: Tensor, dims: tuple[int, int], what: str) -> None:
        kind = type(self).__name__
        if isinstance(x, PackedSequence):
            raise InputError(
                f"{kind} takes padded sequences and lengths=, not a PackedSequence; "
                "torch.nn.utils.rnn.pad_packed_sequence gives both."
            )
        if x.dim() not in dims:
            raise InputError(
                f"{what} must have {dims[0]} dimensions (unbatched) or {dims[1]}; its shape is "
                f"{tuple(x.shape)}"
            )
        if x.shape[-1] != self.input_size:
            raise InputError(
                f"{what} has {x.shape[-1]} features, but {kind}(input_size={self.input_size}) "
                f"expects {self.input_size}; its shape is {tuple(x.shape)}"
            )

    def _state(self, h_0: Tensor | None, B: int, batched: bool) -> Tensor | None:
        if h_0 is None:
            return None
        L = self.num_layers * (1 + self.bidirectional)
        expected = (L, B, self.hidden_size) if batched else (L, self.hidden_size)
        if h_0.shape != expected:
            raise InputError(
                f"the state must be {expected}, (layers · directions, batch, size); it is "
                f"{tuple(h_0.shape)}, with batch_first={self.batch_first}"
            )
        if h_0.is_complex() != self._complex:
            kind = "complex" if self._complex else "real"
            raise InputError(f"the state must be {kind}; it is {h_0.dtype}")
        return h_0 if batched else h_0[:, None]
