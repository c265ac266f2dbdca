"""From a file to a saved, judged, streaming classifier: what the whole path promises."""

from __future__ import annotations

import dataclasses
import json

import numpy as np
import pytest
import torch

import elman
from elman.errors import DataError, OptionError
from elman.judging.classes.calibration import calibrated
from elman.judging.classes.metrics import log_loss
from elman.runtime.model import Model
from elman.tasks.classify.codec import text_codec
from elman.tasks.classify.linear.counts import counts
from elman.tasks.classify.linear.part import fit_linear, indicator
from elman.tasks.classify.linear.simple import simple_model
from elman.tasks.classify.network.fit import train_network
from elman.tasks.classify.options import ClassifyOptions
from elman.tasks.classify.presets import PRESETS
from elman.tasks.classify.rows.encode import encode
from elman.tasks.classify.rows.read import read
from elman.training.listener import Listener
from elman.training.loop import fit
from tests.tasks.classify.small import BAD, GOOD, REST, reviews, write_csv

TEXTS = [" ".join(t.split()) for t, _ in reviews(61, seed=5)] + [
    "",
    "unheard-of words only",
    "dull",
]


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    """Presets as they are, but for a few passes only."""
    for name, recipe in PRESETS.items():
        loop = dataclasses.replace(recipe.loop, epochs=2)
        short = dataclasses.replace(
            recipe, loop=loop, min_steps=40, pretrain=min(recipe.pretrain, 1)
        )
        monkeypatch.setitem(PRESETS, name, short)
    monkeypatch.setattr("elman.tasks.classify.presets._MOST_EPOCHS", 10)


@pytest.fixture
def small_csv(tmp_path):
    return write_csv(tmp_path / "reviews.csv", reviews(300))


@pytest.mark.parametrize("cell", ["rnn", "gru", "lstm"])
@pytest.mark.parametrize("preset", ["chapter", "fast", "strong"])
def test_every_preset_and_cell_trains_saves_and_streams_alike(small_csv, tmp_path, preset, cell):
    out = tmp_path / "model"
    model = elman.train(
        small_csv, out, preset=preset, cell=cell, keep="recurrent", threads=1, baselines=False
    )
    assert model.network.spec.cell == cell
    whole = model.predict(TEXTS)
    again = elman.load(out).predict(TEXTS, batch_size=7)
    assert whole == again
    assert [model.predict([text])[0] for text in TEXTS] == whole
    if model.network.spec.bidirectional:
        with pytest.raises(OptionError, match="both ways"):
            model.stream()
        return
    for text, prediction in zip(TEXTS[:9], whole, strict=False):
        stream = model.stream()
        for word in text.split():
            stream.feed(word)
        assert stream.prediction.probabilities == pytest.approx(prediction.probabilities, abs=1e-5)


def test_chapter_preset_has_the_chapters_own_tensors(small_csv, tmp_path):
    class Chapter(torch.nn.Module):
        def __init__(self, vocabulary):
            super().__init__()
            self.embedding = torch.nn.Embedding(vocabulary, 32)
            self.rnn = torch.nn.RNN(32, 64, batch_first=True)
            self.fc = torch.nn.Linear(64, 1)

        def forward(self, x):
            _, hidden = self.rnn(self.embedding(x))
            return torch.sigmoid(self.fc(hidden[0]))

    from safetensors.torch import load_file

    out = tmp_path / "model"
    model = elman.train(small_csv, out, preset="chapter", threads=1, baselines=False)
    module = Chapter(len(model.codec.features.vocabulary))
    module.load_state_dict(load_file(out / "weights.safetensors"), strict=True)
    text = TEXTS[3]
    with torch.no_grad():
        p = float(module(torch.from_numpy(model.codec.encode(text).steps).long()[None])[0, 0])
    z = np.log(p / (1 - p)) / model.codec.decision.temperature
    assert model.predict([text])[0].probabilities["pos"] == pytest.approx(
        1 / (1 + np.exp(-z)), abs=1e-5
    )


def test_as_printed_reads_its_answer_off_the_padding(small_csv, tmp_path):
    printed = elman.train(small_csv, tmp_path / "a", preset="chapter", as_printed=True, threads=1)
    short, long = "a dull film", " ".join(REST * 9)
    alone = printed.predict([short])[0].probability
    beside = printed.predict([short, long])[0].probability
    assert alone != pytest.approx(beside, abs=1e-4)


def test_report_holds_what_the_contract_names(small_csv, tmp_path):
    elman.train(small_csv, tmp_path / "m", threads=1, seed=3, keep="recurrent")
    report = json.loads((tmp_path / "m" / "metrics.json").read_text())
    assert set(report) >= {
        "model",
        "task",
        "preset",
        "cell",
        "seed",
        "metrics",
        "baselines",
        "verdict",
        "seconds",
        "rows",
        "warnings",
        "kept",
    }
    assert report["kept"] == "recurrent"
    assert set(report["baselines"]) == {
        "majority",
        "tfidf_logistic",
        "words_and_pairs",
    }
    assert report["seed"] == 3
    parts = report["rows"]
    assert parts["train"] + parts["validation"] + parts["test"] == 300
    assert not (tmp_path / "m" / ".training").exists()


def test_same_seed_same_weights_other_seed_others(small_csv, tmp_path):
    def weights(name, **options):
        options |= {"threads": 1, "baselines": False, "keep": "recurrent"}
        elman.train(small_csv, tmp_path / name, **options)
        return (tmp_path / name / "weights.safetensors").read_bytes()

    assert weights("a") == weights("b")
    assert weights("c", seed=1) != weights("d", seed=2)


def test_evaluate_counts_what_predict_says(small_csv, tmp_path):
    model = elman.train(small_csv, tmp_path / "m", threads=1, baselines=False)
    report = elman.evaluate(model, small_csv)
    rows = list(reviews(300))
    right = [
        p.label == label
        for p, (_, label) in zip(model.predict([t for t, _ in rows]), rows, strict=True)
    ]
    assert report["n"] == 300
    assert report["metrics"]["accuracy"] == pytest.approx(np.mean(right))
    assert np.sum(report["confusion"]) == 300
    assert np.trace(report["confusion"]) == sum(right)
    for error in report["worst"]:
        text, label = rows[error["line"] - 2]
        assert (error["text"], error["truth"]) == (text, label)
        assert error["label"] != label
    assert len(report["worst"]) == min(20, 300 - sum(right))


def test_multi_class_and_multi_label(tmp_path):
    rows = [
        (t, ["x", "y", "z"][n % 3] + ("!" if label == "pos" else ""))
        for n, (t, label) in enumerate(reviews(240))
    ]
    many = elman.train(rows, tmp_path / "many", threads=1)
    assert len(many.predict(["a dull film"])[0].probabilities) == 6
    path = tmp_path / "labels.txt"
    with open(path, "w") as file:
        for text, label in reviews(240):
            also = "__label__long " if len(text.split()) > 12 else ""
            file.write(f"__label__{label} {also}{text}\n")
    several = elman.train(path, tmp_path / "several", threads=1, threshold="f1")
    (answer,) = several.predict(["a lovely film"])
    assert isinstance(answer.label, tuple)
    assert set(answer.probabilities) == {"pos", "neg", "long"}
    report = elman.evaluate(several, path)
    assert 0 < report["metrics"]["micro_f1"] <= 1


def test_options_change_what_they_should(small_csv, tmp_path):
    def train(name, **options):
        return elman.train(small_csv, tmp_path / name, threads=1, baselines=False, **options)

    plain = train("plain")
    unsure = train("unsure", preset="chapter", unsure_below=0.999999)
    assert {p.label for p in unsure.predict(TEXTS)} == {None}
    assert {p.label for p in plain.predict(TEXTS[:-3])} <= {"pos", "neg"}
    limited = train("limited", time_limit="0.001s")
    report = json.loads((limited.directory / "metrics.json").read_text())
    assert "time limit" in report["training"]["finished"]


@pytest.mark.parametrize("keep", ["recurrent", "simple"])
def test_class_weights_raise_the_recall_of_the_rare(tmp_path, keep):
    rows = [(t, label) for t, label in reviews(900, seed=8) if label == "neg" or hash_of(t) < 0.12]
    random = np.random.default_rng(0)  # labels that words give away only in part
    rows = [(t, label if random.random() < 0.8 else "neg") for t, label in rows]
    rare = [text for text, label in reviews(400, seed=99) if label == "pos"]
    recalls = {}
    for weight in ("none", "balanced"):
        model = elman.train(
            rows, tmp_path / weight, threads=1, baselines=False, class_weight=weight, keep=keep
        )
        recalls[weight] = np.mean([p.label == "pos" for p in model.predict(rare)])
    assert recalls["balanced"] > recalls["none"] + 0.06


def hash_of(text):
    import zlib

    return zlib.crc32(text.encode()) / 2**32


def test_test_file_sharing_rows_is_refused_unless_told(small_csv, tmp_path):
    with pytest.raises(DataError, match="--allow-overlap"):
        elman.train(small_csv, tmp_path / "m", test=str(small_csv), threads=1)
    assert not (tmp_path / "m").exists()
    model = elman.train(
        small_csv,
        tmp_path / "m",
        test=str(small_csv),
        allow_overlap=True,
        threads=1,
        baselines=False,
    )
    report = json.loads((model.directory / "metrics.json").read_text())
    assert report["rows"]["test"] == 300


def test_compare_names_the_best_and_a_verdict(small_csv):
    report = elman.compare(small_csv, models=("rnn", "chapter-gru"), seeds=2, threads=1)
    assert set(report["models"]) == {"rnn", "chapter-gru"}
    assert all(len(m["seeds"]) == 2 for m in report["models"].values())
    assert report["best"] in report["verdict"]
    assert "convolution" in report["baselines"]  # which `train` has no time for
    with pytest.raises(OptionError, match='Did you mean "lstm"'):
        elman.compare(small_csv, models=("lsmt",))


def test_a_directory_with_other_things_in_it_is_not_touched(small_csv, tmp_path):
    (tmp_path / "thesis").mkdir()
    (tmp_path / "thesis" / "chapter1.tex").write_text("years of work")
    with pytest.raises(OptionError, match="nothing was touched"):
        elman.train(small_csv, tmp_path / "thesis", threads=1)
    assert [p.name for p in (tmp_path / "thesis").iterdir()] == ["chapter1.tex"]


def test_unknown_options_are_named(small_csv, tmp_path):
    with pytest.raises(OptionError, match=r"--pretse.*Did you mean"):
        elman.train(small_csv, tmp_path / "m", task="classify", pretse="fast")
    with pytest.raises(OptionError, match="--time-limit"):
        elman.train(small_csv, tmp_path / "m", time_limit="soon")
    with pytest.raises(OptionError, match="belongs to the task forecast"):
        elman.train(small_csv, tmp_path / "m", task="classify", horizon=3)
    assert ClassifyOptions(time_limit="1.5m").seconds() == 90
    assert GOOD[0] not in BAD


def test_every_member_is_another_network(small_csv, tmp_path):
    model = elman.train(
        small_csv, tmp_path / "m", preset="strong", keep="recurrent", threads=1, baselines=False
    )
    members = model.network.spec.members
    recurrent = [model.tensors[f"{n}.rnn.weight_hh_l0"] for n in range(members)]
    assert members > 2
    for one in range(members):
        for other in range(one):
            assert np.abs(recurrent[one] - recurrent[other]).max() > 0.01


def test_strong_names_the_linear_part_inside_among_the_opponents(small_csv, tmp_path):
    model = elman.train(small_csv, tmp_path / "m", preset="strong", keep="recurrent", threads=1)
    report = json.loads((model.directory / "metrics.json").read_text())
    assert set(report["baselines"]) == {
        "majority", "tfidf_logistic", "words_and_pairs",
    }  # fmt: skip
    assert model.network.spec.members == len(model.network.network.members) > 1
    assert report["rows"]["train"] + report["rows"]["validation"] + report["rows"]["test"] == 300


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"num_layers": 2, "cell": "gru"},
        {"members": 3},
    ],
    ids=str,
)
def test_what_is_judged_is_what_was_trained(small_csv, tmp_path, change):
    """The runtime gives the outputs that the torch module had, for every shape of recipe."""
    options = ClassifyOptions(preset="strong")
    recipe = dataclasses.replace(PRESETS["strong"], members=1)
    recipe = dataclasses.replace(recipe, linear=False, **change)
    rows = read(small_csv, tmp_path / "work", options, Listener())
    prepared = encode(rows, recipe, tmp_path / "work" / "words", Listener())
    outputs = []

    def remember(name, module, problem, config, digest):
        fitted = fit(module, problem, config)
        if name.startswith("fit"):
            outputs.append(problem.logits(module, rows.test))
        return fitted

    trained = train_network(prepared, recipe, options, remember, None, seed=0)
    said = Model.of(trained.artifact("classify"), text_codec).outputs(prepared.texts(rows.test))
    assert np.abs(said).max() > 0.01
    assert said == pytest.approx(np.mean(outputs, axis=0), abs=1e-5)


@pytest.mark.parametrize("preset", ["fast", "strong"])
@pytest.mark.parametrize("inside", ["nothing", "beside", "alone"])
def test_answers_are_as_sure_as_the_validation_part_says(tmp_path, preset, inside):
    """Labels that are wrong one time in four: whoever learns them is too sure of himself."""
    random = np.random.default_rng(3)
    noisy = [(t, k if random.random() < 0.75 else "neg") for t, k in reviews(400, seed=3)]
    keep = "simple" if inside == "alone" else "recurrent"
    options = ClassifyOptions(preset=preset, keep=keep)
    rows = read(noisy, tmp_path, options, Listener())
    # without a second training that the part was seen in
    linear = inside != "nothing"
    recipe = dataclasses.replace(PRESETS[preset], members=1, linear=linear)
    prepared = encode(rows, recipe, tmp_path / "words", Listener())
    simple = None
    if linear:
        # what is saved has learnt from the validation part too; the part speaks of what has not
        simple = simple_model(prepared)
        wanted = indicator(rows.decision, rows.targets[rows.train])
        part = fit_linear(counts(prepared, rows.train), wanted)
        simple = dataclasses.replace(simple, part=part)

    def stage(name, module, problem, loop, digest):
        return fit(module, problem, loop)

    trained = train_network(prepared, recipe, options, stage, simple, seed=0)
    assert trained.spec.recurrent == (inside != "alone")
    held, truth = rows.validation, rows.targets[rows.validation]
    outputs = Model.of(trained.artifact("classify"), text_codec).outputs(prepared.texts(held))
    best = calibrated(rows.decision, outputs, truth).temperature
    assert trained.output.temperature == pytest.approx(best, rel=0.01)
    assert abs(best - 1) > 0.05
    assert trained.validation == pytest.approx(
        log_loss(trained.output.probabilities(outputs), truth), rel=1e-4
    )


def test_a_typo_keeps_the_interrupted_run(small_csv, tmp_path):
    left = tmp_path / "m" / ".training" / "fit" / "checkpoint-000000007"
    left.parent.mkdir(parents=True)
    left.write_bytes(b"an hour of work")
    with pytest.raises(DataError):
        elman.train(tmp_path / "reviws.csv", tmp_path / "m", task="classify")
    assert left.read_bytes() == b"an hour of work"


def test_another_tools_model_json_is_not_touched(small_csv, tmp_path):
    (tmp_path / "keras").mkdir()
    (tmp_path / "keras" / "model.json").write_text('{"class_name": "Sequential"}')
    with pytest.raises(OptionError, match="nothing was touched"):
        elman.train(small_csv, tmp_path / "keras")
    assert (tmp_path / "keras" / "model.json").read_text() == '{"class_name": "Sequential"}'


def test_every_row_with_labels_of_its_own(tmp_path):
    random = np.random.default_rng(0)
    rows = []
    for text, _ in reviews(200, seed=2):
        rows.append((text, [f"l{k}" for k in np.flatnonzero(random.random(9) < 0.5)] or ["l0"]))
    model = elman.train(rows, tmp_path / "m", preset="strong", class_weight="balanced")
    parts = json.loads((model.directory / "metrics.json").read_text())["rows"]
    assert parts["test"] >= 15
    assert parts["validation"] >= 13


def test_too_few_rows_are_refused_with_a_reason(tmp_path):
    with pytest.raises(DataError, match="too few"):
        elman.train([("a b", "x"), ("c d", "y")], tmp_path / "m")


def test_time_limit_holds_for_all_stages_together(small_csv, tmp_path):
    model = elman.train(
        small_csv, tmp_path / "m", preset="strong", time_limit="0.02s", baselines=False
    )
    report = json.loads((model.directory / "metrics.json").read_text())
    assert report["training"]["steps"] < 3 * 16  # three networks of two passes without a limit


def test_class_weights_reach_the_linear_part(tmp_path):
    rows = [(t, label) for t, label in reviews(600) if label == "neg" or hash_of(t) < 0.2]
    read_rows = read(rows, tmp_path, ClassifyOptions(), Listener())
    prepared = encode(read_rows, PRESETS["strong"], tmp_path / "words", Listener())
    plain, even = (simple_model(prepared, balanced=b) for b in (False, True))
    rare = int(np.bincount(read_rows.targets).argmin())
    sign = 1 if rare == 1 else -1
    assert sign * (even.held - plain.held).mean() > 0.3
    every = np.concatenate([read_rows.train, read_rows.validation])
    assert sign * (even.logits(prepared, every) - plain.logits(prepared, every)).mean() > 0.3
