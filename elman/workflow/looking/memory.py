"""The memory card of a saved model, or of any torch module: the door to `elman.memory`.

A saved model is measured as a torch module on the rows of a file, encoded by its own codec. It does
not record the file it was trained on. Without a file it is therefore asked what it *could*
remember, on rows made up from what it knows, and the card says so; what needs labels is left out.
"""

from __future__ import annotations

import dataclasses
import tempfile
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from elman import tasks
from elman.data.fetched import fetching
from elman.errors import DataError, OptionError
from elman.files import atomic_write
from elman.runtime.model import Model
from elman.tasks.interface import Labelled
from elman.tasks.options import Options
from elman.tasks.resolve import resolve
from elman.terminal import json_line
from elman.workflow.extras import need
from elman.workflow.load import load
from elman.workflow.written import check_written

if TYPE_CHECKING:
    from torch import Tensor

    from elman.memory import MemoryCard
    from elman.web.blocks import Section

__all__ = ["card_of", "check_out", "memory_card", "write_card"]

MADE_UP = 256
_TIME_LIMIT_S = 60.0


@fetching
def memory_card(module_or_model: Any, data: Any = None, **options: Any) -> MemoryCard:
    """Measure what a network remembers.

    Args:
        module_or_model: a torch module with a recurrent layer; or a saved model, or its directory.
        data: of a module, as `elman.memory.memory_card` takes it, with its options. Of a saved
            model a labelled file as for `elman evaluate`, or None.
        **options: of a saved model those of `elman memory`, with underscores.

    Raises:
        InputError: model, data or options are at fault.
        MissingExtraError: torch is not installed.
    """
    need("the memory card follows gradients", "torch")
    from torch import nn

    from elman import memory

    if isinstance(module_or_model, nn.Module):
        if data is None:
            raise OptionError(
                "memory_card(module) needs data: a sequence of pairs (x, y), or tensors (x, y)"
            )
        return memory.memory_card(module_or_model, data, **options)
    model = module_or_model
    if isinstance(model, (str, Path)):
        model = load(model)
    if not isinstance(model, Model):
        raise OptionError(
            f"memory_card takes a torch module, a saved model or its directory; got a "
            f"{type(model).__name__}"
        )
    return _of_model(model, data, resolve(model.task, options, "memory"))


def write_card(card: MemoryCard, path: Path) -> None:
    """Write a card as .json, .html or .txt.

    Raises:
        OptionError: another ending, or a folder that is not there.
    """
    check_out(path)
    if path.suffix == ".json":
        content = json_line(card.to_json())
    else:
        content = card.to_html() if path.suffix == ".html" else card.text(80)
    atomic_write(path, (content + "\n").encode("utf-8", "backslashreplace"))


def check_out(path: Path, data: Any = None) -> None:
    """Refuse a file that a card of these data cannot go to, before it is measured."""
    if path.suffix not in (".json", ".html", ".txt"):
        raise OptionError(f"--out {path}: a card is written as .json, .html or .txt")
    check_written("--out", path, data)


def _of_model(model: Model, data: Any, options: Options) -> MemoryCard:
    task = tasks.named(model.task)
    if "remember" not in task.abilities:
        raise OptionError(
            f"the memory card does not read models of the task {task.name}. "
            "elman.models.saved.torch_module gives its network for elman.memory_card."
        )
    if not model.network.spec.recurrent:
        raise OptionError(
            f"{model.directory}: this model is linear: all that it reads speaks for itself, and "
            "there is no state to remember in. Train with --keep recurrent for a memory card."
        )
    if data is None:
        labelled = task.made_up(model, rows=MADE_UP, seed=options.seed)
        return _measured(model, labelled, options, with_labels=False)
    with tempfile.TemporaryDirectory() as place:
        labelled = task.labelled(data, model, options, Path(place))
        if not any(map(len, labelled.steps)):
            raise DataError(f"{data}: no row with a step and a label; expected at least one")
        return _measured(model, labelled, options, with_labels=True)


def card_of(model: Model, rows: Labelled, options: Options, *, with_labels: bool) -> list[Section]:
    """Return the memory card of a model on some rows as sections of a page.

    None where there is nothing to remember with, or no torch to measure it.
    """
    able = "remember" in tasks.named(model.task).abilities
    if not able or not model.network.spec.recurrent or find_spec("torch") is None:
        return []
    return [_measured(model, rows, options, with_labels=with_labels).section()]


def _measured(
    model: Model, labelled: Labelled, options: Options, *, with_labels: bool
) -> MemoryCard:
    import torch

    from elman import memory
    from elman.models.saved import torch_module

    torch.set_num_threads(options.threads or torch.get_num_threads())
    loss = None
    rows: list[Any] = [_tensor(steps) for steps in labelled.steps if len(steps)]
    if with_labels:
        rows, loss = _pairs(labelled), tasks.named(model.task).learner().loss(model)
    card = memory.memory_card(
        torch_module(model),
        rows,
        seed=options.seed,
        time_limit=options.seconds() or _TIME_LIMIT_S,
        notes=list(labelled.notes),
        loss=loss,
    )
    subject = dataclasses.replace(card.subject, module=str(model.directory))
    return dataclasses.replace(card, subject=subject)


def _pairs(labelled: Labelled) -> list[tuple[Tensor, Tensor]]:
    """Return each row that has a step, and what the network's outputs should be for it."""
    import torch

    wanted = labelled.wanted
    if wanted.ndim == 2:
        wanted = wanted.astype(np.float32)
    return [
        (_tensor(steps), torch.from_numpy(np.asarray(target)))
        for steps, target in zip(labelled.steps, wanted, strict=True)
        if len(steps)
    ]


def _tensor(steps: Any) -> Tensor:
    import torch

    steps = np.asarray(steps)
    whole = np.issubdtype(steps.dtype, np.integer)
    return torch.from_numpy(np.array(steps, np.int64 if whole else np.float32))
