"""A program of somebody else: type checkers must find nothing to say, and know what things are."""

from __future__ import annotations

from typing import assert_type

import elman
import elman.nn
from elman import Forecast, Model, Prediction


def texts(out: str) -> list[Prediction]:
    model = elman.train(
        [("a fine film", "pos"), ("a dull film", "neg")], out, preset="fast", seed=3
    )
    assert_type(model, Model)
    answers = model.predict(["a fine film"])
    assert_type(answers, list[Prediction])
    for answer in answers:
        print(answer.label, answer.probability + 1.0, answer.probabilities["pos"])
    stream = elman.load(out).stream()
    assert_type(stream.feed("not"), Prediction)
    return answers


def series(out: str) -> float:
    model = elman.train([1.0, 2.0, 3.0], out, horizon=3, epochs=2)
    forecast = model.predict([[1.0, 2.0, 3.0]])[0]
    assert_type(forecast, Forecast)
    assert_type(model.stream().feed(1.5), Forecast)
    return forecast.values[0]


def judged(out: str) -> None:
    report = elman.evaluate(out, "new.csv", label="stars")
    assert_type(report["n"] is None, bool)
    elman.compare("reviews.csv", models=("rnn", "gru"), seeds=5, time_limit="10m")
    try:
        elman.load(out)
    except elman.ElmanError as error:
        print(error)


layer = elman.nn.GRU(8, 16, batch_first=True)
