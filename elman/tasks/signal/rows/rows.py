"""Signals with their classes, in parts: unscaled, and as the network reads them."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from elman.data.ragged import Ragged
from elman.data.seen import Seen
from elman.files import writing
from elman.judging.classes.decision import Decision
from elman.judging.classes.streamed import StreamedYardstick
from elman.runtime.model import Model
from elman.tasks.interface import Beside, Labelled
from elman.tasks.signal.answers import Answered
from elman.tasks.signal.coding.codec import Heard, seen_by, signal_codec_of
from elman.tasks.signal.coding.input import SignalInput
from elman.tasks.signal.streaming import hear

if TYPE_CHECKING:
    from elman.tasks.signal.rows.collect import Collected

__all__ = ["Prepared", "Rows", "prepare"]

Ints = NDArray[np.int64]

_ENOUGH = 50
"""Rows that an older model has not seen, from which it is judged on them alone."""


@dataclass(frozen=True)
class Rows:
    """Training and test signals, and who is in which part: numbers into `found`."""

    found: Collected
    input: SignalInput
    """With the scales of the training part."""
    truth: Ints
    train: Ints
    validation: Ints
    test: Ints
    test_source: str
    decision: Decision
    seen: Seen
    """The signals that are learnt from, or chosen by."""
    raw: Mapping[int, NDArray[np.float32]] = field(default_factory=dict)
    """Of some test rows, by their number among them, the signal itself."""
    warnings: tuple[str, ...] = ()
    groups: Ints | None = None
    """`(N,)` of all rows: those of one number belong together. None without --group."""


@dataclass(frozen=True)
class Prepared:
    """Signals as steps that the network reads."""

    rows: Rows
    values: NDArray[np.float32]
    """`(steps, size)` scaled, on disk."""
    offsets: Ints

    def steps(self, rows: Ints) -> Ragged:
        """Return the steps of some rows."""
        return Ragged(self.values, self.offsets, rows)

    @property
    def test(self) -> Labelled:
        """The test part."""
        rows, found = self.rows, self.rows.found
        truth, steps = rows.truth[rows.test], self.steps(rows.test)
        names = [found.names[n] for n in rows.test]
        answered = Answered(rows.decision, truth, found.lines[rows.test], names)
        return Labelled(
            said=rows.test_source,
            steps=steps,
            contexts=[Heard.whole(len(row)) for row in steps],
            yardstick=StreamedYardstick(rows.decision, truth),
            wanted=truth,
            facts={"said": rows.test_source, "classes": list(rows.decision.classes)},
            telling=answered.telling,
            truths=answered.truths,
            streamed=lambda model, yardstick: dataclasses.replace(
                yardstick, streamed=hear(model, steps, rows.raw)
            ),
        )

    def beside(self, other: Model) -> Beside | str:
        """The test rows, without those that the other model has learnt from."""
        rows, codec = self.rows, signal_codec_of(other)
        ours, theirs = rows.decision, codec.decision
        if ours.classes != theirs.classes:
            return f"its classes are {_shown(theirs.classes)}; here they are {_shown(ours.classes)}"
        if not _alike(codec.input, rows.input):
            return "it reads signals in another way (rate, frames, channels or rows of a step)"
        places, note = np.arange(len(rows.test)), ""
        new = np.flatnonzero(seen_by(other).new(rows.found.hashes[rows.test]))
        if len(new) >= min(_ENOUGH, len(places)):
            places = new
        else:
            note = " (the old one learnt from some of them)"
        chosen = rows.test[places]
        unscaled = Ragged(rows.found.values, rows.found.offsets, chosen)
        steps = [codec.input.scaled(row) for row in unscaled]
        truth = rows.truth[chosen]
        labelled = Labelled(
            said=rows.test_source,
            steps=steps,
            contexts=[Heard.whole(len(row)) for row in steps],
            yardstick=StreamedYardstick(theirs, truth),
            wanted=truth,
        )
        return Beside(places, labelled, note)

    @property
    def facts(self) -> dict[str, Any]:
        """What the report says of the rows."""
        rows, found = self.rows, self.rows.found
        parts = {name: len(getattr(rows, name)) for name in ("train", "validation", "test")}
        unit = "seconds" if rows.input.sound else "rows"
        lengths = np.diff(found.offsets)
        return {
            "rows": parts
            | {
                "left_out": len(found.rejects),
                "classes": len(rows.decision.classes),
                f"{unit}_median": float(np.median(found.seconds)),
                "steps_median": float(np.median(lengths)),
                "steps_most": int(lengths.max()),
            },
            "signal": reading(rows.input),
            "warnings": list(rows.warnings),
        }


def prepare(rows: Rows, path: Path) -> Prepared:
    """Scale all signals, into a file."""
    found = rows.found
    with writing(path) as file:
        for steps in Ragged(found.values, found.offsets):
            file.write(rows.input.scaled(steps).astype(np.float32, copy=False).tobytes())
    values = np.asarray(np.memmap(path, np.float32, "r")).reshape(-1, rows.input.size)
    return Prepared(rows, values, found.offsets)


def reading(input: SignalInput) -> dict[str, Any]:
    """Return how signals are read, for reports."""
    if (sound := input.sound) is not None:
        return {"kind": "sound", **dataclasses.asdict(sound)}
    sensor = input.sensor
    assert sensor is not None
    masked = [sensor.channels[k] for k in sensor.masked]
    return {
        "kind": "sensor",
        "channels": list(sensor.channels),
        "every": sensor.every,
        "masked": masked,
    }


def _alike(a: SignalInput, b: SignalInput) -> bool:
    """Whether unscaled steps are the same."""
    if a.sound is not None or b.sound is not None:
        return a.sound == b.sound
    assert a.sensor is not None
    assert b.sensor is not None
    return (len(a.sensor.channels), a.sensor.every) == (len(b.sensor.channels), b.sensor.every)


def _shown(classes: tuple[str, ...]) -> str:
    return ", ".join(classes[:5]) + (f" and {len(classes) - 5} more" if len(classes) > 5 else "")
