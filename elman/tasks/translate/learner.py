"""How a translator learns: the part of the task that needs torch."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from torch import Tensor

from elman.data.parallel.pieces import learn
from elman.judging.texts.numbers import numbers_of
from elman.judging.yardstick import Numbers
from elman.runtime.model import Model
from elman.tasks.interface import Opponent, Stage, Trained
from elman.tasks.translate.network.fit import train_network
from elman.tasks.translate.opponents.copied import copied
from elman.tasks.translate.opponents.dictionary import dictionary, word_by_word
from elman.tasks.translate.opponents.nearest import nearest
from elman.tasks.translate.options import TranslateOptions
from elman.tasks.translate.prepared import Prepared
from elman.tasks.translate.recipe import Recipe, recipe, variants
from elman.tasks.translate.rows import Rows, read
from elman.training.listener import Listener

__all__ = ["TranslationLearner"]


class TranslationLearner:
    """`tasks.interface.Learner` for pairs of sentences."""

    def read(self, data: Any, options: TranslateOptions, place: Path, listener: Listener) -> Rows:
        return read(data, options, listener)

    def recipe(self, rows: Rows, options: TranslateOptions) -> Recipe:
        return recipe(options, len(rows.train))

    def prepare(self, rows: Rows, recipe: Recipe, place: Path, listener: Listener) -> Prepared:
        both = [*rows.sources(rows.train), *rows.targets(rows.train)]
        pieces = learn(both, recipe.pieces)
        for note in rows.notes:
            listener.warn(note)
        listener.say(f"{len(pieces):,} pieces of words, shared by both languages")
        return Prepared(rows, pieces, list(rows.notes))

    def variants(
        self, names: Sequence[str], options: TranslateOptions
    ) -> dict[str, TranslateOptions]:
        return variants(names, options)

    def fit(
        self,
        prepared: Prepared,
        recipe: Recipe,
        options: TranslateOptions,
        stage: Stage,
        *,
        seed: int,
    ) -> Trained:
        return train_network(prepared, recipe, stage, seed=seed)

    def refit(
        self,
        prepared: Prepared,
        recipe: Recipe,
        trained: Trained,
        options: TranslateOptions,
        stage: Stage,
    ) -> None:
        return None

    def opponents(
        self,
        prepared: Prepared,
        recipe: Recipe,
        trained: Trained,
        options: TranslateOptions,
        listener: Listener,
        *,
        thorough: bool,
    ) -> Iterator[Opponent]:
        if not options.baselines:
            return
        rows = prepared.rows
        sources, targets = rows.sources(rows.train), rows.targets(rows.train)
        asked = rows.sources(rows.test)

        def looked_up() -> Numbers:
            return numbers_of(word_by_word(dictionary(sources, targets), asked))

        yield Opponent("copy", "the source itself", lambda: numbers_of(copied(asked)), role="floor")
        yield Opponent("dictionary", "a dictionary, word by word", looked_up)
        yield Opponent(
            "nearest",
            "the translation of the nearest sentence",
            lambda: numbers_of(nearest(sources, targets, asked)),
        )

    def loss(self, model: Model) -> Callable[[Tensor, Tensor], Tensor] | None:
        return None
