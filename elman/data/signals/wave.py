"""wav files: RIFF chunks become samples from -1 to 1.

PCM of 8, 16, 24 or 32 bits, floats of 32 or 64, also as WAVE_FORMAT_EXTENSIBLE; several channels
become their mean. The standard library's `wave` knows neither floats nor the extensible form.

But: no compressed formats (A-law, ADPCM), and no RF64 of more than 4 GiB. A header that promises
other samples than the file holds is refused: what is missing would be read as silence.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from elman.errors import DataError
from elman.figures import counted

__all__ = ["Wave", "look", "samples"]

Floats = NDArray[np.float32]

PCM, FLOAT, EXTENSIBLE = 1, 3, 0xFFFE

_NAMES = {2: "ADPCM", 6: "A-law", 7: "µ-law", 17: "ADPCM", 49: "GSM", 85: "MP3"}
"""Compressed formats that are met, by their tag."""

_SUBFORMAT = bytes.fromhex("000000001000800000aa00389b71")
"""The end of the GUID of an extensible format, whose first two bytes are a tag."""

_UNKNOWN_SIZE = 0xFFFFFFFF
"""What programs write that did not know how much would come."""

RATES = (100, 1_000_000)
"""The fewest and the most samples a second that a header may claim."""

_MOST_CHANNELS = 64


@dataclass(frozen=True)
class Wave:
    """What the header of a wav file says."""

    rate: int
    """Samples a second, of each channel."""
    channels: int
    bits: int
    floating: bool
    begin: int
    """Bytes before the samples."""
    frames: int
    """Samples of each channel."""


def look(file: BinaryIO, where: str) -> Wave:
    """Read the chunks up to the samples.

    Args:
        file: open for reading, at its beginning; it must be able to seek.
        where: the file's name, for messages.

    Raises:
        DataError: it is no wav, of a kind that is not read, cut short, or its header lies.
    """
    size = file.seek(0, 2)
    file.seek(0)
    head = file.read(12)
    if len(head) < 12 or head[:4] != b"RIFF" or head[8:12] != b"WAVE":
        if head[:4] in (b"RF64", b"RIFX"):
            raise DataError(
                f"{where}: a wav of the kind {head[:4].decode()}. Save it as plain wav."
            )
        raise DataError(f"{where}: no wav file; expected RIFF and WAVE at its beginning.")
    kind: tuple[int, int, int, int] | None = None
    while True:
        chunk = file.read(8)
        if len(chunk) < 8:
            missing = "samples (no chunk data)" if kind else "a chunk fmt"
            raise DataError(f"{where}: cut short: it ends before {missing}. Copy it again.")
        name, length = chunk[:4], struct.unpack("<I", chunk[4:])[0]
        if name == b"data":
            break
        if name == b"fmt ":
            if not 16 <= length <= 2**16:
                raise DataError(f"{where}: its chunk fmt has {length} bytes; expected 16 or more.")
            kind = _format(file.read(length), where)
            file.seek(length % 2, 1)
        else:
            file.seek(length + length % 2, 1)
    if kind is None:
        raise DataError(f"{where}: its samples stand before their format (no chunk fmt).")
    tag, channels, rate, bits = kind
    begin = file.tell()
    there, block = size - begin, channels * bits // 8
    if length == _UNKNOWN_SIZE:
        length = there - there % block
    if length > there:
        raise DataError(
            f"{where}: cut short: its header promises {length:,} bytes of samples, and {there:,} "
            "are there. Copy it again."
        )
    if length % block:
        raise DataError(
            f"{where}: {length:,} bytes of samples are no whole number of {block} bytes each, as "
            f"{counted(channels, 'channel')} of {bits} bits need. The header or the file is "
            f"damaged."
        )
    return Wave(rate, channels, bits, tag == FLOAT, begin, length // block)


def samples(file: BinaryIO, where: str) -> tuple[Floats, int]:
    """Read a wav file: samples `(T,)` from -1 to 1, mean of its channels, and their rate in Hz.

    Raises:
        DataError: as of `look`; or a sample is NaN or infinite.
    """
    wave = look(file, where)
    file.seek(wave.begin)
    data = file.read(wave.frames * wave.channels * wave.bits // 8)
    values = _floats(data, wave)
    if not np.isfinite(values).all():
        place = int(np.argmin(np.isfinite(values))) // wave.channels
        raise DataError(f"{where}: sample {place} is NaN or infinite.")
    if wave.channels > 1:
        values = values.reshape(-1, wave.channels).mean(axis=1)
    return values.astype(np.float32, copy=False), wave.rate


def _format(chunk: bytes, where: str) -> tuple[int, int, int, int]:
    """Return tag, channels, rate and bits of a chunk fmt that can be read."""
    if len(chunk) < 16:
        raise DataError(f"{where}: cut short in its chunk fmt. Copy it again.")
    tag, channels, rate, _, block, bits = struct.unpack("<HHIIHH", chunk[:16])
    if tag == EXTENSIBLE:
        if len(chunk) < 40 or chunk[26:40] != _SUBFORMAT:
            raise DataError(f"{where}: its extensible format is of no known kind. Save it as PCM.")
        tag = struct.unpack("<H", chunk[24:26])[0]
    wanted = {PCM: (8, 16, 24, 32), FLOAT: (32, 64)}.get(tag)
    if wanted is None:
        kind = _NAMES.get(tag, f"format {tag}")
        raise DataError(f"{where}: a wav of {kind}. Save it as PCM, for instance of 16 bits.")
    if bits not in wanted:
        raise DataError(f"{where}: samples of {bits} bits; expected {', '.join(map(str, wanted))}.")
    if not RATES[0] <= rate <= RATES[1]:
        raise DataError(
            f"{where}: its header claims {rate:,} samples a second; expected {RATES[0]} to "
            f"{RATES[1]:,}."
        )
    if not 1 <= channels <= _MOST_CHANNELS or block != channels * bits // 8:
        raise DataError(
            f"{where}: its header claims {counted(channels, 'channel')} of {bits} bits in {block} "
            "bytes, "
            "which does not fit together."
        )
    return tag, channels, rate, bits


def _floats(data: bytes, wave: Wave) -> NDArray[np.float64] | Floats:
    if wave.floating:
        return np.frombuffer(data, "<f4" if wave.bits == 32 else "<f8")
    if wave.bits == 8:  # without a sign, silence is 128
        return (np.frombuffer(data, np.uint8).astype(np.float32) - 128) / 128
    if wave.bits == 24:
        wide = np.zeros((len(data) // 3, 4), np.uint8)
        wide[:, 1:] = np.frombuffer(data, np.uint8).reshape(-1, 3)
        return wide.view("<i4")[:, 0] / 2.0**31
    return np.frombuffer(data, f"<i{wave.bits // 8}") / 2.0 ** (wave.bits - 1)
