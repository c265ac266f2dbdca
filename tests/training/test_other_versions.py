"""A checkpoint of another version or structure is refused by name, never half taken."""

from __future__ import annotations

import dataclasses
import shutil

import pytest
import torch

from elman.errors import OptionError
from elman.training import checkpoint, resume
from elman.training.config import LoopConfig
from elman.training.loop import fit
from tests.training.problems import Regression, net, weights

CONFIG = LoopConfig(epochs=1, batch_size=7, seed=11, threads=1)


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    folder = tmp_path_factory.mktemp("kept")
    fit(net(), Regression(), CONFIG, directory=folder)
    return folder


def resumed(folder):
    module = net()
    before = [w.clone() for w in module.parameters()]
    try:
        fit(module, Regression(), CONFIG, directory=folder, resume=True)
    except OptionError:
        assert all(map(torch.equal, before, module.parameters()))  # nothing was put in
        raise


def changed(kept, place, change):
    """Write the checkpoint with a change of what it holds, whole and with the right hash."""
    shutil.copytree(kept, place)
    found, _ = checkpoint.load_newest(place)
    change(found)
    checkpoint.save_checkpoint(place, 999, found)
    resumed(place)


STRUCTURES = {
    "new count": lambda c: c.counters["progress"].update(new_in_a_later_version=1),
    "no progress": lambda c: c.counters.pop("progress"),
    "progress a list": lambda c: c.counters.update(progress=[1, 2]),
    "count a text": lambda c: c.counters["progress"].update(epoch="x"),
    "history null": lambda c: c.counters["progress"].update(history=None),
    "no config": lambda c: c.counters.pop("config"),
    "config null": lambda c: c.counters.update(config=None),
    "no weight": lambda c: c.tensors.pop("weight.0"),
    "no best": lambda c: c.tensors.pop("best.0"),
    "other shape": lambda c: c.tensors.update({"weight.0": torch.zeros(1)}),
    "other average": lambda c: c.tensors.update({"average.0": torch.zeros(3, 3)}),
}


@pytest.mark.parametrize("name", STRUCTURES)
def test_another_structure(kept, tmp_path, name):
    with pytest.raises(OptionError, match=r"--resume: .* made by another version .* without --res"):
        changed(kept, tmp_path / "c", STRUCTURES[name])


def test_the_same_structure_is_taken(kept, tmp_path):
    changed(kept, tmp_path / "c", lambda c: None)


@pytest.mark.parametrize("number", [1, 3, None, "2"])
def test_another_format(kept, tmp_path, monkeypatch, number):
    shutil.copytree(kept, tmp_path / "c")
    with monkeypatch.context() as patch:
        patch.setattr(checkpoint, "FORMAT", number)
        fit(net(), Regression(), CONFIG, directory=tmp_path / "c")
    with pytest.raises(OptionError, match=f"its format is {number}, this version's 2"):
        resumed(tmp_path / "c")


def test_a_checkpoint_from_before_formats_were_counted(kept, tmp_path, monkeypatch):
    shutil.copytree(kept, tmp_path / "c")
    read = checkpoint.json.loads
    monkeypatch.setattr(
        checkpoint.json,
        "loads",
        lambda text: {k: v for k, v in read(text).items() if k != "format"},
    )
    with pytest.raises(OptionError, match="its format is 1, this version's 2"):
        resumed(tmp_path / "c")


@pytest.mark.parametrize("name", ["elman", "torch"])
def test_another_version_is_named_with_both(kept, tmp_path, monkeypatch, name):
    shutil.copytree(kept, tmp_path / "c")
    with monkeypatch.context() as patch:
        if name == "elman":
            patch.setattr(resume, "__version__", "0.0.1")
        else:
            patch.setattr(torch, "__version__", "0.0.1")
        with pytest.raises(
            OptionError, match=rf"was made by {name} .*, this is 0\.0\.1\. Train from"
        ):
            resumed(tmp_path / "c")


@pytest.mark.parametrize("what", ["folder", "empty", "text"])
def test_what_is_no_checkpoint_is_damaged(kept, tmp_path, what):
    shutil.copytree(kept, tmp_path / "c")
    path = tmp_path / "c" / "checkpoint-999999999"
    if what == "folder":
        path.mkdir()
    else:
        path.write_text("" if what == "empty" else "checkpoint")
    module = net()
    done = fit(module, Regression(), CONFIG, directory=tmp_path / "c", resume=True)
    assert "checkpoint-999999999 is damaged" in done.notes[0]
    whole = net()
    fit(whole, Regression(), dataclasses.replace(CONFIG))
    assert torch.equal(weights(module), weights(whole))
