"""Observers: called after every step and epoch, with what was done; one may end the run."""

from __future__ import annotations

import dataclasses

import torch

from elman.training.config import LoopConfig
from elman.training.loop import fit
from elman.training.observe import Observer
from tests.training.problems import Regression, net, weights

CONFIG = LoopConfig(epochs=3, batch_size=7, learning_rate=1e-2, seed=11)  # 9 steps an epoch


class Noting(Observer):
    """Writes down what it is shown, and ends the run at a step if it is to."""

    def __init__(self, ends_at=0, why="enough"):
        self.ends_at, self.why = ends_at, why
        self.steps, self.examples, self.epochs = [], [], []

    def on_step(self, progress, module, problem, examples):
        self.steps.append(progress.steps_done)
        self.examples.append(examples)
        assert module.training
        return self.why if progress.steps_done == self.ends_at else ""

    def on_epoch(self, progress):
        self.epochs.append(progress.history[-1]["epoch"])
        progress.history[-1]["seen"] = len(self.steps)


def test_every_step_and_epoch_is_seen_and_changes_nothing():
    watched, alone, observer, problem = net(), net(), Noting(), Regression()
    fitted = fit(watched, problem, CONFIG, observers=[observer])
    fit(alone, Regression(), CONFIG)
    assert observer.steps == list(range(1, 28))
    assert all(
        a is b or (a == b).all() for a, b in zip(observer.examples, problem.seen, strict=True)
    )
    assert observer.epochs == [1, 2, 3]
    assert [entry["seen"] for entry in fitted.progress.history] == [9, 18, 27]
    assert torch.equal(weights(watched), weights(alone))


def test_an_observer_ends_the_run_with_its_reason_and_the_weights_of_that_step():
    module, at_step = net(), {}
    fitted = fit(
        module,
        Regression(),
        dataclasses.replace(CONFIG, epochs=50),
        observers=[Noting(), Noting(13), Noting(13, "too late")],
        report=lambda p: at_step.update({p.steps_done: weights(module)}),
    )
    progress = fitted.progress
    assert progress.finished == "enough"
    assert max(at_step) == progress.steps_done == 13  # reported too
    assert len(progress.history) == progress.epoch == 2  # what was begun is validated
    assert progress.best_epoch == 1
    assert torch.equal(weights(module), at_step[13])


def test_observers_look_before_the_progress_is_shown():
    class Counts(Observer):
        def on_step(self, progress, module, problem, examples):
            progress.memory = float(progress.steps_done)
            return ""

    shown = []
    fit(net(), Regression(), CONFIG, observers=[Counts()], report=lambda p: shown.append(p.memory))
    assert shown == list(range(1, 28))
