"""Log-mel spectra: sound as the ear has it, a vector for each frame.

    frame → Hann window → power spectrum |FFT|² → triangles on the mel scale → ln(max(·, floor))

The mel scale is linear up to 1 kHz and logarithmic above (Slaney 1998), each triangle of unit area
over Hz, the window periodic: the definition of `librosa.feature.melspectrogram(center=False)`.

A frame is answered when its last sample is there, so a stream gives the frames of the whole.
But: what remains at the end and fills no frame is not read.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

__all__ = ["LogMel", "filters", "hz_of", "mel_of"]

Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]

_LINEAR_HZ = 200 / 3
"""Hz of a mel below `_BREAK_HZ`."""
_BREAK_HZ = 1000.0
_BREAK_MEL = _BREAK_HZ / _LINEAR_HZ
_STEP = np.log(6.4) / 27
"""Logarithm of the ratio that a mel is above it."""

_FRAMES = 2**11
"""Frames transformed together, so that memory does not grow with the sound."""


def mel_of(hz: Doubles) -> Doubles:
    """Return the mels of frequencies in Hz."""
    above = _BREAK_MEL + np.log(np.maximum(hz, _BREAK_HZ) / _BREAK_HZ) / _STEP
    return np.asarray(np.where(hz < _BREAK_HZ, hz / _LINEAR_HZ, above))


def hz_of(mel: Doubles) -> Doubles:
    """Return the frequencies in Hz of mels."""
    above = _BREAK_HZ * np.exp(_STEP * np.maximum(mel - _BREAK_MEL, 0))
    return np.asarray(np.where(mel < _BREAK_MEL, mel * _LINEAR_HZ, above))


def filters(rate: int, points: int, bins: int, lowest: float, highest: float) -> Doubles:
    """Return the triangles `(bins, points // 2 + 1)` that weigh a power spectrum.

    Args:
        rate: samples a second.
        points: of the transform.
        bins: triangles; they stand at equal distances in mel.
        lowest: Hz where the first begins.
        highest: Hz where the last ends.
    """
    ends = mel_of(np.array([lowest, highest]))
    edges = hz_of(np.linspace(ends[0], ends[1], bins + 2))
    hz = np.arange(points // 2 + 1) * rate / points
    rising = (hz - edges[:-2, None]) / np.diff(edges)[:-1, None]
    falling = (edges[2:, None] - hz) / np.diff(edges)[1:, None]
    triangles = np.maximum(np.minimum(rising, falling), 0)
    return np.asarray(triangles * (2 / (edges[2:] - edges[:-2]))[:, None])


@dataclass(frozen=True)
class LogMel:
    """The log-mel spectra of one kind of sound.

    Args:
        rate: samples a second.
        frame: samples of a frame.
        hop: samples from one frame to the next.
        bins: numbers of a spectrum.
        lowest: Hz below which nothing is read; the upper end is half the rate.
        floor: the least power that is told from silence.
    """

    rate: int
    frame: int
    hop: int
    bins: int
    lowest: float = 0.0
    floor: float = 1e-10

    @property
    def points(self) -> int:
        """Of the transform: the next power of two, the frame in its middle."""
        return 1 << (self.frame - 1).bit_length()

    @cached_property
    def _window(self) -> Floats:
        n = np.arange(self.frame)
        return (0.5 - 0.5 * np.cos(2 * np.pi * n / self.frame)).astype(np.float32)

    @cached_property
    def _filters(self) -> Doubles:
        weights = filters(self.rate, self.points, self.bins, self.lowest, self.rate / 2)
        return np.ascontiguousarray(weights.T)

    def frames(self, samples: int) -> int:
        """How many whole frames so many samples have."""
        return max(0, 1 + (samples - self.frame) // self.hop)

    def spectra(self, samples: Floats) -> Floats:
        """Return `(frames, bins)` of samples `(T,)`."""
        count = self.frames(len(samples))
        result = np.empty((count, self.bins), np.float32)
        for start in range(0, count, _FRAMES):
            stop = min(start + _FRAMES, count)
            piece = samples[start * self.hop : (stop - 1) * self.hop + self.frame]
            views = np.lib.stride_tricks.sliding_window_view(piece, self.frame)[:: self.hop]
            spectrum = np.fft.rfft(views * self._window, self.points)
            power = spectrum.real.astype(np.float64) ** 2 + spectrum.imag.astype(np.float64) ** 2
            result[start:stop] = np.log(np.maximum(power @ self._filters, self.floor))
        return result

    def advance(self, kept: Floats, samples: Floats) -> tuple[Floats, Floats]:
        """Return the frames that further samples complete, and the samples that later ones need.

        Args:
            kept: samples that the packets before left, at first none.
            samples: the next packet, of any size.
        """
        both = np.concatenate([kept, samples])
        done = self.frames(len(both))
        return self.spectra(both), both[done * self.hop :]
