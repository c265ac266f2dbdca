"""The initial weights that recall can begin with, by name and cell."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

from elman.nn import GRU, LRU, LSTM, RNN, init, minGRU, minLSTM

__all__ = ["CELLS", "INITS"]

CELLS: dict[str, Any] = {
    "rnn": RNN, "gru": GRU, "lstm": LSTM, "mingru": minGRU, "minlstm": minLSTM, "lru": LRU
}  # fmt: skip


def _latch(rnn: Any, gain: float) -> None:
    _small(rnn)
    init.latch_(rnn, gain)


def _small(rnn: Any) -> None:
    init.initialise(rnn)
    init.input_(rnn, 0.1)


def _chrono(rnn: Any, steps: int) -> None:
    init.chrono_(rnn, max(3, steps))


def _slow(rnn: Any, steps: int) -> None:
    # a linear state has no rest points: it must lose next to nothing over all the steps
    init.chrono_(rnn, max(3, 10 * steps))


_Start: TypeAlias = Callable[[Any, int], None]
"""(recurrent layer, steps to remember) → its weights, in place."""

INITS: dict[str, dict[str, _Start]] = {
    "torch": dict.fromkeys(CELLS, lambda rnn, steps: None),
    "orthogonal": dict.fromkeys(("rnn", "gru", "lstm"), lambda rnn, steps: _small(rnn)),
    "identity": dict.fromkeys(("rnn", "gru", "lstm"), lambda rnn, steps: _latch(rnn, 1.0)),
    "latch": {
        "rnn": lambda rnn, steps: _latch(rnn, 1.5),
        "gru": lambda rnn, steps: _latch(rnn, 4.0),
        "lstm": lambda rnn, steps: _latch(rnn, 4.0),
    },
    "chrono": {
        "gru": _chrono,
        "lstm": _chrono,
        "mingru": _slow,
        "minlstm": _slow,
        "lru": _slow,
    },
}
"""Initial weights by name and cell."""
