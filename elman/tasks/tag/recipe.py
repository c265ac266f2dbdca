"""What is trained to tag: the networks, and how, by the size of the data."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from elman.errors import OptionError, did_you_mean
from elman.runtime.spec import CELLS
from elman.tasks.tag.options import TagOptions
from elman.training.config import LoopConfig

__all__ = ["Recipe", "recipe", "variants"]

_BATCH = 32

_MOST_WEIGHTS = 2**24
"""Weights of the linear part, at most (64 MiB)."""


@dataclass(frozen=True)
class Recipe:
    """Networks and how to train them, before words and tags are filled in.

    What was tried on the way and what it gave is in docs/recipes.md.
    """

    cell: str
    hidden_size: int
    embedding: int
    num_layers: int
    both_ways: bool
    chain: bool | None
    """Whether neighbouring tags are tied; None where their scheme decides."""
    dropout: float
    vector_dropout: float
    word_dropout: float
    """How often a word of one occurrence is hidden; of n occurrences word_dropout / (word_dropout
    + n), as Kiperwasser & Goldberg 2016 have it."""
    max_words: int
    buckets: int
    """Ids of what is hashed of words, at most."""
    loop: LoopConfig
    linear_loop: LoopConfig
    linear_dropout: float = 0.3
    """Share of the ids that the linear part does not read while training."""
    around: int = 2
    """Words on either side that the linear part reads."""
    preset: str = "fast"

    @property
    def reading(self) -> tuple[object, ...]:
        """What of it decides how words become numbers."""
        return self.max_words, self.buckets

    @property
    def facts(self) -> dict[str, Any]:
        """What the report says of it."""
        way = "both ways" if self.both_ways else "left to right"
        return {"preset": self.preset, "cell": self.cell, "reads": way}

    def places(self, ids: int, tags: int) -> tuple[int, int]:
        """Return how many words before and after its own the linear part has room for."""
        for around in range(self.around, -1, -1):
            before, after = around, around if self.both_ways else 0
            if ids * tags * (before + 1 + after) <= _MOST_WEIGHTS:
                return before, after
        return 0, 0


_EPOCHS, _STEPS = 12, 700
_LINEAR_EPOCHS, _LINEAR_STEPS = 3, 500
"""Passes over some thousands of sentences or more; of fewer so many that there are these steps."""

_MOST_EPOCHS = 60
_MANY = 20_000
"""Sentences from which fewer passes are enough."""


def recipe(options: TagOptions, sentences: int) -> Recipe:
    """Return the recipe for so many training sentences, with what the user set of it."""
    loop = LoopConfig(
        epochs=_passes(sentences, _EPOCHS, _STEPS),
        batch_size=_BATCH,
        learning_rate=2e-3,
        beta2=0.99,
        average=0.998,
    )
    passes = _passes(sentences, _LINEAR_EPOCHS, _LINEAR_STEPS)
    linear = replace(loop, epochs=passes, learning_rate=0.01, average=0.99)
    chosen = Recipe(
        cell=options.cell or "lstm",
        hidden_size=options.hidden_size or 200,
        embedding=options.embedding_size or 200,
        num_layers=options.num_layers or 1,
        both_ways=not options.one_way,
        chain=options.crf,
        dropout=0.4 if options.dropout is None else options.dropout,
        vector_dropout=0.4 if options.dropout is None else options.dropout,
        word_dropout=0.25 if options.word_dropout is None else options.word_dropout,
        max_words=options.max_words or 100_000,
        buckets=2**15,
        loop=options.trained(loop),
        linear_loop=linear,
    )
    if options.epochs is not None:
        chosen = replace(chosen, loop=replace(chosen.loop, epochs=options.epochs))
    return chosen


def _passes(sentences: int, usual: int, least_steps: int) -> int:
    """Return the passes over so many sentences."""
    enough = math.ceil(least_steps * _BATCH / max(sentences, 1))
    fewer = max(round(usual * _MANY / max(sentences, _MANY)), 2)
    return min(max(fewer, enough), _MOST_EPOCHS)


def variants(names: Sequence[str], options: TagOptions) -> dict[str, TagOptions]:
    """Return the options of each model that is compared: a cell.

    Raises:
        OptionError: a name is none.
    """
    for name in names:
        if name not in CELLS:
            raise OptionError(f'--models "{name}" is not known. {did_you_mean(name, CELLS)}')
    return {name: replace(options, cell=name, keep="recurrent") for name in names}
