"""Gradient flow while a network trains: the half-life of the recurrence, for a few rows of a batch.

The last recurrent layer is run once more alone, on the inputs it has just had, by its own fast
forward, and a fixed random sum of its last states is differentiated by those inputs. An input's
gradient is W_ih's transpose of what arrives at its step, so its norm fades over k as that of the
state does (see `gradient`), and it costs one forward and backward of a few rows.

Weights, their gradients and the random state are left as they are: a run is the same to the bit.

But: only the last layer, and its first direction: at the last step the second has read one input.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from elman.memory.measures.gradient import half_life, line_through
from elman.memory.measures.walk import swapped
from elman.training.observe import Observer
from elman.training.problem import Problem, Progress

__all__ = ["LONGEST", "HalfLife", "live_half_life"]

LONGEST = 1000.0
"""Steps; a longer half-life is reported as this."""

EVERY, ROWS = 50, 4
"""How often the gradient flow is looked at, in steps, and on how many rows."""

_LAGS = 100

Replay = Callable[[Tensor], Tensor]

_Seen = tuple[Replay, Tensor, Tensor]
"""Output of an input, the input `(B, T, I)`, lengths `(B,)`."""


class HalfLife(Observer):
    """Tells the progress bar and the history of a run how far its gradient reaches."""

    def on_step(
        self, progress: Progress, module: nn.Module, problem: Problem, examples: NDArray[np.int64]
    ) -> str:
        if progress.steps_done % EVERY == 0:
            few = examples[:ROWS]
            progress.memory = live_half_life(module, lambda: problem.loss(module, few))
        return ""

    def on_epoch(self, progress: Progress) -> None:
        if progress.memory is not None:
            progress.history[-1]["memory_steps"] = progress.memory


def live_half_life(module: nn.Module, answer: Callable[[], object]) -> float | None:
    """Return the half-life in steps, at most 1,000; None where there is nothing to measure.

    Args:
        module: being trained; left as it is.
        answer: runs the module on a few rows.
    """
    seen: list[_Seen] = []
    training = module.training
    module.eval()
    try:
        with torch.no_grad(), swapped(module, lambda name, layer: _Noted(layer, seen).methods):
            answer()
        return _half_life(*seen[-1]) if seen else None
    finally:
        module.train(training)


class _Noted:
    """A layer's own methods, which note what they were called with."""

    def __init__(self, layer: Any, seen: list[_Seen]) -> None:
        self.layer, self.seen = layer, seen
        self.own = {"forward": layer.forward}
        self.methods: dict[str, Any] = {"forward": self.forward}
        if hasattr(layer, "run_layer"):
            self.own["run_layer"] = layer.run_layer
            self.methods["run_layer"] = self.run_layer

    def forward(self, input: Any, hx: Any = None, **options: Any) -> Any:
        if isinstance(input, Tensor) and input.dim() == 3 and hx is None:
            x = input if self.layer.batch_first else input.transpose(0, 1)
            self._note(lambda x: self._output(x, options), x, options.get("lengths"))
        return self.own["forward"](input, hx, **options)

    def run_layer(self, depth: int, x: Tensor, lengths: Tensor | None = None) -> Tensor:
        own: Callable[..., Tensor] = self.own["run_layer"]
        self._note(lambda x: own(depth, x, lengths), x, lengths)
        return own(depth, x, lengths)

    def _output(self, x: Tensor, options: dict[str, Any]) -> Tensor:
        first = self.layer.batch_first
        output: Tensor = self.own["forward"](x if first else x.transpose(0, 1), **options)[0]
        return output if first else output.transpose(0, 1)

    def _note(self, replay: Replay, x: Tensor, lengths: Any) -> None:
        known = torch.full(x.shape[:1], x.shape[1]) if lengths is None else torch.as_tensor(lengths)
        self.seen.append((replay, x.detach(), known))


def _half_life(replay: Replay, x: Tensor, lengths: Tensor) -> float | None:
    rows = torch.arange(len(x))
    K = min(int(lengths.median()) - 1, _LAGS)
    if K < 2:
        return None
    x = x.clone().requires_grad_()
    with torch.enable_grad():
        output = replay(x)
        last = output[rows, (lengths - 1).clamp(min=0)]  # (B, D·H)
        v = torch.randn(last.shape[1], generator=torch.Generator().manual_seed(0))
        (gradient,) = torch.autograd.grad((last * v).sum(), x)
    norms = gradient.norm(dim=2)  # (B, T)
    place = lengths[:, None] - 1 - torch.arange(K + 1)
    there = (place >= 0) & (lengths[:, None] > K)
    sums = torch.where(there, norms.gather(1, place.clamp(min=0)), 0.0).sum(0).double().numpy()
    if not np.isfinite(sums).all() or sums[0] <= 0:
        return None
    _, slope = line_through(sums / sums[0])
    return min(float(half_life(np.exp(slope))), LONGEST)
