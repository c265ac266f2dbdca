"""Every task: new rows are held against those that training held out, without labels or torch."""

from __future__ import annotations

import dataclasses
import json
import subprocess
import sys

import pytest

import elman
from elman import tasks
from elman.artifact import HELD_OUT
from elman.errors import ArtifactError
from elman.runtime.model import Model


def model_with(kept, held_out):
    """The trained model as if these columns had been recorded; None for an older one."""
    parts = {name: part for name, part in kept.model.info.parts.items() if name != HELD_OUT}
    if held_out is not None:
        parts[HELD_OUT] = held_out
    info = dataclasses.replace(kept.model.info, parts=parts)
    return Model(kept.name, kept.model.network, kept.model.codec, kept.model.directory, info)


def columns_of(kept, path):
    options = tasks.options_of(kept.name)()
    each = list(kept.task.unlabelled(path, kept.model, options).each)
    steps, contexts = [row.steps for row in each], [row.context for row in each]
    return kept.task.measured(kept.model, steps, contexts, kept.model.numbers(steps, contexts))


@pytest.fixture
def watched(kept, tmp_path):
    """The trained model as if hundreds of rows had been held out."""
    return model_with(kept, columns_of(kept, kept.sample.fresh(tmp_path, 1)))


def test_training_records_a_column_for_every_measure(kept):
    held_out = json.loads((kept.model.directory / HELD_OUT).read_text(encoding="utf-8"))
    rows = kept.report["held_out"]["n"]
    assert kept.task.measures
    for measure in kept.task.measures:
        assert rows - 1 <= len(held_out[measure.name]) <= rows
    assert (kept.model.directory / HELD_OUT).stat().st_size < 80 * rows + 100


def test_rows_of_the_same_source_are_no_drift(kept, watched, tmp_path):
    report = elman.drift(watched, kept.sample.fresh(tmp_path, 2))
    assert (report["drift"], report["verdict"]) == (False, "nothing")
    assert report["advice"].startswith("Nothing to see")
    assert report["rows"] >= 200
    assert [told["name"] for told in report["measures"]] == [m.name for m in kept.task.measures]
    json.dumps(report, allow_nan=False)


def test_rows_that_are_harder_call_for_training(kept, watched, tmp_path):
    report = elman.drift(watched, kept.sample.changed(tmp_path))
    assert (report["drift"], report["verdict"]) == (True, "retrain")
    worse = [told for told in report["measures"] if told["worse"]]
    assert worse
    for told in worse:
        assert told["p"] < 0.01
        assert told["said"].startswith(told["called"] + ": ")
        assert told["called"].lower()[1:] in report["advice"]


def test_of_few_rows_nothing_is_told(kept, watched, tmp_path):
    kept_out = kept.report["held_out"]["n"]
    assert kept_out < 30
    report = elman.drift(kept.model, kept.sample.fresh(tmp_path, 1))
    assert report["verdict"] == "too few"
    assert "training held out" in report["advice"]
    path = kept.sample.fresh(tmp_path, 3)
    few = tmp_path / "few.csv"
    few.write_text("\n".join(path.read_text(encoding="utf-8").splitlines()[:25]) + "\n")
    report = elman.drift(watched, few)
    assert (report["verdict"], report["drift"], report["measures"]) == ("too few", False, [])
    assert "rows are too few, at least 30 are needed" in report["advice"]


def test_a_model_without_the_record_or_with_a_damaged_one_says_train_again(kept, watched, tmp_path):
    path = kept.sample.fresh(tmp_path, 1)
    first = kept.task.measures[0].name
    good = watched.info.parts[HELD_OUT]
    for held_out, named in (
        (None, "does not record what drift compares with"),
        ({name: column for name, column in good.items() if name != first}, "does not record"),
        (good | {first: "text"}, "not a list"),
        ([m.name for m in kept.task.measures], "does not record"),
        (good | {first: [{}] * 40}, f'"{first}" holds more than'),
    ):
        with pytest.raises(ArtifactError, match=rf"{named}.*Train it again"):
            elman.drift(model_with(kept, held_out), path)


def test_drift_needs_no_torch(kept, tmp_path):
    code = """
import sys
class Refuse:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in ("torch", "sklearn", "scipy", "polars", "pandas"):
            raise ImportError(f"{name} is not to be imported")
sys.meta_path.insert(0, Refuse())
import elman
from elman.judging.drift.compare import compare
from elman import tasks
model = elman.load(sys.argv[1])
print(elman.drift(model, sys.argv[2])["verdict"])
"""
    path = kept.sample.fresh(tmp_path, 1)
    command = [sys.executable, "-c", code, str(kept.model.directory), str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout == "too few\n"
