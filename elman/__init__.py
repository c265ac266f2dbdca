"""elman: recurrent networks that work, on the machine you have.

    model = elman.train("reviews.csv", out="model")   # needs torch: pip install "elman[train]"
    model = elman.load("model")                       # does not
    model.predict(["a fine film"])
    stream = model.stream()
    stream.feed("not")

    elman.memory_card(torch_model, data)   # how far back it remembers, and whether order matters
    elman.accelerate(torch_model)   # its recurrent layers become ours, in place, and faster
    elman.nn.GRU(8, 16)             # or ours from the start

Nothing heavy is imported until it is used, neither functions nor the packages `elman.nn`, `ops`,
`memory`, `attribution`, `data`, `sklearn` and the modules `errors`, `ray`, `spark` and `sktime`,
which need no import of their own.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from elman.version import __version__ as __version__

if TYPE_CHECKING:
    from elman import attribution as attribution
    from elman import data as data
    from elman import errors as errors
    from elman import memory as memory
    from elman import nn as nn
    from elman import ops as ops
    from elman import ray as ray
    from elman import sklearn as sklearn
    from elman import sktime as sktime
    from elman import spark as spark
    from elman.errors import ElmanError
    from elman.judging.classes.decision import Prediction
    from elman.judging.values.answer import Forecast
    from elman.nn.swap.accelerate import accelerate
    from elman.runtime.model import Model
    from elman.runtime.streams.stream import Stream
    from elman.workflow.compare import compare
    from elman.workflow.drift import drift
    from elman.workflow.evaluate import evaluate
    from elman.workflow.export import export
    from elman.workflow.load import load
    from elman.workflow.looking.explain import explain
    from elman.workflow.looking.lab import lab
    from elman.workflow.looking.memory import memory_card
    from elman.workflow.looking.report import report
    from elman.workflow.train import train
    from elman.workflow.update import update

__all__ = [
    "ElmanError",
    "Forecast",
    "Model",
    "Prediction",
    "Stream",
    "accelerate",
    "compare",
    "drift",
    "evaluate",
    "explain",
    "export",
    "lab",
    "load",
    "memory_card",
    "report",
    "train",
    "update",
]

_HOMES = {
    "ElmanError": "elman.errors",
    "Forecast": "elman.judging.values.answer",
    "Model": "elman.runtime.model",
    "Prediction": "elman.judging.classes.decision",
    "Stream": "elman.runtime.streams.stream",
    "accelerate": "elman.nn",
    "compare": "elman.workflow.compare",
    "drift": "elman.workflow.drift",
    "evaluate": "elman.workflow.evaluate",
    "explain": "elman.workflow.looking.explain",
    "export": "elman.workflow.export",
    "lab": "elman.workflow.looking.lab",
    "load": "elman.workflow.load",
    "memory_card": "elman.workflow.looking.memory",
    "report": "elman.workflow.looking.report",
    "train": "elman.workflow.train",
    "update": "elman.workflow.update",
}

_DOORS = (
    "attribution",
    "data",
    "errors",
    "memory",
    "nn",
    "ops",
    "ray",
    "sklearn",
    "sktime",
    "spark",
)
"""Packages and modules of ours that are meant to be used by name."""


if not TYPE_CHECKING:  # which would take any name for one of ours

    def __getattr__(name: str) -> Any:
        if name in _DOORS:
            return import_module(f"elman.{name}")
        if name not in _HOMES:
            raise AttributeError(f"module 'elman' has no attribute {name!r}")
        return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted([*__all__, *_DOORS, "__version__"])
