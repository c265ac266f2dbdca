"""The recurrent cells by name, and what each is made of."""

from __future__ import annotations

__all__ = ["GATES", "STATES"]

GATES = {"rnn": 1, "rnn_relu": 1, "gru": 3, "lstm": 4}
"""Rows of `weight_ih` per hidden unit, in torch's gate order: gru r z n, lstm i f g o.

`rnn` is the plain network of Elman (1990), with tanh, and `rnn_relu` the same with max(0, ·).
"""

STATES = {"rnn": 1, "rnn_relu": 1, "gru": 1, "lstm": 2}
"""Vectors carried from step to step: h, and the LSTM's c."""
