"""One run: its stages share the time that the user gives."""

from __future__ import annotations

import pytest
from torch import nn

from elman import tasks
from elman.tasks.resolve import resolve
from elman.training.config import LoopConfig
from elman.training.listener import Listener
from elman.training.problem import Fitted, Progress
from elman.workflow import run
from elman.workflow.run import Run


def test_each_stage_has_its_share_of_what_is_left(tmp_path, monkeypatch):
    given = []

    def fit(module, problem, config, **how):
        given.append(config.time_limit_s)
        return Fitted(Progress(elapsed_s=4.0), [])

    monkeypatch.setattr(run, "_fit", fit)
    options = resolve("classify", {"time_limit": "20s"}, "train")
    with Run(tasks.named("classify"), tmp_path / "m", options, Listener(), 0.0) as one:
        for share in (0.5, 0.25, 1.0, 1.0, 1.0):
            one.stage("fit", nn.Linear(1, 1), None, LoopConfig(epochs=1, time_share=share), "")
    assert given == pytest.approx([0.5 * 20, 0.25 * 16, 12, 8, 4])
