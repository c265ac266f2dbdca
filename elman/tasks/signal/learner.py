"""How a model of signals learns: the part of the task that needs torch."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from torch import Tensor

from elman.runtime.model import Model
from elman.tasks.interface import Opponent, Stage, Trained
from elman.tasks.signal.coding.codec import signal_codec
from elman.tasks.signal.network.fit import SignalTrained, train_network
from elman.tasks.signal.opponents.nearest import nearest, worth_asking
from elman.tasks.signal.opponents.ridges import convolutions, statistics
from elman.tasks.signal.options import SignalOptions
from elman.tasks.signal.recipe import Recipe, recipe, variants
from elman.tasks.signal.rows.read import read
from elman.tasks.signal.rows.rows import Prepared, Rows, prepare
from elman.tasks.signal.simple.model import Simple, simple_model
from elman.training.listener import Listener

__all__ = ["SignalLearner"]


class SignalLearner:
    """`tasks.interface.Learner` for signals with classes."""

    def __init__(self) -> None:
        self._fitted: tuple[Prepared, Simple] | None = None

    def read(self, data: Any, options: SignalOptions, place: Path, listener: Listener) -> Rows:
        return read(data, place, options, listener)

    def recipe(self, rows: Rows, options: SignalOptions) -> Recipe:
        return recipe(options, sound=rows.input.sound is not None, rows=len(rows.train))

    def prepare(self, rows: Rows, recipe: Recipe, place: Path, listener: Listener) -> Prepared:
        return prepare(rows, place / "steps.f32")

    def variants(self, names: Sequence[str], options: SignalOptions) -> dict[str, SignalOptions]:
        return variants(names, options)

    def fit(
        self,
        prepared: Prepared,
        recipe: Recipe,
        options: SignalOptions,
        stage: Stage,
        *,
        seed: int,
    ) -> SignalTrained:
        simple = self._simple_of(prepared, options)
        return train_network(prepared, recipe, options, stage, simple, seed=seed)

    def _simple_of(self, prepared: Prepared, options: SignalOptions) -> Simple:
        """Return the simple model of some rows, fitted once for all seeds and recipes."""
        if self._fitted is None or self._fitted[0] is not prepared:
            weigh = options.class_weight == "balanced"
            simple = simple_model(prepared, features=options.features, weigh=weigh)
            self._fitted = prepared, simple
        return self._fitted[1]

    def refit(
        self,
        prepared: Prepared,
        recipe: Recipe,
        trained: Trained,
        options: SignalOptions,
        stage: Stage,
    ) -> None:
        return None

    def opponents(
        self,
        prepared: Prepared,
        recipe: Recipe,
        trained: SignalTrained,
        options: SignalOptions,
        listener: Listener,
        *,
        thorough: bool,
    ) -> Iterator[Opponent]:
        """Yield who was trained on the same rows; see `signal.opponents`."""
        if not options.baselines:
            return
        rows, weigh = prepared.rows, options.class_weight == "balanced"
        decision = rows.decision
        yield Opponent(
            "majority",
            "majority class",
            lambda: np.tile(decision.base, (len(rows.test), 1)),
            role="floor",
        )
        yield Opponent(
            "statistics", "statistics + ridge", lambda: statistics(prepared, weigh=weigh)
        )
        yield Opponent(
            "minirocket",
            "MiniRocket-style + ridge",
            lambda: convolutions(prepared, weigh=weigh),
        )
        if worth_asking(prepared):
            yield Opponent("nearest", "nearest by time warping", lambda: nearest(prepared))
        simple, other = trained.simple, trained.other
        if other is not None:
            model, test = Model.of(other.artifact("signal"), signal_codec), prepared.test
            yield Opponent(
                "with_recurrence",
                "with the recurrence beside it",
                lambda: model.numbers(test.steps, test.contexts),
                role="beyond",
            )
        elif simple is not None and not trained.called:
            yield Opponent(
                "convolutions",
                "convolutions inside, alone",
                lambda: decision.probabilities(simple.tested),
                role="inside",
            )

    def loss(self, model: Model) -> Callable[[Tensor, Tensor], Tensor] | None:
        return None
