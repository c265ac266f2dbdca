"""What is asked of recall: every option with its default and its sentence of help, once.

The command line is derived from it, so nothing heavy is imported here.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any

__all__ = ["DEFAULTS", "INITS", "PLACES", "Recall"]

PLACES = ("first", "anywhere")

DEFAULTS = {
    "rnn": "latch",
    "gru": "chrono",
    "lstm": "chrono",
    "mingru": "chrono",
    "minlstm": "chrono",
    "lru": "chrono",
}
"""Initial weights of each cell."""

INITS = ("torch", "orthogonal", "identity", "latch", "chrono")

_LINEAR = ("mingru", "minlstm", "lru")


def _option(default: Any, help: str) -> Any:
    return dataclasses.field(default=default, metadata={"help": help})


@dataclass(frozen=True)
class Recall:
    """What is asked of which net, and how it is trained. What has a help is an option."""

    cell: str = _option("rnn", "rnn, gru, lstm, mingru, minlstm or lru")
    steps: int = _option(500, "T: the symbol stands T − 1 steps back")
    init: str = _option(
        "", "torch, orthogonal, identity, latch or chrono [default: the cell's own]"
    )
    """One of `starts.INITS`; empty: the cell's own of `DEFAULTS`."""
    place: str = _option("first", "where the symbol stands: first, anywhere")
    grow: bool = _option(True, "begin with few steps")
    """Else train at the full length from the first step on."""
    vary: bool = _option(True, "let the length vary from batch to batch")
    """Draw each batch's length between half and all of the length at hand, so that the answer may
    not hang on how many steps there were: what is learned then holds at lengths never seen."""
    keep_orthogonal: bool = _option(False, "rnn: its recurrent weight, while trained")
    """Keep the recurrent weight of a plain RNN orthogonal by Cayley's map while it is trained."""
    hidden_size: int = _option(128, "units")
    batch_size: int = 64
    learning_rate: float = 0.0
    """Of Adam; 0: 0.001, of the linear cells 0.003."""
    clip_norm: float = 1.0
    seed: int = _option(0, "everything random follows from it")
    time_limit_s: float = _option(600.0, "train no longer than this, as 90s")
    most_train_steps: int | None = _option(None, "optimizer steps at most")
    """A limit that does not hang on the machine."""
    judge_on: int = 2000
    """Fresh sequences for the final figure."""

    @property
    def rate(self) -> float:
        return self.learning_rate or (0.003 if self.cell in _LINEAR else 0.001)

    @property
    def named_init(self) -> str:
        return self.init or DEFAULTS.get(self.cell, "torch")
