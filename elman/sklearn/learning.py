"""Train, judge and keep a model in memory: what `elman train` does, without a directory."""

from __future__ import annotations

import dataclasses
import tempfile
from importlib.metadata import version
from pathlib import Path
from typing import Any

from elman.artifact import HELD_OUT
from elman.runtime.model import Model
from elman.tasks.interface import Task
from elman.tasks.resolve import resolve
from elman.training.listener import Listener, Stopwatch
from elman.version import __version__
from elman.workflow.drift import record
from elman.workflow.extras import need
from elman.workflow.judge import judge
from elman.workflow.run import unsaved_stage

__all__ = ["METRICS", "learn"]

METRICS = "metrics.json"
"""The part of a model directory that holds the report of its training."""


def learn(task: Task, data: Any, given: dict[str, Any]) -> Model:
    """Train on data of a task, and return the model with all that its directory would hold.

    Opponents are not trained: the report has the figures of the model on the rows held out, and no
    verdict.

    Args:
        task: whose data it is.
        data: as the task's learner reads it.
        given: the options of `elman train`, by their names in Python.

    Raises:
        InputError: data or options are at fault.
        WorkError: training failed.
    """
    options = resolve(task.name, given, "train")
    need("fit follows gradients", "torch")
    learner, listener, watch = task.learner(), Listener(), Stopwatch()
    with tempfile.TemporaryDirectory(prefix="elman-fit-") as folder:
        place = Path(folder)
        with watch.timing("load"):
            rows = learner.read(data, options, place, listener)
            recipe = learner.recipe(rows, options)
            prepared = learner.prepare(rows, recipe, place, listener)
        with watch.timing("fit"), unsaved_stage("fit", options, listener) as stage:
            trained = learner.fit(prepared, recipe, options, stage, seed=options.seed)
            test = prepared.test
            model = Model.of(trained.artifact(task.name), task.codec)
            judged = judge(model, trained, test)
            chosen = learner.refit(prepared, recipe, trained, options, stage) or trained
        report = {
            "task": task.name,
            "seed": options.seed,
            **recipe.facts,
            **prepared.facts,
            **trained.facts,
            "metrics": judged.figures,
            "headline": judged.yardstick.headline,
            "judged_on": test.said,
            "held_out": {"n": len(test.steps), **test.facts, **judged.details},
            "seconds": watch.report(),
        }
        report["warnings"] += [line for run in trained.runs for line in run.nonfinite]
        saved = chosen.artifact(task.name)
        held_out = dict(record(task, model, test, judged.numbers))
        parts = {**saved.parts, METRICS: report, HELD_OUT: held_out}
        made_by = {"elman": __version__, "torch": version("torch"), "options": given}
        whole = dataclasses.replace(saved, training=made_by, parts=parts)
    return Model.of(whole, task.codec)
