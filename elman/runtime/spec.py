"""What a network is, as data: the closed description that training writes and the runtime reads."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

__all__ = ["CELLS", "POOLS", "NetworkSpec"]

CellName = Literal["rnn", "gru", "lstm"]
CELLS: tuple[CellName, ...] = get_args(CellName)
"""The cells of a saved network, of those of `elman.cells`."""

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
    """

    cell: CellName
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
