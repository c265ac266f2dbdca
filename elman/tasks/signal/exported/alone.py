"""Signals to a graph's steps, and its answers to classes, without elman: an export's front end.

What of elman this uses is joined to it (`elman.exporting.joined`); nothing imports it.
"""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from elman.data.signals.resample import resample
from elman.data.signals.sensors import without_padding
from elman.data.signals.wave import samples
from elman.exporting.session import frozen, opened, run
from elman.judging.classes.decision import Decision, Prediction
from elman.tasks.signal.coding.input import Sensor, SignalInput, Sound

__all__ = ["Reader", "main"]


class Reader:
    """The front end: raw samples or rows become steps.

    Args:
        held: the content of the .json file.
    """

    def __init__(self, held: dict[str, Any]) -> None:
        given = frozen(held["input"])
        for name, kind in (("sound", Sound), ("sensor", Sensor)):
            if given.get(name):
                given[name] = kind(**frozen(given[name]))
        self.input = SignalInput(**given)
        self.decision = Decision(**frozen(held["output"]))

    def signal(self, path: str) -> NDArray[np.float32]:
        """Read a .wav, or a .csv of numbers alone: a row a time, a column a channel."""
        if self.input.sound is not None:
            with open(path, "rb") as file:
                heard, rate = samples(file, path)
            return resample(heard, rate, self.input.sound.rate)
        lines = Path(path).read_text(encoding="utf-8").splitlines()
        rows = [[float(cell or "nan") for cell in line.split(",")] for line in lines if line]
        return without_padding(self.input.packet(rows))

    def steps(self, packet: Any, kept: Any = (None, None)) -> tuple[NDArray[np.float32], Any]:
        """Return the steps that a packet completes, and what the next packet needs."""
        unfinished, before = kept
        unscaled, unfinished = self.input.advance(unfinished, self.input.packet(packet))
        steps, before = self.input.scaled_after(before, unscaled)
        return steps, (unfinished, before)

    def answers(self, probabilities: NDArray[Any], known: NDArray[Any]) -> list[Prediction]:
        """Return what is said of each signal; of one without a whole step, no class."""
        said = self.decision.predictions_of(probabilities.astype(np.float64))
        pairs = zip(said, known, strict=True)
        return [one if there else dataclasses.replace(one, label=None) for one, there in pairs]


def main(paths: list[str]) -> None:
    """Answer files, one JSON line each; then the last one again, packet by packet."""
    session, held = opened()
    reader = Reader(held)
    signals = [reader.signal(path) for path in paths]
    said = run(session, [reader.steps(signal)[0] for signal in signals])
    for path, answer in zip(
        paths, reader.answers(said["probabilities"], said["known"]), strict=True
    ):
        print(json.dumps({"file": path, **vars(answer)}))
    if "next_state" not in said:
        return  # this graph reads both ways: it needs the whole signal
    state, kept = None, (None, None)
    for packet in np.array_split(signals[-1], 8):
        steps, kept = reader.steps(packet, kept)
        said = run(session, [steps], state)
        state = said["next_state"]
        (answer,) = reader.answers(said["probabilities"], said["known"])
        print(json.dumps({"packet": len(packet), **vars(answer)}))
