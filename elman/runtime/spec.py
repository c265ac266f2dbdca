"""What a network is, as data: the closed description that training writes and the runtime reads."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal, get_args

__all__ = ["CELLS", "NO_CELL", "POOLS", "NetworkSpec"]

CellName = Literal["rnn", "gru", "lstm"]
CELLS: tuple[CellName, ...] = get_args(CellName)
"""The cells of a saved network, of those of `elman.cells`."""

NO_CELL: Literal["none"] = "none"
"""The cell of a network that is its linear part alone."""

PoolName = Literal["last", "mean", "max", "padded_last"]
POOLS: tuple[PoolName, ...] = get_args(PoolName)
"""How outputs of all steps become one vector. `padded_last` is the textbook trap, as a lesson."""


@dataclass(frozen=True)
class NetworkSpec:
    """Input vectors → recurrent stack → pooling over real steps → linear.

    A step is one row of floats, or one or several ids whose embeddings are added up: a word, say,
    and the pair it makes with the word before. Id 0 is padding; beside other ids it adds nothing.

    Tensors, named and shaped as torch's own (D directions, G gates, H hidden size):
    `embedding.weight (V, E)` when `vocabulary` > 0; `rnn.weight_ih_l{k}[_reverse] (G·H, I)`,
    `rnn.weight_hh_l{k}[_reverse] (G·H, H)`, `rnn.bias_ih_l{k}…`, `rnn.bias_hh_l{k}… (G·H,)`;
    `fc.weight (outputs, P)`, `fc.bias (outputs,)` where P = len(pools)·D·H + len(input_pools)·I.
    Of several members each has its own, with its number before the name: `0.embedding.weight`.
    Pools are concatenated in the order given, those of the inputs at the end; `last` is h_n: the
    last real step of the forward direction beside the first step of the backward direction. A
    sequence of no steps pools to 0.

    Beside it, or alone (cell "none"), may stand a linear part, a weight for each id of a step and
    each output: what it says of T steps is the sum of `linear.weight (linear, outputs)` over all
    their ids, divided by √T, plus `linear.bias (outputs,)`. Ids at the end of a step may be for it
    only, and so may ids beyond `vocabulary`: the recurrence reads them as 1, the unknown word, at
    the beginning of a step, and elsewhere as 0. Of steps that are vectors the linear part reads the
    last `linear` floats x, 0 before the first step: x `linear.weight` + `linear.bias`. With
    `dilations` x are instead the `linear` features of all steps that `runtime.convolutions` says,
    of `linear.channels (D, input_size, 84)` and `linear.thresholds (D, 84, thresholds)`.

    With `per_step` every step has an answer: `fc.weight (outputs, D·H)` reads its output of the
    last layer, there are no pools, and what the linear part says of step t is the sum over the ids
    of the steps from t - `linear_before` to t + `linear_after`, as far as there are such steps; of
    the steps around its own those ids that `linear_around` names. Its
    `linear.weight` then has `linear` rows for each of these places, the first one first. With
    `chain` what is said of neighbouring steps depends on each other: a linear-chain conditional
    random field (Lafferty et al. 2001) with `chain.weight (outputs, outputs)`, from row to column,
    and `chain.begin (outputs,)`, whose answers are the logarithms of posterior marginals.
    """

    cell: Literal["rnn", "gru", "lstm", "none"]
    hidden_size: int
    outputs: int
    vocabulary: int = 0
    """Rows of the embedding; 0 means that steps are vectors of `input_size` floats."""
    input_size: int = 1
    """Size of an input vector: the embedding's width, or the floats a step."""
    num_layers: int = 1
    bidirectional: bool = False
    pools: tuple[PoolName, ...] = ("last",)
    input_pools: tuple[Literal["mean", "max"], ...] = ()
    """Poolings of the input vectors themselves, which reach the head past the recurrence."""
    ids_per_step: int = 1
    """Ids that make one step, when `vocabulary` > 0."""
    members: int = 1
    """Networks of this shape, trained apart, whose outputs are averaged."""
    linear: int = 0
    """Ids, or floats at the end of the steps, that the linear part has a weight for; 0 is none."""
    linear_ids: int = 0
    """Further ids at the end of a step, that the linear part alone reads."""
    per_step: bool = False
    """Whether every step has an answer of its own, not the sequence as a whole."""
    linear_before: int = 0
    """Steps before its own that the linear part of a step reads."""
    linear_after: int = 0
    """Steps after its own that it reads; from 1 on there is no streaming."""
    linear_around: tuple[int, ...] = ()
    """Which ids of those steps it reads, by their places in a step; all where none is named."""
    chain: bool = False
    """Whether the answers to neighbouring steps depend on each other."""
    dilations: tuple[int, ...] = ()
    """Of steps that are vectors, those of the convolutions whose features the linear part reads."""
    thresholds: int = 0
    """Features of one kernel at one dilation."""

    @property
    def recurrent(self) -> bool:
        """Whether there is a recurrence, not the linear part alone."""
        return self.cell != NO_CELL

    @property
    def places(self) -> int:
        """Steps that the linear part of one step reads."""
        return self.linear_before + 1 + self.linear_after

    @property
    def alone(self) -> NetworkSpec:
        """One member of the recurrence, with nothing beside it and nothing on top."""
        own = replace(self, linear=0, linear_ids=0, linear_before=0, linear_after=0)
        own = replace(own, linear_around=(), dilations=(), thresholds=0)
        return replace(own, members=1, chain=False)
