"""What a forecaster is made of, and how it is trained."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from elman.tasks.forecast.options import ForecastOptions
from elman.training.config import LoopConfig

__all__ = ["SeriesRecipe", "recipe"]

_LOOP = LoopConfig(epochs=1, batch_size=32, learning_rate=3e-3, decay=False, average=0.98)


@dataclass(frozen=True)
class SeriesRecipe:
    """What to train."""

    cell: str
    hidden_size: int = 32
    num_layers: int = 1
    loop: LoopConfig = _LOOP
    """But for its passes."""
    epochs: int | None = None
    """Passes; None chooses them on the end of the past."""
    reading: tuple[()] = ()

    @property
    def facts(self) -> dict[str, Any]:
        return {"preset": None, "cell": self.cell}


def recipe(options: ForecastOptions) -> SeriesRecipe:
    """Return the one recipe there is, with what the user set of it."""
    said = {name: getattr(options, name) for name in ("hidden_size", "num_layers", "epochs")}
    said = {name: value for name, value in said.items() if value is not None}
    return SeriesRecipe(options.cell or "rnn", loop=options.trained(_LOOP), **said)
