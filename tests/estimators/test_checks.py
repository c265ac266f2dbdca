"""scikit-learn's own checks of estimators pass, and are counted: of a wrong tag none would run."""

from __future__ import annotations

from collections import Counter

import pytest
from sklearn.utils.estimator_checks import check_estimator

from elman.sklearn import RecurrentClassifier, RecurrentForecaster, RecurrentTagger
from tests.estimators.made import SMALL

# those of the checks about what they themselves do
pytestmark = pytest.mark.filterwarnings("ignore")

FEWEST = {RecurrentClassifier: 45, RecurrentForecaster: 28}
"""Checks that have to run and pass; of scikit-learn 1.9 they are 59 and 36."""

BY_NATURE = {
    "check_methods_subset_invariance": "rows are times: what follows depends on all of them",
    "check_methods_sample_order_invariance": "rows are times, and have an order",
    "check_fit1d": "one series is a column of numbers",
}
"""What a forecaster cannot be, and why."""


@pytest.mark.parametrize("kind", FEWEST)
def test_the_checks_of_scikit_learn_pass(kind):
    expected = BY_NATURE if kind is RecurrentForecaster else {}
    found = check_estimator(kind(**SMALL), expected_failed_checks=expected, on_skip=None)
    counted = Counter(one["status"] for one in found)
    failed = {one["check_name"] for one in found if one["status"] == "xfail"}
    assert counted["passed"] >= FEWEST[kind]
    assert failed == expected.keys()
    assert counted["failed"] == 0


def test_of_a_tagger_the_checks_know_nothing():
    """So nothing is claimed of it: they hand over tables of numbers, and it reads words."""
    found = check_estimator(RecurrentTagger(), on_skip=None)
    assert not [one for one in found if one["status"] == "failed"]
    assert len(found) < 10
