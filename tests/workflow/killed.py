"""A training that is killed: in a process of its own, forked from one that has torch loaded."""

from __future__ import annotations

import dataclasses
from pathlib import Path

from elman.tasks.options import Options
from elman.training.listener import Listener
from elman.workflow.train import train_report

PRELOADED = ["elman.tasks.classify.learner", "elman.memory.live", "tests.workflow.killed"]


def train(data: str, out: str, resume: bool) -> None:
    """Train a classifier in twelve passes with a checkpoint every few steps."""
    limits = Options.limits
    Options.limits = lambda self, config: dataclasses.replace(
        limits(self, config), epochs=12, checkpoint_every_s=0.02
    )
    options = {"threads": 1, "baselines": False, "resume": resume}
    train_report(data, Path(out), "classify", options, Listener())
