"""One direction of one recurrent layer in numpy, equal to torch.nn.RNN, GRU and LSTM.

With W the weights, b the biases, x the input and h, c the state before the step (torch's gate
order, and torch's two biases; σ is the logistic function, ⊙ the product element by element):

    rnn    h' = tanh(W_ih x + b_ih + W_hh h + b_hh)
    gru    r, z = σ(W_ih x + b_ih + W_hh h + b_hh)
           n = tanh(W_in x + b_in + r ⊙ (W_hn h + b_hn))
           h' = (1 − z) ⊙ n + z ⊙ h
    lstm   i, f, o = σ(…), g = tanh(…) in the order i f g o
           c' = f ⊙ c + i ⊙ g;  h' = o ⊙ tanh(c')

σ(a) is computed as ½ tanh(a/2) + ½, which cannot overflow. The halving is exact in floating point,
so it is done once, to the weights of those gates.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from elman.cells import GATES
from elman.runtime.arrays import Floats
from elman.runtime.recurrence.blocks import Chunk
from elman.runtime.recurrence.products import Matrix

__all__ = ["Cell", "CellState"]

SIGMOIDS = {"rnn": (), "gru": (0, 1), "lstm": (0, 1, 3)}
"""Which gates, in torch's order, are logistic."""


class CellState(NamedTuple):
    """What one direction of one layer carries from step to step, `(S, H, lanes)` each."""

    h: Floats
    c: Floats
    """The LSTM's cell state; zeros in other cells."""

    @classmethod
    def zeros(cls, groups: int, hidden_size: int, lanes: int) -> CellState:
        """The state before the first step."""
        h = np.zeros((groups, hidden_size, lanes), dtype=np.float32)
        return cls(h, h)

    def resized(self, groups: int) -> CellState:
        """Drop the groups that have ended, or add zeros for those that begin later."""
        if len(self.h) >= groups:
            return CellState(self.h[:groups], self.c[:groups])
        begin = np.zeros((groups - len(self.h), *self.h.shape[1:]), dtype=np.float32)
        return CellState(np.concatenate([self.h, begin]), np.concatenate([self.c, begin]))


class Cell:
    """The weights of one direction of one layer, and what they do to a state.

    Args:
        kind: `rnn`, `gru` or `lstm`; G is its number of gates.
        weight_ih: `(G·H, I)`.
        weight_hh: `(G·H, H)`.
        bias_ih: `(G·H,)`.
        bias_hh: `(G·H,)`.
    """

    def __init__(
        self, kind: str, *, weight_ih: Floats, weight_hh: Floats, bias_ih: Floats, bias_hh: Floats
    ) -> None:
        self.kind = kind
        self.hidden_size = H = weight_hh.shape[1]
        half = np.ones((GATES[kind], H, 1), dtype=np.float32)
        half[list(SIGMOIDS[kind])] = 0.5
        rows = half.reshape(-1, 1)
        self.weight_ih: Floats = rows * weight_ih
        self.input = Matrix(self.weight_ih)
        self.recurrent = Matrix(rows * weight_hh)
        self.bias_n = np.zeros((H, 1), dtype=np.float32)
        inside = bias_hh.copy()
        if kind == "gru":
            # The reset gate acts on W_hn h + b_hn, so this bias cannot join the input's.
            self.bias_n[:, 0] = bias_hh[2 * H :]
            inside[2 * H :] = 0
        self.bias: Floats = rows[:, 0] * (bias_ih + inside)

    def project(self, x: Floats) -> Floats:
        """What the input adds to every gate: `(T, S, I, lanes)` → `(T, S, G·H, lanes)`."""
        projected = self.input(x)
        projected += self.bias[:, None]
        return projected

    def step(self, x: Floats, h: Floats, c: Floats, *, out: Floats, scratch: Floats) -> None:
        """Take one step: the next h goes to `out`, the next c into `c` itself.

        Args:
            x: the projected input, `(S, G·H, lanes)`.
            h: the state, `(S, H, lanes)`, left as it is.
            c: the LSTM's cell state, `(S, H, lanes)`, overwritten.
            out: where the next h goes, `(S, H, lanes)`.
            scratch: room from `self.recurrent.scratch`.
        """
        H = self.hidden_size
        gates = self.recurrent(h, out=scratch)  # (S, G·H, lanes)
        if self.kind == "rnn":
            gates += x
            np.tanh(gates, out=out)
        elif self.kind == "gru":
            rz, n = gates[:, : 2 * H], gates[:, 2 * H :]
            rz += x[:, : 2 * H]
            _sigmoid_of_halved(rz)
            n += self.bias_n
            n *= rz[:, :H]
            n += x[:, 2 * H :]
            np.tanh(n, out=n)
            np.subtract(h, n, out=out)
            out *= rz[:, H:]
            out += n
        else:
            gates += x
            i_f, g, o = gates[:, : 2 * H], gates[:, 2 * H : 3 * H], gates[:, 3 * H :]
            _sigmoid_of_halved(i_f)
            np.tanh(g, out=g)
            _sigmoid_of_halved(o)
            c *= i_f[:, H:]
            g *= i_f[:, :H]
            c += g
            np.tanh(c, out=out)
            out *= o

    def advance(
        self, projected: Floats, state: CellState, chunk: Chunk, *, reverse: bool = False
    ) -> tuple[Floats, CellState]:
        """Step through one chunk; return h after every step, 0 where none is real, and the state.

        A row that has no real step here has state 0 after it, so a walk from the end of time
        begins at each row's own last step.

        Args:
            projected: `(T, S, G·H, lanes)`, in the order of time also when walking in reverse.
            state: from the chunk before, or `zeros`; left as it is.
            chunk: which steps of which rows are real.
            reverse: walk from the chunk's end to its beginning.

        Returns:
            Outputs `(T, S, H, lanes)` in the order of time, and the state to go on from.
        """
        T, S, _, lanes = projected.shape
        h, c = state.resized(S)
        c = c.copy()
        outputs = np.empty((T, S, self.hidden_size, lanes), dtype=np.float32)
        scratch = self.recurrent.scratch(S, lanes)
        alive = chunk.alive()
        for t in reversed(range(T)) if reverse else range(T):
            self.step(projected[t], h, c, out=outputs[t], scratch=scratch)
            h = outputs[t]
            if alive is not None:
                h *= alive[t]
                c *= alive[t]
        return outputs, CellState(h, c)


def _sigmoid_of_halved(a: Floats) -> None:
    """Turn a/2 into σ(a), in place."""
    np.tanh(a, out=a)
    a *= 0.5
    a += 0.5
