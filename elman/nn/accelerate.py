"""Speed up a model that exists: its recurrent layers become ours, in place, by class alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn.utils.parametrize import is_parametrized

from elman.errors import InputError
from elman.nn.recurrent import GRU, LSTM, RNN

__all__ = ["Account", "Left", "Swapped", "accelerate", "restore"]

CLASSES: dict[type[nn.Module], type[nn.Module]] = {nn.RNN: RNN, nn.GRU: GRU, nn.LSTM: LSTM}
"""Of torch, and ours for it."""

_BACK = {ours: torchs for torchs, ours in CLASSES.items()}
_NAMES = {torchs.__name__ for torchs in CLASSES}


@dataclass(frozen=True)
class Swapped:
    """A layer that is ours now."""

    name: str
    """Where it is in the model; several names of one shared layer are joined by commas."""
    layer: str
    """What it is, as it prints."""
    runs_on: str
    """The twin that runs it here, on the device and in the dtype it now has."""
    reason: str
    """Why not the C++ kernels, or why that cannot be told yet; empty where they run it."""


@dataclass(frozen=True)
class Left:
    """A recurrent layer that stays what it was."""

    name: str
    layer: str
    reason: str


@dataclass(frozen=True)
class Account:
    """What `accelerate` did. Printed, it is a small table."""

    swapped: tuple[Swapped, ...]
    left: tuple[Left, ...]

    def __str__(self) -> str:
        if not self.swapped and not self.left:
            return "no recurrent layer found"
        rows = [
            (s.name, s.layer, f"runs on {s.runs_on}" + (f": {s.reason}" if s.reason else ""))
            for s in self.swapped
        ]
        rows += [(left.name, left.layer, f"left: {left.reason}") for left in self.left]
        widths = [max(len(row[k]) for row in rows) for k in (0, 1)]
        return "\n".join(f"{a:{widths[0]}}  {b:{widths[1]}}  {c}" for a, b, c in rows)


def accelerate(model: nn.Module) -> Account:
    """Swap every `torch.nn.RNN`, `GRU` and `LSTM` of a model for ours, in place.

    A layer changes its class and nothing else: parameters, buffers, hooks and the layer itself keep
    their identity, so an optimiser built before goes on, and a `state_dict` fits as before. Results
    are the same within rounding, in training and evaluation.

    Weights may be no parameters, or be set by the model's own code before each call (weight drop,
    pruning): ours looks them up when it is called.

    Left as they are, with the reason: subclasses, whose own code might be bypassed; layers whose
    `forward` was replaced; quantised and scripted ones; single cells, whose loop is the model's;
    and any in a state that cannot be understood. What becomes of one does not touch the others.
    Call `restore` before `torch.jit.script`, `torch.fx.symbolic_trace` or `quantize_dynamic`, which
    go by torch's exact classes.

    Args:
        model: any module, or a layer itself. Called again, it changes nothing more.

    Returns:
        What was swapped and what each layer runs on here, and what was left and why.

    >>> model = nn.Sequential(nn.Embedding(10, 4), nn.GRU(4, 8, batch_first=True))
    >>> account = accelerate(model)
    >>> [(entry.name, entry.layer) for entry in account.swapped]
    [('1', 'GRU(4, 8, batch_first=True)')]

    Raises:
        InputError: what was given is no module.
    """
    if not isinstance(model, nn.Module):
        raise InputError(
            f"accelerate() takes a torch module and changes it in place; found a "
            f"{type(model).__name__}. A saved model of elman is quick as it is."
        )
    # All are looked at before the first is touched.
    found = [(names, module, _why_left(module)) for names, module in _named(model)]
    swapped, left = [], []
    for names, module, reason in found:
        if reason is None:
            try:
                swapped.append(_swap(names, module))
            except Exception as error:
                reason = f"it is not as torch makes them: {type(error).__name__}: {error}"
        if reason:
            left.append(Left(names, _shown(module), reason))
    return Account(tuple(swapped), tuple(left))


def restore(model: nn.Module) -> int:
    """Give every layer of ours its class of torch back, in place; return how many they were."""
    ours = [module for module in model.modules() if type(module) in _BACK]
    for module in ours:
        module.__class__ = _BACK[type(module)]
    return len(ours)


def _named(model: nn.Module) -> Iterator[tuple[str, nn.Module]]:
    """Every module once, with all its names; a layer that is the model itself is `(model)`."""
    names: dict[nn.Module, list[str]] = {}
    for name, module in model.named_modules(remove_duplicate=False):
        names.setdefault(module, []).append(name or "(model)")
    for module, all_names in names.items():
        yield ", ".join(all_names), module


def _why_left(module: nn.Module) -> str | None:
    """None: it is to be swapped; empty: no recurrent layer; else why it is left."""
    kind = type(module)
    where = f"{kind.__module__}.{kind.__qualname__}"
    if kind in CLASSES:
        return "its forward was replaced" if "forward" in vars(module) else None
    if kind in _BACK:
        return f"already {where}"
    if isinstance(module, torch.jit.ScriptModule):
        scripted = getattr(module, "original_name", "") in _NAMES
        return "scripted: TorchScript runs it, not Python" if scripted else ""
    if isinstance(module, nn.RNNBase) and is_parametrized(module):
        return "a weight of it is parametrised: accelerate the model before that"
    if isinstance(module, nn.RNNBase):
        return f"{where} is a subclass with code of its own"
    if isinstance(module, nn.RNNCellBase):
        return "a single step: the loop over time is the model's own"
    if kind.__name__ in _NAMES and kind.__module__.startswith("torch."):
        return f"{where} is not torch.nn.{kind.__name__}"
    return ""


def _swap(names: str, module: nn.Module) -> Swapped:
    """Make a layer ours and say what runs it, or leave it as it was and raise."""
    torchs = type(module)
    module.__class__ = CLASSES[torchs]
    try:
        return _account_of(names, module)
    except BaseException:
        module.__class__ = torchs
        raise


def _shown(module: nn.Module) -> str:
    try:
        return repr(module).replace("\n", " ")
    except Exception:
        return type(module).__name__


def _account_of(names: str, module: nn.Module) -> Swapped:
    assert isinstance(module, (RNN, GRU, LSTM))
    absent = [name for name in module._flat_weights_names if getattr(module, name, None) is None]
    if absent:
        reason = f"it has no {absent[0]} until the model's own code sets it"
        return Swapped(names, repr(module), "what its first call allows", reason)
    weight = module.weight_ih_l0
    if not isinstance(weight, Tensor):
        raise TypeError(f"weight_ih_l0 is a {type(weight).__name__}")
    probe = weight.new_zeros(1, 1, module.input_size)
    with torch.enable_grad():
        training = module.explain_choice(probe)
    with torch.no_grad():
        evaluation = module.explain_choice(probe)
    runs_on = training.twin
    if evaluation.twin != runs_on:
        runs_on = f"{runs_on}, without gradients on {evaluation.twin}"
    return Swapped(names, repr(module), runs_on, training.reasons.get("cpu", ""))
