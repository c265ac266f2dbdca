"""Rows as the order test's nets take them: words by number, values of spread 1, ends of long ones.

A fold of them in an order of its own is a problem for the training loop. The order is drawn anew
whenever a row is read, from the generator that the loop seeds anew for each step.
"""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from elman.judging.estimate import Floats
from elman.memory.order.shuffle import Rearrange
from elman.memory.order.worth import worth_of
from elman.memory.rows.examples import Examples

__all__ = ["NetRows", "Rearranged"]

MOST_STEPS = 400
"""Of a longer row the nets read the first 200 and the last 200 steps."""

_WORDS = 5000
_AT_ONCE = 256
"""Rows judged at once."""

Ints = NDArray[np.int64]


class NetRows:
    """All rows of the test, in numbers that suit its nets."""

    def __init__(self, examples: Examples) -> None:
        assert examples.y is not None
        self.examples = examples
        steps = examples.steps()
        self.words = 0
        if examples.ids:
            words = steps if steps.dim() == 1 else steps[:, 0]
            kinds, counts = torch.unique(words, return_counts=True)
            kept = kinds[counts.argsort(descending=True, stable=True)[: _WORDS - 2]]
            numbers = torch.ones(int(kinds.max()) + 1, dtype=torch.int64)
            numbers[kept] = torch.arange(2, len(kept) + 2)
            self.words = len(kept) + 2
            x = [numbers[x if x.dim() == 1 else x[:, 0]] for x in examples.x]
        else:
            # the nets are of the default precision, whatever the module's is
            own = torch.get_default_dtype()
            steps = steps.to(own)
            mean, spread = steps.mean(0), steps.std(0).clamp(min=1e-6)
            x = [(x.to(own) - mean) / spread for x in examples.x]
        self.x = [_ends_of(row) for row in x]
        self.features = self.x[0].shape[-1]
        self.lengths = np.array([len(row) for row in self.x])
        self.y = examples.y
        if examples.kind == "value":
            self.centre, self.scale = self.y.mean(0), self.y.std(0).clamp(min=1e-6)
            self.y = (self.y - self.centre) / self.scale
        self.outputs = self.y.shape[1] if self.y.dim() > 1 else int(self.y.max()) + 1

    def worth(self, outputs: Tensor) -> Floats:
        """Return the points of each row `(N,)`, of outputs in the nets' own units."""
        if self.examples.kind == "value":
            outputs = outputs * self.scale + self.centre
        return worth_of(self.examples, outputs)


class Rearranged:
    """Some rows whose steps stand in another order, as a `training.problem.Problem`.

    Args:
        rows: of the test.
        train: numbers of those to learn from.
        rearrange: the order of a row's steps.
    """

    def __init__(self, rows: NetRows, train: Ints, rearrange: Rearrange) -> None:
        self.rows, self.train, self.rearrange = rows, train, rearrange
        self.lengths: Ints = rows.lengths[train]

    def loss(self, module: nn.Module, examples: Ints) -> Tensor:
        rows = self.train[examples]
        outputs = module(*self._batch(rows, torch.default_generator))
        y = self.rows.y[torch.from_numpy(rows)]
        if y.dim() == 1:
            return nn.functional.cross_entropy(outputs, y)
        return nn.functional.mse_loss(outputs, y.to(outputs.dtype))

    def validate(self, module: nn.Module) -> dict[str, float]:
        return {}

    def locate(self, examples: Ints) -> str:
        return f"{len(examples)} of the order test"

    def outputs(self, module: nn.Module, rows: Ints, generator: torch.Generator) -> Tensor:
        """Return the outputs `(len(rows), K)` to other rows, in such an order too."""
        module.eval()
        with torch.no_grad():
            parts = [
                module(*self._batch(rows[k : k + _AT_ONCE], generator))
                for k in range(0, len(rows), _AT_ONCE)
            ]
        return torch.cat(parts)

    def _batch(self, rows: Ints, generator: torch.Generator) -> tuple[Tensor, Tensor]:
        x = nn.utils.rnn.pad_sequence([self.rows.x[n] for n in rows], batch_first=True)
        lengths = torch.from_numpy(self.rows.lengths[rows])
        return self.rearrange(x, lengths, generator), lengths


def _ends_of(x: Tensor) -> Tensor:
    half = MOST_STEPS // 2
    return x if len(x) <= MOST_STEPS else torch.cat([x[:half], x[-half:]])
