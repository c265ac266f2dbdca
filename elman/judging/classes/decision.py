"""From a network's outputs to classes: probabilities, thresholds, and the right to not know."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from elman.schema import repeated

__all__ = ["Decision", "Kind", "Prediction"]

Kind = Literal["binary", "multiclass", "multilabel"]

Floats = NDArray[np.floating[Any]]

TEMPERATURES = (1e-3, 1e3)
"""Fitted ones lie between 1/2 and 8; beyond these an answer would be no probability any more."""


@dataclass(frozen=True)
class Prediction:
    """What the model says of one text.

    `label` is the class, None for "don't know"; of a multi-label model the tuple of its labels.
    `probability` is that of the class said (of the most probable class where none is said).
    """

    label: str | tuple[str, ...] | None
    probability: float
    probabilities: dict[str, float]


@dataclass(frozen=True)
class Decision:
    """How outputs become an answer; the `output` section of a classifier's model.json.

    A binary network has one output z with p(classes[1]) = sigmoid(z / temperature); a multi-class
    network K outputs under a softmax; a multi-label network K outputs, each under a sigmoid.
    """

    classes: tuple[str, ...]
    kind: Kind
    temperature: float = 1.0
    """Fitted on the validation part (Guo et al. 2017, arXiv 1706.04599)."""
    thresholds: tuple[float, ...] = ()
    """Per class, for multi-label; one, for classes[1], for binary; empty means 0.5 or argmax."""
    unsure_below: float | None = None
    """Say "don't know" when the class said is less probable than this."""
    prior: tuple[float, ...] = ()
    """Share of the training rows that have each class; what can be said of a text without a known
    word. Empty where it was not recorded."""

    @property
    def base(self) -> NDArray[np.float64]:
        """`(K,)` probabilities before anything is read: the classes' shares, else all alike."""
        K = len(self.classes)
        return np.array(self.prior or [1 / K] * K)

    @property
    def outputs(self) -> int:
        return 1 if self.kind == "binary" else len(self.classes)

    def probabilities(self, logits: Floats) -> NDArray[np.float64]:
        """Turn `(N, outputs)` logits into `(N, K)` probabilities."""
        z = np.asarray(logits, np.float64) / self.temperature
        if self.kind == "multiclass":
            e = np.exp(z - z.max(1, keepdims=True))
            return np.asarray(e / e.sum(1, keepdims=True))
        p = 0.5 * (1 + np.tanh(z / 2))  # the sigmoid, without overflow
        return np.concatenate([1 - p, p], axis=1) if self.kind == "binary" else p

    def choose(self, probabilities: NDArray[np.float64]) -> NDArray[np.int64]:
        """Return the class number of each row, or for multi-label the `(N, K)` indicator."""
        if self.kind == "multilabel":
            return np.asarray(probabilities >= np.array(self.thresholds or 0.5), np.int64)
        if self.kind == "binary" and self.thresholds:
            return np.asarray(probabilities[:, 1] >= self.thresholds[0], np.int64)
        return np.asarray(probabilities.argmax(1), np.int64)

    def right(
        self, probabilities: NDArray[np.float64], truth: NDArray[np.int64]
    ) -> NDArray[np.bool_]:
        """Return `(N,)` whether each row is right; for multi-label, right in all labels."""
        same: NDArray[np.bool_] = np.asarray(self.choose(probabilities) == truth)
        return np.asarray(same.all(axis=1)) if same.ndim == 2 else same

    def names(self, truth: Any) -> str | tuple[str, ...]:
        """Return the class of a class number, or the labels of an indicator row."""
        if self.kind == "multilabel":
            return tuple(c for c, on in zip(self.classes, truth, strict=True) if on)
        return self.classes[int(truth)]

    @property
    def record_types(self) -> dict[str, Any]:
        """What a file has of a `Prediction`."""
        label = [str] if self.kind == "multilabel" else str
        each = dict.fromkeys(self.classes, float)
        return {"label": label, "probability": float, "probabilities": each}

    def check(self) -> None:
        """Raise ValueError where the parts do not fit together."""
        K = len(self.classes)
        if K < 2 or (self.kind == "binary" and K != 2):
            raise ValueError(f"output.classes: {K} classes do not make a {self.kind} model")
        twice = repeated(self.classes)
        if twice is not None:
            raise ValueError(f'output.classes: "{twice:.40}" stands twice')
        wanted = {"binary": 1, "multiclass": 0, "multilabel": K}[self.kind]
        if len(self.thresholds) not in (0, wanted):
            raise ValueError(f"output.thresholds: {len(self.thresholds)} numbers, not {wanted}")
        least, most = TEMPERATURES
        if not least <= self.temperature <= most:
            raise ValueError(
                f"output.temperature is {self.temperature}, not from {least:g} to {most:g}"
            )
        for value in (*self.thresholds, self.unsure_below or 0.0):
            if not 0 <= value <= 1:
                raise ValueError(f"output: {value} is no probability to decide by")
        if len(self.prior) not in (0, K) or not all(0 <= share <= 1 for share in self.prior):
            raise ValueError(f"output.prior: expected {K} shares from 0 to 1")

    def predictions_of(self, p: NDArray[np.float64]) -> list[Prediction]:
        """Turn probabilities `(N, K)` into what the user reads."""
        rows = zip(p.tolist(), self.choose(p).tolist(), strict=True)
        return [self._prediction(shares, chosen) for shares, chosen in rows]

    def _prediction(self, p: list[float], chosen: Any) -> Prediction:
        named = dict(zip(self.classes, p, strict=True))
        if self.kind == "multilabel":
            return Prediction(self.names(chosen), max(p), named)
        probability = p[chosen]
        unsure = self.unsure_below is not None and probability < self.unsure_below
        return Prediction(None if unsure else self.classes[chosen], probability, named)
