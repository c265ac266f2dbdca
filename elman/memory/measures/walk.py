"""Every state of every recurrent layer of a module, without a change to the module.

While `walking(module)` is open, the forward of each of its recurrent layers (torch's own or ours)
is one that keeps the states, and adds a zero ε_t to each of them. The gradient of a loss by ε_t is
then the total derivative δ_t = ∂ℓ/∂s_t, through this step's output and all steps after. Layers are
put back when the block is left, also by an exception.

But: a cell that a module calls step by step in a loop of its own (`nn.LSTMCell`) is not seen.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from torch import Tensor, nn

from elman.memory.measures.track import Walk
from elman.memory.measures.walked_layer import WalkedLayer
from elman.nn.linear_stack import LinearStack

__all__ = ["recurrent_layers", "swapped", "walking"]


def recurrent_layers(module: nn.Module) -> dict[str, nn.RNNBase | LinearStack]:
    """Return the recurrent layers of a module by name."""
    return {
        name or type(layer).__name__: layer
        for name, layer in module.named_modules()
        if isinstance(layer, nn.RNNBase | LinearStack)
    }


@contextmanager
def walking(
    module: nn.Module, lengths: Tensor | None = None, *, hold_before_end: int | None = None
) -> Iterator[Walk]:
    """Record all states of `module` while the block is open.

    Args:
        module: put back as it was.
        lengths: `(B,)` real steps of the rows. A layer that is not given any walks on through the
            padding, as without us, and its tracks end where the rows do.
        hold_before_end: number, from 0, of the call of a layer whose outputs before the last step
            of each walk are treated as constants, so that gradients reach earlier states through
            the recurrence alone.
    """
    walk = Walk(lengths=lengths, hold_before_end=hold_before_end)

    def methods(name: str, layer: nn.RNNBase | LinearStack) -> dict[str, Any]:
        stack = WalkedLayer(walk, name, layer)
        return {"forward": stack.forward, "run_layer": stack.run_layer}

    with swapped(module, methods):
        yield walk


@contextmanager
def swapped(
    module: nn.Module, methods: Callable[[str, nn.RNNBase | LinearStack], dict[str, Any]]
) -> Iterator[None]:
    """Give every recurrent layer other methods while the block is open, and its own back after.

    Args:
        module: left as it was, also by an exception.
        methods: (name, layer) → new methods by name; those a layer does not have are left out.
    """
    before: list[tuple[nn.Module, str, Any]] = []
    try:
        for name, layer in recurrent_layers(module).items():
            for method, new in methods(name, layer).items():
                if hasattr(layer, method):
                    before.append((layer, method, layer.__dict__.get(method)))
                    layer.__dict__[method] = new
        yield
    finally:
        for part, method, old in before:
            if old is None:
                part.__dict__.pop(method, None)
            else:
                part.__dict__[method] = old
