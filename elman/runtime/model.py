"""A model, ready to predict. There is one prediction path, and this is it.

Whether it was just trained or read from a directory makes no difference: both are an `Artifact`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, Protocol, overload

import numpy as np
from numpy.typing import NDArray

from elman.artifact import REPORT, Artifact
from elman.errors import OptionError
from elman.judging.classes.decision import Prediction
from elman.judging.values.answer import Forecast
from elman.runtime.arrays import Floats, Steps
from elman.runtime.codec import Codec, Numbers, encode_all
from elman.runtime.ensemble import AnyNetwork
from elman.runtime.kinds import built, spec_of
from elman.runtime.streams.stream import Stream
from elman.web.page import framed

__all__ = ["Frame", "Model", "Values", "outputs_of"]

Values = Sequence[float] | NDArray[np.floating[Any]] | NDArray[np.integer[Any]]
"""One series, oldest first."""


class Frame(Protocol):
    """Columns by name, as pandas and polars hold them."""

    @property
    def columns(self) -> Any: ...
    def __getitem__(self, name: Any, /) -> Any: ...


BATCH_SIZE = 1024
"""Items that are encoded and held at a time. It bounds memory and changes no answer."""


class Model:
    """A task's codec around a network.

    Args:
        task: name of the task.
        network: the arithmetic.
        codec: turns items into steps, and outputs into answers.
        directory: where the model was read from, or will be written to.
        info: what the directory says, or will say.
    """

    def __init__(
        self,
        task: str,
        network: AnyNetwork,
        codec: Codec,
        directory: Path,
        info: Artifact,
    ) -> None:
        self.task = task
        self.network = network
        self.codec = codec
        self.directory = directory
        self.info = info

    @classmethod
    def of(
        cls,
        saved: Artifact,
        codec: Callable[[Artifact, Any], Codec],
        directory: Path = Path(),
    ) -> Model:
        """Build what an artifact describes.

        Args:
            saved: as read from a directory, or as it would be written to one.
            codec: builds the task's codec, and refuses parts that do not fit together.
            directory: where it lies.

        Raises:
            ArtifactError: network, tensors and parts do not fit together.
        """
        spec = spec_of(saved.network)
        return cls(saved.task, built(spec, saved.tensors), codec(saved, spec), directory, saved)

    def __repr__(self) -> str:
        return f"Model(task={self.task!r}, directory={str(self.directory)!r})"

    def _repr_html_(self) -> str | None:
        """Show the model's page in a notebook, where its directory has one."""
        page = self.info.parts.get(REPORT)
        return framed(page) if isinstance(page, str) else None

    @property
    def tensors(self) -> Mapping[str, np.ndarray]:
        """The weights by name, float32, as `NetworkSpec` names them."""
        return self.info.tensors

    def with_codec(self, codec: Codec) -> Model:
        """Return the same model answering in another way."""
        return Model(self.task, self.network, codec, self.directory, self.info)

    @overload
    def predict(self, items: Iterable[str], *, batch_size: int = ...) -> list[Prediction]: ...
    @overload
    def predict(self, items: Iterable[Values], *, batch_size: int = ...) -> list[Forecast]: ...
    @overload
    def predict(self, items: Frame, *, batch_size: int = ...) -> list[Any]: ...
    def predict(self, items: Any, *, batch_size: int = BATCH_SIZE) -> list[Any]:
        """Predict every item, in order.

        Args:
            items: a list, or any iterable, of items: texts, or series of values, oldest first. Or a
                frame or its like: of texts each row is answered, of values the series as a whole.
            batch_size: items held at a time. Only a `padded_last` network, the textbook trap,
                answers otherwise when it changes.
        """
        return list(self.predict_iter(items, batch_size=batch_size))

    @overload
    def predict_iter(
        self, items: Iterable[str], *, batch_size: int = ...
    ) -> Iterator[Prediction]: ...
    @overload
    def predict_iter(
        self, items: Iterable[Values], *, batch_size: int = ...
    ) -> Iterator[Forecast]: ...
    @overload
    def predict_iter(self, items: Frame, *, batch_size: int = ...) -> Iterator[Any]: ...
    def predict_iter(self, items: Any, *, batch_size: int = BATCH_SIZE) -> Iterator[Any]:
        """Predict lazily: order is kept, and no more than `batch_size` items are taken ahead."""
        if isinstance(items, (str, bytes)):
            raise OptionError(
                "predict takes a list of items, and this is one text. "
                f'Write model.predict(["{str(items)[:20]}"]).'
            )
        if batch_size < 1:
            raise OptionError(f"batch_size must be at least 1, found {batch_size}.")
        try:
            each = iter(self.codec.items_of(items))
        except TypeError:
            raise OptionError(
                f"predict takes a list of items, and this is {type(items).__name__}: {items!r:.40}"
            ) from None
        return self._predictions(each, batch_size)

    def outputs(self, sequences: Sequence[Steps], *, batch_size: int = BATCH_SIZE) -> Floats:
        """Return the network's outputs `(N, outputs)` for sequences of steps.

        Where every step is answered they are `(ΣT, outputs)`: those of the first sequence's steps,
        of the second's, and so on.

        Memory does not grow with the sequences, which may still lie on disk.
        """
        return outputs_of(self.network, sequences, batch_size=batch_size)

    def numbers(self, sequences: Sequence[Steps], contexts: Sequence[object]) -> Numbers:
        """Return the answers to encoded items as they are judged."""
        return self.codec.numbers(self.outputs(sequences), contexts)

    def reaching(self, steps: int) -> Model:
        """Return the same forecaster reaching so many steps ahead.

        Beyond those it was trained for it goes on from its own forecasts, as if they had come true,
        and has no intervals: they are NaN. A stream of it reaches as far as it was trained.

        Raises:
            OptionError: it is no forecaster, or `steps` is below 1.
        """
        return self.with_codec(self.codec.reaching(steps))

    def stream(self, state: bytes | None = None) -> Stream:
        """Begin a stream: an answer after every item, as if the whole had come at once.

        Args:
            state: what `Stream.export` gave, to go on from there to the same bits.

        Raises:
            OptionError: the network reads both ways and needs the whole sequence.
            ArtifactError: the state is damaged, or another model's.
        """
        return Stream(self.network, self.codec, self.info.sha256, state)

    def _predictions(self, items: Iterator[Any], batch_size: int) -> Iterator[Any]:
        while batch := list(islice(items, batch_size)):
            yield from self.codec.further(batch, self._answered(batch), self._answered)

    def _answered(self, items: Sequence[Any]) -> list[Any]:
        sequences, contexts = encode_all(self.codec, items)
        return self.codec.answers(self.numbers(sequences, contexts), contexts)


def outputs_of(
    network: AnyNetwork,
    sequences: Sequence[Steps],
    *,
    batch_size: int = BATCH_SIZE,
) -> Floats:
    """Return a network's outputs `(N, outputs)`, for some sequences at a time."""
    parts = [
        network.forward(sequences[start : start + batch_size])
        for start in range(0, len(sequences), batch_size)
    ]
    if len(parts) == 1:
        return parts[0]
    return np.concatenate(parts) if parts else np.zeros((0, network.spec.outputs), np.float32)
