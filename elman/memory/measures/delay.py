"""The delay probe: what a linear reader finds in the state about the step k before.

The module is fed steps drawn independently from those of the data, so that nothing about an earlier
step can be guessed from a later one: what is read back has been remembered. A ridge regression
from the states of all layers to the step k before is fitted on half of the rows and judged on the
other half:

    floats   the square of the correlation, mean over features (Jaeger's capacity; its sum over k
             is at most the number of state units)
    ids      how often the word is named, among the 20 most frequent, above the majority's share

The floor is what the same readers find where states and steps are of different rows; a lag counts
as read where its interval is above the floor's. The probe reaches to the lag before the first that
is not.

But: a reader that is not linear may find more, and a model used on other than independent steps
may keep other things.

References:
    M7 of docs/memory.md: Jaeger, "Short term memory in echo state networks", GMD report 152, 2001.
    Held-out rows, ridge and floor because of arXiv 2305.01457.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from elman.judging.bootstrap import resampled_means
from elman.judging.estimate import Curve, Estimate, Floats, curve_of, estimate_of
from elman.memory.measures.walk import walking
from elman.memory.rows.examples import Examples

__all__ = ["DelayProbe", "delay_probe"]

_ROWS = 96
_WORDS = 20
_SHUFFLES = 8
_RIDGE = 1e-4


@dataclass(frozen=True)
class DelayProbe:
    """What can be read back, by lag; lag 0 is the step just read."""

    figure: str
    curve: Curve
    floor: Curve
    reach: Estimate
    """The last lag that stands above the floor, without a gap; −1 where none does."""
    capacity: Estimate
    """What stands above the floor, summed over lags."""


def delay_probe(module: nn.Module, examples: Examples, *, max_lag: int, seed: int) -> DelayProbe:
    """Feed independent steps, and read them back from the states."""
    random = np.random.default_rng(seed)
    lags = _lags(max_lag)
    T = max_lag + max(max_lag, 8) + 2
    pool = examples.steps()
    drawn = pool[torch.from_numpy(random.integers(len(pool), size=(_ROWS, T)))]
    states = _states(module, examples, drawn)  # (rows, T, D)
    targets, counted, figure = _targets(examples, drawn)
    S = states[:, max_lag:]
    S = S - S[: _ROWS // 2].mean((0, 1))
    S = S / (S[: _ROWS // 2].std() + 1e-12)
    fit, judge = S[: _ROWS // 2], S[_ROWS // 2 :]
    reader = _Reader(fit, judge)

    def at(lag: int) -> tuple[Floats, NDArray[np.bool_]]:
        window = slice(max_lag - lag, T - lag)
        return targets[:, window], counted[:, window]

    scores, floors = [], []
    for lag in lags:
        y, real = at(lag)
        scores.append(reader.drawings(y, real, ids=examples.ids, seed=seed))
        for _ in range(_SHUFFLES):
            shift = int(random.integers(1, _ROWS // 2))
            other = np.concatenate([np.roll(part, shift, 0) for part in np.split(y, 2)])
            same = np.concatenate([np.roll(part, shift, 0) for part in np.split(real, 2)])
            floors.append(reader.drawings(other, same, ids=examples.ids, seed=seed, one=True)[0])
    drawings = np.stack(scores, 1)  # (1 + R, K)
    floor = np.array(floors).reshape(len(lags), _SHUFFLES)
    level, top = floor.mean(1), float(np.quantile(floor, 0.975))
    low = np.quantile(drawings[1:], 0.025, axis=0)
    places = np.array([-1, *lags], np.float64)
    reach = np.array([_run(row > top) for row in drawings])
    safe = _run(low > top)
    span = estimate_of(places[reach])
    above = np.clip(drawings - level, 0, None) * (low > top)
    capacity = np.array([np.interp(np.arange(lags[-1] + 1), lags, row).sum() for row in above])
    floor_curve = Curve(
        tuple(lags),
        tuple(level.tolist()),
        tuple(floor.min(1).tolist()),
        tuple(floor.max(1).tolist()),
    )
    return DelayProbe(
        figure,
        curve_of(lags, drawings),
        floor_curve,
        Estimate(float(places[safe]), min(span.low, float(places[safe])), span.high),
        estimate_of(capacity),
    )


def _lags(longest: int) -> list[int]:
    """0 … 16 and then ever fewer."""
    wide = np.geomspace(1, longest + 1, 24) - 1
    return sorted({round(float(k)) for k in wide} | set(range(min(longest, 16) + 1)))


def _states(module: nn.Module, examples: Examples, drawn: torch.Tensor) -> Floats:
    """States of all layers and forward directions after every step, `(rows, T, D)`."""
    lengths = torch.full((len(drawn),), drawn.shape[1])
    with torch.no_grad(), walking(module, lengths) as walk:
        examples.ask(module, drawn, lengths)
    parts = []
    for track in walk.tracks:
        if not track.reverse:
            for part in track.states:
                wide = torch.view_as_real(part).flatten(2) if part.is_complex() else part
                parts.append(wide.double().numpy())
    return np.concatenate(parts, 2)


def _targets(examples: Examples, drawn: torch.Tensor) -> tuple[Floats, NDArray[np.bool_], str]:
    """What is read back `(rows, T, K)`, and where it counts."""
    if not examples.ids:
        values = drawn.double().numpy()
        return values, np.ones(values.shape[:2], bool), "squared correlation"
    words = drawn.numpy() if drawn.dim() == 2 else drawn[:, :, 0].numpy()
    kinds, counts = np.unique(words, return_counts=True)
    frequent = kinds[np.argsort(-counts, kind="stable")][:_WORDS]
    one_hot = (words[:, :, None] == frequent).astype(np.float64)
    return one_hot, one_hot.any(2), f"words named, of the {len(frequent)} most frequent"


class _Reader:
    """One ridge regression, factorised once, for many targets."""

    def __init__(self, fit: Floats, judge: Floats) -> None:
        flat = fit.reshape(-1, fit.shape[2])
        gram = flat.T @ flat + _RIDGE * len(flat) * np.eye(flat.shape[1])
        self.fit, self.judge = flat, judge.reshape(-1, fit.shape[2])
        self.solve: Any = np.linalg.inv(gram) @ flat.T
        self.rows = len(judge)

    def drawings(
        self,
        y: Floats,
        real: NDArray[np.bool_],
        *,
        ids: bool,
        seed: int,
        one: bool = False,
    ) -> Floats:
        """The figure on the rows held out, `(1 + R,)`, or of the rows as they are alone."""
        half, K = len(y) // 2, y.shape[2]
        train, truth = y[:half].reshape(-1, K), y[half:].reshape(-1, K)
        mean = train.mean(0)
        guess = self.judge @ (self.solve @ (train - mean)) + mean
        shape = (self.rows, -1, K)
        guess, truth = guess.reshape(shape), truth.reshape(shape)
        if ids:
            there = real[half:]
            hit = (guess.argmax(2) == truth.argmax(2)) & there
            majority = int(train.sum(0).argmax())
            common = (truth.argmax(2) == majority) & there
            # one kind of row: sums, whose ratio is the figure
            sums = np.stack([hit.sum(1), common.sum(1), there.sum(1)], 1).astype(np.float64)
            means = sums.mean(0)[None] if one else resampled_means(sums, seed)
            return np.asarray((means[:, 0] - means[:, 1]) / np.maximum(means[:, 2], 1e-12))
        parts = [guess, truth, guess**2, truth**2, guess * truth]
        sums = np.stack([part.mean(1) for part in parts], 1)  # (rows, 5, K)
        means = sums.mean(0)[None] if one else resampled_means(sums, seed)
        g, t, gg, tt, gt = (means[:, n] for n in range(5))
        spread = np.maximum((gg - g**2) * (tt - t**2), 0)
        moves = (gg - g**2 > 1e-12 * np.maximum(tt, 1e-300)) & (tt - t**2 > 1e-300)
        return np.asarray(
            np.where(moves, (gt - g * t) ** 2 / np.where(moves, spread, 1), 0).mean(1)
        )


def _run(above: NDArray[np.bool_]) -> int:
    """How many of the first lags stand above, without a gap."""
    return len(above) if above.all() else int(np.argmin(above))
