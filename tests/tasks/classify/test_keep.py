"""The recurrence is kept where held-out rows show what it adds, else the linear part alone."""

from __future__ import annotations

import dataclasses
import itertools
import json

import numpy as np
import pytest

import elman
from elman.data.builtin.reviews import reviews as ordered
from elman.errors import ArtifactError, OptionError
from elman.runtime.model import Model
from elman.tasks.classify.codec import text_codec
from elman.tasks.classify.linear import simple as linear_model
from elman.tasks.classify.linear.simple import Simple
from elman.tasks.classify.network import fit as module
from elman.tasks.classify.network.fit import train_network
from elman.tasks.classify.options import ClassifyOptions
from elman.tasks.classify.presets import PRESETS
from elman.tasks.classify.rows.encode import encode
from elman.tasks.classify.rows.read import read
from elman.training.listener import Listener
from elman.training.loop import fit
from tests.attribution.models import LINEAR, saved
from tests.cli.command import elman as command
from tests.tasks.classify.small import bags, reviews, write_csv


def report_of(model):
    return json.loads((model.directory / "metrics.json").read_text(encoding="utf-8"))


def kept(folder, rows, **options):
    model = elman.train(rows, folder, threads=1, baselines=False, **options)
    report = report_of(model)
    assert (report["kept"] == "linear") == (model.network.spec.cell == "none")
    assert model.network.spec.linear > 0
    return report["kept"]


def test_where_order_decides_the_recurrence_is_kept(tmp_path):
    for seed in range(2):
        model = elman.train(ordered(2500, seed=seed), tmp_path / f"{seed}", threads=1, seed=seed)
        report = report_of(model)
        assert report["kept"] == "recurrent"
        assert report["metrics"]["accuracy"] > 0.75
        alone = report["baselines"]["words_and_pairs"]
        assert alone["accuracy"] < 0.6
        assert alone["paired"]["difference"] > 0.15
        assert report["verdict"].startswith("The recurrence adds +")


def test_where_words_alone_decide_the_recurrence_costs_nothing(tmp_path):
    """It is left out, or over all files as good: its vectors of words may be the better bag."""
    found, gains = [], []
    for n in range(6):
        test = write_csv(tmp_path / f"test-{n}.csv", bags(2000, 100 + n))
        model = elman.train(
            list(bags(700, n)), tmp_path / f"{n}", threads=1, seed=n, test=str(test)
        )
        report = report_of(model)
        found.append(report["kept"])
        if found[-1] == "recurrent":
            gains.append(report["baselines"]["words_and_pairs"]["paired"]["difference"])
    assert found.count("linear") >= 2
    assert sum(gains) / len(found) > -0.01


def test_a_few_held_out_rows_do_not_speak_for_the_recurrence(tmp_path):
    """Of files of 200 rows, 20 of them held out, two in seven were taken for order by luck."""
    for n in range(4):
        assert kept(tmp_path / f"{n}", list(bags(200, n)), seed=n) == "linear"
    assert kept(tmp_path / "insisted", list(bags(200)), keep="recurrent") == "recurrent"


@pytest.mark.parametrize("preset", ["fast", "strong"])
def test_whoever_insists_is_obeyed(tmp_path, preset):
    small = {"members": 2} if preset == "strong" else {}
    for rows in (list(bags(300)), ordered(300, seed=1)):
        for keep, cell in (("recurrent", "recurrent"), ("simple", "linear")):
            name = f"{len(list(tmp_path.iterdir()))}"
            found = kept(tmp_path / name, rows, keep=keep, preset=preset, epochs=2, **small)
            assert found == cell


def test_the_simple_model_is_trained_in_no_epochs_and_answers_as_its_part_says(tmp_path):
    rows = list(bags(300))
    model = elman.train(rows, tmp_path / "m", keep="simple", threads=1)
    report = report_of(model)
    training = report["training"]
    assert (training["steps"], training["history"]) == (0, [])
    assert training["finished"] == "no network was trained"
    assert training["parameters"] == sum(t.size for t in model.tensors.values())
    assert report["verdict"].count("linear model") == 1
    assert "recurren" not in report["verdict"]
    assert set(report["baselines"]) == {"majority", "tfidf_logistic"}
    features, codec = model.codec.features, model.codec
    W, b = model.tensors["linear.weight"], model.tensors["linear.bias"]
    words = rows[0][0].split()
    pairs = [f"{first} {second}" for first, second in itertools.pairwise(words)]
    ids = dict(features.entries())
    total = sum(W[ids[entry]] for entry in [*words, *pairs] if entry in ids) / len(words) ** 0.5
    odds = (total + b)[0] / codec.decision.temperature
    assert model.predict([rows[0][0]])[0].probabilities["pos"] == pytest.approx(
        1 / (1 + np.exp(-odds)), abs=1e-6
    )


def test_a_second_seed_changes_nothing_of_a_linear_model(tmp_path):
    one, two = (
        elman.train(list(bags(200)), tmp_path / f"{seed}", keep="simple", seed=seed, threads=1)
        for seed in (1, 2)
    )
    assert all(np.array_equal(one.tensors[name], two.tensors[name]) for name in one.tensors)


def test_the_chapters_model_has_no_linear_part_to_keep(tmp_path):
    data = list(bags(100))
    with pytest.raises(OptionError) as told:
        elman.train(data, tmp_path / "m", preset="chapter", keep="simple")
    assert str(told.value) == "--keep simple: the preset chapter has no linear model inside"
    assert not (tmp_path / "m").exists()
    model = elman.train(data, tmp_path / "m", preset="chapter", epochs=1, threads=1)
    assert (model.network.spec.linear, report_of(model)["kept"]) == (0, "recurrent")
    assert not (model.directory / "terms.json").exists()


@pytest.mark.parametrize("name", ["first", "both", "simpel"])
def test_another_word_is_refused_with_the_choices(tmp_path, name):
    with pytest.raises(OptionError, match=r"keep.*best.*recurrent.*simple"):
        elman.train(list(bags(100)), tmp_path / "m", keep=name)


def test_keep_is_of_no_use_to_other_commands():
    with pytest.raises(OptionError, match="keep"):
        elman.compare(list(bags(100)), keep="simple")


def trained(tmp_path, monkeypatch, *, better, **options):
    """A network of one step, and a linear part that is right about everything or nothing."""
    rows = read(list(bags(700)), tmp_path, ClassifyOptions(), Listener())
    prepared = encode(rows, PRESETS["fast"], tmp_path / "words", Listener())
    simple = linear_model.simple_model(prepared)
    sign = np.where(rows.targets[rows.validation] == 1, 1.0, -1.0)[:, None]
    sign = -sign if better else sign
    simple = Simple(3 * sign, simple.part)

    def stage(name, network, problem, loop, digest):
        return fit(network, problem, loop)

    chosen = ClassifyOptions(preset="fast", **options)
    return train_network(prepared, PRESETS["fast"], chosen, stage, simple, seed=0)


def test_best_asks_the_held_out_rows(tmp_path, monkeypatch):
    found = trained(tmp_path / "a", monkeypatch, better=True)
    assert (found.facts["kept"], found.other, found.called) == ("recurrent", None, "")
    found = trained(tmp_path / "b", monkeypatch, better=False)
    assert (found.facts["kept"], found.called) == ("linear", "the linear model")
    assert found.other.spec.recurrent
    assert found.other.spec.linear == found.spec.linear > 0
    insisted = trained(tmp_path / "c", monkeypatch, better=False, keep="recurrent")
    assert insisted.facts["kept"] == "recurrent"
    assert {*insisted.tensors} == {*found.other.tensors}


def test_by_more_than_one_standard_error(tmp_path):
    """What the recurrence gains on held-out rows is set beside its spread from row to row."""
    from elman.judging.classes.decision import Decision

    decision, wanted = Decision(("a", "b"), "binary"), np.tile([0, 1], 200)
    signs = np.where(wanted == 1, 1.0, -1.0)[:, None]
    random = np.random.default_rng(0)
    noise = random.normal(0, 2, (400, 1))
    linear = signs + noise
    assert not module.is_better(decision, linear, linear, wanted)
    assert module.is_better(decision, signs + noise + 0.9 * signs, linear, wanted)
    assert not module.is_better(decision, linear, signs + noise + 0.9 * signs, wanted)
    # no better and no worse on the whole: about one in six is taken for better by chance
    found = [
        module.is_better(decision, *(signs + random.normal(0, 2, (2, 400, 1))), wanted)
        for _ in range(200)
    ]
    assert 10 < sum(found) < 60


def test_the_screen_says_what_is_kept(tmp_path, monkeypatch):
    path = write_csv(tmp_path / "rows.csv", bags(400, 3))
    for keep, shown, missing in (
        ("simple", "words and pairs, preset fast", "words and pairs alone"),
        ("recurrent", "rnn, preset fast", "with the recurrence beside it"),
    ):
        said = command("train", path, "--out", tmp_path / keep, "--keep", keep).stdout
        assert shown in said
        assert missing not in said
    assert "words and pairs alone" in said
    monkeypatch.setattr(module, "is_better", lambda *given: False)
    model = elman.train(path, tmp_path / "best", threads=1)
    report = report_of(model)
    assert set(report["baselines"]) == {
        *("majority", "tfidf_logistic", "with_recurrence"),
    }
    assert report["verdict"].startswith("The recurrence adds nothing that held-out rows show (")
    assert "--keep recurrent insists on it. " in report["verdict"]
    assert "the linear model is" in report["verdict"].lower()


def test_rows_without_one_term_train_too(tmp_path, monkeypatch):
    monkeypatch.setattr("elman.tasks.classify.rows.encode.MOST_TERMS", 0)
    for keep in ("simple", "recurrent"):
        model = elman.train(list(reviews(200)), tmp_path / keep, keep=keep, epochs=1, threads=1)
        assert json.loads((tmp_path / keep / "terms.json").read_text()) == {"terms": []}
        assert elman.load(tmp_path / keep).predict(["a dull film"]) == model.predict(
            ["a dull film"]
        )


def test_words_that_never_come_again_train_too(tmp_path):
    """Of such rows nothing is learnt, by TF-IDF neither."""
    rows = [(f"only{n}{'xy'[n % 2]}", "ab"[n % 2]) for n in range(150)]
    report = report_of(elman.train(rows, tmp_path / "m", threads=1))
    assert report["baselines"]["tfidf_logistic"]["accuracy"] == pytest.approx(0.5, abs=0.3)


def test_a_secret_of_the_test_rows_is_in_no_list_of_the_model(tmp_path):
    tests = [(f"{text} secretword w1 w2", label) for text, label in bags(40, 9)]
    path = write_csv(tmp_path / "test.csv", tests)
    for keep in ("simple", "recurrent"):
        options = {"keep": keep, "epochs": 1, "threads": 1}
        model = elman.train(list(bags(300)), tmp_path / keep, test=str(path), **options)
        files = {each.name: each.read_bytes() for each in model.directory.iterdir()}
        assert b'"w1' in files["vocabulary.json"] + files["terms.json"]
        # report and page show errors on the test rows, with their texts
        told = ("metrics.json", "report.html")
        assert not [n for n, data in files.items() if b"secret" in data and n not in told]


@pytest.mark.parametrize(
    ("section", "change", "message"),
    [
        ("input", {"terms": False}, "network.ids_per_step is 1, but .* ask for 1|network.linear"),
        ("input", {"affix_buckets": 5}, "network.vocabulary is 12, but .* ask for 17"),
        ("network", {"linear": 18}, 'tensor "linear.weight"'),
        ("network", {"linear_ids": 0}, "network.linear_ids is 0, but .* ask for 1"),
        ("network", {"linear_ids": 2}, "network.linear_ids is 2, but .* ask for 1"),
        ("parts", {"terms": [*LINEAR, "more"]}, "network.linear is 17, but .* ask for 18"),
        ("parts", {"terms": [*LINEAR, "film"]}, 'terms.json and model.json: term "film" stands'),
        ("parts", None, '^model.json: files: "terms.json" is missing; a classify needs it'),
    ],
    ids=str,
)
def test_parts_that_do_not_fit_together_are_refused(tmp_path, section, change, message):
    info = saved(tmp_path / "m", terms=LINEAR, cell="none").info
    if section == "parts":
        parts = {name: part for name, part in info.parts.items() if name != "terms.json"}
        parts |= {"terms.json": change} if change else {}
        wrong = dataclasses.replace(info, parts=parts)
    else:
        wrong = dataclasses.replace(info, **{section: getattr(info, section) | change})
    Model.of(info, text_codec)
    with pytest.raises(ArtifactError, match=message):
        Model.of(wrong, text_codec)
