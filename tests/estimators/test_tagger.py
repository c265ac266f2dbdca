"""The tagger as an estimator: lists of words in, lists of tags out."""

from __future__ import annotations

import pickle
from pathlib import Path

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.model_selection import GridSearchCV, GroupKFold, cross_val_score

import elman
from elman.errors import ArtifactError, DataError
from elman.sklearn import RecurrentForecaster, RecurrentTagger
from elman.tasks.tag.options import TagOptions
from elman.tasks.tag.rows.read import read
from elman.training.listener import Listener
from tests.estimators.made import SMALL, sentences

pandas = pytest.importorskip("pandas")
polars = pytest.importorskip("polars")

X, Y = sentences()
LEARNING = SMALL | {"epochs": 12, "learning_rate": 0.02}
FRESH, TRUTH = sentences(17, seed=4)


@pytest.fixture(scope="module")
def fitted():
    return RecurrentTagger(keep="recurrent", **LEARNING).fit(X, Y)


def test_it_says_what_elman_says(fitted, tmp_path):
    model = elman.train(
        (X, Y), tmp_path / "m", task="tag", keep="recurrent", baselines=False, **LEARNING
    )
    said = model.predict(FRESH)
    assert fitted.predict(FRESH) == [list(one.tags) for one in said]
    assert fitted.classes_.tolist() == ["DET", "NOUN", "VERB"]
    for one, proba in zip(said, fitted.predict_proba(FRESH), strict=True):
        assert proba.shape == (len(one.words), 3)
        assert proba.sum(axis=1) == pytest.approx(np.ones(len(proba)))
        own = [fitted.classes_.tolist().index(tag) for tag in one.tags]
        assert proba[np.arange(len(proba)), own].tolist() == list(one.probabilities)


def test_the_score_is_the_share_of_words(fitted):
    assert fitted.score(FRESH, TRUTH) > 0.9
    said = fitted.predict(FRESH)
    assert fitted.score(FRESH, said) == 1
    wrong = [["DET" if tag == "NOUN" else tag for tag in tags] for tags in said]
    words = sum(map(len, said))
    nouns = sum(tags.count("NOUN") for tags in said)
    assert fitted.score(FRESH, wrong) == pytest.approx(1 - nouns / words)
    with pytest.raises(ValueError, match=r"row 1: \d words and 1 tags"):
        fitted.score(FRESH[:2], [TRUTH[0], ["DET"]])


def test_all_forms_of_sentences_are_the_same(fitted):
    plain = fitted.predict(FRESH)
    for given in (
        pandas.Series(FRESH),
        polars.Series(FRESH),
        np.array(FRESH, object),
        pandas.DataFrame({"words": FRESH}),
        polars.DataFrame({"words": FRESH}),
        [tuple(words) for words in FRESH],
        [" ".join(words) for words in FRESH],
    ):
        assert fitted.predict(given) == plain
    for both in ((pandas.Series(X), pandas.Series(Y)), (polars.Series(X), polars.Series(Y))):
        again = RecurrentTagger(keep="recurrent", **LEARNING).fit(*both)
        assert again.predict(FRESH) == plain


def test_it_is_searched_kept_and_read_again(fitted, tmp_path):
    search = GridSearchCV(RecurrentTagger(**SMALL), {"keep": ["simple", "recurrent"]}, cv=2)
    assert search.fit(X, Y).score(FRESH, TRUTH) > 0.9
    again = pickle.loads(pickle.dumps(fitted))
    loaded = RecurrentTagger.load(fitted.save(tmp_path / "m") and tmp_path / "m")
    for other in (again, loaded):
        assert other.predict(FRESH) == fitted.predict(FRESH)
        assert other.classes_.tolist() == fitted.classes_.tolist()
    assert clone(loaded).get_params() == fitted.get_params()
    with pytest.raises(ArtifactError, match="RecurrentForecaster is one of forecast"):
        RecurrentForecaster.load(tmp_path / "m")
    assert "accuracy held out" in fitted._repr_html_()


def test_documents_stay_whole():
    documents = np.array([f"d{n // 10}" for n in range(len(X))])
    rows = read((X, Y, documents.tolist()), TagOptions(), Listener())
    assert len(rows.sentences) == len(X)
    parts = [set(documents[getattr(rows, name)]) for name in ("train", "validation", "test")]
    assert all(parts)
    assert sum(map(len, parts)) == len(set(documents))
    tagger = RecurrentTagger(keep="simple", **SMALL)
    assert "in whole documents" in tagger.fit(X, Y, documents).report_["judged_on"]
    assert "in whole documents" not in tagger.fit(X, Y).report_["judged_on"]
    found = cross_val_score(
        RecurrentTagger(keep="simple", **SMALL),
        X,
        Y,
        groups=documents,
        cv=GroupKFold(2),
        params={"groups": documents},
    )
    assert (found > 0.8).all()
    with pytest.raises(DataError, match="90 sentences and documents of 89"):
        elman.train((X, Y, documents[1:]), Path("m"), task="tag")


@pytest.mark.parametrize(
    ("words", "tags", "message"),
    [
        (X, Y[1:], "inconsistent numbers"),
        ([["a", "b"], *X], [["DET"], *Y], r"row 0: .* as many tags"),
        (["a dog", *X], [["DET", "NOUN"], *Y], r"row 0: 'a dog'"),
        (3, Y, "X: 3 is no list of lists"),
    ],
)
def test_faults_are_named(words, tags, message):
    with pytest.raises(ValueError, match=message):
        RecurrentTagger().fit(words, tags)
