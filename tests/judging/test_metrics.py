"""Figures against scikit-learn's, and intervals against what they promise."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import binomtest
from sklearn import metrics as sk

from elman.judging.classes.decision import Decision
from elman.judging.classes.metrics import (
    classification_metrics,
    confusion,
    each_sure,
    per_class,
)
from elman.judging.paired import paired
from elman.judging.reliability import calibration_error

RANDOM = np.random.default_rng(7)


def guesses(rows, classes, skill=1.5):
    truth = RANDOM.integers(0, classes, rows)
    z = RANDOM.normal(size=(rows, classes)) + skill * np.eye(classes)[truth]
    p = np.exp(z)
    return p / p.sum(1, keepdims=True), truth


@pytest.mark.parametrize(("classes", "kind"), [(2, "binary"), (3, "multiclass"), (7, "multiclass")])
def test_figures_equal_scikit_learn(classes, kind):
    p, truth = guesses(311, classes)
    decision = Decision(tuple(map(str, range(classes))), kind)
    found = classification_metrics(decision, p, truth)
    chosen = p.argmax(1)
    assert found["accuracy"] == pytest.approx(sk.accuracy_score(truth, chosen))
    assert found["macro_f1"] == pytest.approx(sk.f1_score(truth, chosen, average="macro"))
    assert found["log_loss"] == pytest.approx(sk.log_loss(truth, p, labels=range(classes)))
    assert np.array_equal(confusion(chosen, truth, classes), sk.confusion_matrix(truth, chosen))
    wanted = sk.precision_recall_fscore_support(truth, chosen)
    for k, figures in enumerate(per_class(decision, p, truth).values()):
        assert list(figures.values()) == pytest.approx([column[k] for column in wanted])


def test_multi_label_figures_equal_scikit_learn():
    truth = (RANDOM.random((207, 5)) < 0.3).astype(np.int64)
    p = np.clip(truth * 0.4 + RANDOM.random((207, 5)) * 0.6, 0, 1)
    decision = Decision(tuple("abcde"), "multilabel", thresholds=(0.5, 0.4, 0.6, 0.5, 0.3))
    chosen = decision.choose(p)
    found = classification_metrics(decision, p, truth)
    assert found["accuracy"] == pytest.approx(sk.accuracy_score(truth, chosen))
    assert found["macro_f1"] == pytest.approx(sk.f1_score(truth, chosen, average="macro"))
    assert found["micro_f1"] == pytest.approx(sk.f1_score(truth, chosen, average="micro"))


def test_intervals_hold_the_truth_about_95_times_in_100():
    decision = Decision(("a", "b"), "binary")
    held = 0
    for _ in range(300):
        truth = RANDOM.integers(0, 2, 150)
        right = RANDOM.random(150) < 0.8
        said = np.where(right, truth, 1 - truth)
        p = np.stack([1.0 - said, said], 1)
        low, high = classification_metrics(decision, p, truth)["accuracy_ci95"]
        held += low <= 0.8 <= high
    assert 0.91 <= held / 300 <= 0.99


def test_macro_f1_interval_holds_its_figure_and_narrows_with_rows():
    decision = Decision(("a", "b", "c"), "multiclass")
    widths = []
    for rows in (100, 2500):
        found = classification_metrics(decision, *guesses(rows, 3))
        low, high = found["macro_f1_ci95"]
        assert low < found["macro_f1"] < high
        widths.append(high - low)
    assert widths[1] < widths[0] / 3


@pytest.mark.parametrize(("b", "c"), [(0, 0), (5, 1), (30, 12), (800, 700), (0, 40)])
def test_mcnemar_equals_the_exact_binomial(b, c):
    right = np.array([1.0] * b + [0.0] * c + [1.0] * 50)
    other = np.array([0.0] * b + [1.0] * c + [1.0] * 50)
    found = paired(right, other)
    wanted = binomtest(b, b + c).pvalue if b + c else 1.0
    assert found["p"] == pytest.approx(wanted)
    assert found["difference"] == pytest.approx((b - c) / (b + c + 50))
    assert found["ci95"][0] <= found["difference"] <= found["ci95"][1]


def test_paired_shares_of_several_runs():
    right, other = np.array([1, 0.5, 0.5, 1, 0] * 40), np.array([0, 0, 1, 1, 0.0] * 40)
    found = paired(right, other)
    assert found["difference"] == pytest.approx(0.2)
    d = right - other
    assert found["ci95"][1] - 0.2 == pytest.approx(1.96 * d.std() / np.sqrt(200))
    assert 0 < found["p"] < 0.01


def test_calibration_error_of_known_gaps():
    p = np.tile([[0.1, 0.9]], (100, 1))
    truth = np.array([1] * 60 + [0] * 40)
    assert calibration_error(*each_sure(p, truth)) == pytest.approx(0.3)
    assert calibration_error(*each_sure(p, np.ones(100, np.int64))) == pytest.approx(0.1)


def test_a_class_that_neither_occurs_nor_is_answered_does_not_count():
    p, truth = guesses(90, 3)
    wide = np.hstack([p, np.zeros((90, 2))])  # two classes more that nobody says
    found = classification_metrics(Decision(tuple("abcde"), "multiclass"), wide, truth)
    assert found["macro_f1"] == pytest.approx(sk.f1_score(truth, p.argmax(1), average="macro"))
    low, high = found["macro_f1_ci95"]
    assert low < found["macro_f1"] < high
