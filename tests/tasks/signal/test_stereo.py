"""A sound of two channels is answered alike as an array, in packets, and as a file."""

from __future__ import annotations

import wave

import numpy as np
import pytest

from elman.errors import OptionError
from elman.tasks.signal.coding.input import Sound
from tests.tasks.signal.made import saved

RATE = 2000


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    sound = Sound(rate=RATE, frame=50, hop=20, bins=3)
    place = tmp_path_factory.mktemp("made") / "m"
    return saved(place, mean=(-4.0, -5.0, -6.0), std=(2.0, 1.5, 1.0), sound=sound)


def test_two_channels_are_their_mean_wherever_they_come_from(model, tmp_path):
    random = np.random.default_rng(3)
    whole = (random.normal(0, (2000, 6000), (777, 2))).astype(np.int16)
    with wave.open(str(tmp_path / "two.wav"), "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(whole.tobytes())
    floats = whole / 32768
    one = floats.mean(axis=1)
    items = [whole, floats, floats.astype(np.float32), (floats, RATE), one, floats.tolist()]
    (expected,) = model.predict([str(tmp_path / "two.wav")])
    for said in model.predict(items):
        assert said.probabilities == pytest.approx(expected.probabilities, abs=1e-6)
    (left,) = model.predict([floats[:, 0]])
    assert abs(left.probability - expected.probability) > 1e-3
    stream = model.stream()
    for packet in np.split(whole, [1, 130, 500]):
        said = stream.feed(packet)
    assert said.probabilities == pytest.approx(expected.probabilities, abs=1e-5)


@pytest.mark.parametrize("shape", [(2, 777), (777, 3), (7, 2, 1)])
def test_more_channels_or_time_last_are_refused(model, shape):
    with pytest.raises(OptionError, match=r"takes samples \(T,\) or \(T, 2\) from -1 to 1"):
        model.predict([np.zeros(shape)])
