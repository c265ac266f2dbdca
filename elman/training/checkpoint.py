"""Checkpoints that survive SIGKILL, a full disk and a flipped bit.

One file a checkpoint: the sha256 of the rest in 64 hexadecimal digits, a newline, then a
safetensors file whose metadata holds the counters as JSON. It is written beside its final name,
synced and renamed, and the one before it is kept, so that whatever happens a good one remains.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from safetensors.torch import load, save
from torch import Tensor

from elman.files import atomic_write, safely

__all__ = ["Checkpoint", "load_newest", "save_checkpoint"]

_KEPT = 2
_DIGEST = 64


@dataclass
class Checkpoint:
    """Everything a run needs to go on: `tensors` by name, `counters` as JSON values."""

    tensors: dict[str, Tensor]
    counters: dict[str, Any]


def save_checkpoint(directory: Path, number: int, checkpoint: Checkpoint) -> None:
    """Write `checkpoint-<number>` and drop all but the newest two.

    Raises:
        WorkError: the disk is full or the directory not writable; older checkpoints are untouched.
    """
    with safely(directory, "Older checkpoints are untouched."):
        directory.mkdir(parents=True, exist_ok=True)
    body = save(checkpoint.tensors, {"counters": json.dumps(checkpoint.counters)})
    digest = hashlib.sha256(body).hexdigest().encode()
    atomic_write(directory / f"checkpoint-{number:09d}", digest + b"\n" + body)
    for old in _newest_first(directory)[_KEPT:]:
        old.unlink(missing_ok=True)


def load_newest(directory: Path) -> tuple[Checkpoint | None, list[str]]:
    """Return the newest checkpoint that verifies, and a sentence for each that did not."""
    refused: list[str] = []
    for path in _newest_first(directory):
        try:
            return _load(path), refused
        except ValueError as error:
            refused.append(f"{path.name} is damaged ({error}); falling back to the one before it")
    return None, refused


def _newest_first(directory: Path) -> list[Path]:
    return sorted(directory.glob("checkpoint-?????????"), reverse=True)


def _load(path: Path) -> Checkpoint:
    data = path.read_bytes()
    body = data[_DIGEST + 1 :]
    if hashlib.sha256(body).hexdigest().encode() != data[:_DIGEST]:
        raise ValueError("its sha256 does not match")
    size = int.from_bytes(body[:8], "little")
    counters = json.loads(json.loads(body[8 : 8 + size])["__metadata__"]["counters"])
    return Checkpoint(load(body), counters)
