"""Recall measured: a net is taught, then judged on fresh sequences of many lengths."""

from __future__ import annotations

import time
from typing import Any

import torch

from elman.judging.interval import share_interval
from elman.memory.recall.asked import Recall
from elman.memory.recall.judge import judge, lengths_to
from elman.memory.recall.task import SYMBOLS, Noise, Signs
from elman.memory.recall.train import Report, train

__all__ = ["recall"]


def recall(
    asked: Recall, report: Report | None = None, noise: tuple[Noise, Noise] | None = None
) -> dict[str, Any]:
    """Train a net to recall, judge it on fresh sequences.

    Args:
        asked: what and how; everything random follows from its seed.
        report: called with optimizer steps, the length at hand and the running accuracy.
        noise: what stands around the symbol, in training and in the final judgement.

    Returns:
        The JSON of `elman recall`: `accuracy`, `seconds`, `train_steps` and the rest.
    """
    seen, unseen = noise or (Signs(), Signs())
    begun = time.perf_counter()
    taught = train(asked, report, seen)
    fresh = torch.Generator().manual_seed(asked.seed + 2**32)
    figure = judge(taught.net, asked.judge_on, asked.steps, asked.place, fresh, unseen)
    by_length = {}
    for steps in lengths_to(4 * asked.steps, asked.steps):
        # beyond what was asked only while the time limit has not passed
        if steps <= asked.steps or time.perf_counter() - begun < asked.time_limit_s:
            by_length[steps] = judge(taught.net, 256, steps, asked.place, fresh, unseen)
    return {
        "cell": asked.cell,
        "steps": asked.steps,
        "init": asked.named_init,
        "place": asked.place,
        "grow": asked.grow,
        "vary": asked.vary,
        "keep_orthogonal": asked.keep_orthogonal,
        "hidden_size": asked.hidden_size,
        "seed": asked.seed,
        "accuracy": figure.accuracy,
        "accuracy_ci95": share_interval(figure.right, figure.n),
        "judged_on": figure.n,
        "right": figure.right,
        "chance": 1 / SYMBOLS,
        "seconds": round(taught.seconds, 2),
        "train_steps": taught.train_steps,
        "longest_trained": taught.longest_trained,
        "stopped": taught.stopped,
        "history": [[round(seconds, 2), steps] for seconds, steps in taught.history],
        "by_length": [[steps, judged.right, judged.n] for steps, judged in by_length.items()],
    }
