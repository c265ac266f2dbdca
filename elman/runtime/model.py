"""A saved model, ready to predict. There is one prediction path, and this is it."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from elman.artifact import Artifact
from elman.errors import OptionError
from elman.runtime.codec import Codec
from elman.runtime.ensemble import Ensemble
from elman.runtime.network import Network
from elman.runtime.stream import Stream

__all__ = ["Model"]

BATCH_SIZE = 1024
"""Items that are encoded and held at a time. It bounds memory and changes no answer."""


class Model:
    """A task's codec around a network.

    Args:
        task: name of the task.
        network: the arithmetic.
        codec: turns items into steps, and logits into predictions.
        directory: where the model was read from.
        info: what the directory says; its tensors live on in `network`, and are dropped here.
    """

    def __init__(
        self, task: str, network: Network | Ensemble, codec: Codec, directory: Path, info: Artifact
    ) -> None:
        self.task = task
        self.network = network
        self.codec = codec
        self.directory = directory
        self.info = dataclasses.replace(info, tensors={})

    def __repr__(self) -> str:
        return f"Model(task={self.task!r}, directory={str(self.directory)!r})"

    def predict(self, items: Iterable[Any], *, batch_size: int = BATCH_SIZE) -> list[Any]:
        """Predict every item, in order.

        Args:
            items: a list, or any iterable, of items.
            batch_size: items held at a time. Only a `padded_last` network, the textbook trap,
                answers otherwise when it changes.
        """
        return list(self.predict_iter(items, batch_size=batch_size))

    def predict_iter(self, items: Iterable[Any], *, batch_size: int = BATCH_SIZE) -> Iterator[Any]:
        """Predict lazily: order is kept, and no more than `batch_size` items are taken ahead."""
        if isinstance(items, (str, bytes)):
            raise OptionError(
                "predict takes a list of items, and this is one text. "
                f'Write model.predict(["{str(items)[:20]}"]).'
            )
        if batch_size < 1:
            raise OptionError(f"batch_size must be at least 1, found {batch_size}.")
        return self._predictions(iter(items), batch_size)

    def stream(self) -> Stream:
        """Begin a stream: an answer after every item, as if the whole had come at once.

        Raises:
            OptionError: the network reads both ways and needs the whole sequence.
        """
        return Stream(self.network, self.codec)

    def _predictions(self, items: Iterator[Any], batch_size: int) -> Iterator[Any]:
        while batch := [self.codec.encode(item) for item in islice(items, batch_size)]:
            logits = self.network.forward([steps for steps, _ in batch])
            yield from self.codec.decode(logits, [context for _, context in batch])
