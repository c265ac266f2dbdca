"""One trained model of every kind that a task has, for all who only look at it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, NamedTuple

import pytest

import elman
from elman import tasks
from elman.runtime.model import Model
from elman.tasks.interface import Trained
from elman.training.listener import Listener
from elman.workflow import train as workflow
from elman.workflow.run import Run
from tests.tasks.contract.sample import Sample
from tests.tasks.contract.samples import KINDS


class Kept(NamedTuple):
    """A task, its sample, the file it was trained on, and the model."""

    name: str
    task: Any
    sample: Sample
    data: Path
    trained: Trained
    """What was written to the directory, as it was in memory."""
    model: Model

    @property
    def report(self):
        return json.loads((self.model.directory / "metrics.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="session", params=KINDS)
def kept(request, tmp_path_factory):
    name, sample = KINDS[request.param]
    folder = tmp_path_factory.mktemp(request.param)
    data = sample.write(folder)
    written = []

    class Remembering(Run):
        def save(self, trained, *others):
            written.append(trained)
            return super().save(trained, *others)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(workflow, "Run", Remembering)
        workflow.train_report(data, folder / "model", name, dict(sample.options), Listener())
    task = tasks.named(name)
    return Kept(name, task, sample, data, written[0], elman.load(folder / "model"))


@pytest.fixture
def few_steps(monkeypatch):
    """Training as it is, but every run of the loop ends after one epoch."""
    import dataclasses

    from elman.tasks.options import Options

    limits = Options.limits
    monkeypatch.setattr(
        Options, "limits", lambda self, config: dataclasses.replace(limits(self, config), epochs=1)
    )
