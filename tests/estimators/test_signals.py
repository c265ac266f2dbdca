"""Arrays of signals as an estimator of scikit-learn takes them."""

from __future__ import annotations

import pickle

import numpy as np
import pytest
from sklearn.model_selection import GroupKFold, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

import elman
from elman.sklearn import RecurrentClassifier
from tests.estimators.made import SMALL, signals

pandas = pytest.importorskip("pandas")
polars = pytest.importorskip("polars")

FLAT, Y = signals()
FLAT = FLAT[..., 0]


@pytest.fixture(scope="module")
def fitted():
    return RecurrentClassifier(keep="recurrent", **SMALL).fit(FLAT, Y)


def test_it_says_what_elman_says(fitted, tmp_path):
    model = elman.train(
        (FLAT, Y), tmp_path / "m", task="signal", keep="recurrent", baselines=False, **SMALL
    )
    fresh, _ = signals(23, seed=8)
    said = model.predict(list(fresh))
    assert fitted.classes_.tolist() == [-2, 7]
    wanted = [[one.probabilities[name] for name in ("-2", "7")] for one in said]
    assert fitted.predict_proba(fresh[..., 0]).tolist() == wanted
    assert fitted.predict(fresh).tolist() == [int(one.label) for one in said]
    assert fitted.n_features_in_ == FLAT.shape[1]


def test_columns_are_in_the_order_of_the_classes():
    """Which is that of letters; a model of elman has k9 before k10."""
    y = np.where(Y > 0, "k9", "k10")
    classifier = RecurrentClassifier(keep="simple").fit(FLAT, y)
    assert classifier.classes_.tolist() == ["k10", "k9"]
    assert list(classifier.model_.predict(FLAT[:1])[0].probabilities) == ["k9", "k10"]
    proba = classifier.predict_proba(FLAT)
    assert (classifier.classes_[proba.argmax(axis=1)] == classifier.predict(FLAT)).all()
    assert classifier.score(FLAT, y) > 0.8


def test_rows_of_other_lengths_and_three_dimensions():
    X, y = signals(80, steps=17, channels=3, seed=2)
    whole = RecurrentClassifier(keep="simple").fit(X, y)
    assert whole.score(X, y) > 0.8
    assert whole.predict(X[:9, :11]).shape == (9,)
    cut = [x[: 5 + n % 9] for n, x in enumerate(X)]
    ends = np.array([x[-1, 0] > 0 for x in cut])
    ragged = RecurrentClassifier(keep="simple").fit(cut, ends)
    proba = ragged.predict_proba(cut)
    assert proba.shape == (80, 2)
    assert (proba[:4] == ragged.predict_proba([cut[0], *cut[1:4]])).all()
    with pytest.raises(ValueError, match=r"takes \(N, T, 3\), time before channels"):
        whole.fit(X, y).predict(X[..., 0])
    with pytest.raises(ValueError, match="this model takes"):
        whole.predict(X[..., :2])
    for bad in (np.nan, np.inf):
        X[3, 4, 1] = bad
        with pytest.raises(ValueError, match=r"NaN|infinity"):
            whole.fit(X, y)
        with pytest.raises(ValueError, match=r"NaN|infinity"):
            ragged.predict(list(X))


@pytest.mark.parametrize("library", [pandas, polars])
def test_frames_of_numbers_are_signals(fitted, library):
    columns = {f"t{n}": FLAT[:, n] for n in range(FLAT.shape[1])}
    frame = library.DataFrame(columns)
    classifier = RecurrentClassifier(keep="recurrent", **SMALL).fit(frame, Y)
    assert classifier.feature_names_in_.tolist() == list(columns)
    assert (classifier.predict_proba(frame) == fitted.predict_proba(FLAT)).all()
    with pytest.raises(ValueError, match="feature names"):
        classifier.predict(library.DataFrame(dict(reversed(columns.items()))))


def test_groups_stay_whole():
    groups = np.arange(len(FLAT)) // 5
    classifier = RecurrentClassifier(keep="simple").fit(FLAT, Y, groups)
    held = np.array(classifier.model_.info.part("held_out.json")["line"]) - 1
    assert 0 < len(held) < len(FLAT) / 2
    assert len(held) == 5 * len(set(groups[held]))
    found = cross_val_score(
        RecurrentClassifier(keep="simple"),
        FLAT,
        Y,
        cv=GroupKFold(2),
        groups=groups,
        params={"groups": groups},
    )
    assert (found > 0.7).all()
    with pytest.raises(ValueError, match="inconsistent"):
        classifier.fit(FLAT, Y, groups[1:])


def test_it_is_kept_and_stands_in_pipelines(fitted, tmp_path):
    scaled = make_pipeline(StandardScaler(), RecurrentClassifier(keep="simple")).fit(FLAT, Y)
    assert scaled.score(FLAT, Y) > 0.8
    again = pickle.loads(pickle.dumps(scaled))
    assert (again.predict_proba(FLAT) == scaled.predict_proba(FLAT)).all()
    fitted.save(tmp_path / "m")
    loaded = RecurrentClassifier.load(tmp_path / "m")
    assert loaded.predict(FLAT).tolist() == fitted.predict(FLAT).tolist()
    with pytest.raises(ValueError, match="13 features"):
        loaded.predict(FLAT[:, :4])
    with pytest.raises(ValueError, match="signals have one recipe"):
        RecurrentClassifier(preset="strong").fit(FLAT, Y)
