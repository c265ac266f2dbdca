"""The module of torch that one of ours stands for."""

from __future__ import annotations

from copy import copy

from torch import nn

__all__ = ["scriptable", "torchs_class"]


def torchs_class(kind: type) -> type[nn.Module]:
    """Return torch's class that a class of ours stands for."""
    return next(base for base in kind.__mro__ if base.__module__.startswith("torch."))


def scriptable(module: nn.Module) -> nn.Module:
    """Return torch's module with the weights of ours.

    For `torch.jit.script`, which compiles torch's and no others: it asks a module for
    `__prepare_scriptable__`.
    """
    twin = copy(module)
    twin.__class__ = torchs_class(type(module))
    return twin
