"""Initial weights that let a recurrent network carry information and gradients.

torch draws every recurrent weight from U(-1/√H, 1/√H): the state then forgets within some ten
steps. An orthogonal recurrent weight keeps the length of what it carries (Saxe et al. 2014,
arXiv 1312.6120), and small input weights keep tanh near its linear part.
"""

from __future__ import annotations

import torch
from torch import nn

__all__ = ["initialise"]


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
        embedding: drawn from ± `embedding_range`, uniformly; the padding row zero.
        gain: length to which one step without input scales the state; 1 keeps it for ever, less
            forgets, which suits pooled states of short phrases.
        identity: start from the identity instead (Le et al. 2015, arXiv 1504.00941): the state is
            then what it was plus what is read.
        input_gain: scale of the input weights beside Glorot's; small keeps tanh near its linear
            part, where what is carried is carried whole.
        embedding_range: largest component of a word vector at first.
    """
    H = rnn.hidden_size
    with torch.no_grad():
        for name, weight in rnn.named_parameters():
            if name.startswith("weight_hh"):
                for gate in torch.split(weight, H):
                    if identity:
                        nn.init.eye_(gate)
                    else:
                        nn.init.orthogonal_(gate, gain)
            elif name.startswith("weight_ih"):
                for gate in torch.split(weight, H):
                    nn.init.xavier_uniform_(gate, input_gain)
            else:
                nn.init.zeros_(weight)
                if isinstance(rnn, nn.LSTM) and name.startswith("bias_ih"):
                    weight[H : 2 * H] = 1.0
        if embedding is not None:
            nn.init.uniform_(embedding.weight, -embedding_range, embedding_range)
            embedding.weight[0] = 0.0
