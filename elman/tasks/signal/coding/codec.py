"""Signals to steps, outputs to classes: what stands around a network of signals."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, ClassVar, NamedTuple

import numpy as np
from numpy.typing import NDArray

from elman.artifact import Artifact, decode
from elman.data.seen import Seen
from elman.data.signals.layout import layout_of
from elman.data.signals.readings import of_table
from elman.data.signals.resample import resample
from elman.data.signals.sensors import Signal, without_padding
from elman.data.signals.sounds import is_sound, read_sound
from elman.data.signals.wave import RATES
from elman.data.tables.bytes import faults
from elman.data.tables.held import table_of
from elman.errors import ArtifactError, OptionError
from elman.judging.classes.decision import Decision, Prediction
from elman.runtime.arrays import Floats
from elman.runtime.codec import Encoded, Numbers
from elman.runtime.model import Model
from elman.runtime.spec import NetworkSpec
from elman.runtime.streams.keeping import Maybe
from elman.tasks.signal.coding.input import SignalInput

__all__ = [
    "SEEN",
    "Heard",
    "SignalCodec",
    "numbers_in",
    "seen_by",
    "signal_codec",
    "signal_codec_of",
]

SEEN = "seen.json"
"""The part of a model directory that says which signals it has learnt from."""


class Heard(NamedTuple):
    """What of a signal is needed besides its steps."""

    kept: Any
    """Samples of an unfinished frame, or what readings keep."""
    before: Any
    """The newest steps, with which the next ones are compared."""
    steps: int
    """How many whole steps there were."""

    @classmethod
    def whole(cls, steps: int) -> Heard:
        """Return the context of a signal that is steps already."""
        return cls(None, None, steps)


_NOTHING = Heard(None, None, 0)


@dataclass(frozen=True)
class SignalCodec:
    """Signals to steps, outputs to predictions. A stream carries on network and unfinished steps.

    An item is an array, samples and their rate, or the path of a sound.
    """

    input: SignalInput
    decision: Decision
    window: ClassVar[None] = None

    def items_of(self, data: Any) -> Iterable[Any]:
        """Return the signals of a frame, long or wide; else the items of what is given."""
        if isinstance(data, np.ndarray):
            if data.ndim < 2 and data.dtype.kind != "O":
                raise OptionError(
                    "predict takes a list of signals, and this is one array. Write "
                    "model.predict([array])."
                )
            return map(self._ended, data)
        table = table_of(data)
        if table is None:
            return map(self._ended, data)
        sensor = self.input.sensor
        known = None if sensor is None or sensor.layout is None else sensor.layout
        layout = None if known is None else known.of_others(table)
        layout = layout or layout_of(table, need_label=False)
        each = of_table(table, layout, need_label=False).each
        if layout.form == "long":  # what is wrong with a row is no signal of its own
            return (signal.values for signal in each if isinstance(signal, Signal))
        nothing = np.zeros((0, self.input.channels), np.float32)  # a row that holds none: an answer
        return (signal.values if isinstance(signal, Signal) else nothing for signal in each)

    def _ended(self, item: Any) -> Any:
        """Return a whole signal without the NaN that fill up its end, as it is trained on."""
        if self.input.sensor is not None and not isinstance(item, (str, os.PathLike)):
            return without_padding(self.input.packet(item))
        if isinstance(item, np.ndarray) and item.dtype.kind == "f" and item.ndim:
            return without_padding(item)
        return item

    def parse(self, text: str) -> Any:
        """Read a packet: numbers with commas between, of one row or of samples; or a sound."""
        found = numbers_in(text)
        if found is None:
            if self.input.sound is None:
                raise OptionError(
                    f'"{text:.60}" is no row of numbers; expected {self.input.channels} with '
                    "commas between, as 0.1,-2,nan"
                )
            return text
        return found

    @property
    def carries(self) -> Maybe:
        before = np.zeros((self.input.motion, self.input.values), np.float32)
        return Maybe(Heard(self.input.begin, Maybe(before), 0))

    def carried(self, context: Heard | None) -> Heard | None:
        return context

    def encode(self, item: Any, after: Heard | None = None) -> Encoded:
        raw = self._raw(item)
        before = after or _NOTHING
        unscaled, kept = self.input.advance(before.kept, raw)
        steps, newest = self.input.scaled_after(before.before, unscaled)
        return Encoded(steps, Heard(kept, newest, before.steps + len(steps)))

    def numbers(self, outputs: Floats, contexts: Sequence[Heard]) -> Numbers:
        """Return probabilities; of what has no whole step those before anything is heard."""
        steps = np.array([context.steps for context in contexts], np.int64)
        said = self.decision.probabilities(self.input.trusted(outputs, steps))
        return np.where(steps[:, None] > 0, said, self.decision.base)

    def answers(self, numbers: Numbers, contexts: Sequence[Heard]) -> list[Prediction]:
        """Return what is said of each signal; of one without a whole step, that nobody knows."""
        said = self.decision.predictions_of(numbers)
        pairs = zip(said, contexts, strict=True)
        return [p if context.steps else replace(p, label=None) for p, context in pairs]

    def reaching(self, steps: int) -> SignalCodec:
        raise OptionError(f"{steps} steps ahead: this model answers signals, and they have none")

    def further(
        self,
        items: Sequence[Any],
        answers: Sequence[Prediction],
        answered: Callable[[Sequence[Any]], Sequence[Prediction]],
    ) -> Sequence[Prediction]:
        return answers

    def _raw(self, item: Any) -> NDArray[np.float32]:
        sound = self.input.sound
        if isinstance(item, (str, os.PathLike)):
            if sound is None:
                raise OptionError(f"{str(item)!r:.60} is a path; {self.input.wanted}")
            path = Path(item)
            if not is_sound(path.name):
                raise OptionError(f"{str(item)!r:.60} is no sound by its ending; a wav is")
            with faults(path), open(path, "rb") as file:
                samples, rate = read_sound(file, str(path))
            return resample(samples, rate, sound.rate)
        if sound is not None and isinstance(item, tuple) and len(item) == 2:
            first, second = item
            if _rate_in(first) is not None:  # scipy's order
                first, second = second, first
            hz = _rate_in(second)
            if hz is None or not RATES[0] <= hz <= RATES[1]:
                raise OptionError(
                    f"(samples, {second!r:.40}): expected a rate from {RATES[0]} to {RATES[1]:,} Hz"
                )
            return resample(self.input.packet(first), hz, sound.rate)
        return self.input.packet(item)


def _rate_in(value: Any) -> int | None:
    """Return a whole number, also where it is a float; None of something else."""
    if isinstance(value, (float, np.floating)) and float(value).is_integer():
        return int(value)
    return int(value) if isinstance(value, (int, np.integer)) else None


def numbers_in(text: str) -> NDArray[np.float32] | None:
    """Return the numbers of a word, with commas between; None where it is something else."""
    try:
        return np.array([float(cell or "nan") for cell in text.split(",")], np.float32)
    except ValueError:
        return None


def signal_codec(saved: Artifact, spec: NetworkSpec) -> SignalCodec:
    """Build the codec of a saved model of signals.

    Raises:
        ArtifactError: input, output and network do not fit together.
    """
    input = decode(SignalInput, saved.input, "model.json: input")
    decision = decode(Decision, saved.output, "model.json: output")
    try:
        input.check()
        decision.check()
    except ValueError as error:
        raise ArtifactError(f"model.json: {error}") from None
    asked = {"vocabulary": 0, "input_size": input.size, "outputs": decision.outputs}
    for name, wanted in asked.items():
        if (found := getattr(spec, name)) != wanted:
            raise ArtifactError(
                f"model.json: network.{name} is {found}, but input and output ask for {wanted}"
            )
    if spec.per_step or decision.kind == "multilabel":
        raise ArtifactError("model.json: a model of signals gives each signal one class")
    return SignalCodec(input, decision)


def seen_by(model: Model) -> Seen:
    """Return the signals a model has learnt from.

    Raises:
        ArtifactError: the record is missing or damaged.
    """
    try:
        return Seen.from_json(model.info.part(SEEN))
    except ValueError as error:
        raise ArtifactError(f"{model.directory / SEEN}: {error}.") from None


def signal_codec_of(model: Model) -> SignalCodec:
    """Return the codec of a model that is known to be one of signals."""
    assert isinstance(model.codec, SignalCodec)
    return model.codec
