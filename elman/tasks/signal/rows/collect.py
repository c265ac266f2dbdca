"""Signals of some data as unscaled steps on disk, each with its class and place."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from elman.data.tables.table import Reject
from elman.data.text.leaks.keys import key_of
from elman.errors import DataError
from elman.figures import counted
from elman.files import writing
from elman.tasks.signal.coding.input import SignalInput
from elman.tasks.signal.rows.source import Given
from elman.tasks.signal.streaming import looked_at

__all__ = ["Collected", "collect", "contradictions", "in_order", "left_out", "raw_of"]

Ints = NDArray[np.int64]

Floats = NDArray[np.float32]

_GOLDEN = 0.6180339887498949
_MOST_RAW = 2**24
"""Numbers of raw signals that are held: 64 MB."""
_SHOWN = 3
"""Rejects that are told one by one."""


@dataclass(frozen=True)
class Collected:
    """N signals, in the order of their data."""

    values: NDArray[np.float32]
    """`(steps, C)` of all, unscaled, on disk."""
    offsets: Ints
    """`(N + 1,)`, signal n is values[offsets[n]:offsets[n + 1]]."""
    lines: Ints
    names: list[str]
    seconds: NDArray[np.float64]
    """Of sounds; of readings their rows."""
    labels: list[str]
    parts: list[str]
    """What the data says of each; empty for nothing."""
    hashes: NDArray[np.uint8]
    """`(N, 16)` of the raw signals."""
    keys: NDArray[np.uint64]
    """`(N,)` of their groups; one without is alone."""
    places: Ints
    """`(N,)` among all that the data lists, to read one again."""
    rejects: list[Reject]

    def __len__(self) -> int:
        return len(self.names)


def collect(
    given: Given, input: SignalInput, path: Path, *, classes: Sequence[str] = (), least: int = 1
) -> Collected:
    """Read every signal once, and turn it into steps.

    Args:
        given: the data.
        input: how signals become steps.
        path: a file for the steps.
        classes: those of a model; a signal of another is a reject.
        least: steps that a signal must have.

    Raises:
        DataError: less than half of the signals can be read.
    """
    lengths, lines, names, seconds, labels, parts = [], [], [], [], [], []
    hashes, keys, places, rejects = bytearray(), [], [], list[Reject]()
    known = set(classes)
    with writing(path) as file:
        for place, raw in enumerate(given.signals(input)):
            if isinstance(raw, Reject):
                rejects.append(raw)
                continue
            if known and raw.label not in known:
                reason = f'label "{raw.label:.40}" is none of the model\'s classes'
                rejects.append(Reject(raw.line, reason, raw.name))
                continue
            steps, _ = input.advance(None, raw.values)
            if len(steps) < least:
                shortest = "a frame" if input.sound else "one step"
                rejects.append(Reject(raw.line, f"shorter than {shortest}", raw.name))
                continue
            file.write(steps.astype(np.float32, copy=False).tobytes())
            lengths.append(len(steps))
            lines.append(raw.line)
            names.append(raw.name)
            seconds.append(raw.seconds)
            labels.append(raw.label or "")
            parts.append(raw.part)
            digest = hashlib.blake2b(
                np.ascontiguousarray(raw.values).tobytes(), digest_size=16
            ).digest()
            hashes += digest
            own = int.from_bytes(digest[:8], "little") | 1
            places.append(place)
            keys.append(key_of(raw.group) if raw.group else own)
    if len(rejects) > len(names):
        raise DataError(
            f"{given.source}: {len(rejects):,} of "
            f"{counted(len(rejects) + len(names), 'signal')} cannot be used, the first: "
            f"{told(rejects[0])}."
        )
    width = input.values * (1 if input.sound else 2)
    offsets = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
    values = np.zeros((0, width), np.float32)
    if offsets[-1]:
        values = np.asarray(np.memmap(path, np.float32, "r")).reshape(-1, width)
    return Collected(
        values,
        offsets,
        np.array(lines, np.int64),
        names,
        np.array(seconds),
        labels,
        parts,
        np.frombuffer(bytes(hashes), np.uint8).reshape(-1, 16),
        np.array(keys, np.uint64),
        np.array(places, np.int64),
        rejects,
    )


def raw_of(given: Given, found: Collected, rows: Ints, input: SignalInput) -> dict[int, Floats]:
    """Read some signals again, to let them be heard packet by packet.

    Args:
        given: the data.
        found: what was collected of it.
        rows: N rows of it that are judged.
        input: how signals are read.

    Returns:
        of some of the N, spread over them, the raw signals: as many as a stream is looked at in,
        and as memory is set aside for.
    """
    chosen = looked_at(len(rows))
    # far apart from one to the next, for classes often stand together
    spread = chosen[np.argsort(np.arange(len(chosen)) * _GOLDEN % 1, kind="stable")]
    raw: dict[int, Floats] = {}
    left = _MOST_RAW
    for n in spread.tolist():
        again = given.signal(int(found.places[rows[n]]), input)
        if isinstance(again, Reject):  # gone since it was collected
            continue
        left -= again.values.size
        if left < 0:
            break
        raw[n] = again.values
    return raw


def contradictions(source: str, found: Collected) -> list[str]:
    """Say which signals are there more than once, under labels that contradict each other."""
    first: dict[bytes, int] = {}
    again: dict[bytes, int] = {}
    for n, digest in enumerate(map(bytes, found.hashes)):
        before = first.setdefault(digest, n)
        if found.labels[before] != found.labels[n]:
            again.setdefault(digest, n)
    if not again:
        return []
    digest, n = next(iter(again.items()))
    both = " and ".join(
        f'"{found.labels[k]:.40}" on line {found.lines[k]} ({found.names[k]})'
        for k in (first[digest], n)
    )
    return [
        f"{source}: {counted(len(again), 'signal')} more than once with different labels, the "
        f"first {both}"
    ]


def left_out(source: str, rejects: Sequence[Reject]) -> list[str]:
    """Say which signals were left out, and why."""
    if not rejects:
        return []
    shown = "; ".join(map(told, rejects[:_SHOWN]))
    more = f"; and {len(rejects) - _SHOWN} more" if len(rejects) > _SHOWN else ""
    were = "signal is" if len(rejects) == 1 else "signals are"
    return [f"{source}: {len(rejects):,} {were} left out: {shown}{more}"]


def told(reject: Reject) -> str:
    """Return a reject in words, with its place."""
    return f"line {reject.line}, {reject.reason.removesuffix('.')}" + (
        f" ({reject.source})" if reject.source and reject.source not in reject.reason else ""
    )


def in_order(labels: Sequence[str]) -> tuple[str, ...]:
    """Return the classes in the order of their names, with numbers as numbers."""
    return tuple(sorted(Counter(labels), key=_natural))


def _natural(name: str) -> list[tuple[int, int, str]]:
    pieces = re.split(r"(\d{1,15})", name)
    return [(0, int(p), "") if p.isascii() and p.isdigit() else (1, 0, p) for p in pieces if p]
