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
    """What a recipe may depend on: how much there is to learn from."""

    rows: int
    words: int
    unlabelled: int = 0
    """Words of texts without labels."""


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
    num_layers: int = 1
    word_dropout: float = 0.0
    vector_dropout: float = 0.0
    dropout: float = 0.0
    state_gain: float = 1.0
    """Length to which a step scales the state at first; see `nn.init`."""
    identity: bool = False
    """Let the state start as a running sum; see `nn.init`."""
    input_gain: float = 1.0
    members: int = 1
    linear: bool = False
    """Whether the linear model of words and pairs stands inside."""
    pretrain: int = 0
    """Passes over the texts in which the next word is learnt, before any label; 0 is none."""
    adapt: int = 2
    """Passes over them of a network that was pre-trained on other texts."""
    least_words: int = 10_000
    """Words below which there is nothing to learn from texts without labels."""
    pretrain_dropout: float = 0.1
    pretrained: str = ""
    """Directory of a pre-trained network to begin from, or to write it to."""
    as_torch_initialises: bool = False

    @property
    def reading(self) -> tuple[object, ...]:
        """What of it decides how texts become numbers."""
        limits = (self.max_words, self.min_count, self.max_length)
        return (*limits, self.linear, bool(self.pretrain), self.pretrained)

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
        unclipped = () if self.pretrain else ("embedding",)
        return replace(self.loop, epochs=epochs, seed=seed, unclipped=unclipped)


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
    max_length=120,
    loop=LoopConfig(
        epochs=4,
        batch_size=64,
        learning_rate=5e-3,
        beta2=0.99,
        clip_norm=0.3,
        average=0.99,
        patience=3,
    ),
    min_steps=1200,
    word_dropout=0.3,
    dropout=0.3,
    state_gain=0.5,
    linear=True,
)

_STRONG = Recipe(
    preset="strong",
    cell="lstm",
    max_words=20_000,
    min_count=2,
    embedding=128,
    hidden_size=256,
    pools=("mean", "max", "last"),
    max_length=400,
    loop=LoopConfig(
        epochs=3,
        batch_size=32,
        learning_rate=1e-3,
        beta2=0.99,
        average=0.99,
        rates=(("fc", 3.0),),
    ),
    min_steps=0,
    word_dropout=0.15,
    vector_dropout=0.2,
    dropout=0.4,
    members=3,
    linear=True,
    pretrain=6,
)

PRESETS = {recipe.preset: recipe for recipe in (_CHAPTER, _FAST, _STRONG)}
