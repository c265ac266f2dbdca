"""Which recipe suits this data, and the models that `compare` is asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from elman.errors import OptionError, did_you_mean
from elman.runtime.spec import CELLS
from elman.tasks.classify.options import ClassifyOptions
from elman.tasks.classify.presets import PRESETS, Recipe, Shape

__all__ = ["recipe", "variants"]

_LONG = 100
"""Words of the median text from which pairs help and beginnings and ends of words do not."""


_SETTINGS = (
    *("hidden_size", "num_layers", "dropout", "word_dropout"),
    *("max_words", "min_count", "max_length", "members"),
)


def recipe(options: ClassifyOptions, shape: Shape) -> Recipe:
    """Return the recipe of a preset for data of this shape, with the cell the user named."""
    chosen = PRESETS[options.preset]
    if options.as_printed:
        chosen = replace(chosen, pools=("padded_last",), as_torch_initialises=True)
    if options.preset == "strong" and shape.median_length > _LONG:
        chosen = replace(
            chosen,
            affix_buckets=0,
            embedding=16,
            hidden_size=32,
            max_length=400,
            loop=replace(chosen.loop, learning_rate=5e-3),
            word_dropout=0.4,
        )
    return _as_told(replace(chosen, cell=options.cell or chosen.cell), options)


def _as_told(chosen: Recipe, options: ClassifyOptions) -> Recipe:
    """Return a recipe with what the user set of it."""
    said = {name: getattr(options, name) for name in _SETTINGS}
    said |= {"embedding": options.embedding_size}
    chosen = replace(chosen, **{name: value for name, value in said.items() if value is not None})
    loop = options.trained(chosen.loop)
    if options.patience is not None:
        loop = replace(loop, patience=options.patience)
    if options.epochs is not None:
        chosen, loop = replace(chosen, min_steps=0), replace(loop, epochs=options.epochs)
    return replace(chosen, loop=loop)


def variants(names: Sequence[str], options: ClassifyOptions) -> dict[str, ClassifyOptions]:
    """Return the options of each model: a cell (of the preset fast), a preset, or "strong-lstm".

    Raises:
        OptionError: a name is neither.
    """
    return {name: _variant(name, options) for name in names}


def _variant(name: str, options: ClassifyOptions) -> ClassifyOptions:
    preset, cell = "fast", None
    for word in name.split("-"):
        if word in PRESETS:
            preset = word
        elif word in CELLS:
            cell = word
        else:
            raise OptionError(
                f'--models "{name}": "{word}" is neither a cell nor a preset. '
                f"{did_you_mean(word, [*CELLS, *PRESETS])}"
            )
    return replace(options, preset=preset, cell=cell)
