"""One optimizer step: clipped, counted, averaged; not taken where a number is not finite."""

from __future__ import annotations

import math

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from elman.training.adam import Adam
from elman.training.batches import step_seed
from elman.training.config import LoopConfig
from elman.training.problem import Problem, Progress, Weighed
from elman.training.schedule import rate_share
from elman.training.several.ranks import Ranks

__all__ = ["Weights", "take_step"]


class Weights:
    """What a run changes: a module's weights, their average, the best so far, the optimizer."""

    def __init__(self, module: nn.Module, config: LoopConfig) -> None:
        named = [(name, p) for name, p in module.named_parameters() if p.requires_grad]
        self.module = module
        self.parameters: list[Tensor] = [p for _, p in named]
        self.groups: tuple[list[Tensor], list[Tensor]] = [], []
        """Those whose gradients are clipped, and the others."""
        for name, p in named:
            self.groups[name.split(".")[0] in config.unclipped].append(p)
        factors = dict(config.rates)
        self.optimizer = Adam(
            self.parameters,
            beta2=config.beta2,
            weight_decay=config.weight_decay,
            factors=[factors.get(name.split(".")[0], 1.0) for name, _ in named],
        )
        self.average, self.best = self.copy(), self.copy()

    def copy(self) -> list[Tensor]:
        """Return the weights as they are now."""
        return [p.detach().clone() for p in self.parameters]

    def load(self, values: list[Tensor]) -> None:
        """Put values into the module."""
        with torch.no_grad():
            for parameter, value in zip(self.parameters, values, strict=True):
                parameter.copy_(value)


def take_step(
    weights: Weights,
    problem: Problem,
    examples: NDArray[np.int64],
    config: LoopConfig,
    progress: Progress,
    ranks: Ranks | None = None,
) -> str:
    """Move the weights once; return what is not finite, and then leave them, or nothing.

    Where there are other ranks each takes its share of the examples, and all move alike.
    """
    _seed(step_seed(config.seed, progress.epoch, progress.step, ranks.rank if ranks else 0))
    weights.optimizer.zero_grad()
    if ranks is None:
        loss = problem.loss(weights.module, examples)
        value = float(loss.detach())
        if math.isfinite(value):
            loss.backward()  # type: ignore[no-untyped-call]
    else:
        value = _shared(ranks, weights, problem, ranks.share(examples), progress.elapsed_s)
        progress.elapsed_s = ranks.clock
        if ranks.stopped:
            return ""
    if not math.isfinite(value):
        return f"loss {value}"
    norm = _clip(weights, config.clip_norm)
    if not math.isfinite(norm):
        return f"gradient norm {norm}"
    weights.optimizer.step(config.learning_rate * rate_share(config, progress))
    if config.average:
        _update_average(weights, config.average, progress.steps_done)
    keep = min(0.99, progress.steps_done / (progress.steps_done + 1))
    before = value if math.isnan(progress.loss) else progress.loss
    progress.loss = keep * before + (1 - keep) * value
    progress.clipped += norm > config.clip_norm
    progress.largest_norm = max(progress.largest_norm, norm)
    return ""


def _shared(
    ranks: Ranks, weights: Weights, problem: Problem, share: NDArray[np.int64], seconds: float
) -> float:
    """Return the loss of a batch of which this is a share, and leave its gradient."""
    value, mass = 0.0, 0.0
    if len(share):
        loss = problem.loss(weights.module, share)
        mass = problem.mass(share) if isinstance(problem, Weighed) else len(share)
        (loss * mass).backward()  # type: ignore[no-untyped-call]
        value = float(loss.detach()) * mass
    return ranks.add_up(weights.parameters, value, mass, seconds=seconds)


def _seed(seed: int) -> None:
    # torch.manual_seed keeps a stack trace for each device that is not in use: longer than a step
    torch.default_generator.manual_seed(seed)
    if torch.cuda.is_initialized():  # type: ignore[no-untyped-call]
        torch.cuda.manual_seed_all(seed)


def _clip(weights: Weights, most: float) -> float:
    """Scale the gradient down to a norm of `most`; return the norm before, NaN of a bad one.

    To the bit as `nn.utils.clip_grad_norm_`, which takes longer than a small layer does.
    """
    own, others = ([p.grad for p in of if p.grad is not None] for of in weights.groups)
    if others and not math.isfinite(float(_norm(others))):
        return math.nan
    if not own:
        return 0.0
    norm = _norm(own)
    share = most / (norm + 1e-6)
    if not share >= 1:
        torch._foreach_mul_(own, share)
    return float(norm)


def _norm(gradients: list[Tensor]) -> Tensor:
    norm: Tensor = torch.linalg.vector_norm(torch.stack(torch._foreach_norm(gradients)))
    return norm


def _update_average(weights: Weights, most: float, steps_done: int) -> None:
    # the early average is short, so that it does not remember the initial weights
    decay = min(most, (1 + steps_done) / (10 + steps_done))
    with torch.no_grad():
        torch._foreach_lerp_(weights.average, weights.parameters, 1 - decay)
