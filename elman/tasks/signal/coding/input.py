"""What a signal is to a model: the `input` section of model.json, and the steps that follow."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from elman.data.signals.layout import Layout
from elman.data.signals.sounds import as_floats
from elman.data.signals.wave import RATES
from elman.errors import OptionError
from elman.runtime.frontend.mel import LogMel
from elman.runtime.frontend.readings import Readings

__all__ = ["SOUND", "Sensor", "SignalInput", "Sound"]

Floats = NDArray[np.float32]

SOUND = "sound"
"""The one channel of a sound."""

FLOOR = 1e-6
"""The least power of a bin that is told from silence; samples are from -1 to 1."""
LOWEST_HZ = 20.0

_CLIP = 10.0
"""Standard deviations from the mean beyond which a step goes no further."""


@dataclass(frozen=True)
class Sound:
    """How samples become log-mel spectra."""

    rate: int
    frame: int
    """Samples of a frame."""
    hop: int
    """Samples from one frame to the next."""
    bins: int


@dataclass(frozen=True)
class Sensor:
    """How rows of a sensor become steps."""

    channels: tuple[str, ...]
    every: int = 1
    """Rows that make a step."""
    masked: tuple[int, ...] = ()
    """Channels of which a step says how much is missing."""
    layout: Layout | None = None
    """The columns of the training file."""


@dataclass(frozen=True)
class SignalInput:
    """The `input` section of a model of signals; one of `sound` and `sensor` is there."""

    mean: tuple[float, ...]
    """Of the training part: of each bin, or of each channel."""
    std: tuple[float, ...]
    sound: Sound | None = None
    sensor: Sensor | None = None
    file_column: str = ""
    label_column: str = ""
    """Of an index of sounds that was trained on."""
    motion: int = 0
    """Steps back from which a step is seen: its difference to then stands beside it. 0 is none."""
    doubt: float = 0.0
    """What t steps say counts t / (t + doubt): of few a network is surer than it should be."""
    kind: Literal["signal"] = "signal"

    def check(self) -> None:
        """Raise ValueError where the parts do not fit together."""
        if (self.sound is None) == (self.sensor is None):
            raise ValueError("input: expected either sound or sensor")
        if len(self.mean) != self.values or len(self.std) != self.values:
            raise ValueError(f"input: mean and std: expected {self.values} numbers each")
        if not all(map(math.isfinite, self.mean)) or not all(0 < s < math.inf for s in self.std):
            raise ValueError("input: mean and std: expected finite numbers, and std above 0")
        if not 0 <= self.doubt <= 1e6:
            raise ValueError(f"input.doubt: {self.doubt} steps")
        if not 0 <= self.motion <= 2**10:
            raise ValueError(f"input.motion: {self.motion} steps back")
        if (s := self.sound) is not None:
            fine = RATES[0] <= s.rate <= RATES[1] and 1 <= s.hop <= s.frame <= 2**20
            if not fine or not 1 <= s.bins <= 2**10 or s.frame < 2:
                raise ValueError(f"input.sound: {s} cannot be read so")
        if (r := self.sensor) is not None:
            if not 1 <= len(r.channels) <= 2**16 or not 1 <= r.every <= 2**20:
                raise ValueError("input.sensor: expected channels, and every from 1 on")
            if list(r.masked) != sorted(set(r.masked)) or not all(
                0 <= n < len(r.channels) for n in r.masked
            ):
                raise ValueError("input.sensor: masked: expected numbers of channels, ascending")

    @property
    def values(self) -> int:
        """Numbers of a step that are scaled."""
        if self.sound is not None:
            return self.sound.bins
        assert self.sensor is not None
        return len(self.sensor.channels)

    @property
    def size(self) -> int:
        """Numbers of a step."""
        wide = 2 if self.motion else 1
        return wide * self.values + (len(self.sensor.masked) if self.sensor else 0)

    @property
    def channels(self) -> int:
        """Numbers of a raw row: those of a sensor, or the one sample of a sound."""
        return len(self.sensor.channels) if self.sensor else 1

    @cached_property
    def mel(self) -> LogMel:
        """The spectra of sounds."""
        s = self.sound
        assert s is not None
        return LogMel(s.rate, s.frame, s.hop, s.bins, min(LOWEST_HZ, s.rate / 8), FLOOR)

    @cached_property
    def readings(self) -> Readings:
        """The steps of sensors."""
        assert self.sensor is not None
        return Readings(len(self.sensor.channels), self.sensor.every)

    @property
    def begin(self) -> Any:
        """What is kept before the first packet."""
        return np.zeros(0, np.float32) if self.sound else self.readings.begin()

    def advance(self, kept: Any, raw: Floats) -> tuple[Floats, Any]:
        """Return the unscaled steps that a packet completes, and what is kept for the next.

        Args:
            kept: of the packet before; None at the beginning.
            raw: samples `(n,)`, or rows `(n, C)`.
        """
        before = self.begin if kept is None else kept
        return (self.mel if self.sound else self.readings).advance(before, raw)

    def scaled(self, steps: Floats) -> Floats:
        """Return the unscaled steps of a whole signal as the network reads them, `(T, size)`."""
        return self.scaled_after(None, steps)[0]

    def scaled_after(self, before: Floats | None, steps: Floats) -> tuple[Floats, Floats | None]:
        """Return steps as the network reads them, `(T, size)`, and what the next ones need.

        Args:
            before: what the steps before left; None at the beginning.
            steps: unscaled.
        """
        n = self.values
        mean, std = (np.array(part, np.float32) for part in (self.mean, self.std))
        values = np.clip((steps[:, :n] - mean) / std, -_CLIP, _CLIP)
        parts = [np.nan_to_num(values, nan=0.0)]
        if self.motion and len(steps):
            past = parts[0][:1].repeat(self.motion, axis=0) if before is None else before
            both = np.concatenate([past, parts[0]])
            parts.append(parts[0] - both[: len(steps)])
            before = both[len(steps) :]
        elif self.motion:
            parts.append(parts[0])
        if self.sensor is not None:
            parts.append(steps[:, [n + k for k in self.sensor.masked]])
        return np.concatenate(parts, axis=1), before

    def trusted(self, outputs: NDArray[Any], steps: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return outputs `(N, outputs)` as far as so many steps `(N,)` are to be trusted."""
        share = steps / np.maximum(steps + self.doubt, 1e-9)
        return np.asarray(outputs * share[:, None], np.float64)

    def packet(self, item: Any) -> Floats:
        """Return an array that somebody gives as raw samples `(n,)`, or rows `(n, C)`.

        Of a sound with two channels `(n, 2)` it is their mean, as of a file.

        Raises:
            OptionError: it is no such array.
        """
        try:
            raw = np.asarray(as_floats(item) if self.sound else item, np.float32)
        except (TypeError, ValueError):
            raise OptionError(f"{item!r:.60} is no array of numbers; {self.wanted}") from None
        C = self.channels
        if self.sound is not None:
            if raw.ndim == 2 and raw.shape[1] in (1, 2):  # their mean, as of files
                raw = raw.mean(axis=1, dtype=np.float32)
            if raw.ndim != 1:
                raise OptionError(f"an array of shape {raw.shape}; {self.wanted}")
            if not np.isfinite(raw).all():
                raise OptionError("a sample is NaN or infinite; samples lie between -1 and 1")
            return raw
        if raw.ndim == 1:
            # nothing is a packet of no rows, however many channels there are
            raw = raw.reshape(-1, C) if C == 1 or not raw.size else raw[None]
        if raw.ndim != 2 or raw.shape[1] != C:
            raise OptionError(f"an array of shape {np.shape(item)}; {self.wanted}")
        if np.isinf(raw).any():
            raise OptionError("a value is infinite; a missing one is NaN")
        return raw

    @property
    def wanted(self) -> str:
        """What an array must be, in words."""
        if self.sound is not None:
            return (
                f"this model takes samples (T,) or (T, 2) from -1 to 1 at {self.sound.rate:,} Hz, "
                "or (samples, rate), or the path of a sound"
            )
        return f"this model takes (T, {self.channels}), time first"
