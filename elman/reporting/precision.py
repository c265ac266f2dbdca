"""Which weights a page gets: the smallest that answer as the model does, and how near that is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from elman.figures import counted
from elman.runtime.arrays import Steps
from elman.runtime.model import Model
from elman.tasks.interface import Task
from elman.web.packed import PRECISIONS, Precision, rounded

__all__ = ["Chosen", "choose_precision"]


class Chosen(NamedTuple):
    """Weights of a page, and how far its answers are from the model's."""

    precision: Precision
    apart: float
    asked: int
    changed: int
    """Rows of those asked whose decision is another one."""
    differ: str
    """How far that is, in a sentence that goes on."""

    @property
    def said(self) -> str:
        weights = {"int8": "one byte", "float16": "two bytes", "float32": "four bytes"}
        return (
            f"Its weights have {weights[self.precision]} each. On {counted(self.asked, 'input')} "
            f"{self.differ}."
        )


def choose_precision(
    model: Model,
    task: Task,
    steps: Sequence[Steps],
    contexts: Sequence[Any],
) -> Chosen:
    """Return the smallest weights whose answers stay within bounds.

    Args:
        model: the saved model.
        task: its task.
        steps: of some inputs, encoded.
        contexts: theirs.
    """
    reporter = task.reporter()
    truth = model.numbers(steps, contexts)
    decided = model.codec.answers(truth, contexts)
    n = len(steps)
    for precision in PRECISIONS[:-1]:
        smaller = Model.of(rounded(model.info, precision), task.codec, model.directory)
        numbers = smaller.numbers(steps, contexts)
        apart = reporter.apart(truth, numbers)
        if apart <= reporter.near:
            theirs = model.codec.answers(numbers, contexts)
            changed = sum(
                _decision(a) != _decision(b) for a, b in zip(decided, theirs, strict=True)
            )
            return Chosen(precision, apart, n, changed, reporter.differ(apart, n, changed))
    return Chosen("float32", 0.0, n, 0, reporter.differ(0.0, n, 0))


def _decision(answer: Any) -> Any:
    """What an answer decides: its class, its tags; of values nothing is decided."""
    return getattr(answer, "label", getattr(answer, "tags", None))
