"""What text without labels teaches: which texts, which loss, and who begins from it."""

from __future__ import annotations

import contextlib
import dataclasses
import json
import math

import numpy as np
import pytest
import torch
from safetensors.numpy import load_file

import elman
from elman.data.text.vocabulary import SPECIAL_WORDS, Vocabulary
from elman.errors import ArtifactError, DataError, OptionError
from elman.models.language import LanguageModel
from elman.runtime.spec import NetworkSpec
from elman.tasks.classify.options import ClassifyOptions
from elman.tasks.classify.presets import PRESETS
from elman.tasks.classify.pretrain.kept import Kept, keep, kept_in
from elman.tasks.classify.pretrain.problem import PIECE, Source, WordsProblem
from elman.tasks.classify.rows.encode import encode
from elman.tasks.classify.rows.read import read
from elman.training.config import LoopConfig
from elman.training.listener import Listener
from elman.training.loop import fit
from tests.tasks.classify.small import reviews, write_csv

SPEC = NetworkSpec("lstm", 7, 1, vocabulary=11, input_size=5)


@pytest.fixture(autouse=True)
def small(monkeypatch):
    """The strong preset as it is, but small, quick, and never too short to pre-train."""
    strong = PRESETS["strong"]
    loop = dataclasses.replace(strong.loop, epochs=1)
    quick = dataclasses.replace(
        strong,
        loop=loop,
        hidden_size=12,
        embedding=6,
        members=1,
        pretrain=2,
        adapt=3,
        least_words=0,
    )
    monkeypatch.setitem(PRESETS, "strong", quick)


def source(lengths, rows, seed=0):
    random = np.random.default_rng(seed)
    offsets = np.cumsum([0, *lengths])
    words = random.integers(1, 11, offsets[-1]).astype(np.int32)
    return Source(words, offsets, np.array(rows))


def test_pieces_are_the_words_of_the_rows_once_and_no_others():
    first = source([5, 1, PIECE, PIECE + 1, 3 * PIECE - 2, 0, 40], [0, 1, 2, 3, 4, 5])
    second = source([300, 9, 2], [0, 2], seed=1)
    problem = WordsProblem([first, second])
    every = np.concatenate([problem.pieces, problem.held])
    assert every[:, 2].min() >= 2
    assert every[:, 2].max() <= PIECE
    seen = [np.zeros(len(each.words), int) for each in (first, second)]
    for number, begin, length in every:
        seen[number][begin : begin + length] += 1
    for each, found in zip((first, second), seen, strict=True):
        wanted = np.zeros(len(each.words), int)
        for row in each.rows:
            begin, end = each.offsets[row], each.offsets[row + 1]
            if end - begin > 1:  # one word has no next
                wanted[begin:end] = 1
        assert np.array_equal(found, wanted)


def test_some_pieces_are_held_out_to_choose_by():
    problem = WordsProblem([source([20] * 500, range(500))])
    assert len(problem.held) == 5
    held = {tuple(piece) for piece in problem.held}
    assert not held & {tuple(piece) for piece in problem.pieces}
    counted = problem.counts(11)
    assert counted.sum() == problem.words == 495 * 20


def batch(seed=0):
    random = np.random.default_rng(seed)
    lengths = torch.tensor([6, 2, 9, 1, 4])
    x = torch.from_numpy(random.integers(1, 11, (5, 9)))
    return x.masked_fill(torch.arange(9) >= lengths[:, None], 0), lengths


def model(seed=0, **how):
    torch.manual_seed(seed)
    made = LanguageModel(SPEC, torch.arange(11) ** 2, **how)
    with torch.no_grad():
        for parameter in made.parameters():
            parameter.copy_(torch.randn_like(parameter) * 0.5)
    return made.eval().requires_grad_(False)


def test_the_exact_loss_is_that_of_a_softmax_step_by_step():
    made, (x, lengths) = model(), batch()
    total = 0.0
    for row, length in zip(x, lengths.tolist(), strict=True):
        for t in range(length - 1):
            before = row[None, : t + 1]
            wanted = made(before, torch.tensor([t + 1]))[0, -1]
            scores = made.embedding.weight @ wanted + made.bias
            total -= float(torch.log_softmax(scores, 0)[row[t + 1]])
    assert float(made.full_loss(x, lengths)) == pytest.approx(total, rel=1e-4)


def test_the_sampled_loss_tends_to_the_exact_one():
    """With very many draws the drawn words stand for the whole vocabulary."""
    made, (x, lengths) = model(wrong=200_000), batch()
    exact = float(made.full_loss(x, lengths)) / int((lengths - 1).sum())
    torch.manual_seed(1)
    assert float(made.loss(x, lengths)) == pytest.approx(exact, rel=0.01)
    few = model(wrong=50)
    drawn = [float(few.loss(x, lengths)) for _ in range(400)]
    assert np.mean(drawn) == pytest.approx(exact, rel=0.05)


def test_gradients_reach_every_weight():
    made, (x, lengths) = model().train().requires_grad_(True), batch()
    made.loss(x, lengths).backward()
    for name, parameter in made.named_parameters():
        assert parameter.grad is not None, name
        assert float(parameter.grad.abs().max()) > 0, name


def test_what_repeats_itself_is_learnt():
    words = np.tile(np.arange(2, 8, dtype=np.int32), 400)
    offsets = np.arange(0, 2401, 24)
    problem = WordsProblem([Source(words, offsets, np.arange(100))])
    torch.manual_seed(0)
    made = LanguageModel(dataclasses.replace(SPEC, hidden_size=16), problem.counts(11), wrong=30)
    done = fit(made, problem, LoopConfig(8, batch_size=8, learning_rate=2e-2))
    losses = [h["validation_loss"] for h in done.progress.history]
    assert losses[0] > 0.3
    assert min(losses) < 0.05  # the next word is certain but for nothing


def test_a_kept_network_comes_back(tmp_path):
    random = np.random.default_rng(0)
    words = Vocabulary((*SPECIAL_WORDS, *(f"w{k}" for k in range(9))))
    tensors = {
        "embedding.weight": random.normal(size=(11, 5)),
        "rnn.weight_ih_l0": random.normal(size=(28, 5)),
        "rnn.weight_hh_l0": random.normal(size=(28, 7)),
        "rnn.bias_ih_l0": random.normal(size=28),
        "rnn.bias_hh_l0": random.normal(size=28),
        "fc.weight": random.normal(size=(5, 7)),
        "fc.bias": random.normal(size=5),
        "bias": random.normal(size=11),
    }
    tensors = {name: tensor.astype(np.float32) for name, tensor in tensors.items()}
    place = tmp_path / "kept"
    assert kept_in(place) is None
    place.mkdir()
    assert kept_in(place) is None
    keep(place, Kept(SPEC, words, tensors, {"words": 7}))
    found = kept_in(str(place))
    assert (found.spec, found.vocabulary, found.facts) == (SPEC, words, {"words": 7})
    assert all(np.array_equal(found.tensors[name], tensors[name]) for name in tensors)
    assert set(found.reading) == {name for name in tensors if name[:3] in ("emb", "rnn")}
    changed = tensors | {"rnn.bias_hh_l0": tensors["rnn.bias_hh_l0"] + 1}
    assert found.digest != Kept(SPEC, words, changed).digest
    weights = place / "weights.safetensors"
    weights.write_bytes(weights.read_bytes()[:-1] + b"\0")
    with pytest.raises(ArtifactError, match=r"weights\.safetensors"):
        kept_in(place)


def test_what_is_no_kept_network_is_refused(tmp_path):
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "plan.txt").write_text("x")
    said = "expected a pre-trained network, or no such directory yet; it holds"
    with pytest.raises(OptionError, match=f"notes: {said} something else"):
        kept_in(tmp_path / "notes")
    elman.train(list(reviews(120)), tmp_path / "m", baselines=False, keep="simple")
    with pytest.raises(OptionError, match=f"m: {said} a model for the task classify"):
        kept_in(tmp_path / "m")


def trained(folder, name, **options):
    return elman.train(
        list(reviews(300)), folder / name, preset="strong", baselines=False, keep="recurrent",
        **options,
    )  # fmt: skip


def weights(model):
    return load_file(model.directory / "weights.safetensors")


def test_the_next_training_begins_from_what_was_kept(tmp_path):
    place = tmp_path / "kept"
    first = trained(tmp_path, "a", pretrained=str(place))
    report = json.loads((first.directory / "metrics.json").read_text())["training"]
    facts = report["pretraining"]
    assert facts["passes"] == 2
    assert 1 < facts["perplexity"] < math.exp(8)
    assert facts["words"] > 1000
    kept = kept_in(place)
    begun = kept.tensors["embedding.weight"]
    again = trained(tmp_path, "b", pretrained=str(place))
    for name, tensor in weights(first).items():
        assert np.array_equal(tensor, weights(again)[name]), name
    other = trained(tmp_path, "d", pretrained=str(place), seed=5)
    found = json.loads((other.directory / "metrics.json").read_text())["training"]["pretraining"]
    assert found == facts == kept_in(place).facts  # to the second: nothing was trained again
    # one short pass over the labels leaves the vectors near where they began
    moved = np.abs(weights(first)["embedding.weight"] - begun).mean()
    assert 0 < moved < 0.5 * np.abs(begun).mean()
    alone = trained(tmp_path, "c")  # without a directory nothing is kept, and the same is learnt
    assert np.array_equal(weights(alone)["fc.weight"], weights(first)["fc.weight"])
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a", "b", "c", "d", "kept"]


def test_what_was_kept_goes_on_with_texts_it_has_not_read(tmp_path):
    place = tmp_path / "kept"
    trained(tmp_path, "a", pretrained=str(place))
    kept = kept_in(place)
    seen = kept_in(place).facts
    rows = [(f"{text} {text}", label) for text, label in reviews(300, seed=7)]
    options = {"preset": "strong", "keep": "recurrent", "baselines": False}
    model = elman.train(rows, tmp_path / "b", pretrained=str(place), seed=7, **options)
    report = json.loads((model.directory / "metrics.json").read_text())["training"]["pretraining"]
    assert {name: report[name] for name in seen} == seen
    assert report["own_passes"] == 3
    assert 500 < report["own_words"] != seen["words"]
    begun = kept.tensors["embedding.weight"]
    found = weights(model)["embedding.weight"]
    assert 0 < np.abs(found - begun).mean() < 0.5 * np.abs(begun).mean()
    assert np.corrcoef(found.ravel(), begun.ravel())[0, 1] > 0.8
    assert np.array_equal(kept_in(place).tensors["fc.weight"], kept.tensors["fc.weight"])


def test_texts_without_labels_are_read_but_for_those_that_judge(tmp_path):
    rows = list(reviews(300))
    test = [(f"{text} held", label) for text, label in reviews(40, seed=9)]
    others = [f"unlabelled words number{n} number{n}" for n in range(50)]
    path = tmp_path / "more.txt"
    path.write_text("\n".join(["text", *(text for text, _ in test[:10]), *others]) + "\n")
    path = path.rename(tmp_path / "more.csv")
    options = ClassifyOptions(
        preset="strong", test=str(write_csv(tmp_path / "t.csv", test)), unlabelled=str(path)
    )
    said = []

    class Heard(Listener):
        def say(self, text):
            said.append(text)

    found = read(rows, tmp_path / "work", options, Heard())
    assert len(found.unlabelled.offsets) == 51
    assert found.shape.unlabelled == 50 * 4
    assert (
        "50 texts without labels; 10 are left out: they are judged on. "
        'Text: "text" (as told).' in said
    )
    prepared = encode(found, PRESETS["strong"], tmp_path / "work" / "words", Listener())
    vocabulary = prepared.own.vocabulary
    assert {"unlabelled", "number7"} <= set(vocabulary.words)
    assert "held" not in vocabulary.words
    text = prepared.unlabelled[found.unlabelled.offsets[7] : found.unlabelled.offsets[8]]
    assert [vocabulary.words[n] for n in text] == others[7].split()


def test_who_cannot_use_them_is_told(tmp_path):
    rows = list(reviews(60))
    for name in ("unlabelled", "pretrained"):
        with pytest.raises(
            OptionError, match=f"--{name}: only the preset strong learns from texts"
        ):
            elman.train(rows, tmp_path / "m", **{name: str(tmp_path / "x")})
    (tmp_path / "empty.csv").write_text("text\n,\n")
    with pytest.raises(DataError, match=r"empty\.csv"):
        elman.train(rows, tmp_path / "m", preset="strong", unlabelled=str(tmp_path / "empty.csv"))
    assert not (tmp_path / "m").exists()


def test_a_run_that_is_stopped_while_it_reads_ends_with_the_same_bits(tmp_path, monkeypatch):
    whole = trained(tmp_path, "whole")

    @contextlib.contextmanager
    def training(self, label):
        def update(progress):
            if (label, progress.steps_done) == ("pre-training", 5):
                raise KeyboardInterrupt

        yield update

    with monkeypatch.context() as patch:
        patch.setattr(Listener, "training", training)
        with pytest.raises(KeyboardInterrupt, match="kept up to step 5 of pre-training"):
            trained(tmp_path, "stopped")
    resumed = trained(tmp_path, "stopped", resume=True)
    for name, tensor in weights(whole).items():
        assert np.array_equal(tensor, weights(resumed)[name]), name


def test_few_labelled_rows_begin_from_what_others_taught(tmp_path, monkeypatch):
    """However few the words of the rows themselves are."""
    place = tmp_path / "kept"
    trained(tmp_path, "a", pretrained=str(place))
    kept = kept_in(place).tensors["embedding.weight"]
    few = dataclasses.replace(PRESETS["strong"], least_words=10**6)
    monkeypatch.setitem(PRESETS, "strong", few)
    model = elman.train(
        list(reviews(60, seed=3)), tmp_path / "few", preset="strong", keep="recurrent",
        pretrained=str(place), baselines=False,
    )  # fmt: skip
    assert np.abs(weights(model)["embedding.weight"] - kept).mean() < 0.5 * np.abs(kept).mean()
    assert str(place) not in (model.directory / "model.json").read_text()  # a model names no path
    with pytest.raises(OptionError, match="words are too few to learn the next word from"):
        trained(tmp_path, "b", pretrained=str(tmp_path / "new"))


def test_settings_that_are_not_those_of_the_kept_network_are_refused(tmp_path):
    place = tmp_path / "kept"
    trained(tmp_path, "a", pretrained=str(place))
    for name, said in (
        ("cell", "gru"), ("hidden_size", 13), ("embedding_size", 7), ("num_layers", 2),
        ("max_words", 50), ("min_count", 1),
    ):  # fmt: skip
        flag = f"--{name.replace('_', '-')}"
        wanted = rf"{flag} {said}: --pretrained .*kept holds a lstm of 12 units in 1 layer\(s\)"
        with pytest.raises(OptionError, match=rf"{wanted}, vectors of 6 .*Leave {flag} out"):
            trained(tmp_path, "b", pretrained=str(place), **{name: said})
    trained(tmp_path, "c", pretrained=str(place), cell="lstm", hidden_size=12)


def test_a_file_that_nobody_would_learn_from_is_not_read(tmp_path):
    place, said = tmp_path / "kept", []

    class Heard(Listener):
        def say(self, text):
            said.append(text)

    trained(tmp_path, "a", pretrained=str(place))
    missing = str(tmp_path / "more.csv")
    options = ClassifyOptions(preset="strong", pretrained=str(place), unlabelled=missing)
    assert read(list(reviews(100)), tmp_path / "w", options, Heard()).unlabelled is None
    assert said[-1] == f"--pretrained {place} holds a network already; {missing} is not read"


def test_texts_without_labels_are_found_and_lost_ones_counted(tmp_path):
    """By the training file's column, else by what looks like texts; rows without any are said."""
    warned, rows = [], write_csv(tmp_path / "rows.csv", reviews(120))

    class Heard(Listener):
        def warn(self, text):
            warned.append(text)

    for name, header in (("same", "comment,text"), ("other", "id,body")):
        path = tmp_path / f"{name}.csv"
        lines = [f"{n},word{n} is a text of some length" for n in range(9)]
        path.write_text("\n".join([header, *lines, "9,", "10,one,too many"]) + "\n")
        options = ClassifyOptions(preset="strong", unlabelled=str(path))
        found = read(str(rows), tmp_path / name, options, Heard()).unlabelled
        first = [found.word_types[n] for n in found.tokens[: found.offsets[1]]]
        assert first == ["word0", "is", "a", "text", "of", "some", "length"]
        assert len(found.offsets) == 10
        assert warned[-1] == f"{path}: 2 rows hold no text that can be read"
