"""Signals with their classes as the training loop sees them: padded batches, a loss, a score."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from elman.tasks.signal.network.augment import Augmentation, augmented
from elman.tasks.signal.rows.rows import Prepared
from elman.tasks.signal.simple.model import balanced

__all__ = ["SignalProblem"]

Ints = NDArray[np.int64]

_BATCH_STEPS = 60_000
"""Padded steps in one validation batch, so that its memory does not depend on the signals."""


class SignalProblem:
    """A `training.problem.Problem` over prepared signals.

    Args:
        prepared: rows with their parts.
        augmentation: how training rows are changed each time.
        class_weight: "balanced" weighs rare classes up.
    """

    def __init__(
        self, prepared: Prepared, augmentation: Augmentation, *, class_weight: str = "none"
    ) -> None:
        rows = prepared.rows
        self.prepared, self.augmentation = prepared, augmentation
        self.train, self.validation, self.decision = rows.train, rows.validation, rows.decision
        self.truth = rows.truth
        self.input = rows.input
        self.lengths: Ints = np.diff(prepared.offsets)[rows.train]
        self._mean, self._std = (
            torch.tensor(part, dtype=torch.float32) for part in (rows.input.mean, rows.input.std)
        )
        self._weights: Tensor | None = None
        if class_weight == "balanced":
            K = len(rows.decision.classes)
            weights = np.ones(K)
            weights[rows.truth[rows.train]] = balanced(rows.truth[rows.train], K)
            self._weights = torch.tensor(weights, dtype=torch.float32)

    def digest(self, how: object) -> str:
        """Return a digest of what is learnt and how; a run resumes only where it is the same."""
        digest = hashlib.sha256(repr(how).encode())
        prepared = self.prepared
        parts = (self.train, self.validation, self.truth, prepared.offsets)
        for array in (*parts, prepared.values):
            for start in range(0, len(array), 2**16):
                digest.update(np.ascontiguousarray(array[start : start + 2**16]).data)
        return digest.hexdigest()

    def batch(self, rows: Ints) -> tuple[Tensor, Tensor]:
        """Return `(B, T, size)` steps padded with 0, and lengths `(B,)`."""
        steps = self.prepared.steps(rows)
        lengths = np.array([len(row) for row in steps], np.int64)
        x = np.zeros((len(rows), max(int(lengths.max()), 1), self.input.size), np.float32)
        for n, row in enumerate(steps):
            x[n, : len(row)] = row
        return torch.from_numpy(x), torch.from_numpy(lengths)

    def loss(self, module: nn.Module, examples: Ints) -> Tensor:
        rows = self.train[examples]
        return self._loss(module(*self.changed(*self.batch(rows))), rows)

    def changed(self, x: Tensor, lengths: Tensor) -> tuple[Tensor, Tensor]:
        """Return steps as they might also have been, and their lengths."""
        n = len(self._mean)
        values, marks = x[:, :, :n], x[:, :, n * (2 if self.input.motion else 1) :]
        if marks.shape[2]:
            values = torch.cat([values, marks], dim=2)
        values, lengths = augmented(
            values,
            lengths,
            self.augmentation,
            self._mean,
            self._std,
            spectra=self.input.sound is not None,
        )
        values, marks = values[:, :, :n], values[:, :, n:]
        parts = [values]
        if k := self.input.motion:
            past = torch.cat([values[:, :1].expand(-1, k, -1), values], dim=1)
            parts.append(values - past[:, : values.shape[1]])
        return torch.cat([*parts, marks], dim=2), lengths

    def mass(self, examples: Ints) -> float:
        """Return how much the loss of these examples counts: rows, by class."""
        if self._weights is None or self.decision.kind != "multiclass":
            return len(examples)
        return float(self._weights[self.truth[self.train[examples]]].sum())

    def validate(self, module: nn.Module) -> dict[str, float]:
        logits = self.logits(module, self.validation)
        loss = float(self._loss(torch.from_numpy(logits), self.validation))
        chosen = self.decision.choose(self.decision.probabilities(logits))
        right = float((chosen == self.truth[self.validation]).mean())
        return {"score": loss, "validation_loss": loss, "validation_accuracy": right}

    def logits(self, module: nn.Module, rows: Ints) -> NDArray[np.float32]:
        """Return the module's outputs `(len(rows), outputs)`, evaluated without gradient."""
        result = np.zeros((len(rows), self.decision.outputs), np.float32)
        module.eval()
        with torch.no_grad():
            for part in self._even_batches(rows):
                result[part] = module(*self.batch(rows[part])).numpy()
        return result

    def locate(self, examples: Ints) -> str:
        lines = self.prepared.rows.found.lines[self.train[examples]]
        numbers = [str(k) for k in np.sort(lines)]
        more = f" and {len(numbers) - 8} more" if len(numbers) > 8 else ""
        return f"lines {', '.join(numbers[:8])}{more}"

    def _even_batches(self, rows: Ints) -> Iterator[Ints]:
        """Yield positions in `rows` of like length, of bounded padded size."""
        lengths = np.diff(self.prepared.offsets)[rows]
        order = np.argsort(-lengths, kind="stable")
        start = 0
        while start < len(order):
            size = max(1, _BATCH_STEPS // max(int(lengths[order[start]]), 1))
            yield order[start : start + size]
            start += size

    def _loss(self, logits: Tensor, rows: Ints) -> Tensor:
        truth, weights = torch.from_numpy(self.truth[rows]), self._weights
        if self.decision.kind == "multiclass":
            return nn.functional.cross_entropy(logits, truth, weight=weights)
        each = None if weights is None else weights[truth]
        loss = nn.functional.binary_cross_entropy_with_logits
        return loss(logits[:, 0], truth.to(logits.dtype), weight=each)
