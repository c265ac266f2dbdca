"""The torch twin of `runtime.network`: a `NetworkSpec` as a module that trains.

Its `state_dict` has exactly the tensors the spec names, so `--preset chapter` exchanges weights
with the chapter's own class, and a saved model with the runtime.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn

from elman.data.text.vocabulary import PADDING, UNKNOWN
from elman.nn import GRU, LSTM, RNN
from elman.nn.embedding import Embedding
from elman.nn.pooling import pool
from elman.runtime.spec import NetworkSpec

__all__ = ["LAYERS", "RecurrentNetwork"]

LAYERS: dict[str, Any] = {"rnn": RNN, "gru": GRU, "lstm": LSTM}


class RecurrentNetwork(nn.Module):
    """Input vectors → recurrent stack → pooling over real steps → linear; or linear of each step.

    Args:
        spec: the network, as saved.
        word_dropout: share of words read as the unknown word while training; whatever else a step
            says of such a word is hidden too.
        vector_dropout: share of the features of input vectors dropped while training, the same at
            every step of a row.
        dropout: share of features dropped before `fc`, and between layers the same features at
            every step of a row (Gal & Ghahramani 2016, arXiv 1512.05287).

    Shape:
        x `(B, T)` of word numbers when `spec.vocabulary`, `(B, T, k)` where k of them make a
        step, else `(B, T, input_size)` of floats; lengths `(B,)`; the result `(B, outputs)`,
        unnormalised, or `(B, T, outputs)` where every step is answered.
    """

    def __init__(
        self,
        spec: NetworkSpec,
        *,
        word_dropout: float = 0.0,
        vector_dropout: float = 0.0,
        dropout: float = 0.0,
    ) -> None:
        super().__init__()
        self.spec = spec
        self.word_dropout = word_dropout
        self.vector_dropout = vector_dropout
        self.dropout = dropout
        if spec.vocabulary:
            # beside other ids, padding adds nothing and must not learn
            padding = PADDING if spec.ids_per_step > 1 else None
            self.embedding = Embedding(spec.vocabulary, spec.input_size, padding_idx=padding)
        self.rnn = LAYERS[spec.cell](
            spec.input_size,
            spec.hidden_size,
            spec.num_layers,
            batch_first=True,
            bidirectional=spec.bidirectional,
        )
        directions = 2 if spec.bidirectional else 1
        states = (1 if spec.per_step else len(spec.pools)) * directions * spec.hidden_size
        self.fc = nn.Linear(states + len(spec.input_pools) * spec.input_size, spec.outputs)

    def forward(self, x: Tensor, lengths: Tensor) -> Tensor:
        return self.answers(self._dropped(self.vectors(x), self.vector_dropout), lengths)

    def answers(self, vectors: Tensor, lengths: Tensor) -> Tensor:
        """Return what `forward` returns, of input vectors `(B, T, I)`."""
        output = self.outputs(vectors, lengths)
        if self.spec.per_step:
            of_steps: Tensor = self.fc(self._dropped(output, self.dropout))  # (B, T, outputs)
            return of_steps
        pooled = pool(output, lengths, self.spec.pools, bidirectional=self.spec.bidirectional)
        if self.spec.input_pools:
            beside = pool(vectors, lengths, self.spec.input_pools, bidirectional=False)
            pooled = torch.cat([pooled, beside], dim=1)
        result: Tensor = self.fc(self._dropped(pooled, self.dropout))  # (B, outputs)
        return result

    def vectors(self, x: Tensor) -> Tensor:
        """Return the input vector of every step, `(B, T, I)`."""
        if not self.spec.vocabulary:
            return x
        if self.training and self.word_dropout:
            x = self._hidden(x)
        rows: Tensor = self.embedding(x)  # (B, T, I), or (B, T, k, I)
        return rows.sum(2) if rows.dim() == 4 else rows

    def outputs(self, x: Tensor, lengths: Tensor) -> Tensor:
        """Return the last layer's output of every step, `(B, T, D·H)`, of vectors `(B, T, I)`."""
        for depth in range(self.spec.num_layers):
            x = self._dropped(x, self.dropout) if depth else x
            x = self.rnn.run_layer(depth, x, lengths)
        return x

    def _hidden(self, x: Tensor) -> Tensor:
        """Hide words: they become the unknown word, and what else is said of them padding."""
        hide = torch.rand(x.shape[:2]) < self.word_dropout
        if x.dim() == 2:
            return torch.where(hide & (x != PADDING), UNKNOWN, x)
        words = torch.where(hide & (x[:, :, 0] != PADDING), UNKNOWN, x[:, :, 0])
        others = x[:, :, 1:].masked_fill(hide[:, :, None], PADDING)
        return torch.cat([words[:, :, None], others], dim=2)

    def _dropped(self, x: Tensor, share: float) -> Tensor:
        if not self.training or not share:
            return x
        shape = (x.shape[0], 1, x.shape[2]) if x.dim() == 3 else x.shape
        keep = 1.0 - share
        return x * (torch.rand(shape) < keep).to(x.dtype) / keep
