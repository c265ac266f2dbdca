"""Models of signals with random weights, and what Python says with them."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import numpy as np

from elman.artifact import Artifact, encode
from elman.judging.classes.decision import Decision
from elman.runtime import convolutions
from elman.runtime.model import Model
from elman.runtime.spec import NetworkSpec
from elman.runtime.tensors import shapes_of_all
from elman.tasks.signal.coding.codec import signal_codec
from elman.tasks.signal.coding.input import Sensor, SignalInput, Sound
from elman.web.packed import PRECISIONS, Precision, packed, rounded
from tests.tolerances import TOLERANCES
from tests.web.networks import random_tensors

__all__ = ["signal_case", "signal_cases"]

SOUND = Sound(rate=2000, frame=100, hop=37, bins=9)
SENSOR = Sensor(("x", "y", "z"), every=2, masked=(0, 2))
KINDS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "sound": ({"cell": "gru", "pools": ("mean", "last")}, {"sound": SOUND, "doubt": 3.5}),
    "sound-motion": ({"cell": "lstm", "bidirectional": True}, {"sound": SOUND, "motion": 2}),
    "sensor": ({"cell": "lstm", "members": 2}, {"sensor": SENSOR, "motion": 3, "doubt": 1.0}),
    "sensor-alone": ({"cell": "rnn"}, {"sensor": Sensor(("x",))}),
    "convolutions": (
        {"cell": "none", "hidden_size": 0, "num_layers": 0, "dilations": (1, 2), "thresholds": 3},
        {"sensor": SENSOR},
    ),
}


def signal_cases() -> list[dict[str, Any]]:
    """Return a model of each kind, in one precision or another."""
    return [
        signal_case(name, _saved(name, seed), PRECISIONS[2 - seed % 3])
        for seed, name in enumerate(KINDS)
    ]


def signal_case(name: str, saved: Artifact, precision: Precision) -> dict[str, Any]:
    """Return a packed model, what it says of signals and after each packet of one."""
    model = Model.of(rounded(saved, precision), signal_codec)
    codec: Any = model.codec
    sound = codec.input.sound
    items = list(_items(codec.input.channels, sound is not None))
    asked: list[Any] = [*items, *([(items[0], 3000), (items[0], 1501)] if sound else [])]
    case: dict[str, Any] = {
        "name": f"{name} {precision}",
        "packed": packed(saved, precision, ()),
        "tolerance": TOLERANCES["log-mel and equations" if sound else "page and Python"],
        "items": [
            {**_written(item), "said": asdict(said)}
            for item, said in zip(asked, model.predict(asked), strict=True)
        ],
        "steps": codec.encode(items[0]).steps.ravel().tolist(),
    }
    if not model.network.spec.bidirectional:
        stream = model.stream()
        packets = np.array_split(items[0], [3, 4, 50, 50, 90, 260])
        case["stream"] = [{**_written(part), "said": asdict(stream.feed(part))} for part in packets]
    return case


def _items(channels: int, sound: bool) -> list[np.ndarray]:
    random = np.random.default_rng(3)
    lengths = (401, 0, 1, 60, 100, 137)
    if sound:
        return [(random.normal(size=T) / 3).astype(np.float32) for T in lengths]
    items = [random.normal(2, 5, (T, channels)).astype(np.float32) for T in lengths]
    for item in items[3:]:
        item[random.random(item.shape) < 0.4] = np.nan
    items[4][-30:] = np.nan
    return [*items, np.full((4, channels), np.nan, np.float32)]


def _written(item: Any) -> dict[str, Any]:
    samples, rate = item if isinstance(item, tuple) else (item, None)
    values = np.where(np.isnan(samples), None, samples.astype(object)).tolist()
    return {"signal": values, "rate": rate}


def _saved(name: str, seed: int) -> Artifact:
    network, read = KINDS[name]
    values = 9 if "sound" in read else len(read["sensor"].channels)
    random = np.random.default_rng(seed)
    mean, std = random.normal(-3, 1, values), random.uniform(1, 3, values)
    input = SignalInput(tuple(mean.tolist()), tuple(std.tolist()), **read)
    decision = Decision(("a", "b", "c"), "multiclass", temperature=0.8, prior=(0.2, 0.5, 0.3))
    sizes = {"outputs": decision.outputs, "input_size": input.size}
    if "dilations" in network:
        sizes["linear"] = convolutions.features_of(input.size, 2, 3)
    spec = NetworkSpec(**{"hidden_size": 7, **network, **sizes})
    tensors = random_tensors(shapes_of_all(spec), seed)
    return Artifact("signal", encode(spec), encode(input), encode(decision), {}, tensors, {})
