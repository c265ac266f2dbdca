"""Texts as an estimator of scikit-learn takes them."""

from __future__ import annotations

import pickle

import numpy as np
import pytest
from sklearn import config_context
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV, GroupKFold, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer

import elman
from elman.errors import ArtifactError, OptionError
from elman.sklearn import RecurrentClassifier, RecurrentTagger
from tests.estimators.made import SMALL, names, texts

pandas = pytest.importorskip("pandas")
polars = pytest.importorskip("polars")

X, Y = texts()
FRESH, TRUTH = texts(41, seed=5)
UNKNOWN = ["", "zzz", "a lovely film"]


@pytest.fixture(scope="module")
def fitted():
    return RecurrentClassifier(keep="recurrent", **SMALL).fit(X, names(Y))


def test_it_says_what_elman_says(fitted, tmp_path):
    model = elman.train(
        (X, names(Y)), tmp_path / "m", task="classify", keep="recurrent", baselines=False, **SMALL
    )
    said = model.predict([*FRESH, *UNKNOWN])
    assert fitted.classes_.tolist() == ["bad", "fair", "good"]
    wanted = [[one.probabilities[name] for name in fitted.classes_] for one in said]
    assert fitted.predict_proba([*FRESH, *UNKNOWN]).tolist() == wanted
    assert fitted.report_["metrics"] == model.info.part("metrics.json")["metrics"]
    assert fitted.report_["cell"] == "rnn"


def test_it_learns_and_answers_in_the_users_own_classes():
    for truth in (names(Y), Y + 5, Y == 2, names(Y).astype(object), Y * 2.0):
        classifier = RecurrentClassifier(keep="simple").fit(X, truth)
        of_fresh = dict(zip(Y.tolist(), truth.tolist(), strict=True))
        wanted = [of_fresh[kind] for kind in TRUTH.tolist()]
        assert classifier.classes_.dtype == np.asarray(truth).dtype
        assert classifier.score(FRESH, wanted) > 0.9
        found = classifier.predict([*FRESH, *UNKNOWN])
        proba = classifier.predict_proba([*FRESH, *UNKNOWN])
        assert (found == classifier.classes_[proba.argmax(axis=1)]).all()
        assert np.exp(classifier.predict_log_proba(FRESH)).sum() == pytest.approx(len(FRESH))


@pytest.mark.parametrize(
    "given",
    [pandas.Series, polars.Series, np.array, lambda X: np.array(X, object)[:, None], tuple],
    ids=["pandas", "polars", "numpy", "column", "tuple"],
)
def test_all_forms_of_texts_are_the_same(fitted, given):
    classifier = RecurrentClassifier(keep="recurrent", **SMALL).fit(given(X), names(Y))
    assert (classifier.predict_proba(given(FRESH)) == fitted.predict_proba(FRESH)).all()


@pytest.mark.parametrize("library", [pandas, polars])
def test_columns_of_a_frame_are_found_by_name(library):
    half = len(X) // 2
    title, body = X[:half], X[half:]
    frame = library.DataFrame({"title": title, "body": body})
    classifier = RecurrentClassifier(keep="simple").fit(frame, names(Y[:half]))
    assert classifier.feature_names_in_.tolist() == ["title", "body"]
    assert classifier.n_features_in_ == 2
    turned = library.DataFrame({"body": body, "other": body, "title": title})
    assert (classifier.predict_proba(turned) == classifier.predict_proba(frame)).all()
    changed = library.DataFrame({"body": title, "title": body})
    assert (classifier.predict_proba(changed) != classifier.predict_proba(frame)).any()
    with pytest.raises(ValueError, match="reads title, body, and body is missing"):
        classifier.predict(library.DataFrame({"title": title, "text": body}))
    mixed = library.DataFrame({"title": title, "year": list(range(half))})
    with pytest.raises(TypeError, match="texts in title, and none in year: choose the columns"):
        RecurrentClassifier().fit(mixed, Y[:half])


def test_missing_texts_are_empty_and_others_are_refused(fitted):
    holes = pandas.Series([None, "a lovely film", float("nan")])
    plain = fitted.predict_proba(["", "a lovely film", ""])
    assert (fitted.predict_proba(holes) == plain).all()
    with pytest.raises(TypeError, match=r"row 1: 3 is no text"):
        fitted.predict(["a", 3])
    with pytest.raises(ValueError, match="holds no texts"):
        fitted.predict(np.ones((2, 3)))


def test_it_is_cloned_pickled_saved_and_loaded(fitted, tmp_path):
    with pytest.raises(NotFittedError):
        clone(fitted).predict(FRESH)
    assert clone(fitted).get_params() == fitted.get_params()
    proba = fitted.predict_proba(FRESH)
    again = pickle.loads(pickle.dumps(fitted))
    assert (again.predict_proba(FRESH) == proba).all()
    assert again.report_ == fitted.report_

    place = tmp_path / "model"
    assert fitted.save(place) is fitted
    (plain,) = elman.load(place).predict(FRESH[:1])
    assert list(plain.probabilities.values()) == proba[0].tolist()
    loaded = RecurrentClassifier.load(place)
    assert loaded.get_params() == fitted.get_params()
    assert loaded.classes_.tolist() == fitted.classes_.tolist()
    assert (loaded.predict_proba(FRESH) == proba).all()
    loaded.save(place)  # over itself
    assert (RecurrentClassifier.load(place).predict_proba(FRESH) == proba).all()
    assert elman.drift(place, FRESH)["held_out"] == fitted.report_["held_out"]["n"]
    # what was pickled of a loaded one does not need the directory
    state = pickle.dumps(RecurrentClassifier.load(place))
    for path in place.iterdir():
        path.unlink()
    again = pickle.loads(state)
    assert (again.predict_proba(FRESH) == proba).all()
    again.save(tmp_path / "again")
    assert (elman.load(tmp_path / "again").predict(FRESH[:1])) == [plain]


def test_classes_that_are_numbers_come_back_as_numbers(tmp_path):
    classifier = RecurrentClassifier(keep="simple", random_state=3).fit(X, Y - 1)
    loaded = RecurrentClassifier.load(classifier.save(tmp_path / "m") and tmp_path / "m")
    assert loaded.classes_.dtype == Y.dtype
    assert loaded.predict(FRESH).tolist() == classifier.predict(FRESH).tolist()
    assert loaded.random_state == 3


def test_directories_that_are_no_place_for_it_are_refused(fitted, tmp_path):
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(OptionError, match="holds other files and no model"):
        fitted.save(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]
    fitted.save(tmp_path / "m")
    with pytest.raises(ArtifactError, match="a model of the task classify; RecurrentTagger is one"):
        RecurrentTagger.load(tmp_path / "m")
    with pytest.raises(NotFittedError):
        RecurrentClassifier().save(tmp_path / "n")


def test_a_directory_of_elman_train_is_an_estimator(tmp_path):
    model = elman.train((X, names(Y)), tmp_path / "m", task="classify", keep="simple")
    loaded = RecurrentClassifier.load(tmp_path / "m")
    assert loaded.predict(FRESH).tolist() == [one.label for one in model.predict(FRESH)]
    assert loaded.classes_.tolist() == ["bad", "fair", "good"]


def test_it_is_searched_and_cross_validated():
    search = GridSearchCV(
        RecurrentClassifier(**SMALL), {"keep": ["simple", "recurrent"], "hidden_size": [3]}, cv=2
    )
    search.fit(X, names(Y))
    assert search.best_params_["hidden_size"] == 3
    assert search.best_estimator_.model_.network.spec.hidden_size in (0, 3)
    assert len(search.cv_results_["mean_test_score"]) == 2
    assert search.score(FRESH, names(TRUTH)) > 0.9


def test_groups_stay_whole_inside_and_outside():
    groups = np.arange(len(X)) // 4
    classifier = RecurrentClassifier(keep="simple").fit(X, names(Y), groups=groups)
    held = np.array(classifier.model_.info.part("held_out.json")["line"]) - 1
    assert 0 < len(held) < len(X) / 3
    assert len(held) == 4 * len(set(groups[held]))
    apart = RecurrentClassifier(keep="simple").fit(X, names(Y))
    held = np.array(apart.model_.info.part("held_out.json")["line"]) - 1
    assert len(held) < 4 * len(set(groups[held]))

    found = cross_val_score(
        RecurrentClassifier(keep="simple"),
        X,
        names(Y),
        groups=groups,
        cv=GroupKFold(3),
        params={"groups": groups},
    )
    assert (found > 0.8).all()
    with config_context(enable_metadata_routing=True):
        routed = RecurrentClassifier(keep="simple").set_fit_request(groups=True)
        again = cross_val_score(routed, X, names(Y), cv=GroupKFold(3), params={"groups": groups})
    assert again.tolist() == found.tolist()


def test_it_stands_in_pipelines():
    lower = FunctionTransformer(lambda texts: [text.lower() for text in texts])
    loud = [text.upper() for text in X]
    pipeline = make_pipeline(lower, RecurrentClassifier(keep="simple")).fit(loud, names(Y))
    plain = RecurrentClassifier(keep="simple").fit(X, names(Y))
    assert (pipeline.predict_proba(loud) == plain.predict_proba(X)).all()
    after = make_pipeline(RecurrentClassifier(keep="simple"), LogisticRegression())
    assert after.fit(X, names(Y)).score(FRESH, names(TRUTH)) > 0.9
    assert after[:-1].get_feature_names_out().tolist() == [
        f"recurrentclassifier_{name}" for name in ("bad", "fair", "good")
    ]


@pytest.mark.parametrize("library", ["pandas", "polars"])
def test_features_come_as_the_frame_that_is_asked_for(fitted, library):
    frame = clone(fitted).set_output(transform=library).fit_transform(X, names(Y))
    assert type(frame).__module__.startswith(library)
    assert list(frame.columns) == [f"recurrentclassifier_{name}" for name in fitted.classes_]
    assert (np.asarray(frame) == fitted.predict_proba(X)).all()


@pytest.mark.parametrize(
    ("settings", "y", "message"),
    [
        ({}, ["one"] * len(X), "y has 1 class"),
        ({}, names(Y)[:-1], "inconsistent numbers of samples"),
        ({}, np.linspace(0, 1, len(X)), "Unknown label type"),
        ({}, np.where(Y == 0, "Yes", np.where(Y == 1, "yes", "no")), "some mean the same"),
        ({"keep": "none"}, names(Y), 'keep "none" is not known'),
        ({"hidden_size": 0}, names(Y), "hidden-size 0"),
        ({"cell": 3}, names(Y), 'cell "3" is not known'),
        ({"random_state": "x"}, names(Y), "random_state='x'"),
    ],
)
def test_faults_are_named(settings, y, message):
    with pytest.raises(ValueError, match=message):
        RecurrentClassifier(**settings).fit(X, y)


def test_what_is_random_follows_from_the_state():
    def weights(state):
        fitted = RecurrentClassifier(keep="recurrent", random_state=state, **SMALL).fit(X, Y)
        return fitted.model_.tensors[
            "fc.weight" if "fc.weight" in fitted.model_.tensors else "0.fc.weight"
        ]

    one = weights(1)
    assert (weights(1) == one).all()
    assert (weights(np.int64(1)) == one).all()
    assert (weights(2) != one).any()
    assert (weights(np.random.RandomState(4)) == weights(np.random.RandomState(4))).all()
    assert (weights(None) != weights(None)).any()


def test_a_notebook_shows_the_figures(fitted):
    page = fitted._repr_html_()
    report = fitted.report_
    accuracy, (low, high) = report["metrics"]["accuracy"], report["metrics"]["accuracy_ci95"]
    assert f"{accuracy:.1%}, 95 % interval {low:.1%} to {high:.1%}" in page
    assert f"{report['training']['parameters']:,}" in page
    assert "a recurrent network (rnn) beside the simple model" in page
    assert "hidden_size" in page
    assert "elman-figures" not in RecurrentClassifier()._repr_html_()
    simple = RecurrentClassifier(keep="simple").fit(X, names(Y))
    assert "<td>the simple model alone</td>" in simple._repr_html_()
