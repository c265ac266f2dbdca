"""What to train for signals of this kind and number."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from elman.errors import OptionError, did_you_mean
from elman.runtime.spec import CELLS
from elman.tasks.signal.network.augment import SENSOR, SOUND, Augmentation
from elman.tasks.signal.options import SignalOptions
from elman.training.config import LoopConfig

__all__ = ["Recipe", "recipe", "variants"]

_MANY = 6000
"""Training rows from which a larger network has enough to learn from."""

_MOST_EPOCHS = 100
_MOST_STEPS = 8000
"""Optimizer steps, so that many rows take minutes and no hours; few rows end after 100 passes."""
_SETTINGS = ("hidden_size", "num_layers", "dropout", "members")


@dataclass(frozen=True)
class Recipe:
    """A network and how to train it, before the data's channels and classes are filled in."""

    cell: str
    loop: LoopConfig
    augmentation: Augmentation
    min_steps: int
    """Small files are passed over more often, until this many optimizer steps are done."""
    hidden_size: int = 96
    num_layers: int = 1
    pools: tuple[str, ...] = ("mean", "max")
    dropout: float = 0.3
    members: int = 1
    reading: tuple[object, ...] = ()
    """How signals become steps follows from the data and the options, whatever the recipe."""

    @property
    def facts(self) -> dict[str, Any]:
        """What the report says of it."""
        return {"preset": "fast", "cell": self.cell}

    def loop_for(self, rows: int, seed: int) -> LoopConfig:
        """Return the loop over `rows` training rows."""
        epochs, batch = self.loop.epochs, self.loop.batch_size
        if self.min_steps:
            enough = math.ceil(self.min_steps * batch / max(rows, 1))
            most = max(1, _MOST_STEPS * batch // max(rows, 1))
            epochs = min(max(epochs, enough), _MOST_EPOCHS, most)
        return replace(self.loop, epochs=epochs, seed=seed)


_LOOP = LoopConfig(
    epochs=8, batch_size=32, learning_rate=3e-3, beta2=0.99, average=0.99, clip_norm=1.0
)


def recipe(options: SignalOptions, *, sound: bool, rows: int) -> Recipe:
    """Return the recipe for so many training rows of sounds, or of sensors, as the user sets it."""
    chosen = Recipe("gru", _LOOP, SOUND if sound else SENSOR, min_steps=2000)
    if rows >= _MANY:
        chosen = replace(chosen, hidden_size=160)
    chosen = replace(chosen, cell=options.cell or chosen.cell)
    if not options.augment:
        chosen = replace(chosen, augmentation=Augmentation())
    said = {name: getattr(options, name) for name in _SETTINGS}
    chosen = replace(chosen, **{name: value for name, value in said.items() if value is not None})
    loop = options.trained(chosen.loop)
    if options.patience is not None:
        loop = dataclasses.replace(loop, patience=options.patience)
    if options.epochs is not None:
        chosen, loop = (
            replace(chosen, min_steps=0),
            dataclasses.replace(loop, epochs=options.epochs),
        )
    return replace(chosen, loop=loop)


def variants(names: Sequence[str], options: SignalOptions) -> dict[str, SignalOptions]:
    """Return the options of each model, which is a cell.

    Raises:
        OptionError: a name is none.
    """
    for name in names:
        if name not in CELLS:
            raise OptionError(f'--models "{name}" is no cell. {did_you_mean(name, CELLS)}')
    return {name: replace(options, cell=name, keep="recurrent") for name in names}
