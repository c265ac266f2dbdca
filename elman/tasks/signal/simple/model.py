"""The simple model of some signals: convolutions drawn, a ridge fitted, and what it says."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from elman.judging.classes.decision import Decision
from elman.runtime.arrays import Steps
from elman.runtime.convolutions import Convolutions
from elman.runtime.spec import NO_CELL, NetworkSpec
from elman.tasks.signal.rows.rows import Prepared
from elman.tasks.signal.simple.draw import drawn
from elman.tasks.signal.simple.ridge import Ridge, fit_ridge

__all__ = ["Simple", "alone", "balanced", "features_of", "joined", "simple_model", "some"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Tensors = dict[str, NDArray[np.float32]]

_FEATURES = 2000
"""Five times as many were no better on spoken digits, neither of known voices nor of new ones."""

_MOST_ROWS = 20_000
"""Rows of a ridge: their features take a GiB of memory, and more rows add little."""

_SEED = 7
"""The convolutions are the same for all seeds: they are a simple model's, and no luck is wanted."""


@dataclass(frozen=True)
class Simple:
    """The simple model.

    Args:
        convolutions: drawn from training rows.
        held: its logits of the validation rows, of which it then knew nothing, `(N, outputs)`.
        before: fitted on the training rows alone.
        ridge: fitted on training and validation rows: what is saved.
        tested: its logits of the test rows.
    """

    convolutions: Convolutions
    held: Floats
    before: Ridge
    ridge: Ridge
    tested: Floats


def simple_model(prepared: Prepared, *, features: int | None = None, weigh: bool = False) -> Simple:
    """Draw and fit it on the training rows, and then on the validation rows too.

    Args:
        prepared: the rows.
        features: about how many there shall be; by default 2,000.
        weigh: count rare classes more.
    """
    rows = prepared.rows
    learnt = some(rows.train)
    every = np.concatenate([learnt, rows.validation])
    convolutions = drawn(prepared.steps(rows.train), features or _FEATURES, seed=_SEED)
    found = features_of(convolutions, prepared.steps(every))
    truth, train = rows.truth[every], len(learnt)

    def fitted(part: slice) -> Ridge:
        weights = balanced(truth[part], len(rows.decision.classes)) if weigh else None
        return fit_ridge(found[part], truth[part], rows.decision, weights=weights)

    before, ridge = fitted(slice(train)), fitted(slice(None))
    held = before.logits(found[train:])
    tested = ridge.logits(features_of(convolutions, prepared.steps(rows.test)))
    return Simple(convolutions, held, before, ridge, tested)


def some(rows: Ints) -> Ints:
    """Return the rows, or of very many those that a ridge has room for, evenly spread."""
    return rows[:: -(-len(rows) // _MOST_ROWS)]


def features_of(convolutions: Convolutions, rows: Sequence[Steps]) -> NDArray[np.float32]:
    """Return `(N, F)`."""
    return np.stack([convolutions.features(steps) for steps in rows])


def balanced(truth: Ints, classes: int) -> Floats:
    """Return of each row the weight N / (K · rows of its class), as scikit-learn's "balanced"."""
    counts = np.maximum(np.bincount(truth, minlength=classes), 1)
    return np.asarray(len(truth) / (classes * counts[truth]))


def joined(
    spec: NetworkSpec,
    tensors: Tensors,
    found: Convolutions,
    ridge: Ridge,
    parts: tuple[float, float],
) -> tuple[NetworkSpec, Tensors]:
    """Return the network whose outputs are parts[0] · the simple model's + parts[1] · its own."""
    a, b = parts
    both = dict(tensors)
    for name, tensor in tensors.items():
        if name.endswith(("fc.weight", "fc.bias")):
            both[name] = (b * tensor).astype(np.float32)
    return _with(spec, found, ridge), both | _own(found, ridge, a)


def alone(
    decision: Decision, size: int, found: Convolutions, ridge: Ridge
) -> tuple[NetworkSpec, Tensors]:
    """Return the network that is the simple model and nothing else.

    Args:
        decision: how many outputs there are.
        size: numbers of a step.
        found, ridge: the model.
    """
    nothing = NetworkSpec(
        cell=NO_CELL,
        hidden_size=0,
        num_layers=0,
        pools=(),
        outputs=decision.outputs,
        input_size=size,
    )
    return _with(nothing, found, ridge), _own(found, ridge, 1.0)


def _with(spec: NetworkSpec, found: Convolutions, ridge: Ridge) -> NetworkSpec:
    return dataclasses.replace(
        spec,
        linear=len(ridge.weights),
        dilations=found.dilations,
        thresholds=found.thresholds.shape[2],
    )


def _own(found: Convolutions, ridge: Ridge, share: float) -> Tensors:
    return {
        "linear.channels": found.channels,
        "linear.thresholds": found.thresholds,
        "linear.weight": (share * ridge.weights).astype(np.float32),
        "linear.bias": (share * ridge.bias).astype(np.float32),
    }
