"""Sound files become samples: wav by our own reader, flac and ogg by soundfile."""

from __future__ import annotations

from pathlib import PurePath
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from elman.data.signals import wave
from elman.errors import DataError, MissingExtraError, OptionError, installing

__all__ = ["ENDINGS", "OTHER_ENDINGS", "as_floats", "is_sound", "rate_of", "read_sound"]

Floats = NDArray[np.float32]

_PLAIN = (".wav", ".wave")
_OTHERS = (".flac", ".ogg")

_CARD = (np.uint8, np.int16, np.int32)

ENDINGS = (*_PLAIN, *_OTHERS)
"""Of files that are read."""
OTHER_ENDINGS = (
    *(".mp3", ".m4a", ".mp4", ".aac", ".wma", ".opus", ".amr", ".au", ".aif", ".aiff", ".caf"),
)
"""Of sounds that are not."""


def is_sound(name: str) -> bool:
    """Whether a file is a sound by its name; hidden ones are none."""
    path = PurePath(name)
    return path.suffix.lower() in ENDINGS and not path.name.startswith(".")


def rate_of(file: BinaryIO, name: str) -> tuple[int, int]:
    """Return samples a second, and how many there are, from a file's header.

    Raises:
        DataError: as of `read_sound`.
    """
    if PurePath(name).suffix.lower() in _OTHERS:
        library = _soundfile(name)
        try:
            info = library.info(file)
        except library.LibsndfileError as fault:
            raise DataError(f"{name}: cannot be read ({fault}). Copy it again.") from fault
        return int(info.samplerate), int(info.frames)
    head = wave.look(file, name)
    return head.rate, head.frames


def read_sound(file: BinaryIO, name: str) -> tuple[Floats, int]:
    """Read samples `(T,)` from -1 to 1, the mean of all channels, and their rate in Hz.

    Args:
        file: open for reading, able to seek.
        name: the file's, for its ending and for messages.

    Raises:
        DataError: it is damaged, of a kind that is not read, or holds no samples.
        MissingExtraError: it is flac or ogg, and soundfile is not installed.
    """
    if PurePath(name).suffix.lower() in _OTHERS:
        library = _soundfile(name)
        try:
            values, rate = library.read(file, dtype="float32", always_2d=True)
        except library.LibsndfileError as fault:
            raise DataError(f"{name}: cannot be read ({fault}). Copy it again.") from fault
        values = values.mean(axis=1)
    else:
        values, rate = wave.samples(file, name)
    if not len(values):
        raise DataError(f"{name}: holds no samples.")
    return np.ascontiguousarray(values, np.float32), int(rate)


def as_floats(samples: Any) -> Any:
    """Return samples from -1 to 1 where they are whole numbers, as sound cards give them.

    Those of 8 bits have no sign, and silence is 128. Floats stay.

    Raises:
        OptionError: whole numbers of which nobody can tell how loud the loudest is.
    """
    if isinstance(samples, (list, tuple)):
        samples = np.asarray(samples)
    if not isinstance(samples, np.ndarray) or samples.dtype.kind not in "iu" or not samples.size:
        return samples
    if samples.dtype.newbyteorder("=") not in _CARD:
        raise OptionError(
            f"samples are {samples.dtype}; expected int16, int32 or uint8, as sound cards give "
            "them, or floats from -1 to 1"
        )
    bits = 8 * samples.dtype.itemsize
    middle = 128 if samples.dtype.kind == "u" else 0
    return ((samples.astype(np.float64) - middle) / 2.0 ** (bits - 1)).astype(np.float32)


def _soundfile(name: str):  # type: ignore[no-untyped-def]
    try:
        import soundfile
    except ImportError as fault:
        raise MissingExtraError(
            f"{name}: flac and ogg need soundfile. Run: {installing('audio')}; or save it as wav"
        ) from fault
    return soundfile
