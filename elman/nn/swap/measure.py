"""What `accelerate` is worth for a model, by the model's own example."""

from __future__ import annotations

import time
from collections.abc import Callable
from copy import deepcopy
from statistics import median
from typing import Any

import torch
from torch import Tensor, nn
from torch.utils import _pytree

from elman.errors import InputError
from elman.nn.swap.account import Measured, Times

__all__ = ["called", "measured"]

SECONDS = 0.5
"""For a pair of calls in turns; four rounds at least."""

LEAST_ROUNDS, MOST_ROUNDS = 4, 50

SHORT = 1e-3
"""Seconds; calls that are shorter are made several at a time."""


def called(model: nn.Module, example: object) -> Any:
    """Call a model with its example: a dict of arguments by name, a tuple of them, or one.

    Raises:
        InputError: the model does not take it; with its own error.
    """
    try:
        if isinstance(example, dict):
            return model(**example)
        return model(*example) if type(example) is tuple else model(example)
    except Exception as error:
        raise InputError(
            f"the model does not take the example: {type(error).__name__}: {error}. Give what it "
            "is called with: one argument, a tuple of several, or a dict of them by name."
        ) from error


def measured(before: nn.Module, after: nn.Module, example: object) -> Measured:
    """Measure two models on copies of an example, in turns.

    They are called and may change; give copies. The state of torch's generator is kept.
    """
    models, examples = (before, after), (deepcopy(example), deepcopy(example))
    with torch.random.fork_rng(devices=()):
        with torch.no_grad():
            forward = _in_turns(*[_forward(*pair) for pair in zip(models, examples, strict=True)])
        with torch.enable_grad():
            steps = [_step(*pair) for pair in zip(models, examples, strict=True)]
            try:
                training = _in_turns(*steps) if all(step() for step in steps) else None
            except (
                RuntimeError
            ):  # such as of a state that goes on with the graph of the call before
                training = None
    return Measured(forward, training, torch.get_num_threads())


def _forward(model: nn.Module, example: object) -> Callable[[], object]:
    return lambda: called(model, example)


def _step(model: nn.Module, example: object) -> Callable[[], bool]:
    """Forward and backward; no parameter gets a gradient to keep. False: there is none."""
    leaves = [parameter for parameter in model.parameters() if parameter.requires_grad]

    def run() -> bool:
        results = _pytree.tree_leaves(called(model, example))
        loss = [r.sum() for r in results if isinstance(r, Tensor) and r.requires_grad]
        if loss and leaves:
            torch.autograd.grad(loss, leaves, allow_unused=True)
        return bool(loss and leaves)

    return run


def _in_turns(before: Callable[[], object], after: Callable[[], object]) -> Times:
    runs = (before, after)
    rounds: list[list[float]] = []
    each = max(_seconds(run, 1) for run in runs)  # and what a first call costs
    n = max(1, int(SHORT / max(each, 1e-7)))
    end = time.perf_counter() + SECONDS
    while len(rounds) < LEAST_ROUNDS or (len(rounds) < MOST_ROUNDS and time.perf_counter() < end):
        rounds.append([_seconds(run, n) for run in runs])
    return Times(*(median(column) for column in zip(*rounds, strict=True)))


def _seconds(run: Callable[[], object], n: int) -> float:
    start = time.perf_counter()
    for _ in range(n):
        run()
    if torch.cuda.is_initialized():  # type: ignore[no-untyped-call]
        torch.cuda.synchronize()
    return (time.perf_counter() - start) / n
