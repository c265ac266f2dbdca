"""Speed up a model that exists: its recurrent layers become ours, in place, by class alone."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from dataclasses import replace
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.utils.parametrize import is_parametrized

from elman.errors import InputError
from elman.nn.cells import WEIGHTS, GRUCell, LSTMCell, RNNCell
from elman.nn.layer.torchs import torchs_class
from elman.nn.recurrent import GRU, LSTM, RNN
from elman.nn.swap.account import Account, Left, Swapped
from elman.nn.swap.measure import measured

__all__ = ["accelerate", "restore"]

CLASSES: dict[type[nn.Module], type[nn.Module]] = {
    nn.RNN: RNN,
    nn.GRU: GRU,
    nn.LSTM: LSTM,
    nn.RNNCell: RNNCell,
    nn.GRUCell: GRUCell,
    nn.LSTMCell: LSTMCell,
}
"""Of torch, and ours for it."""

_OURS = set(CLASSES.values())
_NAMES = {torchs.__name__ for torchs in CLASSES}


def accelerate(model: nn.Module, *, example: Any = None) -> Account:
    """Swap every `torch.nn.RNN`, `GRU`, `LSTM` and cell of a model for ours, in place.

    A layer changes its class and nothing else: parameters, buffers, hooks and the layer itself keep
    their identity, so an optimiser built before goes on, and a `state_dict` fits as before. Results
    are the same within rounding, in training and evaluation.

    Weights may be no parameters, or be set by the model's own code before each call (weight drop,
    pruning): ours looks them up when it is called.

    Left as they are, with the reason: subclasses, whose own code might be bypassed; layers whose
    `forward` was replaced; quantised and scripted ones; and any in a state that cannot be
    understood. What becomes of one does not touch the others.
    `torch.jit.script` and `quantize_dynamic` take ours for torch's; `torch.jit.script` leaves
    torch's own layers in the model it was given. Call `restore` before `torch.fx.symbolic_trace`.

    Args:
        model: any module, or a layer itself. Called again, it changes nothing more.
        example: what the model is called with: one argument, a tuple of several, or a dict of them
            by name. It is then measured what a call takes before and after, with and without
            gradients, on copies of the model, in about a second, or ten calls of each.

    Returns:
        What was swapped and what each layer runs on here, what was left and why, and what the
        example took.

    >>> model = nn.Sequential(nn.Embedding(10, 4), nn.GRU(4, 8, batch_first=True))
    >>> account = accelerate(model)
    >>> [(entry.name, entry.layer) for entry in account.swapped]
    [('1', 'GRU(4, 8, batch_first=True)')]

    Raises:
        InputError: what was given is no module, or the model does not take the example; nothing
            was changed.
    """
    if not isinstance(model, nn.Module):
        raise InputError(
            f"accelerate() takes a torch module and changes it in place; found a "
            f"{type(model).__name__}. A saved model of elman is quick as it is."
        )
    if example is None:
        return _swapped(model)
    try:
        before, after = deepcopy(model), deepcopy(model)
    except Exception as error:
        reason = f"the model cannot be copied: {type(error).__name__}: {error}"
        return replace(_swapped(model), not_measured=reason)
    restore(before), _swapped(after)
    times = measured(before, after, example)
    return replace(_swapped(model), measured=times)


def _swapped(model: nn.Module) -> Account:
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
    ours = [module for module in model.modules() if type(module) in _OURS]
    for module in ours:
        module.__class__ = torchs_class(type(module))
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
    if kind in _OURS:
        return f"already {where}"
    if isinstance(module, torch.jit.ScriptModule):
        scripted = getattr(module, "original_name", "") in _NAMES
        return "scripted: TorchScript runs it, not Python" if scripted else ""
    if isinstance(module, (nn.RNNBase, nn.RNNCellBase)) and is_parametrized(module):
        return "a weight of it is parametrised: accelerate the model before that"
    if isinstance(module, (nn.RNNBase, nn.RNNCellBase)):
        return f"{where} is a subclass with code of its own"
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
    if isinstance(module, (RNNCell, GRUCell, LSTMCell)):
        flat = WEIGHTS[: 4 if module.bias else 2]
    else:
        assert isinstance(module, (RNN, GRU, LSTM))
        flat = tuple(module._flat_weights_names)
    absent = [name for name in flat if getattr(module, name, None) is None]
    if absent:
        reason = f"it has no {absent[0]} until the model's own code sets it"
        return Swapped(names, repr(module), "what its first call allows", reason)
    weight = getattr(module, flat[0])
    if not isinstance(weight, Tensor):
        raise TypeError(f"{flat[0]} is a {type(weight).__name__}")
    if isinstance(module, nn.RNNCellBase):
        why = module.explain_choice(weight.new_zeros(1, module.input_size))
        return Swapped(names, repr(module), "aten" if why else "cpu", why or "")
    probe = weight.new_zeros(1, 1, module.input_size)
    with torch.enable_grad():
        training = module.explain_choice(probe)
    with torch.no_grad():
        evaluation = module.explain_choice(probe)
    runs_on = training.twin
    if evaluation.twin != runs_on:
        runs_on = f"{runs_on}, without gradients on {evaluation.twin}"
    return Swapped(names, repr(module), runs_on, training.reasons.get("cpu", ""))
