"""Checkpoints that survive SIGKILL, a full disk and a flipped bit.

One file a checkpoint: the sha256 of the rest in 64 hexadecimal digits, a newline, then a
safetensors file whose metadata holds the counters as JSON. It is written beside its final name,
synced and renamed, and the one before it is kept, so that whatever happens a good one remains.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from safetensors.torch import load, save
from torch import Tensor

from elman.errors import ElmanError, OptionError
from elman.files import atomic_write, safely

__all__ = ["Checkpoint", "load_newest", "of_this_version", "save_checkpoint"]

FORMAT = 2
"""Of what a checkpoint holds; it grows with every change of that."""

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
    counters = json.dumps({"format": FORMAT} | checkpoint.counters)
    body = save(checkpoint.tensors, {"counters": counters})
    digest = hashlib.sha256(body).hexdigest().encode()
    atomic_write(directory / f"checkpoint-{number:09d}", digest + b"\n" + body)
    for old in _newest_first(directory)[_KEPT:]:
        old.unlink(missing_ok=True)


def load_newest(directory: Path) -> tuple[Checkpoint | None, list[str]]:
    """Return the newest checkpoint that verifies, and a sentence for each that did not.

    Raises:
        OptionError: it is whole, but of another version of elman.
    """
    refused: list[str] = []
    for path in _newest_first(directory):
        try:
            with of_this_version(path):
                return _load(path), refused
        except _DamagedError as error:
            refused.append(f"{path.name} is damaged ({error}); falling back to the one before it")
    return None, refused


@contextlib.contextmanager
def of_this_version(path: Path) -> Iterator[None]:
    """Turn what goes wrong with a whole checkpoint of another structure into one sentence."""
    try:
        yield
    except (ElmanError, _DamagedError):
        raise
    except Exception as error:
        raise OptionError(
            f"--resume: the checkpoint in {path} was made by another version of elman "
            f"({type(error).__name__}: {error!s:.80}). Train from the start, without --resume."
        ) from error


def _newest_first(directory: Path) -> list[Path]:
    return sorted(directory.glob("checkpoint-?????????"), reverse=True)


class _DamagedError(Exception):
    """The file is not what was written."""


def _load(path: Path) -> Checkpoint:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise _DamagedError(error.strerror or error) from error
    body = data[_DIGEST + 1 :]
    if hashlib.sha256(body).hexdigest().encode() + b"\n" != data[: _DIGEST + 1]:
        raise _DamagedError("its sha256 does not match")
    size = int.from_bytes(body[:8], "little")
    counters = json.loads(json.loads(body[8 : 8 + size])["__metadata__"]["counters"])
    if (found := counters.pop("format", 1)) != FORMAT:
        raise ValueError(f"its format is {found!s:.20}, this version's {FORMAT}")
    return Checkpoint(load(body), counters)
