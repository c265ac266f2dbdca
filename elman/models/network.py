"""The torch twin of `runtime.network`: a `NetworkSpec` as a module that trains.

Its `state_dict` has exactly the tensors the spec names, so `--preset chapter` exchanges weights
with the chapter's own class, and a saved model with the runtime.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn

from elman.nn.pooling import pool
from elman.ops.aten import layer
from elman.runtime.spec import NetworkSpec

__all__ = ["RecurrentNetwork"]

_LAYERS: dict[str, Any] = {"rnn": nn.RNN, "gru": nn.GRU, "lstm": nn.LSTM}

PADDING, UNKNOWN = 0, 1


class RecurrentNetwork(nn.Module):
    """Input vectors → recurrent stack → pooling over real steps → linear.

    Args:
        spec: the network, as saved.
        word_dropout: share of words read as the unknown word while training.
        dropout: share of features dropped after the embedding, between layers and before `fc`,
            the same features at every step of a row (Gal & Ghahramani 2016, arXiv 1512.05287).

    Shape:
        x `(B, T)` of word numbers when `spec.vocabulary`, else `(B, T, input_size)` of floats;
        lengths `(B,)`; the result `(B, outputs)`, unnormalised.
    """

    def __init__(
        self, spec: NetworkSpec, *, word_dropout: float = 0.0, dropout: float = 0.0
    ) -> None:
        super().__init__()
        self.spec = spec
        self.word_dropout = word_dropout
        self.dropout = dropout
        if spec.vocabulary:
            self.embedding = nn.Embedding(spec.vocabulary, spec.input_size)
        self.rnn = _LAYERS[spec.cell](
            spec.input_size,
            spec.hidden_size,
            spec.num_layers,
            batch_first=True,
            bidirectional=spec.bidirectional,
        )
        directions = 2 if spec.bidirectional else 1
        self.fc = nn.Linear(len(spec.pools) * directions * spec.hidden_size, spec.outputs)

    def forward(self, x: Tensor, lengths: Tensor) -> Tensor:
        output = self.outputs(x, lengths)
        pooled = pool(output, lengths, self.spec.pools, bidirectional=self.spec.bidirectional)
        result: Tensor = self.fc(self._dropped(pooled))  # (B, outputs)
        return result

    def outputs(self, x: Tensor, lengths: Tensor) -> Tensor:
        """Return the last layer's output of every step, `(B, T, D·H)`."""
        if self.spec.vocabulary:
            if self.training and self.word_dropout:
                hide = torch.rand(x.shape) < self.word_dropout
                x = torch.where(hide & (x != PADDING), UNKNOWN, x)
            x = self.embedding(x)  # (B, T, E)
        for depth in range(self.spec.num_layers):
            x = self._dropped(x) if self.spec.vocabulary or depth else x
            x = torch.cat(
                [
                    layer(
                        self.spec.cell,
                        x,
                        lengths=lengths,
                        weights=self._weights(depth, suffix),
                        reverse=bool(suffix),
                    )
                    for suffix in (("", "_reverse") if self.spec.bidirectional else ("",))
                ],
                dim=-1,
            )  # (B, T, D·H)
        return x

    def _weights(self, depth: int, suffix: str) -> list[Tensor]:
        names = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
        return [getattr(self.rnn, f"{name}_l{depth}{suffix}") for name in names]

    def _dropped(self, x: Tensor) -> Tensor:
        if not self.training or not self.dropout:
            return x
        shape = (x.shape[0], 1, x.shape[2]) if x.dim() == 3 else x.shape
        keep = 1.0 - self.dropout
        return x * (torch.rand(shape) < keep).to(x.dtype) / keep
