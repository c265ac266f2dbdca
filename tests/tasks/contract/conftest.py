"""One trained model of every kind that a task has, for all who only look at it."""

from __future__ import annotations

import fcntl
import json
import os
import pickle
from functools import cache
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
def kept(request, kept_of):
    return kept_of(request.param)


@pytest.fixture(scope="session")
def kept_of(tmp_path_factory):
    """The model of one of `KINDS`: trained by who asks first, of all processes of the run."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base

    @cache
    def kept_of(kind):
        folder = shared / "kept" / kind
        folder.mkdir(parents=True, exist_ok=True)
        with open(folder / "lock", "w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not (folder / "trained").exists():
                _train(kind, folder)
        data, trained = pickle.loads((folder / "trained").read_bytes())
        name, sample = KINDS[kind]
        return Kept(name, tasks.named(name), sample, data, trained, elman.load(folder / "model"))

    return kept_of


def _train(kind: str, folder: Path) -> None:
    name, sample = KINDS[kind]
    data = sample.write(folder)
    written = []

    class Remembering(Run):
        def save(self, trained, *others):
            written.append(trained)
            return super().save(trained, *others)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(workflow, "Run", Remembering)
        workflow.train_report(data, folder / "model", name, dict(sample.options), Listener())
    (folder / "trained").write_bytes(pickle.dumps((data, written[0])))


@pytest.fixture
def few_steps(monkeypatch):
    """Training as it is, but every run of the loop ends after one epoch."""
    import dataclasses

    from elman.tasks.options import Options

    limits = Options.limits
    monkeypatch.setattr(
        Options, "limits", lambda self, config: dataclasses.replace(limits(self, config), epochs=1)
    )
