"""What is seen of a module's recurrent layers while it is walked: every state of every call."""

from __future__ import annotations

from dataclasses import dataclass, field

from torch import Tensor

from elman.ops.recurrent.weights import Direction

__all__ = ["Track", "Walk"]


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
