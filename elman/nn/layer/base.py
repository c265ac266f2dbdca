"""What `RNN`, `GRU` and `LSTM` share: torch's forward, with lengths, on `elman.ops`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Generic, TypeVar, overload

import torch
from torch import Tensor, nn
from torch.nn.functional import dropout
from torch.nn.utils.rnn import PackedSequence

from elman import ops
from elman.errors import InputError, OptionError
from elman.nn.layer.by_torch import forward_by_lengths
from elman.nn.layer.compiling import compile_whole, not_unrolled
from elman.nn.layer.forms import as_torch_gives, prepared, states_of, zeros
from elman.nn.layer.quantizing import quantize_as_torchs
from elman.nn.layer.stepped import one_step, sequence_of_one
from elman.nn.layer.torchs import scriptable
from elman.nn.trace import Trace, trace_layer
from elman.ops import TWINS, Choice
from elman.ops.plain import transforms
from elman.ops.recurrent.weights import MODES
from elman.ops.twins import choose

__all__ = ["Recurrent"]

S = TypeVar("S")

_PACKED = {name for name, twin in TWINS.items() if "layer_packed" in twin.__dict__}

if TYPE_CHECKING:

    class _Base(nn.RNNBase, Generic[S]):
        """What every layer of torch is, too."""

else:

    class _Base:
        # A class that typing makes generic could not become torch's by assignment, nor back.
        def __class_getitem__(cls, state: object) -> type:
            return cls


class Recurrent(_Base[S]):
    """A layer of torch that runs on ours; S is the form of its states.

    Parameters, their names, gate order, states, shapes and errors are torch's. What no fast twin
    computes goes to `super().forward`; `explain_choice` says which runs and why.
    """

    @overload
    def forward(
        self,
        input: Tensor,
        hx: S | None = None,
        *,
        lengths: Tensor | Sequence[int] | None = None,
    ) -> tuple[Tensor, S]: ...

    @overload
    def forward(
        self, input: PackedSequence, hx: S | None = None, *, lengths: None = None
    ) -> tuple[PackedSequence, S]: ...

    def forward(
        self,
        input: Tensor | PackedSequence,
        hx: S | None = None,
        *,
        lengths: Tensor | Sequence[int] | None = None,
    ) -> tuple[Tensor | PackedSequence, S]:
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
        if lengths is None and (stepped := sequence_of_one(self, input, hx)):
            return stepped
        x, state, real, batched = prepared(self, input, hx, lengths)
        weights = [self._weights(depth) for depth in range(self.num_layers)]
        twin = self._twin(x, state, real, weights[0])
        if twin == "aten":
            result: tuple[Tensor, S]
            if real is not None:
                run = not_unrolled(forward_by_lengths)
                result = run(self, super().forward, input, hx, real)
            else:
                result = not_unrolled(super().forward)(input, hx)
            return result
        output, ends = self._stack(TWINS[twin].layer, x, state, weights, lengths=real)
        return as_torch_gives(self, output, ends, batched=batched)

    if TYPE_CHECKING:

        @overload
        def __call__(
            self,
            input: Tensor,
            hx: S | None = None,
            *,
            lengths: Tensor | Sequence[int] | None = None,
        ) -> tuple[Tensor, S]: ...

        @overload
        def __call__(
            self, input: PackedSequence, hx: S | None = None, *, lengths: None = None
        ) -> tuple[PackedSequence, S]: ...

        def __call__(self, *args: Any, **options: Any) -> Any: ...

    def step(self, x: Tensor, hx: S | None = None) -> tuple[Tensor, S]:
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
        rows = x.shape[0] if x.dim() == 2 else None
        if x.dim() in (1, 2) and (stepped := one_step(self, x, hx, rows)):
            return stepped[0].squeeze(0), stepped[1]
        time = 1 if self.batch_first and x.dim() == 2 else 0
        output, state = self.forward(x.unsqueeze(time), hx)
        return output.squeeze(time), state

    def trace(
        self,
        input: Tensor,
        hx: S | None = None,
        *,
        lengths: Tensor | Sequence[int] | None = None,
    ) -> list[list[Trace]]:
        """Return every state and gate of every step, by layer and direction.

        Arguments as of `forward`, without packing. Differentiable. Dropout is left out.
        """
        if self.proj_size:
            raise OptionError(
                f"trace() does not follow a projected state (proj_size={self.proj_size})."
            )
        x, state, real, _ = prepared(self, input, hx, lengths)
        traces = []
        for depth in range(self.num_layers):
            weights, part = self._weights(depth), self._part(state, depth)
            output, _ = ops.layer(self._cell, x, weights=weights, state=part, lengths=real)
            traces.append(
                trace_layer(self._cell, x, output, weights=weights, state=part, lengths=real)
            )
            x = output
        return traces

    def explain_choice(
        self,
        input: Tensor | PackedSequence,
        hx: S | None = None,
        *,
        lengths: Tensor | Sequence[int] | None = None,
    ) -> Choice:
        """Say which twin `forward` runs for these arguments, and why not a faster one."""
        if isinstance(input, PackedSequence):
            x, real = input.data[None], input.batch_sizes if transforms() else None
            rows = int(input.batch_sizes[0])
            state = zeros(self, rows, x) if hx is None else states_of(self, hx, x)
        else:
            x, state, real, _ = prepared(self, input, hx, lengths)
        if self.proj_size:
            reason = f"proj_size={self.proj_size}: no fast twin projects the state"
            return Choice("aten", dict.fromkeys(list(TWINS)[: list(TWINS).index("aten")], reason))
        weights, first = self._weights(0), self._part(state, 0)
        return ops.explain_choice(self._cell, x, weights=weights, state=first, lengths=real)

    __prepare_scriptable__ = scriptable

    def run_layer(self, depth: int, x: Tensor, lengths: Tensor | None = None) -> Tensor:
        """Return the output of one layer of the stack alone, from zero states.

        For stacks that put something of their own between layers.

        Args:
            depth: which layer, from 0.
            x: `(B, T, I)`, whatever `batch_first` says; I is D·H above the first layer.
            lengths: `(B,)`.
        """
        state, weights = self._part(zeros(self, x.shape[0], x), 0), self._weights(depth)
        return ops.layer(self._cell, x, weights=weights, state=state, lengths=lengths)[0]

    @property
    def _cell(self) -> str:
        return MODES[self.mode]

    def _weights(self, depth: int) -> list[Tensor]:
        # By name, not from `_flat_weights`: a parametrised weight is then read anew.
        D, own = 1 + self.bidirectional, self._parameters
        names = self._all_weights[depth * D : depth * D + D]
        return [
            getattr(self, name) if (weight := own.get(name)) is None else weight
            for direction in names
            for name in direction
        ]

    def _part(self, state: tuple[Tensor, ...], depth: int) -> tuple[Tensor, ...]:
        """The states of one layer."""
        if self.num_layers == 1:
            return state
        D = 1 + self.bidirectional
        return tuple(each[depth * D : depth * D + D] for each in state)

    def _twin(
        self,
        x: Tensor,
        state: tuple[Tensor, ...],
        lengths: Tensor | None,
        weights: list[Tensor],
    ) -> str:
        """The name of what `explain_choice` explains, sooner."""
        if self.proj_size:
            if "Vmap" in transforms():
                raise OptionError(
                    f"A projected state (proj_size={self.proj_size}) under torch.func.vmap has no "
                    "implementation, torch's nor ours: loop over the batches, or leave it out."
                )
            return "aten"
        cell, first = self._cell, self._part(state, 0)
        return choose(TWINS, cell, cell, x, weights=weights, state=first, lengths=lengths)

    def _stack(
        self,
        layer: Callable[..., tuple[Tensor, tuple[Tensor, ...]]],
        x: Tensor,
        state: tuple[Tensor, ...],
        weights: list[list[Tensor]],
        **steps: Tensor | None,
    ) -> tuple[Tensor, tuple[Tensor, ...]]:
        """All layers; `steps` says to each which are real."""
        if self.num_layers == 1:
            return layer(self._cell, x, weights=weights[0], state=state, **steps)
        ends = []
        for depth in range(self.num_layers):
            if depth and self.dropout and self.training:
                x = dropout(x, self.dropout)
            part = self._part(state, depth)
            x, end = layer(self._cell, x, weights=weights[depth], state=part, **steps)
            ends.append(end)
        return x, tuple(torch.cat(parts) for parts in zip(*ends, strict=True))

    def _forward_packed(
        self, packed: PackedSequence, hx: S | None, lengths: object
    ) -> tuple[PackedSequence, S]:
        if lengths is not None:
            raise InputError("A PackedSequence has its lengths in it; leave out lengths=.")
        data, order = packed.data, packed.sorted_indices
        twin = self.explain_choice(packed, hx).twin
        if twin not in _PACKED or data.shape[-1] != self.input_size:
            result: tuple[PackedSequence, S] = not_unrolled(super().forward)(packed, hx)
            return result
        if hx is None:
            state = zeros(self, int(packed.batch_sizes[0]), data)
        else:
            self.check_forward_args(data, hx, packed.batch_sizes)  # type: ignore[arg-type]
            state = states_of(self, hx, data)
            if order is not None:
                state = tuple(part.index_select(1, order) for part in state)
        weights = [self._weights(depth) for depth in range(self.num_layers)]
        run = TWINS[twin].layer_packed
        data, ends = self._stack(run, data, state, weights, batch_sizes=packed.batch_sizes)
        if packed.unsorted_indices is not None:
            ends = tuple(part.index_select(1, packed.unsorted_indices) for part in ends)
        data, after = as_torch_gives(self, data, ends)
        return packed._replace(data=data), after


compile_whole(Recurrent)
quantize_as_torchs(Recurrent)
