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
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from elman.errors import OptionError, WorkError
from elman.memory.live import live_half_life
from elman.training.batches import bucketed_batches, step_seed
from elman.training.checkpoint import Checkpoint, load_newest, save_checkpoint

__all__ = ["Fitted", "LoopConfig", "Problem", "Progress", "fit"]


_MEMORY_EVERY, _MEMORY_ROWS = 50, 4
"""How often the gradient flow is looked at, in steps, and on how many rows."""


class Problem(Protocol):
    """What is to be learnt: the loop's only view of a task."""

    @property
    def lengths(self) -> NDArray[np.int64]:
        """Steps of each training example, for batches of like length."""

    def loss(self, module: nn.Module, examples: NDArray[np.int64]) -> Tensor:
        """Return the mean loss of these training examples."""

    def validate(self, module: nn.Module) -> dict[str, float]:
        """Return figures on the validation part; `score` among them, lower is better.

        Without a score the newest weights count as the best.
        """

    def locate(self, examples: NDArray[np.int64]) -> str:
        """Say where the user finds these examples, for messages."""


@dataclass(frozen=True)
class LoopConfig:
    """How to train. Units: steps are optimizer steps, epochs are passes over the training part."""

    epochs: int
    batch_size: int = 32
    learning_rate: float = 3e-3
    weight_decay: float = 0.0
    warmup: float = 0.05
    """Share of all steps over which the rate rises."""
    decay: bool = True
    """Whether the rate then falls to zero along a cosine, or stays."""
    beta2: float = 0.999
    """Adam's memory of squared gradients; shorter suits runs of a few hundred steps."""
    clip_norm: float = 1.0
    """Gradients with a larger norm are scaled to it (Pascanu et al. 2013, arXiv 1211.5063)."""
    unclipped: tuple[str, ...] = ()
    """Parameters left out of the norm and of the clipping, by the first part of their name."""
    average: float = 0.0
    """Decay per step of an exponential average of the weights, validated and kept; 0 is none."""
    patience: int = 0
    """Epochs without a better score before stopping; 0 trains to the end."""
    seed: int = 0
    threads: int = 1
    """Threads of torch's kernels; 0 takes all cores. Part of what makes runs repeatable."""
    max_nonfinite: int = 10
    time_limit_s: float | None = None
    time_share: float = 1.0
    """Share of the time that is left which this run may take, where several follow each other."""
    checkpoint_every_s: float = 5.0


@dataclass
class Progress:
    """Where a run stands; what a checkpoint counts, and what a progress bar shows."""

    epoch: int = 0
    step: int = 0
    """Steps done in this epoch."""
    steps_done: int = 0
    steps_in_all: int = 0
    loss: float = math.nan
    """Running mean of the training loss over about a hundred steps."""
    clipped: int = 0
    largest_norm: float = 0.0
    nonfinite: list[str] = field(default_factory=list)
    best_score: float = math.inf
    best_epoch: int = -1
    elapsed_s: float = 0.0
    memory: float | None = None
    """Half-life in steps of the gradient through the recurrence; see `elman.memory.live`."""
    history: list[dict[str, float]] = field(default_factory=list)
    finished: str = ""
    """Why the run ended; empty while it runs."""


@dataclass(frozen=True)
class Fitted:
    """How a run went. The module holds the best weights of the validation part."""

    progress: Progress
    notes: list[str]


def fit(
    module: nn.Module,
    problem: Problem,
    config: LoopConfig,
    *,
    directory: Path | None = None,
    resume: bool = False,
    identity: dict[str, Any] | None = None,
    report: Callable[[Progress], None] | None = None,
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

    Raises:
        OptionError: the checkpoint was made with other options.
        WorkError: ten non-finite steps, or a checkpoint cannot be written.
        KeyboardInterrupt: passed on, after a checkpoint was written.
    """
    torch.set_num_threads(config.threads or os.cpu_count() or 1)
    run = _Run(module, problem, config, directory, identity or {})
    if resume:
        run.restore()
    try:
        run.train(report)
    except KeyboardInterrupt:
        if run.consistent:  # else the last checkpoint stands
            run.save()
        raise
    return Fitted(run.progress, run.notes)


class _Run:
    """One run: weights, their average, the best so far, the optimizer, the counters."""

    def __init__(
        self,
        module: nn.Module,
        problem: Problem,
        config: LoopConfig,
        directory: Path | None,
        identity: dict[str, Any],
    ) -> None:
        self.module, self.problem, self.config, self.directory = module, problem, config, directory
        self.identity = identity
        named = [(name, p) for name, p in module.named_parameters() if p.requires_grad]
        self.parameters: list[Tensor] = [p for _, p in named]
        self.clipped = [p for name, p in named if name.split(".")[0] not in config.unclipped]
        self.unclipped = [p for name, p in named if name.split(".")[0] in config.unclipped]
        self.optimizer = torch.optim.AdamW(
            self.parameters,
            lr=config.learning_rate,
            betas=(0.9, config.beta2),
            weight_decay=config.weight_decay,
            fused=True,
        )
        self.average = [p.detach().clone() for p in self.parameters]
        self.best = [p.detach().clone() for p in self.parameters]
        self.batches_per_epoch = math.ceil(len(problem.lengths) / config.batch_size)
        self.consistent = True
        """False while weights and counters change; an interrupt must not save them then."""
        self.progress = Progress(steps_in_all=self.batches_per_epoch * config.epochs)
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
            out_of_time = False
            while progress.step < len(batches) and not out_of_time:
                self.consistent = False
                self._step(batches[progress.step])
                self.consistent = True
                if progress.steps_done % _MEMORY_EVERY == 0:
                    self._look_at_memory(batches[progress.step - 1][:_MEMORY_ROWS])
                now = time.monotonic()
                progress.elapsed_s = now - begun
                if report:
                    report(progress)
                if now - saved > config.checkpoint_every_s:
                    self.save()
                    saved = time.monotonic()
                limit = config.time_limit_s
                out_of_time = limit is not None and progress.elapsed_s >= limit
            self.consistent = False
            self._end_epoch(out_of_time=out_of_time)
            self.consistent = True
        if progress.best_epoch < 0:
            raise WorkError(
                "training ended without a finite score on the validation part; lower the learning "
                "rate, or look at the data"
            )
        self.save()
        self._load(self.best)

    def _step(self, examples: NDArray[np.int64]) -> None:
        progress, config = self.progress, self.config
        torch.manual_seed(step_seed(config.seed, progress.epoch, progress.step))
        rate = config.learning_rate * self._schedule()
        for group in self.optimizer.param_groups:
            group["lr"] = rate
        self.optimizer.zero_grad()
        loss = self.problem.loss(self.module, examples)
        value = float(loss.detach())
        norm = math.nan
        if math.isfinite(value):
            loss.backward()  # type: ignore[no-untyped-call]
            norm = float(nn.utils.clip_grad_norm_(self.clipped, config.clip_norm))
            others = [p.grad for p in self.unclipped if p.grad is not None]
            if others and not math.isfinite(float(nn.utils.get_total_norm(others))):
                norm = math.nan
        if math.isfinite(norm):
            self.optimizer.step()
            self._update_average()
            keep = min(0.99, progress.steps_done / (progress.steps_done + 1))
            progress.loss = value if math.isnan(progress.loss) else progress.loss
            progress.loss = keep * progress.loss + (1 - keep) * value
            progress.clipped += norm > config.clip_norm
            progress.largest_norm = max(progress.largest_norm, norm)
        else:
            self._skip(value, norm, examples)
        progress.step += 1
        progress.steps_done += 1

    def _look_at_memory(self, examples: NDArray[np.int64]) -> None:
        def answer() -> Tensor:
            return self.problem.loss(self.module, examples)

        self.progress.memory = live_half_life(self.module, answer)

    def _skip(self, loss: float, norm: float, examples: NDArray[np.int64]) -> None:
        progress = self.progress
        what = f"loss {loss}" if not math.isfinite(loss) else f"gradient norm {norm}"
        where = f"epoch {progress.epoch + 1}, step {progress.step + 1}"
        sentence = f"{where}: {what}, skipped; rows: {self.problem.locate(examples)}"
        progress.nonfinite.append(sentence)
        if len(progress.nonfinite) >= self.config.max_nonfinite:
            self.save()
            raise WorkError(
                f"training stopped after {len(progress.nonfinite)} non-finite steps; the last was "
                f"{sentence}. Lower the learning rate, or look at these rows."
            )

    def _schedule(self) -> float:
        """Return the share of the full learning rate: up over the warm-up, then down to zero."""
        done = (self.progress.steps_done + 1) / (self.progress.steps_in_all + 1)
        if self.config.time_limit_s is not None:
            done = max(done, min(self.progress.elapsed_s / self.config.time_limit_s, 1.0))
        warmup = self.config.warmup
        if done < warmup:
            return done / warmup
        if not self.config.decay:
            return 1.0
        return 0.5 + 0.5 * math.cos(math.pi * (done - warmup) / (1 - warmup))

    def _update_average(self) -> None:
        if self.config.average:
            # the early average is short, so that it does not remember the initial weights
            decay = min(
                self.config.average,
                (1 + self.progress.steps_done) / (10 + self.progress.steps_done),
            )
            with torch.no_grad():
                torch._foreach_lerp_(self.average, self.parameters, 1 - decay)

    def _end_epoch(self, *, out_of_time: bool) -> None:
        progress, config = self.progress, self.config
        kept = [p.detach().clone() for p in self.parameters]
        if config.average:
            self._load(self.average)
        self.module.eval()
        with torch.no_grad():
            figures = self.problem.validate(self.module)
        candidate = [p.detach().clone() for p in self.parameters]
        self._load(kept)
        entry = {"epoch": progress.epoch + 1, "loss": progress.loss, **figures}
        if progress.memory is not None:
            entry["memory_steps"] = progress.memory
        progress.history.append(entry)
        score = figures.get("score")
        if score is None or score < progress.best_score:
            progress.best_score = math.inf if score is None else score
            progress.best_epoch = progress.epoch
            self.best = candidate
        progress.epoch += 1
        progress.step = 0
        stale = progress.epoch - 1 - progress.best_epoch
        if out_of_time:
            progress.finished = f"the time limit of {config.time_limit_s:g} s was reached"
        elif progress.epoch >= config.epochs:
            progress.finished = f"all {config.epochs} epochs done"
        elif config.patience and stale >= config.patience:
            progress.finished = f"no better score on the validation part for {stale} epochs"

    def _load(self, values: list[Tensor]) -> None:
        with torch.no_grad():
            for parameter, value in zip(self.parameters, values, strict=True):
                parameter.copy_(value)

    # checkpoints ---------------------------------------------------------------------------------

    def save(self) -> None:
        if self.directory is None:
            return
        tensors: dict[str, Tensor] = {}
        for k, parameter in enumerate(self.parameters):
            tensors[f"weight.{k}"] = parameter.detach()
            tensors[f"average.{k}"] = self.average[k]
            tensors[f"best.{k}"] = self.best[k]
            for name, value in self.optimizer.state.get(parameter, {}).items():
                tensors[f"optimizer.{k}.{name}"] = value
        counters = {"config": self._identity(), "progress": asdict(self.progress)}
        tensors = {name: value.contiguous().clone() for name, value in tensors.items()}
        save_checkpoint(self.directory, self.progress.steps_done, Checkpoint(tensors, counters))

    def restore(self) -> None:
        if self.directory is None:
            return
        checkpoint, refused = load_newest(self.directory)
        self.notes += refused
        if checkpoint is None:
            return
        self._compare(checkpoint.counters["config"])
        self.progress = Progress(**checkpoint.counters["progress"])
        weights, tensors = [], checkpoint.tensors
        for k, parameter in enumerate(self.parameters):
            weights.append(tensors[f"weight.{k}"])
            self.average[k] = tensors[f"average.{k}"]
            self.best[k] = tensors[f"best.{k}"]
            prefix = f"optimizer.{k}."
            state = {n[len(prefix) :]: v for n, v in tensors.items() if n.startswith(prefix)}
            if state:
                self.optimizer.state[parameter] = state
        self._load(weights)
        done, all_steps = self.progress.steps_done, self.progress.steps_in_all
        self.notes.append(f"resumed at step {done} of {all_steps}")

    def _identity(self) -> dict[str, Any]:
        """Return what must be equal for a resumed run to end with the same weights."""
        identity = (
            asdict(self.config)
            | self.identity
            | {
                "threads": torch.get_num_threads(),
                "examples": len(self.problem.lengths),
                "parameters": [list(p.shape) for p in self.parameters],
            }
        )
        del identity["checkpoint_every_s"]
        identity["unclipped"] = list(self.config.unclipped)  # as it comes back from JSON
        return identity

    def _compare(self, saved: dict[str, Any]) -> None:
        now = self._identity()
        different = [k for k in now if now[k] != saved.get(k)]
        if "data" in different:
            raise OptionError(
                f"--resume: the checkpoint in {self.directory} was made from other data, or with "
                "another preset, cell or class weights. Use the same, or train without --resume."
            )
        if different:
            k = different[0]
            raise OptionError(
                f"--resume: the checkpoint in {self.directory} was made with {k} = "
                f"{saved.get(k)}, this run has {now[k]}. Use the same data and options, or train "
                "without --resume."
            )
