"""From data of every kind to a model: parts, rejects, packets, and what is refused."""

from __future__ import annotations

import json

import numpy as np
import pytest

import elman
from elman.data.signals.resample import resample
from elman.errors import DataError, OptionError
from elman.runtime.frontend.mel import LogMel
from elman.runtime.frontend.readings import Readings
from elman.tasks.signal.coding.input import Sensor, SignalInput
from elman.tasks.signal.labelled import labelled_signals
from elman.tasks.signal.options import SignalOptions
from elman.tasks.signal.rows.collect import collect, raw_of
from elman.tasks.signal.rows.source import source_of
from tests.cli.command import elman as command
from tests.tasks.signal.sample import RATE, sound, write_folder, write_wav
from tests.tolerances import TOLERANCES

FAST = {"threads": 1, "keep": "simple", "features": 300, "task": "signal"}


def report_of(model):
    return json.loads((model.directory / "metrics.json").read_text(encoding="utf-8"))


def waves(rows=90, seed=0, low=12, high=40):
    """Signals of two channels of unlike length: slow, fast or falling."""
    random = np.random.default_rng(seed)
    x, y = [], []
    for n in range(rows):
        t = np.arange(random.integers(low, high))[:, None]
        pace = (0.3, 0.9, 0.3)[n % 3]
        wave = np.sin(pace * t + random.uniform(0, 6, 2))
        x.append(wave + (0.1 * t if n % 3 == 2 else 0) + 0.1 * random.normal(size=(len(t), 2)))
        y.append(("slow", "fast", "rising")[n % 3])
    return x, y


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return write_folder(tmp_path_factory.mktemp("sounds"), 60)


@pytest.fixture(scope="module")
def hearing(folder):
    return elman.train(folder, folder.with_name("hearing"), **FAST)


@pytest.fixture(scope="module")
def feeling(tmp_path_factory):
    return elman.train(waves(), tmp_path_factory.mktemp("feeling") / "m", **FAST)


def test_arrays_of_unlike_length_train_and_are_answered(feeling):
    x, y = waves(30, 5)
    answers = feeling.predict(x)
    assert np.mean([a.label == label for a, label in zip(answers, y, strict=True)]) > 0.8
    report = elman.evaluate(feeling, (x, y))
    assert report["metrics"]["accuracy"] == report["metrics"]["streamed_accuracy"] > 0.8
    assert report["seen"] == 0
    assert report["early"]["shares"][-1] == 1
    assert set(report["per_class"]) == {"fast", "rising", "slow"}
    assert elman.evaluate(feeling, waves())["seen"] > 70


def test_one_array_of_three_axes_is_as_a_list(tmp_path):
    random = np.random.default_rng(0)
    y = np.arange(40) % 2
    x = random.normal(size=(40, 15, 3)) + y[:, None, None]
    model = elman.train((x, y), tmp_path / "m", **FAST)
    assert model.codec.decision.classes == ("0", "1")
    assert model.predict(x) == model.predict(list(x))
    padded = np.concatenate([x, np.full((40, 4, 3), np.nan)], axis=1)
    assert model.predict(padded) == model.predict(x)


def test_nan_that_fills_up_the_end_is_no_part_of_a_signal(tmp_path, feeling, hearing):
    """In arrays of two and three axes, in lists, and of sounds; what is fed to a stream is."""
    random = np.random.default_rng(1)
    y = np.arange(40) % 2
    x = random.normal(size=(40, 15)) + y[:, None]
    x[::3, 11:] = np.nan
    cut = [row[~np.isnan(row)] for row in x]
    model = elman.train((x, y), tmp_path / "m", **FAST)
    wanted = model.predict(cut)
    assert model.predict(x) == wanted
    assert model.predict(list(x)) == wanted
    assert model.predict(row.tolist() for row in x) == wanted
    two, _ = waves(3, 8)
    filled = [np.concatenate([row, np.full((5, 2), np.nan)]) for row in two]
    assert feeling.predict(filled) == feeling.predict(two)
    stream = feeling.stream()
    assert stream.feed(filled[0]) != feeling.predict(two)[0]
    sounds = [sound("east", random).astype(np.float32)[:900] for _ in range(2)]
    filled = [np.concatenate([row, np.full(100, np.nan, np.float32)]) for row in sounds]
    assert hearing.predict(filled) == hearing.predict(np.stack(filled)) == hearing.predict(sounds)


def test_an_array_of_unequal_arrays_is_as_the_list(tmp_path, feeling):
    x, y = waves(60)
    objects = np.empty(len(x), object)
    objects[:] = x
    made = [elman.train((given, y), tmp_path / name, **FAST)
            for name, given in (("list", x), ("objects", objects))]  # fmt: skip
    assert made[0].predict(x) == made[1].predict(objects)
    assert feeling.predict(objects) == feeling.predict(x)
    even = np.array([np.arange(9.0) + n for n in range(20)], object)  # rows of objects
    model = elman.train((even, np.arange(20) % 2), tmp_path / "even", **FAST)
    assert model.predict(even) == model.predict(even.astype(float))


@pytest.mark.parametrize("nothing", [[], np.array([]), np.zeros((0, 2)), np.zeros(0, int)])
def test_an_empty_packet_is_an_empty_packet(feeling, nothing):
    rows = waves(1)[0][0]
    plain, other = feeling.stream(), feeling.stream()
    assert other.feed(nothing).label is None
    for row in rows:
        said = plain.feed(row)
        assert other.feed(row) == said
        assert other.feed(nothing) == said
    with pytest.raises(OptionError, match=r"shape \(0, 5\)"):
        feeling.stream().feed(np.zeros((0, 5)))


def test_a_sound_under_two_labels_is_counted_and_said(hearing, folder):
    paths = [p.relative_to(folder).as_posix() for p in sorted(folder.glob("*/*.wav"))[:12]]
    twice = folder / "copy.wav"
    twice.write_bytes((folder / paths[1]).read_bytes())
    lines = [f"{p},{('east', 'north')[n % 2]}" for n, p in enumerate(paths)]
    lines += [f"{paths[0]},north", f"{paths[0]},north", f"{paths[2]},east", "copy.wav,together"]
    index = folder / "twice.csv"
    index.write_text("\n".join(["file,label", *lines]) + "\n")
    warning = elman.evaluate(hearing, index)["warnings"][0]
    assert warning == (
        "twice.csv: 2 signals more than once with different labels, the first "
        f'"east" on line 2 ({paths[0]}) and "north" on line 14 ({paths[0]})'
    )


def test_a_column_of_parts_is_followed(folder, tmp_path):
    names = sorted(folder.glob("*/*.wav"))
    parts = ["test" if n % 5 == 0 else "dev" if n % 5 == 1 else "train" for n in range(len(names))]
    index = folder / "parts.csv"
    lines = [
        f"{p.relative_to(folder)},{p.parent.name},{part}"
        for p, part in zip(names, parts, strict=True)
    ]
    index.write_text("\n".join(["path,class,split", *lines]) + "\n")
    model = elman.train(index, tmp_path / "m", **FAST)
    rows = report_of(model)["rows"]
    assert (rows["train"], rows["validation"], rows["test"]) == (36, 12, 12)
    again = index.with_name("again.csv")
    again.write_text(index.read_text().replace("class", "kind"))
    with pytest.raises(DataError, match="no column named label"):
        elman.evaluate(model, again)
    assert elman.evaluate(model, again, label="kind")["n"] == 60


def test_a_model_knows_the_columns_it_was_trained_on(folder, tmp_path):
    names = sorted(folder.glob("*/*.wav"))
    index = folder / "columns.csv"
    lines = [f"{p.parent.name},{p.relative_to(folder)},{p.name}" for p in names]
    index.write_text("\n".join(["beat,heard,other", *lines]) + "\n")
    model = elman.train(index, tmp_path / "m", label="beat", file="heard", **FAST)
    assert elman.evaluate(model, index)["seen"] > 50


def test_groups_are_never_on_both_sides(tmp_path):
    x, y = waves(60)
    lines = ["series,t,label,who,a,b"]
    for n, (values, label) in enumerate(zip(x, y, strict=True)):
        lines += [f"s{n},{t},{label},p{n // 6},{a},{b}" for t, (a, b) in enumerate(values)]
    path = tmp_path / "a.csv"
    path.write_text("\n".join(lines) + "\n")
    from elman.tasks.signal.rows.read import read
    from elman.training.listener import Listener

    rows = read(path, tmp_path, SignalOptions(group="who"), Listener())
    parts = [{n // 6 for n in part} for part in (rows.train, rows.validation, rows.test)]
    assert all(parts)
    assert sum(map(len, parts)) == 10 == len(set.union(*parts))


def test_scales_are_those_of_training_alone(tmp_path):
    x, y = waves(60)
    x[0] = np.full((9, 2), 1e6)
    from elman.tasks.signal.rows.read import read
    from elman.training.listener import Listener

    rows = read((x, y), tmp_path, SignalOptions(), Listener())
    train = np.concatenate([x[n] for n in rows.train])
    np.testing.assert_allclose(rows.input.mean, train.mean(0), rtol=1e-4)
    np.testing.assert_allclose(rows.input.std, train.std(0), rtol=1e-4)


def test_a_stream_of_packets_of_any_size_ends_as_the_whole(hearing, folder):
    path = sorted(folder.glob("east/*.wav"))[0]
    whole = hearing.predict([path])[0]
    wave = sound("east", np.random.default_rng(2)).astype(np.float32)
    random, stream, start = np.random.default_rng(0), hearing.stream(), 0
    while start < len(wave):
        size = int(random.choice([0, 1, 13, 40, 300]))
        said = stream.feed(wave[start : start + size])
        start += size
    (expected,) = hearing.predict([wave])
    assert said.label == expected.label
    assert said.probability == pytest.approx(expected.probability, abs=1e-5)
    stream.reset()
    assert stream.feed(path).probabilities == whole.probabilities


def test_a_microphones_whole_numbers_are_samples(hearing):
    wave = np.round(sound("north", np.random.default_rng(3)) * 32768).astype(np.int16)
    given, floats = hearing.predict([wave, (wave / 32768).astype(np.float32)])
    assert given == floats
    stream = hearing.stream()
    for start in range(0, len(wave), 40):
        said = stream.feed(wave[start : start + 40])
    assert said.label == given.label


def test_sounds_train_as_arrays(tmp_path):
    random = np.random.default_rng(0)
    y = ["east", "north", "together"] * 20
    x = [np.round(sound(kind, random) * 32767).astype(np.int16) for kind in y]
    model = elman.train((x, y), tmp_path / "m", rate=RATE, **FAST)
    assert model.codec.input.sound.rate == RATE
    assert elman.evaluate(model, (x, y))["metrics"]["accuracy"] > 0.9
    assert model.predict(x[:2]) == model.predict([row / np.float32(32768) for row in x[:2]])


@pytest.mark.parametrize("kind", [LogMel, Readings])
def test_what_is_lost_between_packets_shows_in_how_good_the_stream_is(
    kind, hearing, folder, tmp_path, monkeypatch
):
    model, data = hearing, folder
    if kind is Readings:
        model = elman.train(waves(low=50, high=70), tmp_path / "m", every=4, **FAST)
        data = waves(30, 7, low=50, high=70)

    def streamed():
        labelled = labelled_signals(data, model, SignalOptions(), tmp_path)
        whole = model.numbers(labelled.steps, labelled.contexts)
        assert labelled.yardstick.streamed.raw == len(whole)
        return np.abs(labelled.yardstick.streamed.last - whole).max(axis=1)

    assert (streamed() <= TOLERANCES["stream and whole"]).all()
    right = kind.advance

    def forgetful(self, kept, packet):
        begin = self.begin() if kind is Readings else kept[:0]
        return right(self, begin, packet)

    monkeypatch.setattr(kind, "advance", forgetful)
    assert (streamed() > 10 * TOLERANCES["stream and whole"]).mean() > 0.5


def test_test_rows_of_training_are_streamed_as_they_were_measured(hearing, feeling, tmp_path):
    for model in (hearing, feeling):
        report = report_of(model)
        assert report["held_out"]["early"]["raw"] == report["rows"]["test"] > 3
    other = write_folder(tmp_path / "other", 12, seed=9)
    model = elman.train(write_folder(tmp_path / "words"), tmp_path / "m", test=str(other), **FAST)
    assert report_of(model)["held_out"]["early"]["raw"] == 12


def test_raw_signals_are_spread_over_the_rows_and_bounded(tmp_path, monkeypatch):
    x, y = waves(60)
    options = SignalOptions()
    given = source_of((x, y), options)
    input = SignalInput((0.0,) * 2, (1.0,) * 2, sensor=Sensor(given.sensors.channels))
    found = collect(given, input, tmp_path / "a")
    rows = np.arange(59, -1, -1)
    raw = raw_of(given, found, rows, input)
    assert sorted(raw) == list(range(60))
    for n, values in raw.items():
        np.testing.assert_array_equal(values, x[rows[n]].astype(np.float32))
    monkeypatch.setattr("elman.tasks.signal.rows.collect._MOST_RAW", 700)
    some = raw_of(given, found, rows, input)
    assert 5 < len(some) < 20
    assert sum(values.size for values in some.values()) <= 700
    assert min(some) < 12
    assert max(some) > 48


def test_before_the_first_frame_nobody_knows(hearing):
    said = hearing.stream().feed(np.zeros(20, np.float32))
    assert said.label is None
    assert list(said.probabilities.values()) == list(hearing.codec.decision.base)


def test_other_rates_are_brought_to_the_models(hearing, tmp_path):
    wave = sound("north", np.random.default_rng(4)).astype(np.float32)
    path = tmp_path / "a.wav"
    write_wav(path, resample(wave, RATE, 3000), 3000)
    given = [wave, (resample(wave, RATE, 3000), 3000), (3000, resample(wave, RATE, 3000)), path]
    given += [(resample(wave, RATE, 3000), 3000.0), (np.float64(3000), resample(wave, RATE, 3000))]
    answers = [a.probabilities["north"] for a in hearing.predict(given)]
    assert answers[1] == answers[2] == answers[4] == answers[5]
    assert answers[1:] == pytest.approx([answers[0]] * 5, abs=0.1)
    assert hearing.codec.input.sound.rate == RATE


def test_what_few_steps_say_counts_less():
    input = SignalInput((0.0,), (1.0,), doubt=10.0)
    found = input.trusted(np.array([[4.0], [4.0], [4.0]]), np.array([0, 10, 30]))
    assert found.tolist() == [[0], [2], [3]]
    plain = SignalInput((0.0,), (1.0,))
    assert plain.trusted(np.array([[4.0]]), np.array([1])).tolist() == [[4]]


@pytest.mark.parametrize(
    ("item", "said"),
    [
        (np.zeros((4, 3)), r"shape \(4, 3\); this model takes \(T, 2\), time first"),
        ("a.wav", "is a path; this model takes"),
        (["a", "b"], "no array of numbers"),
        (np.array([[np.inf, 0]]), "infinite"),
    ],
)
def test_items_that_are_no_signals_of_the_model_are_refused(feeling, item, said):
    with pytest.raises(OptionError, match=said):
        feeling.predict([item])


@pytest.mark.parametrize(
    ("item", "said"),
    [
        (np.zeros((4, 3)), r"this model takes samples \(T,\) or \(T, 2\) from -1 to 1 at 2,000 Hz"),
        (np.array([np.nan, 0.1]), "NaN"),
        ("a.mp3", "no sound by its ending"),
        ((np.zeros(9), 5), "expected a rate"),
        ((np.zeros(9), 8000.5), "expected a rate"),
        ((np.zeros(9), float("nan")), "expected a rate"),
    ],
)
def test_items_that_are_no_sounds_are_refused(hearing, item, said):
    with pytest.raises(OptionError, match=said):
        hearing.predict([item])


def test_sounds_for_sensors_and_the_other_way_are_refused(hearing, feeling, folder):
    with pytest.raises(DataError, match="sounds; this model takes"):
        elman.evaluate(feeling, folder)
    with pytest.raises((DataError, OptionError)):
        elman.evaluate(hearing, waves(9)[0])


def damaged(folder):
    """An index of nine sounds, of which two cannot be read and one is not there."""
    paths = sorted(write_folder(folder / "d", 9, seed=7).glob("*/*.wav"))
    paths[1].write_bytes(b"")
    paths[4].write_bytes(paths[4].read_bytes()[:-30])
    paths[7].unlink()
    index = folder / "index.csv"
    lines = [f"{p.relative_to(folder)},{p.parent.name}" for p in paths]
    index.write_text("\n".join(["file,label", *lines]) + "\n")
    return index, paths


def test_damaged_sounds_are_counted_and_named(tmp_path, hearing):
    index, paths = damaged(tmp_path)
    report = elman.evaluate(hearing, index)
    assert (report["n"], report["skipped"]) == (6, 3)
    (warning,) = report["warnings"]
    for line, said in ((3, "no wav file"), (6, "cut short"), (9, "no such file")):
        assert f"line {line}" in warning
        assert said in warning
    assert ".;" not in warning
    assert ".." not in warning
    assert paths[4].name in warning


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "file,label\nd/none.wav,a\nd/gone.wav,b\n",
            "2 of 2 signals cannot be used, the first: line 2",
        ),
        ("file,label\n", "no row can be read"),
        ("file,label\nd/east/000.wav,a\nd/north/001.wav,a\n", "1 class"),
        ("file,label,split\nd/east/000.wav,a,train\nd/north/001.wav,b,later\n", 'a part "later"'),
    ],
)
def test_an_index_that_is_of_no_use_ends_with_2_and_a_place(tmp_path, text, said):
    write_folder(tmp_path / "d", 6)
    path = tmp_path / "index.csv"
    path.write_text(text)
    done = command("train", path, "--task", "signal", "--out", tmp_path / "m", code=2)
    assert "index.csv" in done.stderr
    import re

    stderr = " ".join(done.stderr.split())
    assert re.search(said, stderr)
    assert ".." not in stderr
    assert not (tmp_path / "m").exists()


def test_test_rows_that_are_in_training_are_refused(tmp_path):
    x, y = waves(40)
    lines = ["series,t,label,split,a,b"]
    for n, (values, label) in enumerate(zip([*x, x[1]], [*y, y[1]], strict=True)):
        part = "test" if n % 4 == 0 else "train"
        lines += [f"s{n},{t},{label},{part},{a},{b}" for t, (a, b) in enumerate(values)]
    path = tmp_path / "a.csv"
    path.write_text("\n".join(lines) + "\n")
    with pytest.raises(DataError, match=r"1 of .* are also in training.*--allow-overlap"):
        elman.train(path, tmp_path / "m", **FAST)
    model = elman.train(path, tmp_path / "m", allow_overlap=True, **FAST)
    assert any("also in training" in line for line in report_of(model)["warnings"])


def test_long_signals_are_thinned_out_and_gaps_marked_on_demand(tmp_path):
    x, y = waves(40, low=900, high=1000)
    for row in x:
        row[10:20, 1] = np.nan
    model = elman.train((x, y), tmp_path / "m", mark_missing=True, **FAST)
    sensor = model.codec.input.sensor
    assert (sensor.every, sensor.masked) == (3, (1,))
    assert model.codec.encode(x[0]).steps.shape == (len(x[0]) // 3, 3)
    with pytest.raises(OptionError, match="--bins is for sounds"):
        elman.train((x, y), tmp_path / "n", bins=3, **FAST)


def test_typed_words_are_sounds_or_numbers(hearing, folder):
    from elman.workflow.predict import predict_typed

    paths = [str(p) for p in sorted(folder.glob("*/*.wav"))[:2]]
    report = predict_typed(hearing, paths, {})
    assert [p["signal"] for p in report["predictions"]] == paths
    with pytest.raises(OptionError, match="no sound by its ending"):
        predict_typed(hearing, ["a.txt"], {})
    with pytest.raises(OptionError, match="nothing to predict"):
        predict_typed(hearing, [], {})


def test_the_screens_name_what_was_found(hearing, feeling, folder):
    from elman import tasks

    lines = "\n".join(tasks.named("signal").screen("evaluate", elman.evaluate(hearing, folder)))
    assert "real-time factor" in lines
    assert "streamed" in lines
    assert "confusion" in lines
    lines = "\n".join(tasks.named("signal").screen("evaluate", elman.evaluate(feeling, waves(9))))
    assert "a row takes" in lines
