"""What a checkpoint of a run holds, and what must be equal for a run to go on from it."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from elman.errors import OptionError
from elman.training.checkpoint import (
    Checkpoint,
    load_newest,
    of_this_version,
    save_checkpoint,
)
from elman.training.config import LoopConfig
from elman.training.problem import Problem, Progress
from elman.training.step import Weights
from elman.version import __version__

_OTHER_DATA = "from other data, or with another preset, cell or class weights"

__all__ = ["held", "identity_of", "put", "restore", "save"]


def identity_of(
    config: LoopConfig, problem: Problem, weights: Weights, given: dict[str, Any]
) -> dict[str, Any]:
    """Return what must be equal for a resumed run to end with the same weights."""
    identity = (
        {"elman": __version__, "torch": torch.__version__}
        | asdict(config)
        | given
        | {
            "threads": torch.get_num_threads(),
            "examples": len(problem.lengths),
            "parameters": [list(p.shape) for p in weights.parameters],
        }
    )
    del identity["checkpoint_every_s"]
    as_it_comes_back: dict[str, Any] = json.loads(json.dumps(identity))
    return as_it_comes_back


def save(directory: Path, identity: dict[str, Any], weights: Weights, progress: Progress) -> None:
    """Write a checkpoint.

    Raises:
        WorkError: it cannot be written.
    """
    save_checkpoint(directory, progress.steps_done, held(identity, weights, progress))


def held(identity: dict[str, Any], weights: Weights, progress: Progress) -> Checkpoint:
    """Return where a run stands."""
    tensors: dict[str, Tensor] = {}
    for k, parameter in enumerate(weights.parameters):
        tensors[f"weight.{k}"] = parameter.detach()
        tensors[f"average.{k}"] = weights.average[k]
        tensors[f"best.{k}"] = weights.best[k]
        for name, value in weights.optimizer.state.get(k, {}).items():
            tensors[f"optimizer.{k}.{name}"] = value
    tensors = {name: value.contiguous().clone() for name, value in tensors.items()}
    return Checkpoint(tensors, {"config": identity, "progress": asdict(progress)})


def restore(
    directory: Path, identity: dict[str, Any], weights: Weights
) -> tuple[Progress | None, list[str]]:
    """Put the newest good checkpoint into `weights`; return where it stands, and notes.

    Raises:
        OptionError: it was made with other options or other data, or by another version.
    """
    checkpoint, notes = load_newest(directory)
    if checkpoint is None:
        return None, notes
    with of_this_version(directory):
        _compare(identity, checkpoint.counters["config"], directory)
        progress = put(checkpoint, weights)
    return progress, [*notes, f"resumed at step {progress.steps_done} of {progress.steps_in_all}"]


def _progress(counted: dict[str, Any]) -> Progress:
    fresh = asdict(Progress())
    for name, value in counted.items():
        kind = type(fresh[name])
        if not isinstance(value, (kind, int) if kind is float else kind) and name != "memory":
            raise TypeError(f"{name} is of type {type(value).__name__}, not {kind.__name__}")
    return Progress(**counted)


def put(checkpoint: Checkpoint, weights: Weights) -> Progress:
    """Put what is held into `weights`, and return where the run stands."""
    progress = _progress(checkpoint.counters["progress"])
    values, tensors = [], checkpoint.tensors
    for k in range(len(weights.parameters)):
        values.append(tensors[f"weight.{k}"])
        weights.average[k] = tensors[f"average.{k}"]
        weights.best[k] = tensors[f"best.{k}"]
        prefix = f"optimizer.{k}."
        state = {n[len(prefix) :]: v for n, v in tensors.items() if n.startswith(prefix)}
        if state:
            weights.optimizer.state[k] = state
    for kept in (values, weights.average, weights.best):
        if [value.shape for value in kept] != [p.shape for p in weights.parameters]:
            raise ValueError("its weights have other shapes")
    weights.load(values)
    return progress


def _compare(now: dict[str, Any], saved: dict[str, Any], directory: Path) -> None:
    different = [k for k in now if now[k] != saved.get(k)]
    for version in ("elman", "torch"):
        if version in different:
            raise OptionError(
                f"--resume: the checkpoint in {directory} was made by {version} "
                f"{saved.get(version)}, this is {now[version]}. Train from the start, without "
                "--resume."
            )
    if not different:
        return
    # of some options the data's digest is another as well, and of other data some options are
    named = [k for k in different if k not in ("data", "parameters")]
    made = "; ".join(f"with {k} = {saved.get(k)}, this run has {now[k]}" for k in named)
    other = "from other data or options: " if made and "data" in different else ""
    raise OptionError(
        f"--resume: the checkpoint in {directory} was made {other}{made or _OTHER_DATA}. "
        "Use the same data and options, or train without --resume."
    )
