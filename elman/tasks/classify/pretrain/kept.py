"""A pre-trained network in a directory of its own, for the next training to begin from."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from elman import artifact
from elman.data.text.vocabulary import Vocabulary
from elman.errors import ArtifactError, OptionError
from elman.runtime.spec import NetworkSpec
from elman.runtime.tensors import tensor_shapes
from elman.schema import decode, encode

__all__ = ["Kept", "keep", "kept_in"]

_TASK = "pretrained"
_PARTS = {"vocabulary.json": 32 * 2**20}


@dataclass(frozen=True)
class Kept:
    """What a classifier begins from.

    Args:
        spec: the network; of it embedding and recurrence.
        vocabulary: the words of its embedding.
        tensors: those of a `LanguageModel`.
        facts: how it was trained.
    """

    spec: NetworkSpec
    vocabulary: Vocabulary
    tensors: dict[str, NDArray[np.float32]]
    facts: dict[str, Any] = field(default_factory=dict)

    @property
    def reading(self) -> dict[str, NDArray[np.float32]]:
        """What a classifier takes over: `embedding.weight` and the recurrence."""
        taken = ("embedding.", "rnn.")
        return {name: t for name, t in self.tensors.items() if name.startswith(taken)}

    @property
    def digest(self) -> str:
        """A digest of the weights."""
        digest = hashlib.sha256()
        for name in sorted(self.tensors):
            digest.update(np.ascontiguousarray(self.tensors[name]).data)
        return digest.hexdigest()


def keep(directory: Path, kept: Kept) -> None:
    """Write a pre-trained network.

    Raises:
        WorkError: it cannot be written.
    """
    artifact.write(
        directory,
        task=_TASK,
        network=encode(kept.spec),
        input={},
        output={},
        training=kept.facts,
        tensors=kept.tensors,
        parts={"vocabulary.json": kept.vocabulary.to_json()},
        allowed_parts=_PARTS,
    )


def kept_in(directory: str | Path) -> Kept | None:
    """Read a pre-trained network; None where the directory is empty or not there.

    Raises:
        OptionError: it holds something else.
        ArtifactError: it is damaged.
    """
    path = Path(directory)
    if not path.exists() or (path.is_dir() and not any(path.iterdir())):
        return None
    said = f"--pretrained {directory}: expected a pre-trained network, or no such directory"
    if not path.is_dir() or not artifact.is_ours(path):
        raise OptionError(f"{said} yet; it holds something else")

    def parts_of(task: str) -> Mapping[str, int]:
        if task != _TASK:
            raise OptionError(f"{said} yet; it holds a model for the task {task:.60}")
        return _PARTS

    found = artifact.read(path, parts_of, _shapes)
    try:
        vocabulary = Vocabulary.from_json(found.part("vocabulary.json"))
    except ValueError as error:
        raise ArtifactError(f"{path / 'vocabulary.json'}: {error}") from None
    spec = decode(NetworkSpec, found.network, "model.json: network")
    if len(vocabulary) != spec.vocabulary:
        raise ArtifactError(
            f"{path}: {len(vocabulary):,} words in vocabulary.json and {spec.vocabulary:,} in "
            "model.json"
        )
    return Kept(spec, vocabulary, found.tensors, found.training)


def _shapes(network: dict[str, Any]) -> Mapping[str, tuple[int, ...]]:
    spec = decode(NetworkSpec, network, "model.json: network")
    shapes: dict[str, tuple[int, ...]] = dict(tensor_shapes(spec))
    next_word = {"fc.weight": (spec.input_size, spec.hidden_size), "fc.bias": (spec.input_size,)}
    return shapes | next_word | {"bias": (spec.vocabulary,)}
