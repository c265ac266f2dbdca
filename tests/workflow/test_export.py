"""`elman export`: checked, written whole or not at all, and refused in words."""

from __future__ import annotations

import dataclasses
import importlib.util
import json
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import elman
from elman.errors import MissingExtraError, OptionError, WorkError
from elman.workflow import export as workflow
from tests.attribution.models import saved
from tests.cli.command import elman as command

SAVED = Path(__file__).parents[1] / "saved" / "reviews"

pytest.importorskip("onnx")
pytest.importorskip("onnxruntime")


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    folder = tmp_path_factory.mktemp("export") / "m"
    saved(folder)
    return elman.load(folder)


def test_the_command_says_what_it_found_and_what_it_wrote(model, tmp_path):
    words = ["export", model.directory, "--onnx", "n.onnx"]
    done = command(*words, cwd=tmp_path)
    assert "graph: n.onnx, " in done.stdout
    assert "e-0" in done.stdout  # so far from the model
    assert "padded and streamed" in done.stdout
    assert "beside it: n.json, n.py" in done.stdout
    report = json.loads(command(*words, "--json", cwd=tmp_path).stdout)
    assert report["files"] == ["n.json", "n.py", "n.onnx"]
    assert report["bytes"] == (tmp_path / "n.onnx").stat().st_size
    assert report["inputs"] == ["steps", "lengths", "state"]
    assert report["outputs"] == ["outputs", "probabilities", "known", "next_state"]


def test_python_takes_a_model_or_its_directory(model, tmp_path):
    assert elman.export(model, tmp_path / "a.onnx") == tmp_path / "a.onnx"
    assert elman.export(str(model.directory), str(tmp_path / "b.onnx")) == tmp_path / "b.onnx"
    same = (tmp_path / "a.onnx").read_bytes() == (tmp_path / "b.onnx").read_bytes()
    assert same  # nothing in it hangs on when and where it is made


@pytest.mark.parametrize("ending", [".json", ".py", ".onnx"])
def test_what_no_export_wrote_is_not_written_over(model, tmp_path, ending):
    (tmp_path / f"net{ending}").write_text("mine")
    with pytest.raises(OptionError, match=rf"net\{ending} is there, and not as an earlier export"):
        elman.export(model, tmp_path / "net.onnx")
    assert [path.read_text() for path in tmp_path.iterdir()] == ["mine"]
    (tmp_path / f"net{ending}").unlink()
    for _ in range(2):  # its own it may
        elman.export(model, tmp_path / "net.onnx")


@pytest.mark.parametrize("ending", [".json", ".py"])
def test_what_was_changed_since_is_not_written_over(model, tmp_path, ending):
    elman.export(model, tmp_path / "net.onnx")
    path = tmp_path / f"net{ending}"
    whole = path.read_bytes()
    for changed in (whole + b"# three days of work\n", whole.replace(b"elman", b"mine!")):
        path.write_bytes(changed)
        with pytest.raises(OptionError, match=rf"net\{ending} is there, and not as an earlier"):
            elman.export(model, tmp_path / "net.onnx")
        assert path.read_bytes() == changed
    path.write_bytes(whole)
    elman.export(model, tmp_path / "net.onnx")


def test_the_longest_name_is_known_again(model, tmp_path):
    for _ in range(2):
        elman.export(model, tmp_path / f"{'f' * 205}.onnx")


def test_a_graph_names_the_model_that_was_loaded(model, tmp_path):
    import onnx

    sealed = json.loads((model.directory / "model.json").read_text())["sha256"]
    place = tmp_path / "m"
    shutil.copytree(model.directory, place)
    loaded = elman.load(place)
    shutil.rmtree(place)
    shutil.copytree(SAVED, place)  # as a weekly training does
    elman.export(loaded, tmp_path / "net.onnx")
    held = {one.key: one.value for one in onnx.load(tmp_path / "net.onnx").metadata_props}
    assert held["model"] == sealed
    assert json.loads((tmp_path / "net.json").read_text(encoding="utf-8"))["model"] == sealed
    info = dataclasses.replace(loaded.info, sha256="")  # of a model that was never a directory
    never = type(loaded)(loaded.task, loaded.network, loaded.codec, loaded.directory, info)
    elman.export(never, tmp_path / "other.onnx")
    held = json.loads((tmp_path / "other.json").read_text(encoding="utf-8"))
    assert len(held["model"]) == 64
    assert held["model"] != sealed


def test_a_graph_and_a_front_end_of_two_models_are_told_apart(model, tmp_path):
    elman.export(model, tmp_path / "n.onnx")
    held = json.loads((tmp_path / "n.json").read_text(encoding="utf-8"))
    (tmp_path / "n.json").write_text(json.dumps(held | {"model": "another"}), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-I", str(tmp_path / "n.py"), "good"], capture_output=True, text=True
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "n.onnx and n.json are not of one model\n"


@pytest.mark.parametrize("name", ["net", "net.pb", "net.onnx.gz"])
def test_another_ending_is_refused(model, tmp_path, name):
    with pytest.raises(OptionError, match=r"give the name of an \.onnx file"):
        elman.export(model, tmp_path / name)


def test_a_folder_that_is_not_there_is_told_by_the_name_that_was_given(model, tmp_path):
    with pytest.raises(OptionError, match=r"^--onnx .*none/net\.onnx: there is no folder .*none$"):
        elman.export(model, tmp_path / "none" / "net.onnx")


@pytest.mark.parametrize("name", ["signal", "numpy", "onnx", "onnxruntime", "json", "elman"])
def test_a_name_that_hides_a_module_from_programs_is_refused(model, tmp_path, name):
    with pytest.raises(OptionError, match=rf"{name}\.py, which hides the module {name} from"):
        elman.export(model, tmp_path / f"{name}.onnx")


def test_a_name_cannot_get_into_the_program(model, tmp_path):
    name = '"""; raise SystemExit(3) # \\'
    elman.export(model, tmp_path / f"{name}.onnx")
    done = subprocess.run(
        [sys.executable, "-I", str(tmp_path / f"{name}.py"), "good"], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout.splitlines()[0])["text"] == "good"


@pytest.mark.parametrize("lacks", ["onnx", "onnxruntime"])
def test_what_is_not_installed_is_named_with_its_extra(model, tmp_path, monkeypatch, lacks):
    found = importlib.util.find_spec
    monkeypatch.setattr(
        "elman.workflow.extras.find_spec", lambda name: None if name == lacks else found(name)
    )
    with pytest.raises(MissingExtraError, match=rf'needs {lacks}: pip install "elman\[onnx\]"'):
        elman.export(model, tmp_path / "n.onnx")
    assert not [*tmp_path.iterdir()]


def test_a_graph_that_answers_otherwise_is_not_written(model, tmp_path, monkeypatch):
    wrong = {name: tensor.copy() for name, tensor in model.tensors.items()}
    wrong["fc.bias"] += np.float32(1e-3)
    monkeypatch.setattr(type(model), "tensors", property(lambda self: wrong))
    (tmp_path / "n.onnx").write_bytes(b"\x08\x07\x12\x05elman")
    with pytest.raises(WorkError, match=r"is 1\.0e-03 from the model, more than 1e-05; nothing"):
        elman.export(model, tmp_path / "n.onnx")
    assert [path.read_bytes() for path in tmp_path.iterdir()] == [b"\x08\x07\x12\x05elman"]


def test_a_full_disk_leaves_what_was_there(model, tmp_path, monkeypatch):
    elman.export(model, tmp_path / "n.onnx")
    before = {path: path.read_bytes() for path in tmp_path.iterdir()}
    real = workflow.write_beside

    def full(path: Path, data: bytes) -> Path:
        if path.suffix == ".onnx":
            raise OSError(28, "No space left on device")
        return real(path, data)

    monkeypatch.setattr(workflow, "write_beside", full)
    with pytest.raises(WorkError, match="No space left on device"):
        elman.export(model, tmp_path / "n.onnx")
    assert {path: path.read_bytes() for path in tmp_path.iterdir()} == before
