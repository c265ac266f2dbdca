"""Recipes for reading texts: the chapter's own model, a fast one, a strong one.

What was tried on the way and what it gave is in docs/recipes.md.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from elman.tasks.options import ClassifyOptions

__all__ = ["PRESETS", "Recipe", "Shape", "recipe"]


@dataclass(frozen=True)
class Shape:
    """What a recipe may depend on: the size of the training part, and how long its texts are."""

    rows: int
    words: int
    median_length: float


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
    """Length to which a step scales the state at first; see `nn.init`."""
    identity: bool = False
    """Let the state start as a running sum; see `nn.init`."""
    input_gain: float = 1.0
    embedding_range: float = 0.1
    """Word vectors start uniform in ± this."""
    input_pools: tuple[str, ...] = ()
    affix_buckets: int = 0
    max_pairs: int = 0
    pairs_in_state: bool = False
    """Whether the recurrence reads the pairs too, or only the linear path."""
    members: int = 1
    linear_path: bool = False
    """Add `linear_path` to the outputs; it wants `input_pools` of ("mean",)."""
    refit: bool = False
    """Train on the validation part too, once a pilot has shown what there is to choose."""
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
    patience=3,
    batch_size=64,
    learning_rate=2e-3,
    clip_norm=0.5,
    average=0.99,
    identity=True,
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
        min_steps=600,
        patience=3,
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
        cell="rnn",
        max_words=40_000,
        min_count=2,
        embedding=64,
        hidden_size=64,
        pools=("mean", "max"),
        input_pools=("mean",),
        max_length=250,
        epochs=5,
        min_steps=800,
        batch_size=64,
        learning_rate=3e-3,
        beta2=0.99,
        clip_norm=0.3,
        average=0.99,
        word_dropout=0.5,
        dropout=0.5,
        affix_buckets=20_000,
        embedding_range=0.5,
        max_pairs=100_000,
        members=5,
        linear_path=True,
        refit=True,
    ),
}

_ENOUGH_WORDS = 300_000
"""From here on log-count ratios are worth more than they mislead."""

_LONG = 100
"""Words of the median text from which pairs help and beginnings and ends of words do not."""


def recipe(options: ClassifyOptions, shape: Shape) -> Recipe:
    """Return the recipe of a preset for data of this shape, with the cell the user named."""
    chosen = PRESETS[options.preset]
    if options.as_printed:
        chosen = replace(chosen, pools=("padded_last",), as_torch_initialises=True)
    if options.preset == "strong":
        if shape.words >= _ENOUGH_WORDS:
            chosen = replace(chosen, naive_bayes=0.3, embedding_range=0.1)
        if shape.median_length > _LONG:
            chosen = replace(
                chosen,
                affix_buckets=0,
                pairs_in_state=True,
                embedding=16,
                hidden_size=32,
                max_length=400,
                learning_rate=5e-3,
                word_dropout=0.4,
            )
    return replace(chosen, cell=options.cell or chosen.cell)
