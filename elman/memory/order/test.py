"""The order test: what the order of the steps is worth in this data.

A small network of its own (`nets.SmallReader`) is trained three times on two thirds of the rows and
judged on the third left out, so that every row is judged once; then the same with the steps of
every row shuffled, anew whenever it is read, in training and in judging alike. The difference, row
by row, is what order is worth: all of it (`whole`), or what of it is finer than a window of w steps
(`windows`). As it is trained on shuffled rows, the second network is the best reader without order
of its kind, not one that is surprised.

Rows of one length may be a table, whose columns have names and no order. Shuffling each row then
destroys which column is which, and that is not order. So the columns are also permuted in the
same way for all rows (`columns`): a table loses nothing by that. Neither does a series of which
only certain places count; there neighbours are more alike than columns taken at random, and
`neighbours` says by how much: mean |correlation| of neighbouring columns, less that of columns in
400 random orders. A table has no neighbours.

Where order is worth nothing, what is left is what a row holds. So a linear model is trained too, on
how often each word comes, or on the mean of the steps; `linear` is what it loses against the
network. It loses much where words tell only together.

Worth is in points: of accuracy, or of the variance explained. Its 95 % interval is from the spread
over rows, or from that over the three trainings where it is larger.

But: an order that this small network does not learn from these rows is worth 0 here.

References:
    The shuffled training of Shen et al., "Baseline Needs More Love", ACL 2018, arXiv 1805.09843,
    table 6.
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass
from functools import partial

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from elman.judging.estimate import Curve, Estimate, Floats
from elman.memory.order.neighbours import neighbours_of
from elman.memory.order.nets import Counts, MakeNet, SmallReader
from elman.memory.order.rows import NetRows, Rearranged
from elman.memory.order.shuffle import (
    Arrange,
    always,
    as_it_is,
    permuted,
    shuffled,
    windows_up_to,
    within,
)
from elman.memory.order.worth import figure_of, mean_of
from elman.memory.rows.examples import Examples
from elman.training.config import LoopConfig
from elman.training.loop import fit

__all__ = ["FEWEST_ROWS", "OrderTest", "order_test"]

FOLDS = 3
MOST_ROWS = 4500
FEWEST_ROWS = 60
STEPS = 900
"""Optimizer steps of one training."""
_MOST_EPOCHS = 40
_BATCH = 32


@dataclass(frozen=True)
class OrderTest:
    """What order is worth in this data, in points."""

    figure: str
    """`accuracy`, or `variance explained`."""
    intact: Estimate
    """Of the test's own network, in %."""
    guess: float
    """Of the best answer that does not look, in %."""
    whole: Estimate
    """Points lost when all steps of a row are shuffled."""
    columns: Estimate | None
    """Points lost when the steps of all rows are permuted alike; None for rows of unlike length."""
    neighbours: Estimate | None
    """Correlation of neighbouring columns above that of columns at random; of floats of one length,
    three at least. The interval is of the random orders."""
    linear: Estimate
    """Points lost by a linear model on counts of the ids, or on the mean of the floats."""
    windows: Curve | None
    """Points lost when steps are shuffled within windows of w; None where time did not allow it."""
    rows: int


def order_test(examples: Examples, *, seed: int, time_limit: float) -> OrderTest:
    """Train the test's network with and without order.

    Args:
        examples: labelled; at least 60 rows, of which 4,500 are used at most.
        seed: of folds, weights and shuffles.
        time_limit: seconds; the windows are left out first. What is begun is done.
    """
    begun = time.monotonic()
    random = np.random.default_rng(seed)
    drawn = random.permutation(len(examples))[:MOST_ROWS]
    part = examples.take(drawn.tolist())
    rows = NetRows(part)
    fold = np.arange(len(part)) % FOLDS
    found: dict[str, Floats] = {}

    def train(name: str, arrange: Arrange, net: MakeNet = SmallReader) -> None:
        found[name] = _cross_validated(rows, fold, arrange, seed, net)

    train("intact", always(as_it_is))
    train("whole", always(shuffled))
    if part.lengths.min() == part.lengths.max() > 1:
        train("columns", partial(permuted, len(rows.x[0])))
    each = (time.monotonic() - begun) / len(found)
    train("linear", always(as_it_is), Counts)
    at: list[int] = []
    for window in windows_up_to(int(np.quantile(part.lengths, 0.9)))[:4]:
        if time.monotonic() - begun + each < time_limit:
            train(f"windows of {window}", always(within(window)))
            at.append(window)

    def points(values: Floats) -> Estimate:
        return mean_of(np.where(fold[:, None] == np.arange(FOLDS), values[:, None], np.nan), seed)

    lost = {name: points(found["intact"] - worth) for name, worth in found.items()}
    curves = [lost[f"windows of {w}"] for w in at]
    windows = Curve(tuple(at), *(tuple(part) for part in zip(*curves, strict=True))) if at else None
    guess = 0.0
    if part.kind == "class":
        assert part.y is not None
        guess = 100 * float((part.y == torch.mode(part.y).values).double().mean())
    return OrderTest(
        figure_of(part),
        points(found["intact"]),
        guess,
        lost["whole"],
        lost.get("columns"),
        neighbours_of(part, random) if "columns" in lost else None,
        lost["linear"],
        windows,
        len(part),
    )


def _cross_validated(
    rows: NetRows,
    fold: NDArray[np.int64],
    arrange: Arrange,
    seed: int,
    make: MakeNet,
) -> Floats:
    """Points of each row `(N,)` from nets that were not trained on it."""
    repeats = _repeats(len(fold))
    points = []
    for repeat in range(repeats):
        outputs = torch.zeros(len(fold), rows.outputs)
        for k in range(FOLDS):
            run = (seed * repeats + repeat) * FOLDS + k
            problem = Rearranged(rows, np.flatnonzero(fold != k), arrange(run))
            outputs[fold == k] = _trained(problem, np.flatnonzero(fold == k), run, make)
        points.append(rows.worth(outputs))
    return np.asarray(np.mean(points, axis=0))


def _repeats(rows: int) -> int:
    """How often all is trained and the mean taken: of few rows one training says little."""
    return 3 if rows <= 300 else 2 if rows <= 1000 else 1


def _trained(problem: Rearranged, test: NDArray[np.int64], seed: int, make: MakeNet) -> Tensor:
    """Outputs `(len(test), K)` of a net trained on the problem, to rows that it has not seen."""
    rows = problem.rows
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        net = make(rows.words, rows.features, rows.outputs)
        config = LoopConfig(
            epochs=min(math.ceil(STEPS * _BATCH / len(problem.train)), _MOST_EPOCHS),
            batch_size=_BATCH,
            learning_rate=net.rate,
            warmup=0.1,
            beta2=0.99,
            seed=seed,
            threads=torch.get_num_threads(),
        )
        fit(net, problem, config)
    return problem.outputs(net, test, torch.Generator().manual_seed(seed))
