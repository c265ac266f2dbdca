"""Texts with their classes as the training loop sees them: padded batches, a loss, a score."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from elman.data.large import counted
from elman.judging.classes.decision import Decision
from elman.tasks.classify.rows.rows import Rows
from elman.training.batches import Lengths

__all__ = ["TextProblem"]

_VALIDATION_TOKENS = 60_000
"""Padded words in one validation batch, so that its memory does not depend on the texts."""


@dataclass
class TextProblem:
    """A `training.loop.Problem` over one encoded corpus.

    Args:
        words: `(tokens,)` word numbers, or `(tokens, k)`, memory-mapped.
        offsets: `(N + 1,)`, row n is words[offsets[n]:offsets[n + 1]].
        targets: class numbers `(N,)`, or indicators `(N, K)` for multi-label.
        train: row numbers to learn from.
        validation: row numbers to choose by.
        decision: binary, multi-class or multi-label.
        max_length: words read of a row while training: the first and the last of a longer one,
            where reviewers say what they think. Prediction reads all words.
        class_weights: `(K,)` weight of each class in the loss, or None.
        lines: `(N,)` line numbers in the user's file.
    """

    words: NDArray[np.int32]
    offsets: NDArray[np.int64]
    targets: NDArray[np.int64]
    train: NDArray[np.int64]
    validation: NDArray[np.int64]
    decision: Decision
    max_length: int
    lines: NDArray[np.int64]
    class_weights: NDArray[np.float64] | None = None

    def __post_init__(self) -> None:
        # still on disk, but without the cost of a memmap object for every row that is read
        self.words, self.offsets = np.asarray(self.words), np.asarray(self.offsets)
        self.lengths = Lengths(self.offsets, self.train, self.max_length)
        weights = self.class_weights
        self._weights = None if weights is None else torch.tensor(weights, dtype=torch.float32)

    @classmethod
    def over(
        cls, rows: Rows, words: NDArray[np.int32], *, max_length: int, class_weight: str
    ) -> TextProblem:
        """Return the problem of some rows, read as `words`."""
        return cls(
            words=words,
            offsets=rows.offsets,
            targets=rows.targets,
            train=rows.train,
            validation=rows.validation,
            decision=rows.decision,
            max_length=max_length,
            lines=rows.lines,
            class_weights=_balanced(rows) if class_weight == "balanced" else None,
        )

    def digest(self, how: object) -> str:
        """Return a digest of what is learnt and how; a run resumes only where it is the same."""
        digest = hashlib.sha256(repr(how).encode())
        parts = (self.train, self.validation)
        for array in (self.words, self.offsets, self.targets, *parts):
            for start in range(0, len(array), 2**20):
                digest.update(np.ascontiguousarray(array[start : start + 2**20]).data)
        return digest.hexdigest()

    def batch(self, rows: NDArray[np.int64]) -> tuple[Tensor, Tensor]:
        """Return `(B, T)` or `(B, T, k)` word numbers padded with 0, and lengths `(B,)`."""
        begins, ends = self.offsets[rows], self.offsets[rows + 1]
        lengths = np.minimum(ends - begins, self.max_length)
        T = max(int(lengths.max(initial=0)), 1)
        x = np.zeros((len(rows), T, *self.words.shape[1:]), np.int64)
        step, left_out = np.arange(T), ends - begins - lengths
        at = begins[:, None] + step
        if left_out.any():
            at += left_out[:, None] * (step >= lengths[:, None] // 2)
        there = step < lengths[:, None]
        x[there] = self.words[at[there]]
        return torch.from_numpy(x), torch.from_numpy(lengths.astype(np.int64))

    def loss(self, module: nn.Module, examples: NDArray[np.int64]) -> Tensor:
        rows = self.train[examples]
        return self._loss(module(*self.batch(rows)), rows)

    def mass(self, examples: NDArray[np.int64]) -> float:
        """Return how much the loss of these examples counts: rows, by class."""
        if self._weights is None or self.decision.kind != "multiclass":
            return len(examples)
        return float(self._weights[self.targets[self.train[examples]]].sum())

    def validate(self, module: nn.Module) -> dict[str, float]:
        if not len(self.validation):
            return {}
        logits = self.logits(module, self.validation)
        loss = float(self._loss(torch.from_numpy(logits), self.validation))
        chosen = self.decision.choose(self.decision.probabilities(logits))
        right = chosen == self.targets[self.validation]
        accuracy = float((right.all(1) if right.ndim == 2 else right).mean())
        return {"score": loss, "validation_loss": loss, "validation_accuracy": accuracy}

    def logits(self, module: nn.Module, rows: NDArray[np.int64]) -> NDArray[np.float32]:
        """Return the module's outputs `(len(rows), outputs)`, evaluated without gradient."""
        result = np.zeros((len(rows), self.decision.outputs), np.float32)
        module.eval()
        with torch.no_grad():
            for part in self._even_batches(rows):
                result[part] = module(*self.batch(rows[part])).numpy()
        return result

    def locate(self, examples: NDArray[np.int64]) -> str:
        numbers = [str(k) for k in np.sort(self.lines[self.train[examples]])]
        more = f" and {len(numbers) - 8} more" if len(numbers) > 8 else ""
        return f"lines {', '.join(numbers[:8])}{more}"

    def _even_batches(self, rows: NDArray[np.int64]) -> Iterator[NDArray[np.int64]]:
        """Yield positions in `rows` of like length, of bounded padded size."""
        lengths = np.minimum(self.offsets[rows + 1] - self.offsets[rows], self.max_length)
        order = np.argsort(-lengths, kind="stable")
        start = 0
        while start < len(order):
            size = max(1, _VALIDATION_TOKENS // max(int(lengths[order[start]]), 1))
            yield order[start : start + size]
            start += size

    def _loss(self, logits: Tensor, rows: NDArray[np.int64]) -> Tensor:
        truth = torch.from_numpy(self.targets[rows])
        weights = self._weights
        if self.decision.kind == "multiclass":
            return nn.functional.cross_entropy(logits, truth, weight=weights)
        if self.decision.kind == "binary":
            row_weights = None if weights is None else weights[truth]
            logits = logits[:, 0]
        else:
            row_weights = None if weights is None else truth * weights + (1 - truth)
        loss = nn.functional.binary_cross_entropy_with_logits
        return loss(logits, truth.to(logits.dtype), weight=row_weights)


def _balanced(rows: Rows) -> NDArray[np.float64]:
    """Return N / (K · count) for each class, as scikit-learn's "balanced".

    For several labels a row, how often each is absent for once it is present.
    """
    train, K = rows.train, len(rows.decision.classes)
    if rows.targets.ndim == 2:
        present = np.maximum(rows.targets[train].sum(0), 1)
        return np.asarray((len(train) - present) / present)
    there = counted(rows.targets, train, kinds=K)
    return np.asarray(len(train) / (K * np.maximum(there, 1)))
