"""The nets that the order test trains: a small reader of its own, and one that only counts."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor, nn

from elman.nn import GRU
from elman.nn.pooling import pool

__all__ = ["Counts", "MakeNet", "SmallReader"]

MakeNet = Callable[[int, int, int], "SmallReader | Counts"]
"""(words, or 0 of floats; features of a step; outputs) → a net of `(x, lengths)`."""


class SmallReader(nn.Module):
    """The test's network: embedding or linear 32, GRU 48, its last state beside the maximum."""

    rate = 4e-3

    def __init__(self, words: int, features: int, outputs: int) -> None:
        super().__init__()
        self.inputs = nn.Embedding(words, 32, padding_idx=0) if words else nn.Linear(features, 32)
        self.rnn = GRU(32, 48, batch_first=True)
        self.dropout = nn.Dropout(0.2)
        self.fc = nn.Linear(2 * 48, outputs)

    def forward(self, x: Tensor, lengths: Tensor) -> Tensor:
        output, _ = self.rnn(self.inputs(x), lengths=lengths)
        pooled = pool(output, lengths, ("last", "max"), bidirectional=False)
        outputs: Tensor = self.fc(self.dropout(pooled))
        return outputs


class Counts(nn.Module):
    """A linear model on the counts of a row's words, or on the mean of its steps."""

    rate = 2e-2

    def __init__(self, words: int, features: int, outputs: int) -> None:
        super().__init__()
        self.words = words
        self.fc = nn.Linear(words or features, outputs)

    def forward(self, x: Tensor, lengths: Tensor) -> Tensor:
        if self.words:
            zeros = torch.zeros(len(x), self.words, dtype=self.fc.weight.dtype)
            read = zeros.scatter_add(1, x, torch.ones_like(x, dtype=zeros.dtype))
            read[:, 0] = 0  # padding
        else:
            read = x.sum(1) / lengths[:, None]
        outputs: Tensor = self.fc(read)
        return outputs
