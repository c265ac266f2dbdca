"""Labelled signals for a saved model: those of a file, or made up."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from elman.data.ragged import Ragged
from elman.errors import DataError
from elman.judging.classes.streamed import StreamedYardstick
from elman.runtime.model import Model
from elman.tasks.interface import Labelled
from elman.tasks.signal.answers import Answered
from elman.tasks.signal.coding.codec import Heard, seen_by, signal_codec_of
from elman.tasks.signal.options import SignalOptions
from elman.tasks.signal.rows.collect import collect, contradictions, left_out, raw_of
from elman.tasks.signal.rows.source import source_of
from elman.tasks.signal.streaming import hear

__all__ = ["labelled_signals", "random_signals"]

MADE_UP = (
    "No DATA given, and a model does not record its own: these are rows of 20 to 80 random steps. "
    "They show what it could remember, not what it does with signals."
)


def labelled_signals(data: Any, model: Model, options: SignalOptions, place: Path) -> Labelled:
    """Read labelled signals as `train` reads them, with the channels and classes of the model."""
    codec, seen = signal_codec_of(model), seen_by(model)
    decision = codec.decision
    given = source_of(data, options, like=codec.input)
    if given.sound != (codec.input.sound is not None):
        kind = "sounds" if given.sound else "readings of sensors"
        raise DataError(f"{given.source}: {kind}; {codec.input.wanted}.")
    found = collect(given, codec.input, place / "signals.f32", classes=decision.classes, least=0)
    if not len(found):
        raise DataError(f"{given.source}: holds no signals.")
    number = {name: n for n, name in enumerate(decision.classes)}
    truth = np.array([number[label] for label in found.labels], np.int64)
    unscaled = Ragged(found.values, found.offsets)
    steps = [codec.input.scaled(row).astype(np.float32, copy=False) for row in unscaled]
    raw = raw_of(given, found, np.arange(len(found)), codec.input)
    answered = Answered(decision, truth, found.lines, found.names)
    return Labelled(
        said=given.said,
        steps=steps,
        contexts=[Heard.whole(len(row)) for row in steps],
        yardstick=StreamedYardstick(decision, truth, hear(model, steps, raw)),
        wanted=truth,
        facts={
            "said": given.said,
            "skipped": len(found.rejects),
            "classes": list(decision.classes),
            "warnings": left_out(given.source, found.rejects)
            + contradictions(given.source, found)
            + [*given.notes],
        },
        notes=(given.said,),
        seen=seen.among(found.hashes),
        new=seen.new(found.hashes),
        telling=answered.telling,
    )


def random_signals(model: Model, rows: int, seed: int) -> Labelled:
    """Return rows of random steps: each goes on from the one before."""
    codec, random = signal_codec_of(model), np.random.default_rng(seed)
    size = codec.input.size
    steps = []
    for length in random.integers(20, 81, rows):
        walk = np.zeros((int(length), size), np.float32)
        drawn = random.standard_normal((int(length), size))
        walk[0] = drawn[0]
        for t in range(1, len(walk)):
            walk[t] = 0.9 * walk[t - 1] + 0.44 * drawn[t]
        steps.append(walk)
    nothing = np.zeros(rows, np.int64)
    return Labelled(
        said=MADE_UP,
        steps=steps,
        contexts=[Heard.whole(len(row)) for row in steps],
        yardstick=StreamedYardstick(codec.decision, nothing),
        wanted=nothing,
        notes=(MADE_UP,),
    )
