"""Teach a net to recall, on sequences whose length grows and varies.

What lengthens memory and can be switched on or off here: the initial weights (`starts`), a
curriculum that begins with few steps and goes on where the net still answers right, lengths that
vary from batch to batch, clipping of the gradient, and a recurrent weight kept orthogonal while it
is trained.

But: the plain RNN's default start is a latch. It keeps what came first, which is this task; with
`place="anywhere"` it has no such help.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from elman.memory.recall.asked import Recall
from elman.memory.recall.judge import judge
from elman.memory.recall.net import RecallNet
from elman.memory.recall.task import Noise, Signs, sequences
from elman.training.config import LoopConfig
from elman.training.loop import fit
from elman.training.observe import Observer
from elman.training.problem import Problem, Progress

__all__ = ["Report", "Taught", "train"]

LEARNED = 0.98
"""Share of a running mean of batches from which the next length is tried."""

SOLVED = 0.995
"""Share of validation sequences at the full length from which training stops."""

SHORTEST = 10
"""Steps that a length which grows begins with."""

_EPOCH = 100
"""Batches that the loop counts as an epoch; sequences are drawn, and no pass over them ends."""

Report = Callable[[int, int, float], None]
"""(optimizer steps, the length at hand, the running share of right answers) → shown."""


@dataclass
class Taught:
    """A net, and how it came to be."""

    net: RecallNet
    train_steps: int
    seconds: float
    longest_trained: int
    """Steps of the longest sequences it was trained on."""
    stopped: str
    history: list[tuple[float, int]]
    """Seconds, and the length that was begun then."""


def train(asked: Recall, report: Report | None = None, noise: Noise | None = None) -> Taught:
    """Train until the full length is solved or the time is over.

    With `grow`, a length that is learned is followed by the longest at which the net already
    answers right, found by doubling, times 1.4.
    """
    noise = noise or Signs()
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(asked.seed)
        net = RecallNet(asked, noise.signs)
        drawn = _Drawn(asked, noise)
        growth = _Growth(asked, drawn, report)
        config = LoopConfig(
            epochs=sys.maxsize,
            batch_size=asked.batch_size,
            learning_rate=asked.rate,
            warmup=0.0,
            decay=False,
            clip_norm=asked.clip_norm,
            seed=asked.seed,
            threads=torch.get_num_threads(),
            max_nonfinite=sys.maxsize,
            time_limit_s=asked.time_limit_s,
        )
        progress = fit(net, drawn, config, observers=[growth]).progress
    return Taught(
        net,
        progress.steps_done,
        progress.elapsed_s,
        growth.longest,
        progress.finished,
        growth.history,
    )


class _Drawn:
    """Sequences drawn when they are asked for, as a `training.problem.Problem`."""

    def __init__(self, asked: Recall, noise: Noise) -> None:
        self.asked, self.noise = asked, noise
        self.lengths = np.zeros(_EPOCH * asked.batch_size, np.int64)
        self.steps = min(asked.steps, SHORTEST) if asked.grow else asked.steps
        """The length at hand."""
        self.right = 0.0
        """Share of the last batch that was answered right."""

    def loss(self, module: nn.Module, examples: NDArray[np.int64]) -> Tensor:
        random, steps = torch.default_generator, self.steps
        if self.asked.vary:
            steps = int(torch.randint((steps + 1) // 2, steps + 1, (1,), generator=random))
        ids, symbol = sequences(len(examples), steps, self.asked.place, random, self.noise)
        logits = module(ids)
        self.right = float((logits.argmax(1) == symbol).float().mean())
        return cross_entropy(logits, symbol)

    def validate(self, module: nn.Module) -> dict[str, float]:
        return {}

    def locate(self, examples: NDArray[np.int64]) -> str:
        return f"{len(examples)} sequences of up to {self.steps} steps"


class _Growth(Observer):
    """Lengthens what is learned, and ends the run where the full length is solved."""

    def __init__(self, asked: Recall, drawn: _Drawn, report: Report | None) -> None:
        self.asked, self.drawn, self.report = asked, drawn, report
        self.fresh = torch.Generator().manual_seed(asked.seed + 2**31)
        self.begun = time.monotonic()
        self.history = [(0.0, drawn.steps)]
        self.since, self.right = 0, 0.0
        """Batches of the length at hand, and a running mean of those answered right."""
        self.longest = 0

    def on_step(
        self, progress: Progress, module: nn.Module, problem: Problem, examples: NDArray[np.int64]
    ) -> str:
        self.since += 1
        self.longest = self.drawn.steps
        self.right += (self.drawn.right - self.right) / min(self.since, 10)
        if self.report:
            self.report(progress.steps_done, self.drawn.steps, self.right)
        if self._is_learned() and self._goes_on(module):
            return "solved on validation sequences of the full length"
        if progress.steps_done == self.asked.most_train_steps:
            return f"all {self.asked.most_train_steps:,} steps allowed were taken"
        return ""

    def _is_learned(self) -> bool:
        whole = self.drawn.steps == self.asked.steps
        return self.since >= 10 and self.right >= LEARNED and not (whole and self.since % 10)

    def _goes_on(self, net: nn.Module) -> bool:
        """Take up the next length; or return True where the full one is solved."""
        holds = self.drawn.steps
        for longer in _longer(holds, self.asked.steps):
            if self._seconds() > self.asked.time_limit_s or self._share(net, 256, longer) < LEARNED:
                break
            holds = longer
        if holds == self.asked.steps and self._share(net, 1000, holds) >= SOLVED:
            return True
        if self.drawn.steps < self.asked.steps:
            self.drawn.steps, self.since = min(self.asked.steps, int(1.4 * holds) + 1), 0
            self.history.append((self._seconds(), self.drawn.steps))
        return False

    def _share(self, net: nn.Module, n: int, steps: int) -> float:
        place, noise = self.asked.place, self.drawn.noise
        return judge(net, n, steps, place, self.fresh, noise).accuracy

    def _seconds(self) -> float:
        return time.monotonic() - self.begun


def _longer(steps: int, longest: int) -> Iterator[int]:
    while steps < longest:
        steps = min(2 * steps, longest)
        yield steps
