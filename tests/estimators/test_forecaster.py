"""Series as an estimator of scikit-learn takes them: rows are times, columns are series."""

from __future__ import annotations

import pickle

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.model_selection import GridSearchCV, TimeSeriesSplit, cross_val_score

import elman
from elman.errors import ArtifactError
from elman.sklearn import RecurrentClassifier, RecurrentForecaster
from tests.estimators.made import series

pandas = pytest.importorskip("pandas")
polars = pytest.importorskip("polars")

X = series()
QUICK = {"horizon": 3, "season": 7, "keep": "simple"}


@pytest.fixture(scope="module")
def fitted():
    return RecurrentForecaster(**QUICK).fit(X)


def test_it_says_what_elman_says(tmp_path):
    values = X[:, 1]
    one = RecurrentForecaster(**QUICK).fit(values)
    model = elman.train(values, tmp_path / "m", task="forecast", **QUICK)
    (said,) = model.predict([values])
    assert one.predict().tolist() == list(said.values)
    assert one.predict(values).tolist() == list(said.values)
    (forecast,) = one.forecasts()
    assert forecast.intervals == said.intervals
    (before,) = model.predict([values[:60]])
    assert one.predict(values[:60]).tolist() == list(before.values)
    (further,) = model.reaching(8).predict([values])
    assert one.predict(steps=8).tolist() == list(further.values)


def test_a_column_is_a_series(fitted):
    found = fitted.predict()
    assert found.shape == (3, 2)
    ahead = series(87)[84:]
    assert np.abs(found - ahead).max() < 1
    assert fitted.predict(X).tolist() == found.tolist()
    assert fitted.predict(X[:50]) == pytest.approx(X[50:53], abs=1)
    assert fitted.predict(steps=7).shape == (7, 2)
    with pytest.raises(ValueError, match="3 features"):
        fitted.predict(np.ones((9, 3)))
    with pytest.raises(ValueError, match="Reshape"):
        fitted.predict(X[:, 0])
    assert RecurrentForecaster(**QUICK).fit(X[:, :1]).predict().shape == (3, 1)


@pytest.mark.parametrize("library", [pandas, polars])
def test_frames_name_their_series(fitted, library):
    frame = library.DataFrame({"north": X[:, 0], "south": X[:, 1]})
    forecaster = RecurrentForecaster(**QUICK).fit(frame)
    assert forecaster.series_names_.tolist() == ["north", "south"]
    assert (forecaster.predict(frame) == fitted.predict()).all()
    one = RecurrentForecaster(**QUICK).fit(
        library.Series("south", X[:, 1])
        if library is polars
        else pandas.Series(X[:, 1], name="south")
    )
    assert one.predict().shape == (3,)


def test_dates_are_read_and_continued(tmp_path):
    days = pandas.date_range("2024-01-01", periods=len(X), freq="D", name="day")
    frame = pandas.DataFrame(X, days, ["north", "south"])
    dated = RecurrentForecaster(**QUICK).fit(frame)
    model = elman.train(frame, tmp_path / "m", task="forecast", **QUICK)
    said = model.predict(frame)
    assert dated.predict().T.tolist() == [list(one.values) for one in said]
    assert [one.dates for one in dated.forecasts(frame)] == [one.dates for one in said]
    assert said[0].dates[0] == "2024-03-25"
    text = polars.DataFrame({"day": [str(day.date()) for day in days], "south": X[:, 1]})
    (one,) = RecurrentForecaster(**QUICK).fit(text).forecasts()
    assert one.dates[-1] == "2024-03-27"
    later = pandas.DataFrame(series(90)[84:], days[-6:] + pandas.Timedelta(6, "D"), frame.columns)
    plain = RecurrentForecaster(**QUICK).fit(X)
    assert dated.score(later) == pytest.approx(plain.score(series(90)[84:]))
    # a day later it is judged on the second day and the third
    holes = series(90)[84:].copy()
    holes[0] = np.nan
    assert dated.score(later.iloc[1:]) == pytest.approx(plain.score(holes))


def test_the_score_is_minus_the_error_in_naive_errors(fitted):
    ahead = series(90)[84:]
    said = fitted.predict()
    codec = fitted.model_.codec
    naive = []
    for n in range(2):
        remembered = codec.recent(n).values
        assert (remembered == X[-len(remembered) :, n]).all()
        naive.append(np.abs(remembered[7:] - remembered[:-7]).mean())
    wanted = -(np.abs(said - ahead[:3]) / naive).mean()
    assert fitted.score(ahead) == pytest.approx(wanted)
    assert fitted.score(ahead[:1]) == pytest.approx(-(np.abs(said - ahead[:3]) / naive)[0].mean())
    holes = ahead.copy()
    holes[0, 1] = np.nan
    assert fitted.score(holes) > -10
    with pytest.raises(ValueError, match="no value to be judged by"):
        fitted.score(np.full((3, 2), np.nan))


def test_times_are_cut_in_order():
    found = cross_val_score(RecurrentForecaster(**QUICK), X, cv=TimeSeriesSplit(3, test_size=4))
    wanted = [
        RecurrentForecaster(**QUICK).fit(X[:end]).score(X[end : end + 4]) for end in (72, 76, 80)
    ]
    assert found.tolist() == pytest.approx(wanted)
    search = GridSearchCV(
        RecurrentForecaster(**QUICK), {"season": [None, 7]}, cv=TimeSeriesSplit(2, test_size=7)
    )
    assert search.fit(X).best_params_["season"] in (None, 7)
    assert search.predict(X).shape == (3, 2)


def test_it_is_kept(fitted, tmp_path):
    again = pickle.loads(pickle.dumps(fitted))
    fitted.save(tmp_path / "m")
    loaded = RecurrentForecaster.load(tmp_path / "m")
    for other in (again, loaded):
        assert other.predict().tolist() == fitted.predict().tolist()
        assert other.predict(X[:50]).tolist() == fitted.predict(X[:50]).tolist()
    assert clone(loaded).get_params() == fitted.get_params()
    assert [
        list(one.values)
        for one in elman.load(tmp_path / "m").predict(
            pandas.DataFrame({"x0": X[:, 0], "x1": X[:, 1]})
        )
    ] == fitted.predict().T.tolist()
    elman.train(X[:, 0], tmp_path / "one", task="forecast", **QUICK)
    assert RecurrentForecaster.load(tmp_path / "one").predict().shape == (3,)
    with pytest.raises(ArtifactError, match="RecurrentClassifier is one of classify or signal"):
        RecurrentClassifier.load(tmp_path / "m")
    assert "MASE held out" in fitted._repr_html_()


def test_missing_values_are_missing_and_faults_are_named():
    holes = X.copy()
    holes[::9, 0] = np.nan
    found = RecurrentForecaster(**QUICK).fit(holes).predict()
    assert np.abs(found - series(87)[84:]).max() < 2
    for values, message in ((X[:4], "too few"), (np.where(X > 60, np.inf, X), "infinity")):
        with pytest.raises(ValueError, match=message):
            RecurrentForecaster(**QUICK).fit(values)
    with pytest.raises(ValueError, match="horizon"):
        RecurrentForecaster(horizon=0).fit(X)
