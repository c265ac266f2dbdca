"""Pairs as the training loop sees them: padded batches, a loss, and the BLEU of what is said."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from elman.data.parallel.pieces import BEGIN, END, PADDING
from elman.tasks.translate.cut import Cut

__all__ = ["TranslationProblem", "padded"]

_TOGETHER = 128
"""Pairs of one validation batch."""

Ints = NDArray[np.int64]


@dataclass
class TranslationProblem:
    """A `training.problem.Problem` over pairs of sentences.

    Args:
        source: sentences of all pairs.
        target: their translations.
        train: numbers of pairs to learn from.
        validation: to choose by.
        smoothing: share of the truth that is spread over all pieces.
        bleu: judges a module on validation pairs, 0 to 100.
        lines: of all pairs, in the user's file.
    """

    source: Cut
    target: Cut
    train: Ints
    validation: Ints
    smoothing: float
    bleu: Callable[[nn.Module], float]
    lines: Sequence[int]

    def __post_init__(self) -> None:
        self.lengths = (self.source.lengths + self.target.lengths)[self.train]
        self._pieces = 0

    def __getstate__(self) -> dict[str, Any]:
        """Return what another process needs that learns, and does not judge."""
        return self.__dict__ | {"bleu": None}

    def digest(self, how: object) -> str:
        """Return a digest of what is learnt and how; a run resumes only where it is the same."""
        digest = hashlib.sha256(repr(how).encode())
        for cut in (self.source, self.target):
            digest.update(repr(cut.table).encode())
            for row in cut.rows:
                digest.update(row.data)
        for part in (self.train, self.validation):
            digest.update(np.ascontiguousarray(part).data)
        return digest.hexdigest()

    def loss(self, module: nn.Module, examples: Ints) -> Tensor:
        pairs = [(self.source.drawn(row), self.target.drawn(row)) for row in self.train[examples]]
        self._pieces = sum(len(target) + 1 for _, target in pairs)
        return self._loss(module, pairs, self.smoothing, "mean")

    def mass(self, examples: Ints) -> float:
        """Return how much the loss of these examples counts beside that of others: the pieces that
        were drawn of them just before."""
        return self._pieces

    def validate(self, module: nn.Module) -> dict[str, float]:
        """Return minus the BLEU as the score, and the loss of a piece, in nats."""
        total, count = 0.0, 0
        order = self.validation[np.argsort(self.target.lengths[self.validation], kind="stable")]
        for start in range(0, len(order), _TOGETHER):
            rows = order[start : start + _TOGETHER]
            pairs = [(self.source.usual(row), self.target.usual(row)) for row in rows]
            total += float(self._loss(module, pairs, 0.0, "sum"))
            count += sum(len(target) + 1 for _, target in pairs)
        bleu = self.bleu(module)
        return {"score": -bleu, "validation_bleu": bleu, "validation_loss": total / count}

    def locate(self, examples: Ints) -> str:
        numbers = [str(line) for line in sorted(self.lines[row] for row in self.train[examples])]
        more = f" and {len(numbers) - 8} more" if len(numbers) > 8 else ""
        return f"lines {', '.join(numbers[:8])}{more}"

    def _loss(
        self,
        module: nn.Module,
        pairs: list[tuple[list[int], list[int]]],
        smoothing: float,
        how: str,
    ) -> Tensor:
        source, source_lengths = padded([[*source, END] for source, _ in pairs])
        target, lengths = padded([[BEGIN, *target] for _, target in pairs])
        wanted, _ = padded([[*target, END] for _, target in pairs])
        scores = module(source, source_lengths, target, lengths)  # (N, V)
        return nn.functional.cross_entropy(
            scores, wanted[wanted != PADDING], label_smoothing=smoothing, reduction=how
        )


def padded(rows: Sequence[Sequence[int]]) -> tuple[Tensor, Tensor]:
    """Return rows padded with 0, `(B, T)`, and their lengths `(B,)`."""
    lengths = np.array([len(row) for row in rows], np.int64)
    x = np.zeros((len(rows), int(lengths.max())), np.int64)
    for n, row in enumerate(rows):
        x[n, : len(row)] = row
    return torch.from_numpy(x), torch.from_numpy(lengths)
