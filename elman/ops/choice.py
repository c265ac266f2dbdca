"""One layer on the fastest twin that computes it, and why it was that one."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import torch
from torch import Tensor

from elman.errors import OptionError, did_you_mean
from elman.ops import aten, cpu, gpu, reference
from elman.ops.cells import GATES

__all__ = ["TWINS", "Choice", "choose", "explain_choice", "layer"]

TWINS: dict[str, Any] = {
    "gpu": gpu,
    "cpu": cpu,
    "aten": aten,
    "reference": reference,
}
"""Implementations of one function, fastest first.

Each has `layer` and `supports`, and may have `advises_against`: why it is not chosen where nobody
named it, though it could compute the call.
"""

_log = logging.getLogger("elman.ops")


@dataclass(frozen=True)
class Choice:
    """Which twin runs a call, and why none before it in `TWINS` does."""

    twin: str
    reasons: dict[str, str]
    """What each faster twin lacks for this call."""

    def __str__(self) -> str:
        return "; ".join([self.twin, *(f"not {name}: {why}" for name, why in self.reasons.items())])


def explain_choice(
    cell: str,
    x: Tensor,
    *,
    weights: Sequence[Tensor],
    state: tuple[Tensor, ...],
    lengths: Tensor | None = None,
) -> Choice:
    """Say which twin `layer` runs for the same arguments, and why not a faster one."""
    reasons = dict(_reasons(cell, x, weights, state, lengths))
    return Choice(next(name for name in TWINS if name not in reasons), reasons)


def choose(
    cell: str,
    x: Tensor,
    *,
    weights: Sequence[Tensor],
    state: tuple[Tensor, ...],
    lengths: Tensor | None = None,
) -> str:
    """Return the name of the twin that `explain_choice` explains, and log each reason once."""
    passed = 0
    for name, reason in _reasons(cell, x, weights, state, lengths):
        passed += 1
        if not torch.compiler.is_compiling():
            _say_once(cell, name, reason)
    return _NAMES[passed]


_NAMES = tuple(TWINS)


def _reasons(
    cell: str,
    x: Tensor,
    weights: Sequence[Tensor],
    state: tuple[Tensor, ...],
    lengths: Tensor | None,
) -> Iterator[tuple[str, str]]:
    """Each twin before the chosen one, and why it is passed over."""
    for name, twin in TWINS.items():
        reason = twin.supports(cell, x, weights=weights, state=state, lengths=lengths)
        if reason is None and hasattr(twin, "advises_against"):
            reason = twin.advises_against(cell, x, weights=weights, state=state, lengths=lengths)
        if reason is None:
            return
        yield name, reason


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
        cell: `rnn` (tanh), `rnn_relu`, `gru` or `lstm`; the equations are in `ops.reference`.
        x: `(B, T, I)`, of any strides; rows shorter than T are padded at the end.
        weights: in torch's order, see `ops.cells`; with those of two directions the second walks
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
        twin = choose(cell, x, **arguments)
    elif twin not in TWINS:
        raise OptionError(f'There is no twin "{twin}". {did_you_mean(twin, TWINS)}')
    elif reason := TWINS[twin].supports(cell, x, **arguments):
        raise OptionError(f'Twin "{twin}" does not compute this {cell}: {reason}.')
    result: tuple[Tensor, tuple[Tensor, ...]] = TWINS[twin].layer(cell, x, **arguments)
    return result


@cache
def _say_once(cell: str, twin: str, reason: str) -> None:
    _log.info("%s does not run on %s: %s", cell, twin, reason)
