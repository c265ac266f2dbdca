"""wav files of any kind, written byte by byte."""

from __future__ import annotations

import struct

import numpy as np

GUID = bytes.fromhex("000000001000800000aa00389b71")

__all__ = ["encoded", "riff", "wav"]


def encoded(values, bits, *, floating=False):
    """Samples `(T,)` or `(T, channels)` from -1 to 1 as bytes."""
    values = np.asarray(values, np.float64).ravel()
    if floating:
        return values.astype(f"<f{bits // 8}").tobytes()
    if bits == 8:
        return (np.round(values * 128) + 128).clip(0, 255).astype(np.uint8).tobytes()
    whole = np.round(values * 2.0 ** (bits - 1)).clip(-(2.0 ** (bits - 1)), 2.0 ** (bits - 1) - 1)
    if bits == 24:
        return (whole.astype("<i4")[:, None].view(np.uint8)[:, :3]).tobytes()
    return whole.astype(f"<i{bits // 8}").tobytes()


def wav(values, bits=16, rate=8000, *, floating=False, extensible=False, before=b"", **lies):
    """A whole file; `lies` change what its header says: tag, block, length, channels."""
    values = np.asarray(values)
    channels = lies.get("channels", 1 if values.ndim == 1 else values.shape[1])
    data = encoded(values, bits, floating=floating)
    tag = lies.get("tag", 3 if floating else 1)
    block = lies.get("block", channels * bits // 8)
    kind = struct.pack("<HHIIHH", 0xFFFE if extensible else tag, channels, rate, rate * block,
                       block, bits)  # fmt: skip
    if extensible:
        kind += struct.pack("<HHIH", 22, bits, 0, tag) + GUID
    length = lies.get("length", len(data))
    chunks = before + b"fmt " + struct.pack("<I", len(kind)) + kind
    return riff(chunks + b"data" + struct.pack("<I", length) + data)


def riff(chunks):
    """Chunks as a file."""
    return b"RIFF" + struct.pack("<I", 4 + len(chunks)) + b"WAVE" + chunks
