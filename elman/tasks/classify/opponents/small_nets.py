"""Two small nets without recurrence: the mean of word vectors, and one convolution."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from elman.nn.pooling import pool
from elman.tasks.classify.network.problem import TextProblem
from elman.training.config import LoopConfig
from elman.training.loop import fit
from elman.training.problem import Progress

__all__ = ["MAX_LENGTH", "convolution", "mean_embedding"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

MAX_LENGTH = 400
"""Words the small nets read of a row, first and last; the regression reads all."""


class _MeanEmbedding(nn.Module):
    def __init__(self, words: int, outputs: int, *, width: int = 64) -> None:
        super().__init__()
        self.embedding = nn.Embedding(words, width)
        nn.init.normal_(self.embedding.weight, std=0.1)
        self.fc = nn.Linear(width, outputs)

    def forward(self, x: Tensor, lengths: Tensor) -> Tensor:
        words = x[torch.arange(x.shape[1]) < lengths[:, None]]
        begins = lengths.cumsum(0) - lengths
        pooled = nn.functional.embedding_bag(words, self.embedding.weight, begins, mode="mean")
        result: Tensor = self.fc(pooled)
        return result


class _Convolution(nn.Module):
    def __init__(self, words: int, outputs: int, *, width: int = 32, filters: int = 64) -> None:
        super().__init__()
        self.embedding = nn.Embedding(words, width)
        nn.init.normal_(self.embedding.weight, std=0.1)
        self.conv = nn.Conv1d(width, filters, 3, padding=1)
        self.fc = nn.Linear(filters, outputs)

    def forward(self, x: Tensor, lengths: Tensor) -> Tensor:
        found = torch.relu(self.conv(self.embedding(x).transpose(1, 2))).transpose(1, 2)
        pooled = pool(found, lengths, ("max",), bidirectional=False)
        result: Tensor = self.fc(nn.functional.dropout(pooled, 0.5, self.training))
        return result


Report = Callable[[Progress], None]


def mean_embedding(
    problem: TextProblem, words: int, test: Ints, *, seed: int, report: Report | None = None
) -> Floats:
    """Return probabilities `(len(test), K)`."""
    torch.manual_seed(seed)
    net = _MeanEmbedding(words, problem.decision.outputs)
    return _trained(net, problem, test, LoopConfig(0, learning_rate=1e-2, seed=seed), report)


def convolution(
    problem: TextProblem, words: int, test: Ints, *, seed: int, report: Report | None = None
) -> Floats:
    """Return probabilities `(len(test), K)`."""
    torch.manual_seed(seed)
    net = _Convolution(words, problem.decision.outputs)
    return _trained(net, problem, test, LoopConfig(0, learning_rate=3e-3, seed=seed), report)


def _trained(
    net: nn.Module, problem: TextProblem, test: Ints, config: LoopConfig, report: Report | None
) -> Floats:
    epochs = max(4, min(30, 40_000 // max(len(problem.train), 1)))
    fit(net, problem, dataclasses.replace(config, epochs=epochs, patience=2), report=report)
    return problem.decision.probabilities(problem.logits(net, test))
