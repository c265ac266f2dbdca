"""Recipes for reading texts: the chapter's own model, a fast one, a strong one.

What was tried on the way and what it gave is in docs/recipes.md.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from elman.tasks.options import ClassifyOptions

__all__ = ["PRESETS", "Recipe", "recipe"]


@dataclass(frozen=True)
class Recipe:
    """A network and how to train it, before the data's size and classes are filled in."""

    cell: str
    max_words: int
    min_count: int
    embedding: int
    hidden_size: int
    pools: tuple[str, ...]
    max_length: int
    epochs: int
    batch_size: int
    learning_rate: float
    bidirectional: bool = False
    num_layers: int = 1
    word_dropout: float = 0.0
    dropout: float = 0.0
    weight_decay: float = 0.0
    average: float = 0.0
    patience: int = 0
    min_steps: int = 0
    """Small files are passed over more often, until this many optimizer steps are done."""
    max_epochs: int = 60
    beta2: float = 0.999
    clip_norm: float = 1.0
    state_gain: float = 1.0
    """Length to which a step scales the state at first; see `nn.initialise`."""
    input_gain: float = 1.0
    naive_bayes: float = 0.0
    """Scale of the log-count ratios that the first embedding columns start from; 0 is random."""
    as_torch_initialises: bool = False

    def epochs_for(self, rows: int) -> int:
        """Return passes over `rows` training rows."""
        enough = math.ceil(self.min_steps * self.batch_size / max(rows, 1))
        return min(max(self.epochs, enough), self.max_epochs)


_CHAPTER = Recipe(
    cell="rnn",
    max_words=1000,
    min_count=1,
    embedding=32,
    hidden_size=64,
    pools=("last",),
    max_length=200,
    epochs=8,
    min_steps=1000,
    batch_size=64,
    learning_rate=2e-3,
    clip_norm=0.5,
    average=0.99,
    input_gain=0.3,
)

PRESETS = {
    "chapter": _CHAPTER,
    "fast": Recipe(
        cell="rnn",
        max_words=20_000,
        min_count=2,
        embedding=32,
        hidden_size=32,
        pools=("mean", "max"),
        max_length=250,
        epochs=4,
        min_steps=1000,
        batch_size=64,
        learning_rate=5e-3,
        beta2=0.99,
        clip_norm=0.3,
        average=0.99,
        word_dropout=0.3,
        dropout=0.3,
        state_gain=0.5,
        naive_bayes=0.3,
    ),
    "strong": Recipe(
        cell="gru",
        max_words=30_000,
        min_count=2,
        embedding=64,
        hidden_size=96,
        pools=("mean", "max"),
        max_length=400,
        epochs=6,
        min_steps=2000,
        batch_size=32,
        learning_rate=2e-3,
        average=0.998,
        word_dropout=0.3,
        dropout=0.3,
        naive_bayes=0.3,
        bidirectional=True,
    ),
}


def recipe(options: ClassifyOptions) -> Recipe:
    """Return the recipe of a preset, with the cell the user named."""
    chosen = PRESETS[options.preset]
    if options.as_printed:
        chosen = replace(_CHAPTER, pools=("padded_last",), as_torch_initialises=True)
    return replace(chosen, cell=options.cell or chosen.cell)
