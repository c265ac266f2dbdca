"""Rows that were in training are counted when they are judged again, the others judged apart."""

from __future__ import annotations

import numpy as np
import pytest

import elman
from elman.data.seen import Seen
from elman.workflow.evaluate import _of_seen
from tests.tasks.classify.small import reviews, write_csv


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    place = tmp_path_factory.mktemp("seen")
    data = write_csv(place / "r.csv", dict(reviews(240)).items())  # each text once
    return elman.train(data, place / "m", baselines=False, epochs=1), data


def test_what_was_learnt_from_is_counted(trained, tmp_path):
    model, data = trained
    rows = model.info.parts["metrics.json"]["rows"]
    report = elman.evaluate(model, data)
    assert report["seen"] == rows["train"] + rows["validation"]
    (warning,) = report["warnings"]
    assert warning.startswith(f"{report['seen']} of {report['n']} rows were in training")
    accuracy = elman.evaluate(model)["metrics"]["accuracy"]
    assert warning.endswith(f"On {rows['test']} that were not, the accuracy is {accuracy:.1%}")

    fresh = write_csv(tmp_path / "new.csv", reviews(40, seed=9))
    report = elman.evaluate(model, fresh)
    assert (report["seen"], report["warnings"]) == (0, [])


def test_where_not_all_were_kept_it_says_at_least(trained, monkeypatch):
    model, data = trained
    kept = Seen.from_json(model.info.parts["seen.json"])
    some = Seen(kept.hashes[:100], int(kept.hashes[99]))
    monkeypatch.setattr("elman.tasks.classify.labelled.seen_by", lambda model: some)
    report = elman.evaluate(model, data)
    assert report["seen"] == 100
    (warning,) = report["warnings"]
    assert warning.startswith(f"at least 100 of {report['n']} rows")
    assert np.all(kept.hashes[99] <= kept.hashes[100:])


@pytest.mark.parametrize(
    ("seen", "new", "said"),
    [
        ([True], [False], "the one row was in training, so the figures flatter"),
        ([True] * 3, [False] * 3, "all 3 rows were in training, so"),
        ([True, False, False], [False] * 3, "at least 1 of 3 rows was in training, so"),
        ([True, False, True], [False, True, False], "2 of 3 rows were in training, so"),
    ],
)
def test_one_row_is_not_one_of_one_rows(seen, new, said):
    seen, new = np.array(seen), np.array(new)
    (line,) = _of_seen(seen, new, np.arange(len(seen)) / 4, "accuracy")
    assert line.startswith(said)
    assert ("On 1 that was not, the accuracy is 0.250" in line) == new.any()
