"""The order test: what the order of the steps is worth in this data, and to this model.

A small network of its own (embedding or linear 32, GRU 48, last state beside the maximum) is
trained three times on two thirds of the rows and judged on the third left out, so that every row is
judged once; then the same with the steps of every row shuffled, anew in every epoch, in training
and in judging alike. The difference, row by row, is what order is worth: all of it (`whole`), or
what of it is finer than a window of w steps (`windows`). As it is trained on shuffled rows, the
second network is the best reader without order of its kind, not one that is surprised.

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
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from elman.judging.bootstrap import resampled_means
from elman.judging.estimate import Curve, Estimate, Floats, curve_of
from elman.memory.examples import Examples
from elman.nn import GRU
from elman.nn.pooling import pool

__all__ = ["OrderTest", "ShuffledModel", "judge_shuffled", "order_test", "shuffled"]

FOLDS = 3
MOST_ROWS = 4500
FEWEST_ROWS = 60
_STEPS = 900
_MOST_EPOCHS = 40
_MOST_STEPS = 400
"""Of a longer row the test's network reads the first 200 and the last 200 steps."""
_BATCH = 32
_REPEATED = (300, 1000)
"""Up to so many rows all is trained three times, or twice, and the mean is taken."""
_WORDS = 5000
_MOST_COLUMNS = 256

Rearrange = Callable[[Tensor, torch.Generator], Tensor]
MakeNet = Callable[[int, int, int], "_Reader | _Counts"]


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


@dataclass(frozen=True)
class ShuffledModel:
    """Points that the model under the card loses on shuffled rows it was not trained for."""

    figure: str
    windows: Curve
    """Within windows of w steps."""
    whole: Estimate


def shuffled(x: Tensor, generator: torch.Generator, window: int | None = None) -> Tensor:
    """Return the steps of one sequence in a random order, within windows of `window` steps."""
    T = len(x)
    block = torch.zeros(T) if window is None else torch.arange(T) // window
    keys = block + torch.rand(T, generator=generator) * 0.999
    return x[keys.argsort()]


def windows_up_to(longest: int) -> list[int]:
    """Return 2, 4, 8, … below the longest sequence."""
    return [2**p for p in range(1, 8) if 2**p < longest]


def judge_shuffled(module: nn.Module, examples: Examples, *, seed: int) -> ShuffledModel:
    """Shuffle the rows that a trained module is given."""
    full = _worth(examples, examples.answers(module))
    at = windows_up_to(int(examples.lengths.max()))

    def lost(window: int | None) -> Floats:
        generator = torch.Generator().manual_seed(seed)
        mixed = examples.of([shuffled(x, generator, window) for x in examples.x])
        return full - _worth(examples, mixed.answers(module))

    whole = _estimate(lost(None)[:, None], seed)
    drawings = (
        resampled_means(np.stack([lost(w) for w in at], 1), seed) if at else np.zeros((401, 0))
    )
    return ShuffledModel(_figure(examples), curve_of(at, drawings), whole)


def order_test(examples: Examples, *, seed: int, time_limit: float) -> OrderTest:
    """Train the test's network with and without order.

    Args:
        examples: labelled; at least 60 rows, of which 4,500 are used at most.
        seed: of folds, weights and shuffles.
        time_limit: seconds; the windows are left out first. What is begun is done.
    """
    begun = time.monotonic()
    random = np.random.default_rng(seed)
    rows = random.permutation(len(examples))[:MOST_ROWS]
    part = examples.take(rows.tolist())
    data = _Rows(part)
    lengths = part.lengths
    trained: dict[str, Floats] = {}

    def run(name: str, rearrange: Callable[[int], Rearrange], net: MakeNet = _Reader) -> None:
        trained[name] = data.cross_validated(rearrange, seed, net)

    run("intact", lambda _: lambda x, g: x)
    run("whole", lambda _: lambda x, g: shuffled(x, g))
    if lengths.min() == lengths.max() > 1:
        run("columns", lambda run: _permutation(len(data.x[0]), run))
    at: list[int] = []
    each = (time.monotonic() - begun) / len(trained)
    run("linear", lambda _: lambda x, g: x, _Counts)
    for window in windows_up_to(int(np.quantile(lengths, 0.9)))[:4]:
        if time.monotonic() - begun + each < time_limit:
            run(f"windows of {window}", _within(window))
            at.append(window)
    lost = {name: trained["intact"] - worth for name, worth in trained.items()}
    fold = data.fold[:, None] == np.arange(FOLDS)

    def points(values: Floats) -> Estimate:
        return _estimate(np.where(fold, values[:, None], np.nan), seed)

    curves = [points(lost[f"windows of {w}"]) for w in at]
    windows = Curve(tuple(at), *(tuple(part) for part in zip(*curves, strict=True))) if at else None
    guess = 0.0
    if part.kind == "class":
        assert part.y is not None
        guess = 100 * float((part.y == torch.mode(part.y).values).double().mean())
    return OrderTest(
        _figure(part),
        points(trained["intact"]),
        guess,
        points(lost["whole"]),
        points(lost["columns"]) if "columns" in lost else None,
        _neighbours(part, random) if "columns" in lost else None,
        points(lost["linear"]),
        windows,
        len(part),
    )


def _neighbours(examples: Examples, random: np.random.Generator) -> Estimate | None:
    """How much more alike neighbouring columns are than columns in a random order."""
    T = len(examples.x[0])
    if examples.ids or T < 3:
        return None
    columns = torch.stack(examples.x).double().numpy()[:, :_MOST_COLUMNS]  # (N, T, I)
    columns = columns - columns.mean(0)
    columns /= np.maximum(columns.std(0), 1e-12)
    alike = np.abs(np.einsum("nsi,nti->sti", columns, columns) / len(columns)).mean(2)  # (T, T)
    orders = np.array([random.permutation(len(alike)) for _ in range(400)])
    by_chance = alike[orders[:, :-1], orders[:, 1:]].mean(1)
    found = float(np.diagonal(alike, 1).mean())
    low, high = np.quantile(by_chance, [0.025, 0.975])
    return Estimate(found - float(by_chance.mean()), found - float(high), found - float(low))


def _within(window: int) -> Callable[[int], Rearrange]:
    return lambda _: lambda x, g: shuffled(x, g, window)


def _permutation(T: int, seed: int) -> Rearrange:
    order = torch.randperm(T, generator=torch.Generator().manual_seed(seed))
    return lambda x, g: x[order]


def _figure(examples: Examples) -> str:
    return "accuracy" if examples.kind == "class" else "variance explained"


def _worth(examples: Examples, answers: Tensor) -> Floats:
    """Points of each row `(N,)`, whose mean is the figure in %."""
    assert examples.y is not None
    if examples.kind == "class":
        return 100 * examples.right(answers)
    y = examples.y.double()
    spread = ((y - y.mean(0)) ** 2).mean().clamp(min=1e-12)
    error = ((answers.double() - y) ** 2).mean(1)
    return np.asarray((100 * (1 - error / spread)).numpy())


def _estimate(values: Floats, seed: int) -> Estimate:
    """The mean of `(N, folds)` values and its interval, over rows or over folds."""
    drawings = resampled_means(np.nanmean(values, 1), seed)
    error, folds = float(drawings[1:].std()), np.nanmean(values, 0)
    if len(folds) > 1:
        error = max(error, float(folds.std(ddof=1)) / math.sqrt(len(folds)))
    mean = float(drawings[0])
    return Estimate(mean, mean - 1.96 * error, mean + 1.96 * error)


def _ends_of(x: Tensor) -> Tensor:
    half = _MOST_STEPS // 2
    return x if len(x) <= _MOST_STEPS else torch.cat([x[:half], x[-half:]])


class _Rows:
    """The rows of the test as its network takes them: words by number, values of spread 1."""

    def __init__(self, examples: Examples) -> None:
        self.examples = examples
        steps = examples.steps()
        self.words = 0
        if examples.ids:
            words = steps if steps.dim() == 1 else steps[:, 0]
            kinds, counts = torch.unique(words, return_counts=True)
            kept = kinds[counts.argsort(descending=True, stable=True)[: _WORDS - 2]]
            numbers = torch.ones(int(kinds.max()) + 1, dtype=torch.int64)
            numbers[kept] = torch.arange(2, len(kept) + 2)
            self.words = len(kept) + 2
            self.x = [numbers[x if x.dim() == 1 else x[:, 0]] for x in examples.x]
        else:
            # the test's own network is of the default precision, whatever the module's is
            own = torch.get_default_dtype()
            steps = steps.to(own)
            mean, spread = steps.mean(0), steps.std(0).clamp(min=1e-6)
            self.x = [(x.to(own) - mean) / spread for x in examples.x]
        self.x = [_ends_of(x) for x in self.x]
        assert examples.y is not None
        self.y = examples.y
        if examples.kind == "value":
            self.centre, self.scale = self.y.mean(0), self.y.std(0).clamp(min=1e-6)
            self.y = (self.y - self.centre) / self.scale
        self.outputs = self.y.shape[1] if self.y.dim() > 1 else int(self.y.max()) + 1
        self.fold: NDArray[np.int64] = np.arange(len(self.x)) % FOLDS
        self.lengths = np.array([len(x) for x in self.x])

    def cross_validated(
        self, rearrange: Callable[[int], Rearrange], seed: int, make: MakeNet
    ) -> Floats:
        """Points of each row `(N,)` from networks that were not trained on it."""
        repeats = [n for n, rows in enumerate((*_REPEATED, math.inf), 1) if len(self.x) <= rows]
        points = []
        for repeat in range(len(repeats)):
            answers = torch.zeros(len(self.x), self.outputs)
            for fold in range(FOLDS):
                train = np.flatnonzero(self.fold != fold)
                test = np.flatnonzero(self.fold == fold)
                run = (seed * len(repeats) + repeat) * FOLDS + fold
                answers[test] = self._trained(train, test, rearrange(run), run, make)
            if self.examples.kind == "value":
                answers = answers * self.scale + self.centre
            points.append(_worth(self.examples, answers))
        return np.asarray(np.mean(points, axis=0))

    def _trained(
        self,
        train: NDArray[np.int64],
        test: NDArray[np.int64],
        rearrange: Rearrange,
        seed: int,
        make: MakeNet,
    ) -> Tensor:
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            net = make(self.words, self.x[0].shape[-1], self.outputs)
        generator = torch.Generator().manual_seed(seed)
        random = np.random.default_rng(seed)
        optimizer = torch.optim.Adam(net.parameters(), lr=net.rate, betas=(0.9, 0.99))
        epochs = min(math.ceil(_STEPS * _BATCH / len(train)), _MOST_EPOCHS)
        batches = math.ceil(len(train) / _BATCH)
        schedule = torch.optim.lr_scheduler.OneCycleLR(
            optimizer, net.rate, total_steps=epochs * batches, pct_start=0.1
        )
        for _ in range(epochs):
            mixed = {int(n): rearrange(self.x[n], generator) for n in train}
            order = random.permutation(train)
            order = order[np.argsort(self.lengths[order] + random.uniform(0, 4, len(order)))]
            for k in random.permutation(batches):
                rows = order[k * _BATCH : (k + 1) * _BATCH]
                loss = self._loss(net(*self._batch([mixed[int(n)] for n in rows])), rows)
                optimizer.zero_grad()
                loss.backward()  # type: ignore[no-untyped-call]
                nn.utils.clip_grad_norm_(net.parameters(), 1.0)
                optimizer.step()
                schedule.step()
        net.eval()
        judged = [rearrange(self.x[n], generator) for n in test]
        with torch.no_grad():
            parts = [net(*self._batch(judged[k : k + 256])) for k in range(0, len(judged), 256)]
        return torch.cat(parts)

    def _batch(self, rows: list[Tensor]) -> tuple[Tensor, Tensor]:
        lengths = torch.tensor([len(x) for x in rows])
        return nn.utils.rnn.pad_sequence(rows, batch_first=True), lengths

    def _loss(self, answers: Tensor, rows: NDArray[np.int64]) -> Tensor:
        y = self.y[torch.from_numpy(rows)]
        if y.dim() == 1:
            return nn.functional.cross_entropy(answers, y)
        return nn.functional.mse_loss(answers, y.to(answers.dtype))


class _Reader(nn.Module):
    """The test's network."""

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
        answers: Tensor = self.fc(self.dropout(pooled))
        return answers


class _Counts(nn.Module):
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
        answers: Tensor = self.fc(read)
        return answers
