"""What the end of the past says: for how long to train, and how much of a recurrence to add."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor, nn

from elman.data.split import begin_of_last
from elman.tasks.forecast.coding.intervals import NOT_KNOWN, Spread, spread_of
from elman.tasks.forecast.network.build import MEMBER_SEEDS, SeriesRecipe
from elman.tasks.forecast.network.windows import Windows, weights_for, windows_for
from elman.tasks.forecast.prepared import PreparedSeries
from elman.tasks.interface import Stage
from elman.training.problem import Progress

__all__ = ["Choice", "chosen", "share_of"]

LEAST_STEPS = 100
HELD_OUT = 0.2
"""Share of the training values on which the number of passes is chosen."""

_SHARES = (0.25, 0.5, 0.75, 1.0)
"""Of what a recurrence says, among which the end of the past chooses."""
_FEWEST_BLOCKS = 4
"""Stretches of held-out values that can speak for a recurrence."""


class Choice(NamedTuple):
    """What the end of the past says."""

    steps: int
    score: float
    """Mean error left, in units of that of the linear forecaster."""
    worth: bool
    """Whether the recurrence makes the error smaller, by more than one standard error."""
    share: float = 1.0
    """Of what it says that is added."""
    runs: tuple[Progress, ...] = ()
    linear: Spread = NOT_KNOWN
    """How far off the linear forecaster is."""
    both: Spread = NOT_KNOWN
    """The same with the recurrence beside it."""


def chosen(prepared: PreparedSeries, recipe: SeriesRecipe, seed: int, stage: Stage) -> Choice:
    """Ask the end of the past for how long to train, whether it is worth it, and how far off."""
    plan, past = prepared.plan, prepared.plan.past
    H, L = plan.horizon, prepared.codec.window
    cuts = np.array(
        [begin_of_last(n, fraction=HELD_OUT, at_least=H) for n in past.lengths.tolist()]
    )
    cuts = np.maximum(cuts, np.minimum(L, past.lengths // 2) + H + 4)
    cuts = np.where(cuts + H > past.lengths, past.lengths, cuts)
    if not len(past.origins(H, L, cuts).at):
        return Choice(LEAST_STEPS, math.nan, worth=False)  # too short to hold anything out
    before = past.before(cuts)
    weights = weights_for(prepared, before)
    validation = windows_for(prepared, past, weights, cuts)
    block = 2 * H
    linear = spread_of(validation.residuals(None, 1.0), block)
    if recipe.keep == "simple":
        return Choice(0, 1.0, worth=False, linear=linear)
    problem = windows_for(prepared, before, weights, validation=validation)
    if not len(problem.lengths):
        return Choice(LEAST_STEPS, math.nan, worth=False, linear=linear)
    windows = len(problem.lengths)
    per_epoch = recipe.per_epoch(windows)
    loop = recipe.loop_for(windows, recipe.most_steps(windows), seed, share=1 / 3)
    module = recipe.module_for(prepared.codec, windows, seed)
    progress = stage("choose", module, problem, loop, plan.digest(recipe)).progress
    enough = [h for h in progress.history if h["epoch"] * per_epoch >= LEAST_STEPS]
    enough = enough or progress.history[-1:]
    if recipe.epochs is not None:
        enough = progress.history[-1:]
    best = min(enough, key=lambda h: h["score"])
    steps, runs = int(best["epoch"]) * per_epoch, [progress]
    mean = _Mean([module])
    for member in range(1, recipe.judged(windows)):
        own = seed + MEMBER_SEEDS * member
        mean.members.append(recipe.module_for(prepared.codec, windows, own))
        loop = recipe.loop_for(windows, steps, own, share=1 / 4)
        further = windows_for(prepared, before, weights)
        digest = plan.digest(recipe)
        runs.append(stage(f"choose-{member}", mean.members[-1], further, loop, digest).progress)
    share, worth, score = share_of(validation, mean, problem.unit, block)
    both = spread_of(validation.residuals(mean, share * problem.unit), block)
    return Choice(steps, score, worth, share, tuple(runs), linear, both)


class _Mean(nn.Module):
    """What several networks say, on average: they are judged as they are used."""

    def __init__(self, members: list[nn.Module]) -> None:
        super().__init__()
        self.members = nn.ModuleList(members)

    def forward(self, x: Tensor, lengths: Tensor) -> Tensor:
        return torch.stack([member(x, lengths) for member in self.members]).mean(0)


def share_of(
    validation: Windows, module: nn.Module, unit: float, block: int
) -> tuple[float, bool, float]:
    """Return how much of what a recurrence says is added, whether it is worth it, and the error.

    It is worth it where the gain of some share is more than one standard error, counted over
    stretches of origins, for neighbouring ones hang together. Of shares that are as good within
    that error the largest is taken: what is used has learnt from more values than what is asked
    here. The error is in units of that of the linear forecaster.
    """
    alone = validation.errors(None, 1.0)
    _, stretch = np.unique(validation.stretches(block), return_inverse=True)
    found: list[tuple[float, float, float, float]] = []  # gain, its error, share, error left
    for share in _SHARES:
        error = validation.errors(module, share * unit)
        if (np.isnan(error) & ~np.isnan(alone)).any():  # a network that broke down
            found.append((-math.inf, math.inf, share, math.nan))
            continue
        gain = np.nanmean(alone - error, axis=1)
        means = np.bincount(stretch, gain) / np.bincount(stretch)
        off = means.std(ddof=1) / np.sqrt(len(means)) if len(means) >= _FEWEST_BLOCKS else np.inf
        score = float(np.nanmean(error) / (np.nanmean(alone) or 1.0))
        found.append((float(means.mean()), float(off), share, score))
    worth = any(gain > off for gain, off, *_ in found)
    most, off, *_ = max(found)
    enough = most - off if math.isfinite(off) else most
    share, score = max((share, score) for gain, _, share, score in found if gain >= enough)
    return share, worth, score
