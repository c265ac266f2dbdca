"""One layer on the fastest twin that computes it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from torch import Tensor

from elman.cells import GATES
from elman.errors import OptionError, did_you_mean
from elman.ops import twins
from elman.ops.recurrent import aten, cpu, gpu, half, reference
from elman.ops.twins import Choice, Twins

__all__ = ["TWINS", "choose", "explain_choice", "layer"]

TWINS: Twins = {"gpu": gpu, "half": half, "cpu": cpu, "aten": aten, "reference": reference}
"""Implementations of `layer`, fastest first."""


def explain_choice(
    cell: str,
    x: Tensor,
    *,
    weights: Sequence[Tensor],
    state: tuple[Tensor, ...],
    lengths: Tensor | None = None,
) -> Choice:
    """Say which twin `layer` runs for the same arguments, and why not a faster one."""
    return twins.explain(TWINS, cell, x, weights=weights, state=state, lengths=lengths)


def choose(
    cell: str,
    x: Tensor,
    *,
    weights: Sequence[Tensor],
    state: tuple[Tensor, ...],
    lengths: Tensor | None = None,
) -> str:
    """Return the name of the twin that `explain_choice` explains, and log each reason once."""
    return twins.choose(TWINS, cell, cell, x, weights=weights, state=state, lengths=lengths)


def layer(
    cell: str,
    x: Tensor,
    *,
    weights: Sequence[Tensor],
    state: tuple[Tensor, ...],
    lengths: Tensor | None = None,
    twin: str | None = None,
) -> tuple[Tensor, tuple[Tensor, ...]]:
    """Carry a state through the real steps of every row, in one direction or both.

    Args:
        cell: `rnn` (tanh), `rnn_relu`, `gru` or `lstm`; the equations are in `reference`.
        x: `(B, T, I)`, of any strides; rows shorter than T are padded at the end.
        weights: in torch's order, see `weights`; with those of two directions the second walks
            each row from its last real step to its first.
        state: before the first step: `(h_0,)`, for `lstm` `(h_0, c_0)`, `(D, B, H)` each.
        lengths: `(B,)` integers, real steps of each row, 0 to T; all T when left out. The cost is
            that of the real steps.
        twin: one of `TWINS` by name, instead of the fastest that can.

    Returns:
        Output `(B, T, D·H)`, 0 after a row's end, and the state after each row's last real step
        in the form of `state`; where a row has no step, the state given.

    Raises:
        OptionError: an unknown cell or twin, or one that does not compute this call.
    """
    if cell not in GATES:
        raise OptionError(f'There is no cell "{cell}". {did_you_mean(cell, GATES)}')
    arguments: dict[str, Any] = {"weights": weights, "state": state, "lengths": lengths}
    if twin is None:
        twin = twins.choose(TWINS, cell, cell, x, **arguments)
    else:
        twin = twins.named(TWINS, twin, cell, cell, x, **arguments)
    result: tuple[Tensor, tuple[Tensor, ...]] = TWINS[twin].layer(cell, x, **arguments)
    return result
