"""SIGKILL at random moments, a full disk, an unwritable directory: nothing good is lost."""

from __future__ import annotations

import csv
import multiprocessing
import os
import random
import shutil
import time

import pytest

from elman.data.builtin.reviews import reviews
from tests.workflow import killed

KILLS = 12

PROCESSES = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload(killed.PRELOADED)


@pytest.fixture
def data(tmp_path):
    path = tmp_path / "reviews.csv"
    with open(path, "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["text", "label"])
        writer.writerows(reviews(900, seed=4))
    return path


def start(data, out, *, resume):
    process = PROCESSES.Process(target=killed.train, args=(str(data), str(out), resume))
    process.start()
    return process


def finish(process):
    process.join(timeout=300)
    assert process.exitcode == 0


def checkpoints(out):
    try:
        return {p.name for p in (out / ".training").glob("*/checkpoint-*")}
    except FileNotFoundError:  # it was done, and swept up, while we looked
        return set()


def test_killed_training_ends_with_the_same_bits(data, tmp_path):
    finish(start(data, tmp_path / "whole", resume=False))
    whole = (tmp_path / "whole" / "weights.safetensors").read_bytes()

    out, pick, kills, attempt = tmp_path / "killed", random.Random(0), 0, 0
    while kills < KILLS:
        process = start(data, out, resume=(out / ".training").exists())
        if attempt % 4 == 3:  # at any moment, while it still reads
            time.sleep(pick.uniform(0.0, 0.3))
        else:  # after some progress, while it steps, validates or writes a checkpoint
            before = checkpoints(out)
            while process.is_alive() and checkpoints(out) <= before:
                time.sleep(0.005)
            time.sleep(pick.uniform(0.0, 0.3))
        attempt += 1
        if process.is_alive():
            process.kill()
            process.join()
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
