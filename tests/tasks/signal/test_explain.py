"""Explanations of signals: right by construction and by hand, equal to the stream."""

from __future__ import annotations

import json
import math
import subprocess
import sys

import numpy as np
import pytest

import elman
from elman.data.signals.layout import Layout
from elman.data.signals.resample import resample
from elman.errors import OptionError
from elman.tasks.signal.coding.input import Sensor, SignalInput, Sound
from elman.tasks.signal.explain import MOST_STEPS
from elman.tasks.signal.stretches import MOST_STRETCHES, Stretches
from tests.cli.command import elman as command
from tests.tasks.signal.made import saved
from tests.tasks.signal.sample import write_wav
from tests.tolerances import assert_close

KINDS = ("walk", "run", "fall")
MEAN, STD = (3.0, -40.0), (2.0, 5.0)
LAYOUT = Layout("long", ("x", "y"), (("x",), ("y",)), series="series", time="t")
SENSOR = {"mean": MEAN, "std": STD, "sensor": Sensor(("x", "y"), layout=LAYOUT)}
TWICE = {"mean": MEAN, "std": STD, "sensor": Sensor(("x", "y"), every=2, masked=(1,)), "motion": 3}
SOUND = {
    "mean": (-4.0, -5.0, -6.0),
    "std": (2.0, 1.5, 1.0),
    "sound": Sound(rate=2000, frame=50, hop=20, bins=3),
    "motion": 2,
}


def readings(rows, seed=0):
    return np.random.default_rng(seed).normal(MEAN, STD, (rows, 2)).astype(np.float32)


def noise(samples, seed=0):
    return np.random.default_rng(seed).normal(0, 0.2, samples).astype(np.float32)


@pytest.fixture(scope="module")
def sensor(tmp_path_factory):
    return saved(tmp_path_factory.mktemp("made") / "sensor", KINDS, doubt=20.0, **SENSOR)


@pytest.fixture(scope="module")
def twice(tmp_path_factory):
    return saved(tmp_path_factory.mktemp("made") / "twice", KINDS, doubt=5.0, **TWICE)


@pytest.fixture(scope="module")
def sound(tmp_path_factory):
    return saved(tmp_path_factory.mktemp("made") / "sound", **SOUND)


def log_odds(said, answer, other):
    return math.log(said.probabilities[answer] / said.probabilities[other])


def two_of(said):
    """The two most probable classes."""
    return sorted(said.probabilities, key=said.probabilities.get, reverse=True)[:2]


def test_the_stretch_that_decides_by_construction_has_all(tmp_path):
    """The unit is tanh(2 x) of the first channel, and the answer its maximum over time."""

    def change(tensors):
        tensors["rnn.weight_ih_l0"][0, 0] = 2
        tensors["fc.weight"][0, 0] = 4
        tensors["fc.bias"][0] = -2

    model = saved(tmp_path / "knock", change=change, **SENSOR)
    values = np.tile(np.float32(MEAN), (70, 1))
    values[:, 1] += np.random.default_rng(1).normal(0, 9, 70)
    values[37, 0] += 3  # 1.5 deviations, and tanh(2 · 1.5)
    explained = elman.explain(model, values)
    assert explained.answer == "knock"
    assert explained.words[12] == "steps 37-39"
    whole = 4 * math.tanh(3) / 1.3
    for method in ("shapley", "removed"):
        expected = np.zeros(24)
        expected[12] = whole
        assert_close(method, explained.shares[method].values, expected, "numpy and torch")
    assert explained.top() == ["steps 37-39", "steps 1-3"]
    assert explained.shares["shapley"].start == pytest.approx(-2 / 1.3)
    assert explained.trajectory.made_up == 12
    word, jump = explained.trajectory.largest_jump
    assert (word, jump) == (12, pytest.approx(whole))


@pytest.mark.parametrize("rows", [1, 7, 24, 25, 53])
def test_a_stretch_hidden_by_hand_gives_the_same_number(sensor, rows):
    """Raw rows at the mean of training are what a stretch that is not there is."""
    values = readings(rows, seed=rows)
    explained = elman.explain(sensor, values)
    (said,) = sensor.predict([values])
    answer, other = two_of(said)
    assert (explained.answer, explained.probability) == (answer, pytest.approx(said.probability))
    assert explained.score == pytest.approx(log_odds(said, answer, other), abs=1e-5)
    each = math.ceil(rows / MOST_STRETCHES)
    expected = []
    for begin in range(0, rows, each):
        hidden = values.copy()
        hidden[begin : begin + each] = MEAN
        (less,) = sensor.predict([hidden])
        expected.append(explained.score - log_odds(less, answer, other))
    removed = explained.shares["removed"].values
    assert_close("removed", removed, np.array(expected), "numpy and torch")
    assert np.abs(removed).max() > 0.001
    (none,) = sensor.predict([np.tile(np.float32(MEAN), (rows, 1))])
    shapley = explained.shares["shapley"]
    assert shapley.start == pytest.approx(log_odds(none, answer, other), abs=1e-5)
    assert shapley.start + shapley.values.sum() == pytest.approx(explained.score, abs=1e-9)
    assert not explained.shares.keys() & {"gradients", "unknown"}


def test_what_is_not_there_says_nothing_of_what_changed():
    """By the definition, step for step: differences to and from a lost step are 0."""
    input = SignalInput(**TWICE)
    random = np.random.default_rng(4)
    steps = random.normal(size=(61, input.size)).astype(np.float32)
    stretches = Stretches(input, steps)
    there = np.array([0, 3, 4, 20])
    (found,) = stretches.keeping([there])
    kept = {t for n in there.tolist() for t in range(3 * n, 3 * n + 3)}
    expected = np.zeros_like(steps)
    expected[:, 4] = steps[:, 4].mean()
    for t in range(61):
        if t in kept:
            expected[t, :2], expected[t, 4] = steps[t, :2], steps[t, 4]
            if max(t - 3, 0) in kept:
                expected[t, 2:4] = steps[t, 2:4]
    np.testing.assert_array_equal(found, expected)
    (everything,) = stretches.keeping([np.arange(21)])
    np.testing.assert_array_equal(everything, steps)


def test_the_trajectory_is_that_of_the_stream_and_states_are_of_the_ends(twice):
    values = readings(101, seed=3)
    values[40:55, 1] = np.nan
    explained = elman.explain(twice, values)
    assert explained.words[:2] == ("steps 1-6", "steps 7-12")
    assert explained.words[-1] == "steps 97-100"  # the last row fills no step
    stream, said = twice.stream(), []
    for begin in range(0, 100, 6):
        said.append(stream.feed(values[begin : min(begin + 6, 100)]))
    answer = explained.answer
    expected = np.array([each.probabilities[answer] for each in said])
    assert_close("after", explained.trajectory.probabilities, expected, "stream and whole")
    assert explained.trajectory.answers == tuple(each.label for each in said)
    steps = twice.codec.encode(values).steps
    ends = [*range(3, 50, 3), 50]
    states, _ = twice.network.states(steps)
    np.testing.assert_array_equal(explained.states, states[[end - 1 for end in ends]])
    assert explained.trajectory.start == 0  # nothing is known of how often each class comes


def test_seconds_name_the_stretches_of_a_sound(sound):
    samples = noise(50 + 20 * 99)
    explained = elman.explain(sound, samples)
    assert len(explained.words) == 20
    assert explained.words[:2] == ("0.00-0.05 s", "0.05-0.10 s")
    assert explained.words[-1] == "0.95-1.00 s"
    assert "0.05-0.10 s" in explained.text()
    assert "     stretch " in explained.text()
    assert "a steady noise, not silence" in explained.text()
    assert max(map(len, explained.text().split("\n"))) <= 100
    json.dumps(explained.to_json(), allow_nan=False)
    assert elman.explain(sound, noise(50 + 20 * 6)).words[1] == "0.01-0.02 s"


def test_one_signal_is_taken_as_predict_takes_it(sound, sensor, tmp_path):
    values, rate = noise(3300, seed=5), 3000
    file = tmp_path / "a.wav"
    write_wav(file, values, rate)
    write_wav(tmp_path / "b.wav", values, rate)
    # of all that is heard, by another way
    expected = elman.explain(sound, resample((values * 32767).astype("<i2") / 32768.0, rate, 2000))
    for item in (file, str(file), [str(file)]):
        found = elman.explain(sound, item)
        assert found.score == pytest.approx(expected.score, abs=1e-3)
        assert found.words == expected.words
    given = elman.explain(sound, (values, rate)).score
    assert elman.explain(sound, (rate, values)).score == given
    assert elman.explain(sound, [(values, rate)]).score == given
    plain = elman.explain(sound, values).score
    assert elman.explain(sound, [values]).score == plain != given
    assert elman.explain(sound, values.tolist()).score == plain
    rows = readings(30)
    of_rows = elman.explain(sensor, rows).score
    for item in ([rows], rows.tolist(), [f"{x},{y}" for x, y in rows.tolist()]):
        assert elman.explain(sensor, item).score == pytest.approx(of_rows, abs=1e-6)
    ended = np.concatenate([rows, np.full((4, 2), np.nan, np.float32)])
    assert elman.explain(sensor, ended).score == of_rows
    out = command("explain", sound.directory, file, "--json")
    assert json.loads(out.stdout)["words"] == list(expected.words)
    table = tmp_path / "one.csv"
    lines = [f"s,{t},{x},{y}" for t, (x, y) in enumerate(rows.tolist())]
    table.write_text("\n".join(["series,t,x,y", *lines]) + "\n", encoding="utf-8")
    assert elman.explain(sensor, table).score == pytest.approx(of_rows, abs=1e-6)


def test_what_is_no_signal_to_explain_is_said(sound, sensor, tmp_path):
    one = readings(9)
    files = [str(tmp_path / name) for name in ("a.wav", "b.wav")]
    table = tmp_path / "two.csv"
    lines = [f"{name},{t},{x},{y}" for name in "ab" for t, (x, y) in enumerate(one)]
    table.write_text("\n".join(["series,t,x,y", *lines]) + "\n", encoding="utf-8")
    refused = [
        (sensor, [], "nothing to explain"),
        (sensor, [one, one], "2 signals"),
        (sensor, table, "several signals; one is explained"),
        (sensor, files[0], "is a path; this model takes"),
        (sensor, np.zeros((0, 2)), "nothing to explain"),
        (sensor, np.full((3, 2), np.nan), "too short"),
        (sensor, one[:, :1], "takes \\(T, 2\\)"),
        (sensor, np.zeros((MOST_STEPS + 1, 2)), "reads up to 100,000"),
        (sound, files, "2 files; one signal"),
        (sound, np.zeros(49, np.float32), "too short"),
    ]
    for model, item, message in refused:
        with pytest.raises(OptionError, match=message):
            elman.explain(model, item)


def test_neither_torch_nor_plotly_is_needed(sensor):
    script = (
        "import sys; sys.modules['torch'] = sys.modules['plotly'] = None; import elman\n"
        f"print(elman.explain({str(sensor.directory)!r}, [[3.0, -30.0]] * 9).text())"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.count("step ") >= 9
