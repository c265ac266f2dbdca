"""SIGKILL at random moments, a full disk, an unwritable directory: nothing good is lost."""

from __future__ import annotations

import csv
import dataclasses
import os
import random
import shutil
import signal
import subprocess
import sys
import time

import pytest

from elman.data.builtin.reviews import reviews

KILLS = 12

TRAIN = """
import dataclasses, sys
from elman.tasks import options, train_report
from elman.training.listener import Listener
limits = options.Options.limits
options.Options.limits = lambda self, config: dataclasses.replace(
    limits(self, config), epochs=12, checkpoint_every_s=0.02
)
train_report(sys.argv[1], __import__("pathlib").Path(sys.argv[2]), "classify",
             {"threads": 1, "baselines": False, "resume": sys.argv[3] == "resume"}, Listener())
"""


@pytest.fixture
def data(tmp_path):
    path = tmp_path / "reviews.csv"
    with open(path, "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["text", "label"])
        writer.writerows(reviews(900, seed=4))
    return path


def start(data, out, *, resume):
    command = [sys.executable, "-c", TRAIN, str(data), str(out), "resume" if resume else "anew"]
    return subprocess.Popen(command, stderr=subprocess.PIPE, text=True)


def finish(process):
    _, errors = process.communicate(timeout=300)
    assert process.returncode == 0, errors


def checkpoints(out):
    return {p.name for p in (out / ".training").glob("*/checkpoint-*")}


def test_killed_training_ends_with_the_same_bits(data, tmp_path):
    finish(start(data, tmp_path / "whole", resume=False))
    whole = (tmp_path / "whole" / "weights.safetensors").read_bytes()

    out, pick, kills, attempt = tmp_path / "killed", random.Random(0), 0, 0
    while kills < KILLS:
        process = start(data, out, resume=(out / ".training").exists())
        if attempt % 4 == 3:  # at any moment, while it still imports or reads
            time.sleep(pick.uniform(0.0, 1.5))
        else:  # after some progress, while it steps, validates or writes a checkpoint
            before = checkpoints(out)
            while process.poll() is None and checkpoints(out) <= before:
                time.sleep(0.005)
            time.sleep(pick.uniform(0.0, 0.3))
        attempt += 1
        if process.poll() is None:
            process.send_signal(signal.SIGKILL)
            process.communicate()
            kills += 1
        else:  # a quick machine was done before the blow fell: judge that model, start another
            finish(process)
            assert (out / "weights.safetensors").read_bytes() == whole
            shutil.rmtree(out)
    # The last kill may have fallen after the model was written.
    if (out / ".training").exists() or not out.exists():
        finish(start(data, out, resume=out.exists()))
    assert (out / "weights.safetensors").read_bytes() == whole
    assert not (out / ".training").exists()


def test_full_disk_ends_with_a_message_and_keeps_the_last_checkpoint(tmp_path, monkeypatch):
    import torch

    from elman.errors import WorkError
    from elman.training import checkpoint

    good = checkpoint.Checkpoint({"w": torch.arange(7.0)}, {"step": 1})
    checkpoint.save_checkpoint(tmp_path, 1, good)

    def full(descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(WorkError, match="No space left on device"):
        checkpoint.save_checkpoint(tmp_path, 2, checkpoint.Checkpoint({"w": torch.ones(7)}, {}))
    monkeypatch.undo()
    found, refused = checkpoint.load_newest(tmp_path)
    assert found.counters == {"step": 1}
    assert torch.equal(found.tensors["w"], torch.arange(7.0))
    assert refused == []
    assert [p.name for p in tmp_path.iterdir()] == ["checkpoint-000000001"]


@pytest.mark.parametrize("place", range(0, 100, 7))
def test_no_damaged_checkpoint_is_ever_loaded(tmp_path, place):
    import torch

    from elman.training import checkpoint

    saved = checkpoint.Checkpoint({"w": torch.arange(50.0), "b": torch.ones(3)}, {"step": 9})
    checkpoint.save_checkpoint(tmp_path, 1, saved)
    (path,) = tmp_path.iterdir()
    data = bytearray(path.read_bytes())
    spot = len(data) * place // 100
    path.write_bytes(data[:spot])
    assert checkpoint.load_newest(tmp_path)[0] is None
    data[spot] ^= 0x10
    path.write_bytes(data)
    found, refused = checkpoint.load_newest(tmp_path)
    assert found is None
    assert "damaged" in refused[0]


@pytest.mark.parametrize(
    ("task", "options"),
    [("classify", {"preset": "strong"}), ("forecast", {"horizon": 3})],
    ids=["strong", "forecast"],
)
def test_every_stage_resumes_to_the_same_bits(data, tmp_path, monkeypatch, task, options):
    """Stopped once in each stage: pilot and members, or choice, back-test and final."""
    from contextlib import contextmanager

    from elman.tasks.presets import PRESETS

    from elman.data.builtin.airline import airline
    from elman.tasks import train_report
    from elman.training.listener import Listener

    short = dataclasses.replace(PRESETS["strong"], epochs=1, min_steps=0, members=2)
    monkeypatch.setitem(PRESETS, "strong", short)
    source = data if task == "classify" else airline()
    options = {**options, "baselines": False} if task == "classify" else options
    stopped = []

    class Stopper(Listener):
        @contextmanager
        def training(self, label):
            def report(progress):
                if progress.steps_done == 5 and label not in stopped:
                    stopped.append(label)
                    raise KeyboardInterrupt

            yield report

    train_report(source, tmp_path / "whole", task, options, Listener())
    for attempt in range(9):
        resume = {"resume": True} if attempt else {}
        try:
            train_report(source, tmp_path / "parts", task, options | resume, Stopper())
            break
        except KeyboardInterrupt:
            pass
    assert len(stopped) == 3
    whole, parts = (
        (tmp_path / name / "weights.safetensors").read_bytes() for name in ("whole", "parts")
    )
    assert parts == whole
