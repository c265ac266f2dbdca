"""Every task: a finished model gives way to one as good on the same rows, or on demand."""

from __future__ import annotations

import json
import shutil

import pytest

import elman
from elman import tasks
from elman.errors import OptionError, WorkError
from elman.lock import Lock
from elman.workflow.evaluate import evaluate
from tests.forked import fork


@pytest.fixture
def finished(kept, tmp_path):
    """A copy of the trained model that may be replaced."""
    return shutil.copytree(kept.model.directory, tmp_path / "m")


def _bytes(directory):
    return {path.name: path.read_bytes() for path in directory.iterdir()}


def test_as_good_a_model_replaces_the_old_one(kept, finished):
    model = elman.train(kept.data, finished, task=kept.name, **kept.sample.options)
    told = json.loads((finished / "metrics.json").read_text())["replaces"]
    assert (told["worse"], told["old"], told["paired"]["difference"]) == (False, told["new"], 0)
    assert f"On the same {told['rows']:,} rows" in told["said"]
    assert model.predict(kept.sample.items) == kept.model.predict(kept.sample.items)
    assert not finished.with_name("m.new").exists()


def test_a_worse_model_lies_beside_a_better_one(kept, finished, tmp_path):
    before = _bytes(finished)
    hasty = kept.sample.options | kept.sample.hasty
    with pytest.raises(WorkError, match=r"was left as it is: its model is better.*--force") as told:
        elman.train(kept.data, finished, task=kept.name, **hasty)
    assert _bytes(finished) == before
    spare = finished.with_name("m.new")
    assert str(spare) in str(told.value)
    new = elman.load(spare)
    assert new.predict(kept.sample.items) != kept.model.predict(kept.sample.items)
    replaces = json.loads((spare / "metrics.json").read_text())["replaces"]
    options = tasks.options_of(kept.name)()
    yardstick = kept.task.labelled(kept.data, kept.model, options, tmp_path).yardstick
    sign = 1 if yardstick.higher_is_better else -1
    name = replaces["headline"]
    assert sign * replaces["new"][name] < sign * replaces["old"][name]
    assert replaces["paired"]["difference"] < 0

    forced = elman.train(kept.data, finished, task=kept.name, force=True, **hasty)
    assert forced.directory == finished
    assert _bytes(finished) != before
    assert "force" not in forced.info.training["options"]


def test_what_cannot_be_judged_beside_is_refused_before_training(kept, finished):
    for name in ("weights.safetensors", "metrics.json"):
        (finished / name).write_bytes(b"damaged")
    before = _bytes(finished)
    with pytest.raises(OptionError, match=r"holds a damaged model .*--force"):
        elman.train(kept.data, finished, task=kept.name, **kept.sample.options)
    assert _bytes(finished) == before


def test_one_run_at_a_time_and_the_second_is_told(kept, finished, few_steps):
    before = _bytes(finished)
    lock = Lock(finished / ".training", "--out")

    def second():
        try:
            elman.train(kept.data, finished, task=kept.name, **kept.sample.options)
        except OptionError as error:
            return str(error)

    told = fork(second)()
    assert told.startswith("--out ")
    assert told.count("--out") == 1
    assert "another elman train is at work there" in told
    assert told.endswith("Nothing was touched.")
    shutil.rmtree(finished / ".training")
    lock.release()
    assert _bytes(finished) == before
    assert elman.train(kept.data, finished, task=kept.name, force=True, **kept.sample.options)


def test_held_out_rows_are_shown_without_data(kept):
    report = evaluate(kept.model)
    trained = kept.report
    assert report["metrics"] == trained["metrics"]
    assert report["n"] == trained["held_out"]["n"] > 0
    lines = kept.task.screen("evaluate", report)
    assert any(f"{report['n']:,}" in line for line in lines)
