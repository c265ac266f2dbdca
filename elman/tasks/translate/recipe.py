"""What is trained, by how much there is to learn from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from elman.errors import OptionError, did_you_mean
from elman.runtime.spec import CELLS, CellName
from elman.tasks.translate.options import TranslateOptions
from elman.training.config import LoopConfig

__all__ = ["Recipe", "recipe", "variants"]

_SETTINGS = ("pieces", "hidden_size", "dropout", "word_dropout", "join_dropout")

_MUCH = 100_000
"""Pairs from which twice the pieces and the units have enough to learn from."""

_PASSES = 11 * 29_000
"""Pairs that are looked at in all, where that is between _LEAST and _MOST passes."""

_LEAST, _MOST = 4, 60


@dataclass(frozen=True)
class Recipe:
    """A network, and how it is trained.

    With 29,000 pairs it is what was best on their validation part: see docs/recipes.md.
    """

    preset: str
    cell: CellName = "lstm"
    pieces: int = 4000
    embedding: int = 256
    hidden_size: int = 256
    encoder_layers: int = 2
    dropout: float = 0.25
    word_dropout: float = 0.1
    join_dropout: float = 0.1
    smoothing: float = 0.1
    """Share of the truth that is spread over all pieces (Szegedy et al. 2016)."""
    beam: int = 5
    length_penalty: float | None = None
    """None asks the validation part."""
    loop: LoopConfig = LoopConfig(  # noqa: RUF009
        epochs=11,
        batch_size=64,
        learning_rate=2.5e-3,
        warmup=0.08,
        beta2=0.98,
        average=0.998,
        checkpoint_every_s=60.0,  # of eighty megabytes
    )

    @property
    def reading(self) -> int:
        """Recipes that cut words alike share the rows."""
        return self.pieces

    @property
    def facts(self) -> dict[str, Any]:
        return {"preset": self.preset, "cell": self.cell}


def recipe(options: TranslateOptions, pairs: int) -> Recipe:
    """Return the recipe for so many pairs, with what the user set of it."""
    chosen = Recipe(options.preset)
    if pairs >= _MUCH:
        chosen = replace(chosen, pieces=8000, hidden_size=512)
    passes = min(max(round(_PASSES / pairs), _LEAST), _MOST)
    if options.preset == "fast":
        passes = max(passes // 3, 1)
        chosen = replace(chosen, hidden_size=chosen.hidden_size // 2, dropout=0.15)
    loop = replace(options.trained(chosen.loop), epochs=options.epochs or passes)
    said = {name: getattr(options, name) for name in _SETTINGS}
    said |= {
        "cell": options.cell,
        "embedding": options.embedding_size,
        "encoder_layers": options.num_layers,
        "beam": options.beam,
        "length_penalty": options.length_penalty,
    }
    told = {name: value for name, value in said.items() if value is not None}
    return replace(chosen, **told, loop=loop)


def variants(names: Sequence[str], options: TranslateOptions) -> dict[str, TranslateOptions]:
    """Return the options of each model of `compare`: a cell.

    Raises:
        OptionError: a name is none.
    """
    for name in names:
        if name not in CELLS:
            raise OptionError(f'--models "{name}" is no cell. {did_you_mean(name, CELLS)}')
    return {name: replace(options, cell=name) for name in names}
