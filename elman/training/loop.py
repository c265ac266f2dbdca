"""The training loop: plain, resumable to the bit, and never silent about a bad step.

Everything random within a step is seeded by (seed, epoch, step), and the order of rows is a pure
function of (seed, epoch). A checkpoint therefore needs no random state, and a run that was killed
ends with the same weights, bit for bit, as one that was not (same options, same threads).

But: with a time limit the learning rate follows the clock, so such a run is not repeatable.
"""

from __future__ import annotations

import math
import os
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from elman.errors import WorkError
from elman.training.batches import bucketed_batches
from elman.training.checkpoint import Checkpoint
from elman.training.config import LoopConfig
from elman.training.observe import Observer
from elman.training.problem import Fitted, Problem, Progress
from elman.training.resume import held, identity_of, put, restore, save
from elman.training.several.ranks import Job, Ranks
from elman.training.step import Weights, take_step

__all__ = ["fit", "take_part"]


def fit(
    module: nn.Module,
    problem: Problem,
    config: LoopConfig,
    *,
    directory: Path | None = None,
    resume: bool = False,
    identity: dict[str, Any] | None = None,
    report: Callable[[Progress], None] | None = None,
    observers: Sequence[Observer] = (),
    ranks: Ranks | None = None,
) -> Fitted:
    """Train `module` in place and leave the best weights in it.

    Args:
        module: anything with parameters; `problem` knows how to call it.
        problem: examples, loss and validation.
        config: how to train.
        directory: where checkpoints go; None keeps none.
        resume: continue from the newest good checkpoint in `directory`, if there is one.
        identity: JSON values that must be the same when a run is resumed, such as a digest of
            the data; the options of `config` and the shapes of the weights are compared anyway.
        report: called after every step.
        observers: look on after every step, before `report`, and may end the run.
        ranks: other processes that `take_part`; this is the first.

    Raises:
        OptionError: the checkpoint was made with other options.
        WorkError: ten non-finite steps, or a checkpoint cannot be written.
        KeyboardInterrupt: passed on, after a checkpoint was written.
    """
    run = _Run(module, problem, config, directory, identity or {}, observers, ranks)
    if resume:
        run.restore()
    try:
        if ranks is None:
            run.train(report)
        else:
            ranks.tell(Job(module, problem, config, run.held()))
            with ranks.working():
                run.train(report)
    except KeyboardInterrupt:
        if run.consistent:  # else the last checkpoint stands
            run.save()
        raise
    return Fitted(run.progress, run.notes)


def take_part(ranks: Ranks, job: Job) -> None:
    """Take this process's share of a run that the first process has begun."""
    run = _Run(job.module, job.problem, job.config, None, {}, (), ranks)
    run.progress = put(job.state, run.weights)
    with ranks.working():
        run.train(None)


class _Run:
    """One run: what it changes, how far it is, and where it is kept."""

    def __init__(
        self,
        module: nn.Module,
        problem: Problem,
        config: LoopConfig,
        directory: Path | None,
        identity: dict[str, Any],
        observers: Sequence[Observer],
        ranks: Ranks | None = None,
    ) -> None:
        torch.set_num_threads(config.threads or os.cpu_count() or 1)
        self.module, self.problem, self.config = module, problem, config
        self.directory, self.observers, self.ranks = directory, observers, ranks
        self.leads = ranks is None or ranks.first
        """Whether this process judges and decides."""
        self.weights = Weights(module, config)
        self.identity = identity_of(config, problem, self.weights, identity)
        self.consistent = True
        """False while weights and counters change; an interrupt must not save them then."""
        batches = math.ceil(len(problem.lengths) / config.batch_size)
        self.progress = Progress(steps_in_all=batches * config.epochs)
        self.notes: list[str] = []

    def train(self, report: Callable[[Progress], None] | None) -> None:
        progress, config = self.progress, self.config
        begun = time.monotonic() - progress.elapsed_s
        saved = time.monotonic()
        while not progress.finished:
            batches = bucketed_batches(
                self.problem.lengths, config.batch_size, seed=config.seed, epoch=progress.epoch
            )
            self.module.train()
            ended = ""
            while progress.step < len(batches) and not ended:
                examples = batches[progress.step]
                self.consistent = False
                self._step(examples)
                self.consistent = True
                if self.ranks is not None and self.ranks.stopped:
                    break
                for observer in self.observers:
                    why = observer.on_step(progress, self.module, self.problem, examples)
                    ended = ended or why
                now = time.monotonic()
                progress.elapsed_s = now - begun
                if report:
                    report(progress)
                if now - saved > config.checkpoint_every_s:
                    self.save()
                    saved = time.monotonic()
                limit = config.time_limit_s
                if self.leads and limit is not None and progress.elapsed_s >= limit:
                    ended = ended or f"the time limit of {limit:g} s was reached"
            if self.ranks is not None and self.leads and progress.step < len(batches):
                self.ranks.add_up(self.weights.parameters, 0.0, 0.0, stop=True)
            self.consistent = False
            if self.leads:
                self._end_epoch(ended)
            else:
                progress.epoch, progress.step = progress.epoch + 1, 0
            if self.ranks is not None:
                progress.finished = self.ranks.tell(progress.finished)
            self.consistent = True
        if not self.leads:
            return
        if progress.best_epoch < 0:
            raise WorkError(
                "training ended without a finite score on the validation part; lower the learning "
                "rate, or look at the data"
            )
        self.save()
        self.weights.load(self.weights.best)

    def _step(self, examples: NDArray[np.int64]) -> None:
        progress = self.progress
        bad = take_step(self.weights, self.problem, examples, self.config, progress, self.ranks)
        if bad:
            where = f"epoch {progress.epoch + 1}, step {progress.step + 1}"
            sentence = f"{where}: {bad}, skipped; rows: {self.problem.locate(examples)}"
            progress.nonfinite.append(sentence)
            if len(progress.nonfinite) >= self.config.max_nonfinite:
                self.save()
                raise WorkError(
                    f"training stopped after {len(progress.nonfinite)} non-finite steps; the last "
                    f"was {sentence}. Lower the learning rate, or look at these rows."
                )
        progress.step += 1
        progress.steps_done += 1

    def _end_epoch(self, ended: str) -> None:
        """Validate, keep what is best, and say why the run is over, if it is."""
        progress, config, weights = self.progress, self.config, self.weights
        kept = weights.copy()
        if config.average:
            weights.load(weights.average)
        self.module.eval()
        with torch.no_grad():
            figures = self.problem.validate(self.module)
        candidate = weights.copy()
        weights.load(kept)
        progress.history.append({"epoch": progress.epoch + 1, "loss": progress.loss, **figures})
        for observer in self.observers:
            observer.on_epoch(progress)
        score = figures.get("score")
        if score is None or score < progress.best_score:
            progress.best_score = math.inf if score is None else score
            progress.best_epoch = progress.epoch
            weights.best = candidate
        progress.epoch += 1
        progress.step = 0
        stale = progress.epoch - 1 - progress.best_epoch
        if ended:
            progress.finished = ended
        elif progress.epoch >= config.epochs:
            progress.finished = f"all {config.epochs} epochs done"
        elif config.patience and stale >= config.patience:
            progress.finished = f"no better score on the validation part for {stale} epochs"

    def save(self) -> None:
        if self.directory is not None:
            save(self.directory, self.identity, self.weights, self.progress)

    def held(self) -> Checkpoint:
        return held(self.identity, self.weights, self.progress)

    def restore(self) -> None:
        if self.directory is not None:
            before, self.notes = restore(self.directory, self.identity, self.weights)
            self.progress = before or self.progress
