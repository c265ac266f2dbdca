"""Initial weights that let a recurrent network carry information and gradients.

torch draws every recurrent weight from U(-1/√H, 1/√H). One step then keeps some 0.6 of the state's
length, so that it and its gradient are gone within ten steps. What keeps them:

| function | a step without input | so | from |
|---|---|---|---|
| `orthogonal_` | turns the state | lengths, and gradients, are kept while tanh is near its line | Saxe et al. 2014, arXiv 1312.6120; White et al. 2004 |
| `identity_` | leaves the state | it is a running sum | Le, Jaitly & Hinton 2015, arXiv 1504.00941 |
| `latch_` | drives each unit away from 0 to one of two rest points | what came first is kept for ever, without a gradient that must reach it | Bengio, Simard & Frasconi 1994 |
| `chrono_` | keeps each unit for its own time, 1 to `longest` steps | gates bridge lags of the data's length | Tallec & Ollivier 2018, arXiv 1804.11188 |
| `input_` with a small scale | – | noise moves the state little, and tanh stays near its line | Sutskever et al. 2013; Le et al. 2015 |

But: a latch keeps what came first and is slow to let go of it; it is for labels that hang on a
beginning, not for streams that change their mind.
"""  # noqa: E501

from __future__ import annotations

import math

import torch
from torch import Tensor, nn

from elman.errors import OptionError
from elman.nn.lru import LRU
from elman.nn.minimal import minGRU, minLSTM

__all__ = ["chrono_", "identity_", "initialise", "input_", "latch_", "orthogonal_"]

_CANDIDATE = {nn.RNN: 0, nn.GRU: 2, nn.LSTM: 2}
"""Which of torch's gates writes what is new: the n of a GRU, the g of an LSTM."""


def orthogonal_(rnn: nn.RNNBase, gain: float = 1.0) -> None:
    """Draw the recurrent weight of every gate as an orthogonal matrix times `gain`.

    Args:
        rnn: torch's RNN, GRU or LSTM, or ours; changed in place.
        gain: length to which one step without input scales the state; 1 keeps it, less forgets.
    """
    with torch.no_grad():
        for weight in _recurrent_weights(rnn):
            for gate in torch.split(weight, rnn.hidden_size):
                nn.init.orthogonal_(gate, gain)


def identity_(rnn: nn.RNNBase, gain: float = 1.0) -> None:
    """Set the recurrent weight to the identity times `gain`; of a GRU or LSTM, that of n or g.

    The gates themselves then begin without a look at the state: their recurrent weights are 0.

    Args:
        rnn: as of `orthogonal_`.
        gain: 1 keeps the state, more makes a latch of each unit: see `latch_`.
    """
    with torch.no_grad():
        for weight in _recurrent_weights(rnn):
            nn.init.zeros_(weight)
            gates = torch.split(weight, rnn.hidden_size)
            nn.init.eye_(gates[_candidate(rnn)]).mul_(gain)


def latch_(rnn: nn.RNNBase, gain: float = 1.5) -> None:
    """Make a latch of every unit: `identity_` with a gain above 1.

    h' = tanh(g·h + …) with g > 1 has the rest points ±h*, tanh(g·h*) = h*, and flees from 0. From
    a state of 0, the k-th input is amplified g^(t−k) times at step t, the first one most: its signs
    decide at which end each unit comes to rest, and inputs smaller than the pull of a rest point
    cannot move it again. H units hold the first input apart from any other it is to be told from.

    A GRU halves what returns (its r is ½ at first) and an LSTM passes it through o, i and tanh;
    they need about twice the gain.

    Args:
        rnn: as of `orthogonal_`.
        gain: g; the larger, the sooner a unit is at rest and the more input it withstands.

    References:
        Bengio, Simard & Frasconi, "Learning long-term dependencies with gradient descent is
        difficult", IEEE Transactions on Neural Networks 5, 1994, sections II and III: latching.
    """
    identity_(rnn, gain)


def chrono_(rnn: nn.Module, longest: float) -> None:
    """Spread the times that units keep what they hold evenly over 1 to `longest` steps.

    LSTM: b_f = ln u and b_i = −ln u with u ~ U(1, longest − 1), so that f = u/(1+u) keeps for
    about u steps. GRU: b_z = ln u. minGRU, whose z takes what is new: b_z = −ln u. minLSTM as LSTM.
    LRU: |λ| = exp(−1/u), γ to match, and at most half a turn in `longest` steps. Of torch's two
    biases, which add, `bias_ih` is written and `bias_hh` of the same gates made 0.

    Args:
        rnn: GRU, LSTM (torch's or ours), minGRU, minLSTM or LRU; changed in place.
        longest: steps; the longest lag of the task, or the length of its sequences.

    Raises:
        OptionError: a plain RNN, which has no gate, or a layer without biases; `longest` below 3.

    References:
        Tallec & Ollivier, "Can recurrent neural networks warp time?", 2018, arXiv 1804.11188,
        section 3.2; for the diagonal of an LRU, Orvieto et al. 2023, arXiv 2303.06349, section 3.
    """
    if not longest >= 3:
        raise OptionError(f"longest must be at least 3 steps; it is {longest}")
    H = getattr(rnn, "hidden_size", 0)
    keep: dict[type, list[tuple[int, float]]] = {
        nn.LSTM: [(1, 1.0), (0, -1.0)],
        nn.GRU: [(1, 1.0)],
        minLSTM: [(0, 1.0), (1, -1.0)],
        minGRU: [(0, -1.0)],
    }
    kind = next((kind for kind in (*keep, LRU) if isinstance(rnn, kind)), None)
    if kind is None:
        raise OptionError(f"chrono_ sets gates or a diagonal, and {type(rnn).__name__} has neither")
    if kind is not LRU and not rnn.bias:
        raise OptionError(f"chrono_ sets biases, and this {type(rnn).__name__} has bias=False")
    with torch.no_grad():
        for name, parameter in rnn.named_parameters():
            if kind is LRU:
                if name.startswith("nu_log"):
                    u = parameter.new_empty(H).uniform_(1.0, longest - 1.0)
                    parameter.copy_(-torch.log(u))
                    gamma = rnn.get_parameter(name.replace("nu_log", "gamma_log"))
                    gamma.copy_(0.5 * torch.log(-torch.expm1(-2.0 / u)))
                elif name.startswith("theta_log"):
                    turn = parameter.new_empty(H).uniform_(0.1, 1.0) * math.pi / longest
                    parameter.copy_(torch.log(turn))
            elif name.startswith("bias_ih"):
                log = torch.log(parameter.new_empty(H).uniform_(1.0, longest - 1.0))
                other = dict(rnn.named_parameters()).get(name.replace("bias_ih", "bias_hh"))
                for gate, sign in keep[kind]:
                    parameter[gate * H : (gate + 1) * H] = sign * log
                    if other is not None:
                        other[gate * H : (gate + 1) * H] = 0.0


def input_(rnn: nn.Module, std: float) -> None:
    """Draw the input weights of every layer normal with this standard deviation.

    Args:
        rnn: any layer with `weight_ih_l…`; changed in place.
        std: of a weight. With one-hot steps it is the size of what one step adds to a sum.

    Raises:
        OptionError: no such weights, or a negative `std`.
    """
    found = [w for name, w in rnn.named_parameters() if name.startswith("weight_ih")]
    if not found or not std >= 0:
        raise OptionError(
            f"input_ draws weights named weight_ih…, with std of 0 or more; found {len(found)} in "
            f"{type(rnn).__name__}, std={std}"
        )
    with torch.no_grad():
        for weight in found:
            nn.init.normal_(weight, std=std)


def initialise(
    rnn: nn.RNNBase,
    embedding: nn.Embedding | None = None,
    *,
    gain: float = 1.0,
    identity: bool = False,
    input_gain: float = 1.0,
    embedding_range: float = 0.1,
) -> None:
    """Set recurrent weights orthogonal per gate, biases zero, an LSTM's forget bias one.

    The gates r and z of a GRU, and i, f, o of an LSTM, start from the same rule as the rest; only
    the forget gate is opened (Gers et al. 2000; Jozefowicz et al. 2015), by `bias_ih` alone,
    because torch adds the two biases.

    Args:
        rnn: changed in place.
        embedding: drawn from ± `embedding_range`, uniformly; row 0, elman's padding, zero.
        gain: length to which one step without input scales the state; 1 keeps it for ever, less
            forgets, which suits pooled states of short phrases.
        identity: start from the identity instead, times `gain`: above 1, `latch_`.
        input_gain: scale of the input weights beside Glorot's; small keeps tanh near its linear
            part, where what is carried is carried whole.
        embedding_range: largest component of a word vector at first.
    """
    H = rnn.hidden_size
    with torch.no_grad():
        for name, weight in rnn.named_parameters():
            if name.startswith("weight_ih"):
                for gate in torch.split(weight, H):
                    nn.init.xavier_uniform_(gate, input_gain)
            elif name.startswith("bias"):
                nn.init.zeros_(weight)
                if isinstance(rnn, nn.LSTM) and name.startswith("bias_ih"):
                    weight[H : 2 * H] = 1.0
        if identity:
            identity_(rnn, gain)
        else:
            orthogonal_(rnn, gain)
        if embedding is not None:
            nn.init.uniform_(embedding.weight, -embedding_range, embedding_range)
            embedding.weight[0] = 0.0


def _recurrent_weights(rnn: nn.RNNBase) -> list[Tensor]:
    if getattr(rnn, "proj_size", 0):
        raise OptionError(f"a projected state has no square weight (proj_size={rnn.proj_size})")
    found: list[Tensor] = [w for name, w in rnn.named_parameters() if name.startswith("weight_hh")]
    if not found:
        raise OptionError(f"{type(rnn).__name__} has no recurrent weights (weight_hh…) to set")
    return found


def _candidate(rnn: nn.RNNBase) -> int:
    return next(gate for kind, gate in _CANDIDATE.items() if isinstance(rnn, kind))
