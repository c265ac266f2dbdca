"""The opponents are what they claim to be, on the rows they are given."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from elman.judging.classes.decision import Decision
from elman.tasks.classify.network.problem import TextProblem
from elman.tasks.classify.opponents.majority import majority
from elman.tasks.classify.opponents.small_nets import convolution, mean_embedding
from elman.tasks.classify.opponents.tfidf import tfidf_logistic
from elman.tasks.classify.rows.rows import Rows


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


def rows_of(tokens, offsets, targets, decision, train, validation, test):
    """Rows that came from no file."""
    return Rows(
        corpus=None, tokens=tokens, offsets=offsets, word_types=[], targets=targets,
        lines=np.arange(len(targets)), train=train, validation=validation, test=test,
        test_source="", decision=decision, diagnosis=None,
    )  # fmt: skip


def test_tfidf_terms_equal_scikit_learns():
    tokens, offsets, targets, texts = corpus()
    train, validation, test = parts(240)
    decision = Decision(("a", "b"), "binary")
    rows = rows_of(tokens, offsets, targets, decision, train, validation, test)
    found = tfidf_logistic(rows, strengths=(1.0,))
    words = [" ".join(f"w{w}" for w in text) for text in texts]
    vectorizer = TfidfVectorizer(
        ngram_range=(1, 2), sublinear_tf=True, min_df=2, token_pattern=r"\S+"
    )
    x = vectorizer.fit_transform([words[n] for n in train])
    model = LogisticRegression(solver="liblinear").fit(x, targets[train])
    wanted = model.predict_proba(vectorizer.transform([words[n] for n in test]))
    assert found == pytest.approx(wanted, abs=1e-4)


@pytest.mark.parametrize("classes", [2, 3])
def test_every_opponent_learns_what_words_give_away(classes):
    tokens, offsets, targets, _ = corpus(600, classes=classes)
    train, validation, test = parts(600)
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
        "tfidf": tfidf_logistic(
            rows_of(tokens, offsets, targets, decision, train, validation, test)
        ),
        "mean": mean_embedding(examples, 50, test, seed=0),
        "conv": convolution(examples, 50, test, seed=0),
    }
    for name, p in probabilities.items():
        assert p.sum(1) == pytest.approx(np.ones(len(test)))
        assert (p.argmax(1) == targets[test]).mean() > 0.9, name
    p = majority(targets[train], decision, len(test))
    assert p[0] == pytest.approx(np.bincount(targets[train]) / len(train))


@pytest.mark.parametrize("refit", [False, True])
def test_refit_learns_from_the_validation_rows_too(refit):
    tokens, offsets, targets, _ = corpus(400)
    train, validation, test = parts(400)
    rows = rows_of(
        tokens, offsets, targets, Decision(("a", "b"), "binary"), train, validation, test
    )
    found = tfidf_logistic(rows, strengths=(10.0,), refit=refit)
    everything = np.concatenate([train, validation]) if refit else train
    whole = dataclasses.replace(rows, train=everything, validation=validation[:0])
    alone = tfidf_logistic(whole, strengths=(10.0,))
    assert np.array_equal(found, alone)


def test_multi_label_rows_reach_every_opponent():
    tokens, offsets, _, texts = corpus(300, classes=3)
    indicator = np.stack([[k in text for k in range(3)] for text in texts]).astype(np.int64)
    train, validation, test = parts(300)
    decision = Decision(tuple("abc"), "multilabel")
    p = tfidf_logistic(rows_of(tokens, offsets, indicator, decision, train, validation, test))
    assert p.shape == (100, 3)
    assert ((p > 0.5) == indicator[test]).mean() > 0.8


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


def test_of_equally_good_penalties_the_strongest_is_taken():
    tokens, offsets, targets, _ = corpus(300)
    decision = Decision(("a", "b"), "binary")
    rows = rows_of(tokens, offsets, targets, decision, *parts(300))
    tried = [tfidf_logistic(rows, strengths=(c,)) for c in (30.0, 100.0)]
    held = dataclasses.replace(rows, test=rows.validation)
    right = [
        decision.right(tfidf_logistic(held, strengths=(c,)), targets[held.test]).mean()
        for c in (30.0, 100.0)
    ]
    assert right[0] == right[1]
    assert np.abs(tried[0] - tried[1]).max() > 1e-3
    assert np.array_equal(tfidf_logistic(rows, strengths=(30.0, 100.0)), tried[0])
