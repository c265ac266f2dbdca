"""From outputs to answers: probabilities, thresholds, calibration, "don't know"."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from sklearn.metrics import f1_score

from elman.judging.classes.calibration import calibrated, with_f1_thresholds
from elman.judging.classes.decision import Decision

RANDOM = np.random.default_rng(11)
BINARY = Decision(("neg", "pos"), "binary")
MANY = Decision(("a", "b", "c"), "multiclass")
LABELS = Decision(("a", "b", "c"), "multilabel")


def said(decision, logits):
    return decision.predictions_of(decision.probabilities(logits))


def test_probabilities_of_each_kind():
    z = np.array([[2.0], [-1000.0], [1000.0]])
    p = BINARY.probabilities(z)
    assert p[:, 1] == pytest.approx([1 / (1 + np.exp(-2)), 0, 1])
    z = np.array([[1.0, 2.0, 900.0], [0.0, 1.0, -1.0]])
    assert MANY.probabilities(z).sum(1) == pytest.approx([1, 1])
    assert MANY.probabilities(z)[1] == pytest.approx(np.exp(z[1]) / np.exp(z[1]).sum())
    assert LABELS.probabilities(z)[1] == pytest.approx(1 / (1 + np.exp(-z[1])))


def test_labels_thresholds_and_not_knowing():
    z = np.array([[0.1], [-3.0], [3.0]])
    assert [p.label for p in said(BINARY, z)] == ["pos", "neg", "pos"]
    strict = dataclasses.replace(BINARY, thresholds=(0.6,))
    assert [p.label for p in said(strict, z)] == ["neg", "neg", "pos"]
    assert said(strict, z)[0].probability == pytest.approx(1 - 1 / (1 + np.exp(-0.1)))
    unsure = dataclasses.replace(BINARY, unsure_below=0.9)
    assert [p.label for p in said(unsure, z)] == [None, "neg", "pos"]
    labels = dataclasses.replace(LABELS, thresholds=(0.9, 0.5, 0.1))
    (one, none) = said(labels, np.array([[1.0, 1.0, -1.0], [-4.0, -4.0, -4.0]]))
    assert one.label == ("b", "c")
    assert none.label == ()


@pytest.mark.parametrize("decision", [BINARY, MANY, LABELS], ids=lambda d: d.kind)
def test_calibration_finds_the_temperature(decision):
    rows, true_temperature = 20_000, 2.5
    z = RANDOM.normal(size=(rows, decision.outputs)) * 2
    p = decision.probabilities(z)
    if decision.kind == "multilabel":
        truth = (RANDOM.random(p.shape) < p).astype(np.int64)
    else:
        truth = (RANDOM.random((rows, 1)) > p.cumsum(1)).sum(1)
    found = calibrated(decision, z * true_temperature, truth).temperature
    assert found == pytest.approx(true_temperature, rel=0.06)


def test_f1_thresholds_are_the_best_there_are():
    truth = (RANDOM.random((301, 3)) < [0.5, 0.1, 0.03]).astype(np.int64)
    p = np.clip(truth * 0.25 + RANDOM.random((301, 3)) * 0.7, 0, 1).round(2)  # with equal scores
    found = with_f1_thresholds(LABELS, p, truth)
    for k in range(3):

        def f1(t, k=k):
            return f1_score(truth[:, k], p[:, k] >= t, zero_division=0)

        best = max(f1(t) for t in np.unique(p[:, k]))
        assert f1(found.thresholds[k]) == pytest.approx(best)


def test_binary_f1_threshold_is_the_best_of_macro_f1():
    truth = (RANDOM.random(401) < 0.08).astype(np.int64)
    one = np.clip(truth * 0.2 + RANDOM.random(401) * 0.6, 0, 1)
    p = np.stack([1 - one, one], 1)
    found = with_f1_thresholds(BINARY, p, truth)

    def f1(t):
        return f1_score(truth, one >= t, average="macro", zero_division=0)

    assert f1(found.thresholds[0]) == pytest.approx(max(f1(t) for t in one))
    assert f1(found.thresholds[0]) > f1(0.5)


@pytest.mark.parametrize(
    "wrong",
    [
        Decision(("a", "b", "c"), "binary"),
        Decision(("a",), "multiclass"),
        Decision(("a", "a"), "binary"),
        Decision(("a", "b"), "binary", thresholds=(0.1, 0.2)),
        Decision(("a", "b"), "binary", temperature=0.0),
        Decision(("a", "b", "c"), "multilabel", thresholds=(0.1,)),
    ],
)
def test_parts_that_do_not_fit_are_refused(wrong):
    with pytest.raises(ValueError, match="output"):
        wrong.check()


def test_temperature_stays_between_a_half_and_eight():
    """A validation part without an error would ask for certainty, one that is noise for none."""
    truth = np.arange(40) % 2
    certain = np.where(truth, 3.0, -3.0)[:, None]
    assert calibrated(BINARY, certain, truth).temperature == pytest.approx(0.5, abs=0.01)
    assert calibrated(BINARY, -certain * 9, truth).temperature == pytest.approx(8.0, rel=0.02)
    assert calibrated(BINARY, certain[:0], truth[:0]).temperature == 1.0


def test_a_threshold_is_reached_by_itself_and_sure_enough_is_sure():
    z = np.array([[0.0]])  # p = 1/2 for both
    half = dataclasses.replace(BINARY, thresholds=(0.5,))
    assert half.choose(half.probabilities(z)).tolist() == [1]
    assert said(dataclasses.replace(BINARY, unsure_below=0.5), z)[0].label == "neg"
    assert said(dataclasses.replace(BINARY, unsure_below=0.5001), z)[0].label is None


def test_several_labels_are_right_only_all_together():
    p = np.array([[0.9, 0.9, 0.1], [0.9, 0.1, 0.1]])
    truth = np.array([[1, 0, 0], [1, 0, 0]])
    assert LABELS.right(p, truth).tolist() == [False, True]


def test_equal_scores_are_not_parted_by_a_threshold():
    """One hit among five equal scores cannot be had alone, however good that would be."""
    p = np.array([0.9, 0.5, 0.5, 0.5, 0.5, 0.5])
    truth = np.array([1, 1, 0, 0, 0, 0])
    several = Decision(("a", "b"), "multilabel")
    found = with_f1_thresholds(several, np.stack([p, p], 1), np.stack([truth, truth], 1))
    assert found.thresholds == pytest.approx((0.7, 0.7))


def test_before_anything_is_read_the_classes_have_their_shares():
    assert dataclasses.replace(MANY, prior=(0.5, 0.3, 0.2)).base.tolist() == [0.5, 0.3, 0.2]
    assert MANY.base == pytest.approx([1 / 3] * 3)
    for prior in ((0.5, 0.5), (0.5, 0.7, -0.2)):
        with pytest.raises(ValueError, match=r"output\.prior: expected 3 shares from 0 to 1"):
            dataclasses.replace(MANY, prior=prior).check()
