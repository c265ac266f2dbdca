"""How a module is called, found from its signature."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import partial
from typing import Any

import torch
from torch import Tensor, nn

from elman.errors import InputError
from elman.nn.linear_stack import LinearStack

__all__ = ["Call", "call_of"]

Call = Callable[[nn.Module, Tensor, Tensor], Any]
"""(module, x `(B, T, …)`, lengths `(B,)`) → the module's output."""


def call_of(module: nn.Module) -> tuple[Call, bool]:
    """Find from its signature how a module is called, and whether it takes lengths."""
    if isinstance(module, nn.RNNBase | LinearStack):
        return _layer_call(module)
    parameters = list(inspect.signature(module.forward).parameters.values())
    for place, parameter in enumerate(parameters):
        if place and "len" in parameter.name.lower():
            if place == 1 and parameter.kind is not parameter.KEYWORD_ONLY:
                return lambda m, x, lengths: m(x, lengths), True
            return partial(_named, parameter.name), True
    needed = [
        p
        for p in parameters[1:]
        if p.default is p.empty and p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)
    ]
    if len(needed) == 1:
        return lambda m, x, lengths: m(x, lengths), True
    if needed:
        raise InputError(
            f"{type(module).__name__}.forward also needs {needed[0].name} and {needed[1].name}; "
            "pass call=lambda module, x, lengths: ... to say how it is called"
        )
    return lambda m, x, lengths: m(x), False


def _named(name: str, module: nn.Module, x: Tensor, lengths: Tensor) -> Any:
    return module(x, **{name: lengths})


def _layer_call(layer: nn.Module) -> tuple[Call, bool]:
    """A recurrent layer alone: batch-first whatever it was built with; ours take lengths."""
    takes = "lengths" in inspect.signature(layer.forward).parameters

    def ask(module: nn.Module, x: Tensor, lengths: Tensor) -> Tensor:
        options = {"lengths": lengths} if takes else {}
        if module.batch_first:
            output = module(x, **options)[0]
        else:
            output = module(x.transpose(0, 1), **options)[0].transpose(0, 1)
        return torch.view_as_real(output).flatten(-2) if output.is_complex() else output

    return ask, takes
