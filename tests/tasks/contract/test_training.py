"""Every task: it trains, is judged, saved whole, and goes on where it was stopped."""

from __future__ import annotations

from contextlib import contextmanager

import numpy as np
import pytest

import elman
from elman import tasks
from elman.errors import OptionError
from elman.runtime.model import Model
from elman.tasks.resolve import fields_for
from elman.training.listener import Listener
from elman.workflow.train import train_report
from tests.tasks.contract.samples import SAMPLES

CONTRACT = {
    *("model", "task", "preset", "cell", "seed", "metrics"),
    *("baselines", "verdict", "seconds", "rows", "warnings"),
}


def test_every_task_has_a_sample():
    assert SAMPLES.keys() == set(tasks.names())
    assert len(SAMPLES) >= 2


def test_trains_and_reports_what_the_contract_names(kept):
    report = kept.report
    assert report.keys() >= CONTRACT
    assert (report["task"], report["model"]) == (kept.name, str(kept.model.directory))
    assert report["seconds"].keys() >= {"load", "tokenize", "fit", "total"}
    assert report["seconds"]["total"] >= report["seconds"]["fit"] > 0
    assert report["rows"]["train"] > 0
    assert report["baselines"]
    for opponent in report["baselines"].values():
        assert report["metrics"].keys() <= opponent.keys()
        assert opponent["paired"].keys() == {"difference", "ci95", "p"}
        assert opponent["called"]
    assert not (kept.model.directory / ".training").exists()


def test_beats_its_weakest_opponent(kept, tmp_path):
    yardstick = kept.task.labelled(
        kept.data, kept.model, tasks.options_of(kept.name)(), tmp_path
    ).yardstick
    sign = 1 if yardstick.higher_is_better else -1
    figures = kept.report["baselines"].values()
    weakest = min(sign * rival[yardstick.headline] for rival in figures)
    assert sign * kept.report["metrics"][yardstick.headline] > weakest


def test_what_is_saved_is_what_was_trained_to_the_bit(kept):
    in_memory = Model.of(kept.trained.artifact(kept.name), kept.task.codec)
    encoded = [kept.model.codec.encode(item) for item in kept.sample.items]
    steps = [steps for steps, _ in encoded]
    assert np.array_equal(in_memory.outputs(steps), kept.model.outputs(steps))
    assert in_memory.predict(kept.sample.items) == kept.model.predict(kept.sample.items)


def test_stopped_in_every_stage_it_resumes_to_the_same_bits(kept, tmp_path, few_steps):
    if kept.sample.stages is None:
        pytest.skip("of its training nothing takes long enough to be stopped")
    options = kept.sample.options | kept.sample.stages
    stopped = []

    class Stopper(Listener):
        @contextmanager
        def training(self, label):
            def report(progress):
                if progress.steps_done == 2 and label not in stopped:
                    stopped.append(label)
                    raise KeyboardInterrupt

            yield report

    train_report(kept.data, tmp_path / "whole", kept.name, dict(options), Listener())
    for attempt in range(12):
        resume = {"resume": True} if attempt else {}
        try:
            train_report(kept.data, tmp_path / "parts", kept.name, options | resume, Stopper())
            break
        except KeyboardInterrupt:
            assert (tmp_path / "parts" / ".training").is_dir()
    assert stopped
    assert len(stopped) > 1 or not kept.sample.stages
    whole, parts = (
        (tmp_path / name / "weights.safetensors").read_bytes() for name in ("whole", "parts")
    )
    assert parts == whole


def test_another_tasks_option_is_refused_by_name(kept, tmp_path):
    foreign = [
        found for found in fields_for("train") if found.owners and kept.name not in found.owners
    ]
    assert foreign or len(tasks.names()) == 1
    for found in foreign:
        name = found.field.name.replace("_", "-")
        *most, last = found.owners
        owners = f"tasks {', '.join(most)} and {last}" if most else f"task {last}"
        with pytest.raises(OptionError, match=f"--{name} belongs to the {owners};"):
            elman.train(kept.data, tmp_path / "m", task=kept.name, **{found.field.name: 3})
    assert not (tmp_path / "m").exists()


def test_its_data_is_known_unasked(kept):
    from elman.tasks.choose import choose

    for data in (kept.data, *kept.sample.claimed):
        assert choose(data, None, {}, Listener()).name == kept.name
