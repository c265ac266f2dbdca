"""Read, look at and split labelled signals, once; nothing is learnt here but scales."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from elman.data.groups import hold_out_groups, join, split_by_groups
from elman.data.seen import Seen
from elman.data.signals.parts import parts_of
from elman.data.signals.sensors import Signal
from elman.data.split import Parts, hold_out, split_by_content
from elman.errors import DataError, OptionError
from elman.figures import counted
from elman.judging.classes.decision import Decision
from elman.tasks.signal.coding.input import Sensor, SignalInput, Sound
from elman.tasks.signal.options import SignalOptions
from elman.tasks.signal.rows.collect import (
    Collected,
    collect,
    contradictions,
    in_order,
    left_out,
    raw_of,
)
from elman.tasks.signal.rows.rows import Rows
from elman.tasks.signal.rows.source import Given, source_of
from elman.training.listener import Listener

__all__ = ["read"]

Ints = NDArray[np.int64]

_PART = 0.1
"""Share of rows held out for validation, and again for the test where nothing says which."""
_MOST_RATE = 16_000
"""Samples a second that are enough for speech; of a higher rate only who asks for it."""
_FRAME_MS, _HOP_MS, _BINS = 32.0, 10.0, 40
_MOTION = 3
"""Frames back to which a frame is compared: what moves says more of a word than what is there, and
less of the voice and the room."""
_MOST_STEPS = 400
"""Steps that half of the sensors' signals may have; of longer ones a step is several rows."""
_MOST_CLASSES = 10_000


def read(data: Any, place: Path, options: SignalOptions, listener: Listener) -> Rows:
    """Read, look at and split the data, and say what was found.

    Raises:
        DataError: it cannot be used as it is.
        OptionError: options do not fit it.
    """
    given = source_of(data, options)
    listener.say(given.said)
    input = _input(given, options)
    with listener.counting("reading") as _:
        found = collect(given, input, place / "signals.f32")
    warnings = left_out(given.source, found.rejects)
    warnings += contradictions(given.source, found)
    warnings += given.notes
    classes = in_order(found.labels)
    if not 2 <= len(classes) <= _MOST_CLASSES:
        shown = ", ".join(classes[:5])
        raise DataError(
            f"{given.source}: {counted(len(classes), 'class')} ({shown}); expected 2 to "
            f"{_MOST_CLASSES:,}."
        )
    other = None
    test_source = ""
    if options.test is not None:
        named = dataclasses.replace(options, group=None)
        judging = source_of(options.test, named, like=input)
        other = collect(judging, input, place / "test.f32", classes=classes)
        warnings += left_out(judging.source, other.rejects)
        warnings += contradictions(judging.source, other)
        test_source = f"{counted(len(other), 'signal')} of {judging.source}"
    number = {name: n for n, name in enumerate(classes)}
    truth = np.array([number[label] for label in found.labels], np.int64)
    parts = _divided(given, found, truth, outside=other is not None)
    if other is None:
        test_source = f"{counted(len(parts.test), 'signal')} held out of {given.source}"
    if other is None:
        raw = raw_of(given, found, parts.test, input)
    else:
        raw = raw_of(judging, other, np.arange(len(other)), input)
    both = found if other is None else _joined(found, other)
    if other is not None:
        truth = np.concatenate([truth, [number[label] for label in other.labels]])
        parts = dataclasses.replace(parts, test=len(found) + np.arange(len(other)))
    for name in ("train", "validation", "test"):
        if not len(getattr(parts, name)):
            raise DataError(
                f"{given.source}: {counted(len(found), 'signal')}, which leaves none for {name}. "
                f"Expected at least "
                "ten of each class."
            )
    if missing := sorted({*range(len(classes))} - {*truth[parts.train].tolist()}):
        raise DataError(
            f'{given.source}: no signal of the class "{classes[missing[0]]}" is for training.'
        )
    warnings += _shared(both, parts, test_source, allow=options.allow_overlap)
    if given.likely_group is not None:
        warnings.append(
            f'the column "{given.likely_group}" looks as if signals belonged together by it; '
            f"--group {given.likely_group} keeps what belongs together in one part"
        )
    shares = np.bincount(truth[parts.train], minlength=len(classes)) / len(parts.train)
    kind: Any = "binary" if len(classes) == 2 else "multiclass"
    for line in warnings:
        listener.warn(line)
    return Rows(
        found=both,
        input=_measured(input, both, parts.train, mark=options.mark_missing),
        truth=truth,
        train=parts.train,
        validation=parts.validation,
        test=parts.test,
        test_source=test_source,
        decision=Decision(classes, kind, prior=tuple(shares.tolist())),
        seen=Seen.of(both.hashes[np.concatenate([parts.train, parts.validation])]),
        raw=raw,
        warnings=tuple(warnings),
        groups=None if given.group is None else join(both.keys, both.hashes),
    )


def _input(given: Given, options: SignalOptions) -> SignalInput:
    """Return how signals become steps; scales are filled in later."""
    if given.sound:
        if options.every is not None:
            raise OptionError("--every is for rows of sensors; of sounds say --hop-ms")
        rates = given.rates()
        rate = options.rate or min(
            max(rates, key=lambda r: (rates[r], r), default=_MOST_RATE), _MOST_RATE
        )
        frame = max(round((options.frame_ms or _FRAME_MS) * rate / 1000), 2)
        hop = max(round((options.hop_ms or _HOP_MS) * rate / 1000), 1)
        bins = options.bins or _BINS
        zero, one = (0.0,) * bins, (1.0,) * bins
        listed = given.sounds
        return SignalInput(
            zero,
            one,
            sound=Sound(rate, frame, hop, bins),
            file_column=(listed and listed.file) or "",
            label_column=(listed and listed.label) or "",
            motion=_MOTION,
        )
    for name in ("rate", "frame_ms", "hop_ms", "bins"):
        if getattr(options, name) is not None:
            raise OptionError(f"--{name.replace('_', '-')} is for sounds; these are readings")
    assert given.sensors is not None
    lengths = [len(s.values) for s in given.sensors.each if isinstance(s, Signal)]
    every = options.every or max(1, -(-int(np.median(lengths or [1])) // _MOST_STEPS))
    channels = given.sensors.channels
    zero, one = (0.0,) * len(channels), (1.0,) * len(channels)
    sensor = Sensor(channels, every, layout=given.sensors.layout)
    return SignalInput(zero, one, sensor=sensor)


def _measured(input: SignalInput, found: Collected, train: Ints, *, mark: bool) -> SignalInput:
    """Fill in scales of the training part, and which channels' missing values are marked."""
    n = input.values
    count, total, square = np.zeros(n), np.zeros(n), np.zeros(n)
    missing = np.zeros(n, bool)
    # set against one row, so that squares of a channel far from 0 keep their digits
    base = np.nan_to_num(found.values[found.offsets[train[0]], :n].astype(np.float64))
    for row in train:
        steps = found.values[found.offsets[row] : found.offsets[row + 1]]
        values = steps[:, :n].astype(np.float64) - base
        there = ~np.isnan(values)
        values = np.where(there, values, 0)
        count += there.sum(0)
        total += values.sum(0)
        square += (values * values).sum(0)
        if input.sensor is not None:
            missing |= (steps[:, n:] > 0).any(0)
    shift = total / np.maximum(count, 1)
    mean = base + shift
    std = np.sqrt(np.maximum(square / np.maximum(count, 1) - shift**2, 0))
    std = np.where(std > 1e-6 * (1e-6 + np.abs(mean)), std, 1.0)
    scaled = dataclasses.replace(input, mean=tuple(mean.tolist()), std=tuple(std.tolist()))
    if input.sensor is None or not (mark and missing.any()):
        return scaled
    masked = tuple(int(k) for k in np.flatnonzero(missing))
    return dataclasses.replace(scaled, sensor=dataclasses.replace(input.sensor, masked=masked))


def _divided(given: Given, found: Collected, truth: Ints, *, outside: bool) -> Parts:
    """Return the parts: those that the data names, else held out by content or by groups."""
    named = parts_of(found.parts, given.source)
    if named is None:
        return _held_out(given, found, truth, outside=outside)
    said = np.array(named)
    rows = {name: np.flatnonzero(said == name) for name in ("train", "validation", "test")}
    if not len(rows["test"]) and not outside:
        raise DataError(
            f"{given.source}: its parts name no rows for the test; name some, or pass --test FILE."
        )
    train, validation = rows["train"], rows["validation"]
    if given.group is not None:
        keys = found.keys
        again = np.intersect1d(keys[train], keys[rows["test"]])
        if len(again):
            raise DataError(
                f'{given.source}: {counted(len(again), "group")} of "{given.group}" both in '
                "training and in the test, as the column of parts says. Leave --group out, or "
                "move them."
            )
    if not len(validation) and len(train):
        strata, hashes = truth[train], found.hashes[train]
        if given.group is None:
            held = hold_out(hashes, strata, fraction=_PART, salt="validation")
        else:
            keys = found.keys[train]
            held = hold_out_groups(
                join(keys, hashes), keys, strata, fraction=_PART, salt="validation"
            )
        train, validation = train[~held], train[held]
    return Parts(train, validation, rows["test"])


def _held_out(given: Given, found: Collected, truth: Ints, *, outside: bool) -> Parts:
    if given.group is None:
        return split_by_content(found.hashes, truth, fraction=_PART, test=not outside)
    groups = len(np.unique(found.keys))
    if groups < 3:
        raise OptionError(
            f'--group "{given.group}": {counted(groups, "group")} cannot fill training, '
            f"validation and test."
        )
    return split_by_groups(found.keys, found.hashes, truth, fraction=_PART, test=not outside)


def _joined(first: Collected, second: Collected) -> Collected:
    def both(name: str) -> Any:
        a, b = getattr(first, name), getattr(second, name)
        return [*a, *b] if isinstance(a, list) else np.concatenate([a, b])

    names = (
        "values",
        "lines",
        "names",
        "seconds",
        "labels",
        "parts",
        "hashes",
        "keys",
        "places",
        "rejects",
    )
    offsets = np.concatenate([first.offsets, first.offsets[-1] + second.offsets[1:]])
    return Collected(offsets=offsets, **{name: both(name) for name in names})


def _shared(found: Collected, parts: Parts, source: str, *, allow: bool) -> Sequence[str]:
    """Refuse test rows that are among the training rows, or say how many there are."""
    learnt = Seen.of(found.hashes[np.concatenate([parts.train, parts.validation])])
    twice = np.flatnonzero(learnt.among(found.hashes[parts.test]))
    if not len(twice):
        return []
    row = int(parts.test[twice[0]])
    said = (
        f"{len(twice):,} of {source} are also in training, the first {found.names[row]}, line "
        f"{found.lines[row]}"
    )
    if not allow:
        raise DataError(f"{said}. Remove them, or pass --allow-overlap.")
    return [said]
