"""Recipes for reading texts: the chapter's own model, a fast one, a strong one.

What was tried on the way and what it gave is in docs/recipes.md.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any

from elman.training.config import LoopConfig

__all__ = ["PRESETS", "Recipe", "Shape"]


@dataclass(frozen=True)
class Shape:
    """What a recipe may depend on: the size of the training part, and how long its texts are."""

    rows: int
    words: int
    median_length: float


@dataclass(frozen=True)
class Recipe:
    """A network and how to train it, before the data's size and classes are filled in."""

    preset: str
    cell: str
    max_words: int
    min_count: int
    embedding: int
    hidden_size: int
    pools: tuple[str, ...]
    max_length: int
    loop: LoopConfig
    """With the passes over a file of middling size; see `loop_for`."""
    min_steps: int
    """Small files are passed over more often, until this many optimizer steps are done; 0 takes
    the loop's passes as they are."""
    bidirectional: bool = False
    num_layers: int = 1
    word_dropout: float = 0.0
    dropout: float = 0.0
    state_gain: float = 1.0
    """Length to which a step scales the state at first; see `nn.init`."""
    identity: bool = False
    """Let the state start as a running sum; see `nn.init`."""
    input_gain: float = 1.0
    embedding_range: float = 0.1
    """Word vectors start uniform in ± this."""
    input_pools: tuple[str, ...] = ()
    affix_buckets: int = 0
    members: int = 1
    linear: bool = False
    """Whether the linear model of words and pairs stands inside."""
    refit: bool = False
    """Train on the validation part too, once a pilot has shown what there is to choose."""
    as_torch_initialises: bool = False

    @property
    def reading(self) -> tuple[int, ...]:
        """What of it decides how texts become numbers."""
        limits = (self.max_words, self.min_count, self.max_length)
        return (*limits, self.affix_buckets, self.linear)

    @property
    def facts(self) -> dict[str, Any]:
        """What the report says of it."""
        return {"preset": self.preset, "cell": self.cell}

    def loop_for(self, rows: int, seed: int) -> LoopConfig:
        """Return the loop over `rows` training rows."""
        epochs = self.loop.epochs
        if self.min_steps:
            enough = math.ceil(self.min_steps * self.loop.batch_size / max(rows, 1))
            epochs = min(max(epochs, enough), _MOST_EPOCHS)
        return replace(self.loop, epochs=epochs, seed=seed, unclipped=("embedding",))


_MOST_EPOCHS = 60

_CHAPTER = Recipe(
    preset="chapter",
    cell="rnn",
    max_words=1000,
    min_count=1,
    embedding=32,
    hidden_size=64,
    pools=("last",),
    max_length=200,
    loop=LoopConfig(
        epochs=8, batch_size=64, learning_rate=2e-3, clip_norm=0.5, average=0.99, patience=3
    ),
    min_steps=1000,
    identity=True,
    input_gain=0.3,
)

_FAST = Recipe(
    preset="fast",
    cell="rnn",
    max_words=20_000,
    min_count=2,
    embedding=32,
    hidden_size=32,
    pools=("mean", "max"),
    max_length=250,
    loop=LoopConfig(
        epochs=4,
        batch_size=64,
        learning_rate=5e-3,
        beta2=0.99,
        clip_norm=0.3,
        average=0.99,
        patience=3,
    ),
    min_steps=600,
    word_dropout=0.3,
    dropout=0.3,
    state_gain=0.5,
    linear=True,
)

_STRONG = Recipe(
    preset="strong",
    cell="rnn",
    max_words=40_000,
    min_count=2,
    embedding=64,
    hidden_size=64,
    pools=("mean", "max"),
    input_pools=("mean",),
    max_length=250,
    loop=LoopConfig(
        epochs=5, batch_size=64, learning_rate=3e-3, beta2=0.99, clip_norm=0.3, average=0.99
    ),
    min_steps=800,
    word_dropout=0.5,
    dropout=0.5,
    affix_buckets=20_000,
    embedding_range=0.5,
    members=5,
    linear=True,
    refit=True,
)

PRESETS = {recipe.preset: recipe for recipe in (_CHAPTER, _FAST, _STRONG)}
