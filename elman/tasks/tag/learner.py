"""How a tagger learns: the part of the task that needs torch."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from torch import Tensor

from elman.judging.yardstick import Numbers
from elman.runtime.model import Model
from elman.tasks.interface import Opponent, Stage, Trained
from elman.tasks.tag.codec import tag_codec
from elman.tasks.tag.network.fit import TagTrained, train_networks
from elman.tasks.tag.opponents.frequent import most_frequent
from elman.tasks.tag.opponents.perceptron import averaged_perceptron
from elman.tasks.tag.options import TagOptions
from elman.tasks.tag.recipe import Recipe, recipe, variants
from elman.tasks.tag.rows.encode import encode
from elman.tasks.tag.rows.read import read
from elman.tasks.tag.rows.rows import Prepared, Rows
from elman.training.listener import Listener

__all__ = ["TagLearner"]


class TagLearner:
    """`tasks.interface.Learner` for tagged sentences."""

    def read(self, data: Any, options: TagOptions, place: Path, listener: Listener) -> Rows:
        return read(data, options, listener)

    def recipe(self, rows: Rows, options: TagOptions) -> Recipe:
        return recipe(options, len(rows.train))

    def prepare(self, rows: Rows, recipe: Recipe, place: Path, listener: Listener) -> Prepared:
        for line in rows.warnings:
            listener.warn(line)
        return encode(rows, recipe)

    def variants(self, names: Sequence[str], options: TagOptions) -> dict[str, TagOptions]:
        return variants(names, options)

    def fit(
        self,
        prepared: Prepared,
        recipe: Recipe,
        options: TagOptions,
        stage: Stage,
        *,
        seed: int,
    ) -> TagTrained:
        return train_networks(prepared, recipe, options, stage, seed=seed)

    def refit(
        self,
        prepared: Prepared,
        recipe: Recipe,
        trained: Trained,
        options: TagOptions,
        stage: Stage,
    ) -> None:
        return None

    def opponents(
        self,
        prepared: Prepared,
        recipe: Recipe,
        trained: TagTrained,
        options: TagOptions,
        listener: Listener,
        *,
        thorough: bool,
    ) -> Iterator[Opponent]:
        if not options.baselines:
            return
        rows = prepared.rows
        learnt, asked = rows.part(rows.train), rows.part(rows.test)
        yield Opponent(
            "most_frequent_tag",
            "most frequent tag",
            lambda: most_frequent(learnt, asked, rows.decision),
            role="floor",
        )
        yield Opponent(
            "averaged_perceptron",
            "averaged perceptron",
            lambda: averaged_perceptron(learnt, asked, rows.decision),
        )

        def said(other: Trained) -> Numbers:
            model = Model.of(other.artifact("tag"), tag_codec)
            return model.numbers(prepared.test.steps, prepared.test.contexts)

        if (other := trained.other) is not None:
            called = "with the recurrence beside it"
            yield Opponent("with_recurrence", called, lambda: said(other), role="beyond")
        elif (inside := trained.inside) is not None:
            called = "words and letters around"
            yield Opponent("words_around", called, lambda: said(inside), role="inside")

    def loss(self, model: Model) -> Callable[[Tensor, Tensor], Tensor] | None:
        return None
