"""A program of somebody else: type checkers must find nothing to say, and know what things are."""

from __future__ import annotations

from typing import assert_type

import torch
from torch.nn.utils.rnn import PackedSequence, pack_padded_sequence

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


def layers(x: torch.Tensor, model: torch.nn.Module) -> None:
    output, h_n = layer(x, lengths=[3, 1])
    assert_type(output, torch.Tensor)
    assert_type(h_n, torch.Tensor)
    lstm = elman.nn.LSTM(8, 16, num_layers=2, proj_size=4)
    output, state = lstm.forward(x)
    assert_type(state, tuple[torch.Tensor, torch.Tensor])
    output, (h_n, c_n) = lstm(x, state)
    assert_type(c_n, torch.Tensor)
    assert_type(lstm.step(x[0], state), tuple[torch.Tensor, tuple[torch.Tensor, torch.Tensor]])
    packed, h_n = elman.nn.RNN(8, 16, nonlinearity="relu")(pack_padded_sequence(x, [3, 1]), h_n)
    assert_type(packed, PackedSequence)
    account = elman.accelerate(model, example=(x, 3))
    assert_type(account.measured is None, bool)
    print(account.swapped[0].runs_on, account.measured and account.measured.forward.ratio + 1.0)
