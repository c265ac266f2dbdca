"""Let a model hear signals bit by bit, as a stream would, and measure its pace."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from elman.judging.classes.streamed import Streamed
from elman.runtime.arrays import Floats, Steps
from elman.runtime.model import Model
from elman.tasks.signal.coding.codec import Heard, signal_codec_of

__all__ = ["hear", "in_packets", "in_parts", "looked_at", "pace"]

Ints = NDArray[np.int64]

_SHARES = 10
_LOOKED_AT = 1000
"""Rows whose answers are looked at on the way; of the others the last one alone."""
_PACKET_S = 0.02
_PACKETS = 100


def looked_at(rows: int) -> Ints:
    """Return which of so many rows are looked at on the way, spread evenly."""
    return np.unique(np.linspace(0, rows - 1, min(rows, _LOOKED_AT)).round().astype(np.int64))


def hear(model: Model, steps: Sequence[Steps], raw: Mapping[int, Floats]) -> Streamed:
    """Return what a model says of rows that come in ten parts, its state carried on.

    Args:
        model: who hears.
        steps: of each row, as the network reads them.
        raw: of some rows the signal itself: it goes through codec and network packet by packet, as
            in a stream. Of the others the steps come, whole ones.
    """
    codec, rows = signal_codec_of(model), looked_at(len(steps))
    chosen = set(rows.tolist())
    last, way = [], []
    for n, row in enumerate(steps):
        if n in raw:
            heard, contexts = in_packets(model, raw[n], _SHARES)
        else:
            heard, ends = in_parts(model.network, row, _SHARES if n in chosen else 2)
            contexts = [Heard.whole(int(end)) for end in ends]
        numbers = codec.numbers(heard, contexts)
        if n in chosen:
            way.append(numbers)
        last.append(numbers[-1])
    return Streamed(
        np.stack(last),
        rows,
        np.arange(1, _SHARES + 1) / _SHARES,
        np.stack(way),
        pace(model),
        raw=len(raw),
    )


def in_packets(model: Model, raw: Floats, parts: int) -> tuple[Floats, list[Heard]]:
    """Return outputs `(parts, outputs)` and contexts after each of so many equal packets."""
    codec = signal_codec_of(model)
    network: Any = model.network
    ends = np.ceil(len(raw) * np.arange(1, parts + 1) / parts).astype(np.int64)
    state, start = network.begin(), 0
    heard, contexts = [], list[Heard]()
    for end in ends:
        steps, context = codec.encode(raw[start:end], contexts[-1] if contexts else None)
        assert isinstance(context, Heard)
        state, start = network.advance(state, steps), end
        heard.append(network.read(state))
        contexts.append(context)
    return np.stack(heard), contexts


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
