"""Which recipe suits this data, and the models that `compare` is asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from elman.errors import OptionError, did_you_mean
from elman.runtime.spec import CELLS, NetworkSpec
from elman.tasks.classify.options import ClassifyOptions
from elman.tasks.classify.presets import PRESETS, Recipe, Shape
from elman.tasks.classify.pretrain.kept import kept_in
from elman.tasks.options import flag

__all__ = ["recipe", "variants"]

_LITTLE = 500_000
"""Words below which three small networks take a few seconds and vary less than one."""

_MUCH = 1_000_000
"""Words from which a large network has enough to read."""

_LARGE = 512
"""Units of the large network; its word vectors have half as many numbers."""

_SETTINGS = (
    *("hidden_size", "num_layers", "dropout", "word_dropout"),
    *("max_words", "min_count", "max_length", "members"),
)


def recipe(options: ClassifyOptions, shape: Shape) -> Recipe:
    """Return the recipe of a preset for data of this shape, with the cell the user named."""
    chosen = PRESETS[options.preset]
    if options.as_printed:
        chosen = replace(chosen, pools=("padded_last",), as_torch_initialises=True)
    if options.preset == "fast" and shape.words < _LITTLE:
        chosen = replace(chosen, members=3)
    if options.preset == "fast" and shape.words >= _MUCH:
        chosen = replace(chosen, loop=replace(chosen.loop, epochs=2), min_steps=0)
    if chosen.pretrain:
        chosen = _sized(chosen, options, shape)
    return _as_told(replace(chosen, cell=options.cell or chosen.cell), options)


def _sized(chosen: Recipe, options: ClassifyOptions, shape: Shape) -> Recipe:
    """Return the strong recipe in the size that this much text can teach, or that is kept."""
    words, place = shape.words + shape.unlabelled, options.pretrained
    kept = kept_in(place) if place else None
    if kept is None and words < chosen.least_words:
        if place:
            raise OptionError(
                f"--pretrained {place}: {words:,} words are too few to learn the next word from; "
                f"expected {chosen.least_words:,} at least. Add --unlabelled FILE, or leave "
                "--pretrained out"
            )
        return replace(chosen, pretrain=0, min_steps=300)
    units = kept.spec.hidden_size if kept else _LARGE if words >= _MUCH else chosen.hidden_size
    if units >= _LARGE:
        loop = replace(chosen.loop, learning_rate=3e-4)
        chosen = replace(chosen, members=1, pretrain=5, loop=loop)
        chosen = replace(chosen, embedding=_LARGE // 2, hidden_size=_LARGE)
    if kept:
        spec = kept.spec
        _check_kept(options, spec)
        chosen = replace(chosen, embedding=spec.input_size, hidden_size=spec.hidden_size)
        chosen = replace(chosen, cell=spec.cell, num_layers=spec.num_layers)
    return replace(chosen, pretrained=place or "")


def _check_kept(options: ClassifyOptions, spec: NetworkSpec) -> None:
    """Refuse settings that are not those of the network that is begun from."""
    fixed = {
        "cell": spec.cell,
        "hidden_size": spec.hidden_size,
        "embedding_size": spec.input_size,
        "num_layers": spec.num_layers,
        "max_words": spec.vocabulary,
        "min_count": None,
    }
    for name, has in fixed.items():
        said = getattr(options, name)
        if said is not None and said != has:
            raise OptionError(
                f"{flag(name)} {said}: --pretrained {options.pretrained} holds a {spec.cell} of "
                f"{spec.hidden_size} units in {spec.num_layers} layer(s), vectors of "
                f"{spec.input_size} and {spec.vocabulary:,} words. Leave {flag(name)} out, or "
                "name another directory"
            )


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
    return replace(options, preset=preset, cell=cell, keep="recurrent")
