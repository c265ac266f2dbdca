"""What is trained: the recurrence beside the linear forecaster, and the loop it learns in."""

from __future__ import annotations

import dataclasses
import math
from dataclasses import dataclass
from typing import Any

import torch
from torch import nn

from elman.models.network import RecurrentNetwork
from elman.nn.init import initialise
from elman.runtime.spec import NetworkSpec
from elman.tasks.forecast.coding.codec import SeriesCodec
from elman.tasks.forecast.options import ForecastOptions
from elman.training.config import LoopConfig

__all__ = ["MANY", "MEMBER_SEEDS", "SeriesRecipe", "recipe"]

_LOOP = LoopConfig(epochs=1, batch_size=32, learning_rate=3e-3, decay=False, average=0.98)

MEMBER_SEEDS = 1_000_003
"""Distance between the seeds of two members."""
MANY = 8192
"""Windows from which on there is enough to learn from for a larger network, in larger batches and
more steps."""


@dataclass(frozen=True)
class SeriesRecipe:
    """What to train."""

    cell: str
    hidden_size: int | None = None
    """None leaves it to the number of windows; so does the loop's own batch size."""
    num_layers: int = 1
    loop: LoopConfig = _LOOP
    """But for its passes."""
    members: int = 3
    """Networks whose mean is taken."""
    epochs: int | None = None
    """Passes; None chooses them on the end of the past."""
    keep: str = "best"
    reading: tuple[()] = ()

    @property
    def facts(self) -> dict[str, Any]:
        return {"preset": None, "cell": self.cell}

    def batch_size(self, windows: int) -> int:
        """Return how many windows an optimizer step takes."""
        large = windows >= MANY and self.loop.batch_size == _LOOP.batch_size
        return 8 * _LOOP.batch_size if large else self.loop.batch_size

    def per_epoch(self, windows: int) -> int:
        """Return how many optimizer steps a pass over so many windows takes."""
        return max(1, math.ceil(windows / self.batch_size(windows)))

    def most_steps(self, windows: int) -> int:
        """Return the optimizer steps among which the best number is looked for."""
        return 1500 if windows >= MANY else 500

    def judged(self, windows: int) -> int:
        """Return of how many networks the mean is judged at the end of the past.

        Of many windows one says it surely enough.
        """
        return self.members if windows < MANY else 1

    def loop_for(self, windows: int, steps: int, seed: int, share: float = 1.0) -> LoopConfig:
        """Return a loop of about so many optimizer steps that keeps the last averaged weights.

        `share` is that of the time left under a time limit.
        """
        per_epoch = self.per_epoch(windows)
        if self.epochs is not None:
            steps = self.epochs * per_epoch
        return dataclasses.replace(
            self.loop,
            batch_size=self.batch_size(windows),
            epochs=max(1, round(steps / per_epoch)),
            warmup=20 / max(steps, 40),
            seed=seed,
            time_share=share,
        )

    def module_for(self, codec: SeriesCodec, windows: int, seed: int) -> RecurrentNetwork:
        """Return a network that says nothing at first: the forecast is the linear one."""
        torch.manual_seed(seed)
        spec = NetworkSpec(
            cell=self.cell,  # type: ignore[arg-type]
            hidden_size=self.hidden_size or (64 if windows >= MANY else 32),
            num_layers=self.num_layers,
            outputs=codec.input.horizon,
            input_size=codec.input.step,
            pools=("last",),
        )
        module = RecurrentNetwork(spec)
        initialise(module.rnn)
        nn.init.zeros_(module.fc.weight)
        nn.init.zeros_(module.fc.bias)
        return module


def recipe(options: ForecastOptions) -> SeriesRecipe:
    """Return the one recipe there is, with what the user set of it."""
    said = {name: getattr(options, name) for name in ("hidden_size", "num_layers", "epochs")}
    said = {name: value for name, value in said.items() if value is not None}
    loop = options.trained(_LOOP)
    return SeriesRecipe(options.cell or "gru", loop=loop, keep=options.keep, **said)
