"""A frame is read by the model's own columns, and every row of it has an answer."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import elman


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Waves up or down, with a rider whose number is no reading."""
    random = np.random.default_rng(3)
    up = random.integers(0, 2, 120)
    values = np.linspace(-1, 1, 9) * (2 * up[:, None] - 1) + 0.3 * random.normal(size=(120, 9))
    frame = pd.DataFrame(values, columns=[f"t{n}" for n in range(9)])
    frame.insert(0, "rider", random.integers(100, 110, 120))
    frame.insert(0, "state", up)
    folder = tmp_path_factory.mktemp("frames")
    frame.to_csv(folder / "waves.csv", index=False)
    how = {"task": "signal", "label": "state", "group": "rider", "keep": "simple"}
    return frame, elman.train(folder / "waves.csv", folder / "m", baselines=False, **how), folder


def test_columns_that_are_no_readings_change_no_answer(made):
    frame, model, folder = made
    alone = model.predict(frame.drop(columns=["state", "rider"]))
    assert model.predict(frame) == alone
    right = np.mean([int(said.label) for said in alone] == frame["state"])
    assert right > 0.9
    report = elman.evaluate(model, folder / "waves.csv")
    assert report["metrics"]["accuracy"] == pytest.approx(right)


def test_a_row_without_readings_is_answered_in_its_place(made):
    frame, model, _ = made
    holed = frame.copy()
    holed.loc[7, [f"t{n}" for n in range(9)]] = np.nan
    said, whole = model.predict(holed), model.predict(frame)
    assert len(said) == 120
    assert said[7].label is None
    assert said[:7] + said[8:] == whole[:7] + whole[8:]


def test_a_bad_row_of_a_long_frame_is_no_signal(tmp_path):
    random = np.random.default_rng(5)
    rows = []
    for n in range(60):
        up = n % 2
        for t in range(8):
            value = (2 * up - 1) * (t - 4) / 4 + 0.2 * random.normal()
            rows.append({"series": f"s{n:02}", "t": t, "label": ["down", "up"][up], "x": value})
    frame = pd.DataFrame(rows)
    how = {"task": "signal", "keep": "simple", "baselines": False}
    model = elman.train(frame, tmp_path / "m", **how)
    whole = model.predict(frame)
    assert len(whole) == 60
    bad = frame.astype({"x": object})
    bad.loc[3 * 8 + 2, "x"] = "many"
    said = model.predict(bad)
    assert len(said) in (59, 60)  # the value, or with it the signal, is left out: nothing is added
    assert [a.label for a in said[-50:]] == [a.label for a in whole[-50:]]
