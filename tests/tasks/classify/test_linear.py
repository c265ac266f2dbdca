"""The linear part is three regressions averaged, of rows it may learn from and no others."""

from __future__ import annotations

import dataclasses
import warnings

import numpy as np
import pytest
from scipy.sparse import csr_matrix, diags, hstack
from sklearn.exceptions import ConvergenceWarning
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LogisticRegression

from elman.judging.classes.calibration import calibrated
from elman.judging.classes.decision import Decision
from elman.runtime.ensemble import network_of
from elman.runtime.spec import NetworkSpec
from elman.runtime.tensors import shapes_of_all
from elman.tasks.classify.linear.counts import Counts, counts, ratios
from elman.tasks.classify.linear.join import alone, joined
from elman.tasks.classify.linear.part import LinearPart, fit_linear, indicator
from elman.tasks.classify.linear.simple import simple_model
from elman.tasks.classify.options import ClassifyOptions
from elman.tasks.classify.presets import PRESETS
from elman.tasks.classify.rows.encode import encode
from elman.tasks.classify.rows.read import read
from elman.tasks.mixture import mixture
from elman.training.listener import Listener


def texts_of(rows=180, seed=0):
    """Ragged texts of words w1 … w39, every third with a word of its own."""
    random = np.random.default_rng(seed)
    texts = []
    for n in range(rows):
        words = [f"w{k}" for k in random.zipf(1.6, random.integers(1, 30)) if k < 40] or ["w1"]
        texts.append(" ".join([*words, f"own{n}"] if n % 3 == 0 else words))
    return texts


def labelled(kind, seed=1):
    """Texts whose labels hang on their words, and on chance."""
    random = np.random.default_rng(seed)
    each = []
    for text in texts_of():
        found = [k for k in (2, 3, 5) if f"w{k}" in text.split() or random.random() < 0.1]
        if kind == "multilabel":
            each.append([f"has{k}" for k in found])
        else:
            each.append("abcd"[len(found) if kind == "multiclass" else 3 in found])
    return list(zip(texts_of(), each, strict=True))


def prepared_of(folder, said, preset="fast"):
    rows = read(said, folder, ClassifyOptions(), Listener())
    return encode(rows, PRESETS[preset], folder / "words", Listener())


def by_formula(said, learnt, asked, wanted, *, balanced=False):
    """Logits of rows by scikit-learn's own counts: three regressions, averaged."""
    texts = [text for text, _ in said]
    vectorizer = CountVectorizer(ngram_range=(1, 2), token_pattern=r"\S+")
    counted = vectorizer.fit_transform(texts)
    root = np.sqrt(np.maximum([len(text.split()) for text in texts], 1))
    # two columns of nothing, for padding and the unknown word
    x = csr_matrix(hstack([csr_matrix((len(texts), 2)), diags(1 / root) @ counted]))
    seen = (x[learnt] > 0).astype(float)
    idf = np.log((1 + len(learnt)) / (1 + np.asarray(seen.sum(0))[0])) + 1
    weight = "balanced" if balanced else None
    logits = np.zeros((len(asked), wanted.shape[1]))
    for k in range(wanted.shape[1]):
        yes = wanted[learnt, k]
        p, q = (np.asarray(seen[np.flatnonzero(part)].sum(0))[0] for part in (yes, ~yes))
        of_p = (p.sum() + 1) / (p.sum() + q.sum() + 2)
        p, q = p + 2 * of_p, q + 2 * (1 - of_p)  # one each, where both have as many words
        ratio = np.log(p / of_p) - np.log(q / (1 - of_p))
        for scale, C in ((ratio, 30), (idf, 1), (ratio * idf, 1)):
            model = LogisticRegression(
                C=C, solver="liblinear", dual=True, tol=0.1, max_iter=300,
                class_weight=weight, random_state=0,
            )  # fmt: skip
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", ConvergenceWarning)
                model.fit(x[learnt] @ diags(scale), yes)
            logits[:, k] += model.decision_function(x[asked] @ diags(scale)) / 3
    return logits


@pytest.mark.parametrize("kind", ["binary", "multiclass", "multilabel"])
@pytest.mark.parametrize("balanced", [False, True])
def test_three_regressions_are_averaged(tmp_path, monkeypatch, kind, balanced):
    said = labelled(kind)
    prepared = prepared_of(tmp_path, said)
    rows = prepared.rows
    assert rows.decision.kind == kind
    # scikit-learn counts the words of test rows too, which would be further columns here
    known = np.sort(np.concatenate([rows.train, rows.validation]))
    said = [row if n in set(known.tolist()) else ("", row[1]) for n, row in enumerate(said)]
    wanted = indicator(rows.decision, rows.targets)
    simple = simple_model(prepared, balanced=balanced)
    held = by_formula(said, rows.train, rows.validation, wanted, balanced=balanced)
    assert simple.held == pytest.approx(held, rel=1e-6, abs=1e-8)
    every = np.concatenate([rows.train, rows.validation])
    saved = by_formula(said, every, rows.train, wanted, balanced=balanced)
    assert simple.logits(prepared, rows.train) == pytest.approx(saved, rel=1e-6, abs=1e-8)
    assert np.abs(held).max() > 0.5


@pytest.mark.parametrize(("preset", "together"), [("fast", 40), ("fast", 1), ("strong", 2**20)])
def test_counts_are_those_of_every_id_over_the_root_of_the_words(
    tmp_path, monkeypatch, preset, together
):
    """Unknown words and padding count for nothing, and for the length of the text."""
    monkeypatch.setattr("elman.tasks.classify.linear.counts._TOGETHER", together)
    prepared = prepared_of(tmp_path, labelled("binary"), preset)
    rows = prepared.rows
    asked = np.concatenate([rows.test, rows.train[:20]])
    found = counts(prepared, asked).matrix().toarray()
    assert found.shape == (len(asked), prepared.with_terms.numbers)
    unknown = 0
    for line, text in zip(found, prepared.terms_of(asked), strict=True):
        wanted = np.zeros(len(line))
        for id in np.asarray(text).ravel():
            unknown += id == 1
            wanted[id] += (id > 1) / np.sqrt(len(text))
        assert line == pytest.approx(wanted)
    assert unknown > 0
    assert counts(prepared, asked[:0]).matrix().shape == (0, prepared.with_terms.numbers)


def sparse(array):
    found = csr_matrix(array)
    return Counts(found.indptr[1:].astype(np.int64), found.indices, found.data, found.shape[1])


def test_what_a_rare_class_lacks_speaks_against_it():
    random = np.random.default_rng(1)
    seen = random.random((300, 40)) < random.random(40) / 4
    wanted = np.arange(300)[:, None] % 50 == [0, 1]
    speaks = ratios(sparse(seen * random.random((300, 40))), wanted)
    here = np.stack([seen[wanted[:, k]].sum(0) for k in (0, 1)], axis=1)
    lacks = (here == 0) & (seen.sum(0) > 0)[:, None]
    assert lacks.sum() > 20
    assert speaks[lacks].max() < 0
    assert speaks[here == 2].min() > 0
    # with as many words on either side one is added to each count (Wang & Manning 2012)
    half = np.concatenate([seen, random.permuted(seen, axis=1)])
    p, q = half[:300].sum(0) + 1, half[300:].sum(0) + 1
    assert p.sum() == q.sum()
    even = ratios(sparse(half.astype(float)), (np.arange(600) < 300)[:, None])
    assert even[:, 0] == pytest.approx(np.log(p / q))
    # a class whose texts are all empty is a class
    wordless = sparse(half * (np.arange(600) >= 300)[:, None])
    assert np.isfinite(ratios(wordless, (np.arange(600)[:, None] < 300) == [True, False])).all()


def test_a_class_that_training_lacks_is_improbable_and_the_others_stand():
    random = np.random.default_rng(0)
    matrix = sparse(random.random((50, 7)))
    decision = Decision(("a", "b", "c"), "multiclass")
    targets = random.integers(0, 2, 50)
    part = fit_linear(matrix, indicator(decision, targets))
    assert part.bias[2] == pytest.approx(np.log(1 / 51))
    assert not part.weights[:, 2].any()
    assert np.abs(part.weights[:, :2]).min(1).max() > 0
    always = fit_linear(matrix, np.ones((50, 1), bool))
    assert always.bias[0] == pytest.approx(np.log(51))


def test_sixty_classes_are_told_apart(tmp_path):
    random = np.random.default_rng(0)
    said = [
        (" ".join([f"topic{n % 60}", *(f"w{k}" for k in random.integers(0, 99, 6))]), f"c{n % 60}")
        for n in range(1500)
    ]
    prepared = prepared_of(tmp_path, said)
    simple = simple_model(prepared)
    test = prepared.rows.test
    assert simple.part.weights.shape == (prepared.with_terms.numbers, 60)
    right = simple.logits(prepared, test).argmax(1) == prepared.rows.targets[test]
    assert right.mean() > 0.9
    assert (simple.held.argmax(1) == prepared.rows.targets[prepared.rows.validation]).mean() > 0.9


def with_labels(prepared, rows):
    """The same rows, some of them under the other of two labels."""
    targets = prepared.rows.targets.copy()
    targets[rows] = 1 - targets[rows]
    return dataclasses.replace(prepared, rows=dataclasses.replace(prepared.rows, targets=targets))


def test_held_out_logits_know_nothing_of_the_rows_they_are_of(tmp_path):
    prepared = prepared_of(tmp_path, labelled("binary"))
    rows = prepared.rows
    plain = simple_model(prepared)
    turned = simple_model(with_labels(prepared, rows.validation))
    assert np.array_equal(turned.held, plain.held)
    assert np.abs(turned.part.weights - plain.part.weights).max() > 0.1  # what is saved does
    other = simple_model(with_labels(prepared, rows.train[:30]))
    assert np.abs(other.held - plain.held).max() > 0.1


def test_nothing_is_learnt_from_test_rows(tmp_path):
    prepared = prepared_of(tmp_path, labelled("binary"))
    plain, turned = (simple_model(p) for p in (prepared, with_labels(prepared, prepared.rows.test)))
    assert np.array_equal(plain.part.weights, turned.part.weights)
    assert np.array_equal(plain.held, turned.held)


BINARY = Decision(("a", "b"), "binary")


def drawn(logits, seed=0):
    """Classes drawn by the probabilities of some logits."""
    p = 1 / (1 + np.exp(-logits[:, 0]))
    return (np.random.default_rng(seed).random(len(p)) < p).astype(np.int64)


def test_how_much_each_counts_is_found():
    random = np.random.default_rng(1)
    linear, recurrent = random.normal(0, 3, (2, 20_000, 1))
    for share in (0.2, 0.5, 0.8):
        for scale in (0.5, 1.0, 1.6):
            truth = drawn(scale * (share * linear + (1 - share) * recurrent))
            a, b = mixture(BINARY, linear, recurrent, truth)
            assert a == pytest.approx(share, abs=0.06)
            assert a + b == pytest.approx(1)


def test_neither_part_is_turned_round_and_the_recurrence_never_silent():
    random = np.random.default_rng(1)
    good, noise = random.normal(0, 2, (2, 5000, 1))
    truth = drawn(good)
    assert mixture(BINARY, noise, good, truth) == pytest.approx((0, 1), abs=0.04)
    assert mixture(BINARY, good, noise, truth) == pytest.approx((0.99, 0.01), abs=0.04)
    # what speaks against the truth is not turned round, and outweighs nothing
    for linear, recurrent in ((good, -good), (-good, good)):
        a, b = mixture(BINARY, linear, recurrent, truth)
        assert min(a, b) >= 0
        assert (a > b) == (linear is good)
    assert mixture(BINARY, good, 0 * good, drawn(9 * good))[1] == pytest.approx(0.01, abs=1e-3)


def test_few_rows_without_an_error_ask_for_no_certainty():
    """Both are right on all nine rows; a factor would grow without end."""
    truth = np.array([0, 1, 1, 0, 1, 0, 0, 1, 1])
    logits = np.where(truth, 2.0, -2.0)[:, None]
    a, b = mixture(BINARY, logits, 1.1 * logits, truth)
    assert a + b == pytest.approx(1)
    both = a * logits + b * 1.1 * logits
    p = calibrated(BINARY, both, truth).probabilities(both)
    assert p.max() < 0.99


def spec_and_tensors(members, outputs=2):
    spec = NetworkSpec(
        "rnn", 4, outputs, vocabulary=6, input_size=3, ids_per_step=3, members=members,
        pools=("last", "mean"),
    )  # fmt: skip
    random = np.random.default_rng(0)
    tensors = {
        name: random.normal(size=shape).astype(np.float32)
        for name, shape in shapes_of_all(spec).items()
    }
    part = LinearPart(random.normal(size=(11, outputs)), random.normal(size=outputs))
    steps = [random.integers(0, 6, (length, 4)) for length in (1, 5, 9)]
    return spec, tensors, part, steps


@pytest.mark.parametrize("members", [1, 3])
def test_joined_is_the_sum_of_both_by_their_parts(members):
    spec, tensors, part, steps = spec_and_tensors(members)
    network = network_of(*joined(spec, tensors, part, (0.3, 0.7)))
    own = network_of(spec, tensors).forward([each[:, :3] for each in steps])
    said = [part.weights[each].sum((0, 1)) / len(each) ** 0.5 + part.bias for each in steps]
    assert network.forward(steps) == pytest.approx(0.3 * np.stack(said) + 0.7 * own, abs=1e-5)


def test_alone_is_the_linear_part_and_nothing_else():
    spec, _, part, steps = spec_and_tensors(3)
    nothing, tensors = alone(spec, part)
    assert (nothing.recurrent, nothing.members, nothing.linear) == (False, 1, 11)
    assert set(tensors) == {"linear.weight", "linear.bias"}
    said = [part.weights[each].sum((0, 1)) / len(each) ** 0.5 + part.bias for each in steps]
    assert network_of(nothing, tensors).forward(steps) == pytest.approx(np.stack(said), abs=1e-5)


def test_of_more_words_than_the_matrix_has_room_for_some_rows_speak(tmp_path, monkeypatch):
    """They are drawn by what they contain; all validation rows are asked, and it is said."""
    said = []

    class Heard(Listener):
        def say(self, text=""):
            said.append(text)

    rows = read(labelled("binary"), tmp_path, ClassifyOptions(), Listener())
    words = np.diff(rows.offsets)
    most = int(words[rows.train].sum()) - 1
    monkeypatch.setattr("elman.tasks.classify.rows.rows.MOST_WORDS", most)
    rows = dataclasses.replace(rows)
    prepared = encode(rows, PRESETS["fast"], tmp_path / "words", Heard())
    few = prepared.rows.few
    assert {*few.train} < {*rows.train}
    assert most - words.max() < words[few.train].sum() <= most
    assert few.validation.tolist() == rows.validation.tolist()
    assert said[-1] == (
        f"linear models learn from {len(few.train):,} of the {len(rows.train):,} training rows"
    )
    monkeypatch.setattr("elman.tasks.classify.rows.rows.MOST_WORDS", most // 4)
    part = encode(dataclasses.replace(rows), PRESETS["fast"], tmp_path / "words", Listener())
    simple = simple_model(part)
    assert len(part.rows.few.validation) < len(rows.validation) == len(simple.held)
    place = rows.validation.tolist().index(part.rows.few.validation[0])
    _, held = counts(part, np.concatenate(part.rows.few)).cut(len(part.rows.few.train))
    learnt = fit_linear(
        counts(part, part.rows.few.train),
        indicator(rows.decision, rows.targets[part.rows.few.train]),
    )
    assert simple.held[place].tolist() == learnt.logits(held)[0].tolist()
