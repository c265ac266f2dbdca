"""A trained model and its opponents on the same rows, and who won."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from elman.judging.paired import paired
from elman.judging.verdict import Rival, verdict
from elman.judging.yardstick import Numbers, Yardstick
from elman.runtime.model import Model
from elman.tasks.interface import Labelled, Opponent, Trained

__all__ = ["Judged", "judge", "set_beside"]


@dataclass(frozen=True)
class Judged:
    """One model's answers to some rows."""

    numbers: Numbers
    yardstick: Yardstick
    """With the model's own way to decide."""

    @property
    def points(self) -> NDArray[np.float64]:
        """`(N,)` how good each answer is."""
        return self.yardstick.points(self.numbers)

    @property
    def figures(self) -> dict[str, Any]:
        return self.yardstick.figures(self.numbers)

    @property
    def details(self) -> dict[str, Any]:
        return self.yardstick.details(self.numbers)


def judge(model: Model, trained: Trained, test: Labelled) -> Judged:
    """Let a model answer, by the one prediction path."""
    numbers = model.numbers(test.steps, test.contexts)
    yardstick = test.yardstick.deciding(trained.output)
    if test.streamed is not None:
        yardstick = test.streamed(model, yardstick)
    return Judged(numbers, yardstick)


def set_beside(
    points: NDArray[np.float64], test: Labelled, opponents: Iterable[Opponent], called: str = ""
) -> tuple[dict[str, Any], str]:
    """Judge opponents on the same rows.

    Args:
        points: `(N,)` of the model, or their mean over several runs of it.
        test: the rows.
        opponents: are asked one after the other; those that learn do so then.
        called: the model in sentences, where it is not the recurrent one.

    Returns:
        Figures by name, each with its name in sentences as `called` and the difference to the
        model as `paired`; and the verdict.
    """
    yardstick, found, rivals = test.yardstick, {}, []
    for opponent in opponents:
        numbers = opponent.numbers()
        difference = paired(points, yardstick.points(numbers), block=yardstick.block)
        named = {"called": opponent.called, "paired": difference}
        found[opponent.name] = yardstick.figures(numbers) | named
        rivals.append(Rival(opponent.called, found[opponent.name], opponent.role))
    return found, verdict(yardstick, rivals, called)
