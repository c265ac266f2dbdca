"""The opponents are what they claim to be, on the rows they are given."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from elman.judging.classes.decision import Decision
from elman.tasks.classify.network.problem import TextProblem
from elman.tasks.classify.opponents import tfidf
from elman.tasks.classify.opponents.majority import majority
from elman.tasks.classify.opponents.small_nets import convolution, mean_embedding
from elman.tasks.classify.opponents.tfidf import tfidf_logistic
from elman.tasks.classify.options import ClassifyOptions
from elman.tasks.classify.presets import PRESETS
from elman.tasks.classify.rows.encode import encode
from elman.tasks.classify.rows.read import read
from elman.training.listener import Listener


def corpus(rows=240, words=50, classes=2, seed=0):
    """Ragged rows where word k speaks for class k, and one pair of words for class 0."""
    random = np.random.default_rng(seed)
    targets = random.integers(0, classes, rows)
    texts = []
    for target in targets:
        text = random.integers(classes, words, random.integers(1, 30))
        texts.append(np.insert(text, random.integers(len(text) + 1), target))
    tokens = np.concatenate(texts).astype(np.int32)
    return tokens, np.cumsum([0, *map(len, texts)]), targets, texts


def parts(rows):
    order = np.random.default_rng(1).permutation(rows)
    return order[: rows // 2], order[rows // 2 : 2 * rows // 3], order[2 * rows // 3 :]


def prepared_of(folder, texts, labels, *, preset="fast", parts=None):
    """Rows of words w0, w1…, as a recipe reads them, in parts of our own."""
    said = [
        (" ".join(f"w{w}" for w in text), label) for text, label in zip(texts, labels, strict=True)
    ]
    rows = read(said, folder, ClassifyOptions(), Listener())
    if parts is not None:
        train, validation, test = parts
        rows = dataclasses.replace(rows, train=train, validation=validation, test=test)
    return encode(rows, PRESETS[preset], folder / "words", Listener()), [text for text, _ in said]


@pytest.mark.parametrize("preset", ["fast", "strong"])
def test_tfidf_terms_equal_scikit_learns(tmp_path, monkeypatch, preset):
    """Of words and pairs alone: beginnings and ends of words, which `strong` reads, are neither."""
    _, _, targets, texts = corpus()
    train, validation, test = parts(240)
    prepared, words = prepared_of(
        tmp_path, texts, [*map("ab".__getitem__, targets)], preset=preset,
        parts=(train, validation, test),
    )  # fmt: skip
    monkeypatch.setattr(tfidf, "_STRENGTHS", (1.0,))
    found = tfidf_logistic(prepared)
    vectorizer = TfidfVectorizer(
        ngram_range=(1, 2), sublinear_tf=True, min_df=2, token_pattern=r"\S+"
    )
    x = vectorizer.fit_transform([words[n] for n in train])
    model = LogisticRegression(solver="liblinear").fit(x, targets[train])
    wanted = model.predict_proba(vectorizer.transform([words[n] for n in test]))
    assert found == pytest.approx(wanted, abs=1e-4)


@pytest.mark.parametrize("classes", [2, 3])
def test_every_opponent_learns_what_words_give_away(tmp_path, classes):
    tokens, offsets, targets, texts = corpus(600, classes=classes)
    train, validation, test = parts(600)
    prepared, _ = prepared_of(
        tmp_path, texts, [*map("abc".__getitem__, targets)], parts=(train, validation, test)
    )
    kind = "binary" if classes == 2 else "multiclass"
    decision = Decision(tuple("abc"[:classes]), kind)
    examples = TextProblem(
        words=tokens,
        offsets=offsets,
        targets=targets,
        train=train,
        validation=validation,
        decision=decision,
        max_length=99,
        lines=np.arange(600),
    )
    probabilities = {
        "tfidf": tfidf_logistic(prepared),
        "mean": mean_embedding(examples, 50, test, seed=0),
        "conv": convolution(examples, 50, test, seed=0),
    }
    for name, p in probabilities.items():
        assert p.sum(1) == pytest.approx(np.ones(len(test)))
        assert (p.argmax(1) == targets[test]).mean() > 0.9, name
    shares = np.bincount(targets[train]) / len(train)
    p = majority(dataclasses.replace(decision, prior=tuple(shares)), len(test))
    assert p.tolist() == [shares.tolist()] * len(test)


@pytest.mark.parametrize("refit", [False, True])
def test_refit_learns_from_the_validation_rows_too(tmp_path, monkeypatch, refit):
    _, _, targets, texts = corpus(400)
    prepared, _ = prepared_of(tmp_path, texts, [*map("ab".__getitem__, targets)], parts=parts(400))
    monkeypatch.setattr(tfidf, "_STRENGTHS", (10.0,))
    found = tfidf_logistic(prepared, refit=refit)
    rows = prepared.rows
    everything = np.concatenate([rows.train, rows.validation]) if refit else rows.train
    whole = dataclasses.replace(rows, train=everything)
    alone = tfidf_logistic(dataclasses.replace(prepared, rows=whole))
    assert np.array_equal(found, alone)
    assert not np.array_equal(found, tfidf_logistic(prepared, refit=not refit))


def test_multi_label_rows_reach_every_opponent(tmp_path):
    _, _, _, texts = corpus(300, classes=3)
    labels = [["abcd"[k] for k in range(4) if k in text] for text in texts]
    prepared, _ = prepared_of(tmp_path, texts, labels, parts=parts(300))
    rows = prepared.rows
    assert rows.decision.kind == "multilabel"
    p = tfidf_logistic(prepared)
    assert p.shape == (100, 4)
    assert ((p > 0.5) == rows.targets[rows.test]).mean() > 0.8


def test_small_nets_read_long_rows_from_both_ends():
    words = np.arange(2, 22, dtype=np.int32)
    examples = TextProblem(
        words=words,
        offsets=np.array([0, 15, 20, 20]),
        targets=np.array([0, 1, 0]),
        train=np.arange(3),
        validation=np.arange(3),
        decision=Decision(("a", "b"), "binary"),
        max_length=6,
        lines=np.arange(3),
    )
    x, lengths = examples.batch(np.array([0, 1, 2]))
    assert x.tolist() == [[2, 3, 4, 14, 15, 16], [17, 18, 19, 20, 21, 0], [0] * 6]
    assert lengths.tolist() == [6, 5, 0]


def test_of_equally_good_penalties_the_strongest_is_taken(tmp_path, monkeypatch):
    _, _, targets, texts = corpus(300)
    prepared, _ = prepared_of(tmp_path, texts, [*map("ab".__getitem__, targets)], parts=parts(300))
    rows, decision = prepared.rows, prepared.rows.decision
    held = dataclasses.replace(prepared, rows=dataclasses.replace(rows, test=rows.validation))

    def said(prepared, *strengths):
        monkeypatch.setattr(tfidf, "_STRENGTHS", strengths)
        return tfidf_logistic(prepared)

    tried = [said(prepared, c) for c in (30.0, 100.0)]
    right = [decision.right(said(held, c), targets[rows.validation]).mean() for c in (30.0, 100.0)]
    assert right[0] == right[1]
    assert np.abs(tried[0] - tried[1]).max() > 1e-3
    assert np.array_equal(said(prepared, 30.0, 100.0), tried[0])
