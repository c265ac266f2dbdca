"""Let a model hear signals bit by bit, as a stream would, and measure its pace."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from elman.judging.classes.streamed import Streamed
from elman.runtime.arrays import Floats, Steps
from elman.runtime.model import Model
from elman.tasks.signal.coding.codec import Heard, signal_codec_of

__all__ = ["hear", "in_parts", "pace"]

Ints = NDArray[np.int64]

_SHARES = 10
_LOOKED_AT = 1000
"""Rows whose answers are looked at on the way; of the others the last one alone."""
_PACKET_S = 0.02
_PACKETS = 100


def hear(model: Model, steps: Sequence[Steps]) -> Streamed:
    """Return what a model says of rows whose steps come in ten parts, its state carried on."""
    codec, N = signal_codec_of(model), len(steps)
    rows = np.unique(np.linspace(0, N - 1, min(N, _LOOKED_AT)).round().astype(np.int64))
    looked_at = set(rows.tolist())
    last, way = [], []
    for n, row in enumerate(steps):
        heard, ends = in_parts(model.network, row, _SHARES if n in looked_at else 2)
        if n in looked_at:
            way.append(codec.numbers(heard, [Heard.whole(int(end)) for end in ends]))
        last.append(heard[-1])
    contexts = [Heard.whole(len(row)) for row in steps]
    return Streamed(
        codec.numbers(np.stack(last), contexts),
        rows,
        np.arange(1, _SHARES + 1) / _SHARES,
        np.stack(way),
        pace(model),
    )


def in_parts(network: Any, steps: Steps, parts: int) -> tuple[Floats, Ints]:
    """Return outputs `(parts, outputs)` after each of so many equal parts, and where they end."""
    ends = np.ceil(len(steps) * np.arange(1, parts + 1) / parts).astype(np.int64)
    state, start, heard = network.begin(), 0, []
    for end in ends:
        state = network.advance(state, steps[start:end])
        start = end
        heard.append(network.read(state))
    return np.stack(heard), ends


def pace(model: Model) -> dict[str, float]:
    """Return how fast a model answers packets of noise: of sound 20 ms, of sensors a row.

    Returns:
        `packet_ms`, the median time of one; of sound also `real_time_factor`, seconds of work for
        a second of sound.
    """
    input = signal_codec_of(model).input
    random = np.random.default_rng(0)
    size = max(round(_PACKET_S * input.sound.rate), 1) if input.sound else 1
    shape = (size,) if input.sound else (size, input.channels)
    stream, took = model.stream(), []
    for _ in range(_PACKETS):
        packet = 0.1 * random.standard_normal(shape).astype(np.float32)
        begin = time.perf_counter()
        stream.feed(packet)
        took.append(time.perf_counter() - begin)
    typical = {"packet_ms": 1000 * float(np.median(took))}
    if input.sound is None:
        return typical
    return typical | {"real_time_factor": sum(took) / (_PACKETS * size / input.sound.rate)}
