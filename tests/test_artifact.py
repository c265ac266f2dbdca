"""A model directory is written whole or not at all, and read only when every byte is as written."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import struct
from pathlib import Path

import numpy as np
import pytest
import safetensors.numpy

from elman import artifact
from elman.artifact.manifest import allowed, seal
from elman.errors import ArtifactError, WorkError
from elman.files import atomic_write

CONTENT = {
    "task": "classify",
    "network": {"cell": "rnn", "hidden_size": 2},
    "input": {"kind": "text"},
    "output": {"labels": ["Гут", "schlecht", "\ud800"]},
    "training": {"seed": 3},
}
TENSORS = {
    "fc.weight": np.arange(6, dtype=np.float32).reshape(2, 3),
    "fc.bias": np.array([0.1, -0.0], np.float32),
    "empty": np.zeros((0, 4), np.float32),
}
PARTS = {
    "vocabulary.json": ["a", "б", "\ud83d"],
    "metrics.json": {"accuracy": 0.1},
    "report.html": "<p>grüß</p>",
}
FILES = {"model.json", "weights.safetensors", *PARTS}


ALLOWED = {"vocabulary.json": 64 * 2**20}
SHAPES = {name: tensor.shape for name, tensor in TENSORS.items()}


def read(directory, shapes=SHAPES):
    found = artifact.read(directory, lambda task: ALLOWED, lambda network: shapes)
    dict(found.parts)  # read as well
    return found


def write(directory: Path, **changes) -> Path:
    given = {**CONTENT, "tensors": TENSORS, "parts": PARTS, "allowed_parts": ALLOWED} | changes
    artifact.write(directory, **given)
    return directory


@pytest.fixture
def model(tmp_path):
    return write(tmp_path / "model")


def refused(directory: Path, message: str, shapes=SHAPES) -> None:
    with pytest.raises(ArtifactError, match=message):
        read(directory, shapes)


def forge(directory: Path, change) -> None:
    """Change the parsed model.json, and write it back under its own hash."""
    path = directory / "model.json"
    manifest = json.loads(path.read_bytes())
    change(manifest)
    if "sha256" in manifest:
        manifest["sha256"] = seal(manifest)
    path.write_text(json.dumps(manifest))


def forge_file(directory: Path, name: str, data: bytes) -> None:
    """Replace a file and the hash of it: what a hostile author, not an accident, would do."""
    (directory / name).write_bytes(data)
    entry = {"sha256": hashlib.sha256(data).hexdigest(), "bytes": len(data)}
    forge(directory, lambda manifest: manifest["files"].update({name: entry}))


def test_what_is_written_is_read(model):
    found = read(model)
    for key, value in CONTENT.items():
        assert getattr(found, key) == value
    assert found.parts == PARTS
    assert found.tensors.keys() == TENSORS.keys()
    for name, tensor in TENSORS.items():
        assert found.tensors[name].tobytes() == tensor.tobytes()
        assert found.tensors[name].shape == tensor.shape
    assert {path.name for path in model.iterdir()} == FILES


def test_the_same_content_gives_the_same_bytes(model, tmp_path):
    again = write(tmp_path / "again")
    assert all((model / n).read_bytes() == (again / n).read_bytes() for n in FILES)


def test_the_schema_of_model_json_stands(model):
    manifest = json.loads((model / "model.json").read_text(encoding="utf-8"))
    assert list(manifest) == [
        *("format", "task", "network", "input", "output", "training", "files", "sha256"),
    ]
    assert manifest["format"] == 1
    assert manifest["files"].keys() == FILES - {"model.json"}
    assert all(entry.keys() == {"sha256", "bytes"} for entry in manifest["files"].values())


def test_transposed_weights_are_saved_as_they_read(tmp_path):
    weight = np.arange(6, dtype=np.float32).reshape(2, 3).T
    found = read(write(tmp_path / "model", tensors={"w": weight}), {"w": (3, 2)})
    np.testing.assert_array_equal(found.tensors["w"], weight)


def test_a_second_model_replaces_the_first_and_its_parts(model):
    write(model, task="tag", parts={"metrics.json": {}})
    assert read(model).task == "tag"
    assert {path.name for path in model.iterdir()} == FILES - {"vocabulary.json", "report.html"}


def test_a_part_that_a_task_needs_is_missed_by_name(tmp_path):
    found = read(write(tmp_path / "model", parts={}))
    with pytest.raises(ArtifactError, match=r'"vocabulary.json" is missing; a classify needs it'):
        found.part("vocabulary.json")


# Writing: nothing half done.


def full_disk(*_):
    raise OSError(errno.ENOSPC, "No space left on device")


@pytest.mark.parametrize("call", ["fsync", "replace"])
def test_a_full_disk_leaves_no_temporary_file_and_says_what_is_safe(tmp_path, monkeypatch, call):
    path = tmp_path / "checkpoint"
    atomic_write(path, b"old")
    monkeypatch.setattr(os, call, full_disk)
    with pytest.raises(WorkError) as caught:
        atomic_write(path, b"new")
    assert str(caught.value) == (
        f"{path}: could not be written (No space left on device). What was there before is "
        "untouched. Free some space or choose a directory you may write to, and run again."
    )
    assert [entry.name for entry in tmp_path.iterdir()] == ["checkpoint"]
    assert path.read_bytes() == b"old"


@pytest.mark.parametrize("failing", range(5))
def test_a_full_disk_at_any_file_keeps_the_earlier_model(model, monkeypatch, failing):
    calls = []

    def fsync(handle):
        calls.append(handle)
        if len(calls) > failing:
            full_disk()

    monkeypatch.setattr(os, "fsync", fsync)
    with pytest.raises(WorkError, match=r"A model that was in .* before is untouched"):
        write(model, task="tag")
    assert read(model).task == "classify"
    assert {path.name for path in model.iterdir()} == FILES


def test_a_failure_between_renames_leaves_no_model_that_could_be_read(model, monkeypatch):
    rename, done = os.replace, []

    def replace(source, target):
        done.append(target)
        if len(done) == 3:
            full_disk()
        rename(source, target)

    monkeypatch.setattr(os, "replace", replace)
    with pytest.raises(WorkError, match="holds no whole model now; save it again"):
        write(model, task="tag", tensors={"w": np.ones(3, np.float32)}, parts={"metrics.json": 1})
    refused(model, r"weights\.safetensors")
    assert {path.name for path in model.iterdir()} == FILES


def test_model_json_is_written_last(tmp_path, monkeypatch):
    rename, done = os.replace, []
    monkeypatch.setattr(os, "replace", lambda a, b: (done.append(Path(b).name), rename(a, b)))
    write(tmp_path / "model")
    assert done[-1] == "model.json"
    assert set(done) == FILES


def test_writing_where_a_file_stands_names_it(tmp_path):
    (tmp_path / "model").write_text("mine")
    with pytest.raises(WorkError, match=r"model: could not be written"):
        write(tmp_path / "model")
    assert (tmp_path / "model").read_text() == "mine"


@pytest.mark.parametrize("bad", [np.array([np.nan]), np.array([np.inf]), np.ones(1)])
def test_weights_that_could_not_be_read_back_are_not_written(tmp_path, bad):
    dtype = np.float64 if bad[0] == 1 else np.float32
    with pytest.raises(WorkError, match='tensor "w" cannot be saved'):
        write(tmp_path / "model", tensors={"w": bad.astype(dtype)})
    assert not (tmp_path / "model").exists()


@pytest.mark.parametrize("bad", [float("nan"), object(), np.float32(1)])
def test_parts_that_are_not_json_are_not_written(tmp_path, bad):
    with pytest.raises(WorkError, match=r"metrics\.json cannot be written as JSON"):
        write(tmp_path / "model", parts={"metrics.json": {"accuracy": bad}})


def test_files_are_as_readable_as_the_umask_says(model):
    umask = os.umask(0)
    os.umask(umask)
    assert {(model / name).stat().st_mode & 0o777 for name in FILES} == {0o666 & ~umask}


# Reading: damage.


def test_no_directory_and_a_file_are_told_apart(tmp_path):
    refused(tmp_path / "none", "found nothing")
    (tmp_path / "file").write_text("")
    refused(tmp_path / "file", "found a file")


@pytest.mark.parametrize("name", sorted(FILES))
def test_a_missing_file_is_named(model, name):
    (model / name).unlink()
    refused(model, f"{name}: missing")


@pytest.mark.parametrize("name", sorted(FILES))
def test_a_file_cut_anywhere_is_refused(model, name):
    data = (model / name).read_bytes()
    cuts = sorted({*range(0, len(data), max(1, len(data) // 40)), len(data) - 1})
    assert len(cuts) >= 10
    for cut in cuts:
        (model / name).write_bytes(data[:cut])
        refused(model, name)


@pytest.mark.parametrize("name", sorted(FILES - {"model.json"}))
def test_a_bit_flipped_anywhere_is_refused(model, name):
    data = (model / name).read_bytes()
    for n in range(0, len(data), max(1, len(data) // 60)):
        flipped = data[:n] + bytes([data[n] ^ 1 << n % 8]) + data[n + 1 :]
        (model / name).write_bytes(flipped)
        refused(model, f"{name}: its sha256 is not the one in model.json")


def test_a_bit_flipped_in_model_json_is_refused_or_says_the_same(model):
    data, before = (
        (model / "model.json").read_bytes(),
        json.loads((model / "model.json").read_bytes()),
    )
    for n in range(0, len(data), 3):
        flipped = data[:n] + bytes([data[n] ^ 1 << n % 8]) + data[n + 1 :]
        (model / "model.json").write_bytes(flipped)
        try:
            read(model)
        except ArtifactError:
            continue
        # The hexadecimal digits of an escape, and white space, may be written in two ways.
        assert json.loads(flipped) == before


def test_model_json_changed_by_hand_is_refused_and_laid_out_anew_is_read(model):
    path = model / "model.json"
    manifest = json.loads(path.read_bytes())
    path.write_text(json.dumps(dict(reversed(manifest.items()))))
    assert read(model).training == {"seed": 3}
    manifest["training"]["seed"] = 4
    path.write_text(json.dumps(manifest))
    refused(model, r"model\.json: its sha256 is not that of its content")


@pytest.mark.parametrize("name", sorted(FILES - {"model.json"}))
def test_a_size_that_is_not_the_declared_one_is_refused(model, name):
    size = (model / name).stat().st_size
    with open(model / name, "ab") as file:
        file.write(b" ")
    refused(model, f"{name}: {size + 1} bytes, but model.json says {size}")


# Reading: foreign and hostile.


@pytest.mark.parametrize("name", sorted(FILES))
def test_a_file_beyond_its_largest_size_is_refused_unread(model, name):
    os.truncate(model / name, allowed(ALLOWED)[name] + 1)
    refused(model, f"{name}: .*{allowed(ALLOWED)[name] + 1} bytes, more than")


@pytest.mark.parametrize("name", sorted(FILES))
def test_a_link_is_refused_wherever_it_leads(model, tmp_path, name):
    (model / name).rename(tmp_path / "elsewhere")
    (model / name).symlink_to(tmp_path / "elsewhere")
    refused(model, f"{name}: expected a plain file, found a link")


def test_a_pipe_is_refused_and_not_waited_for(model):
    (model / "metrics.json").unlink()
    os.mkfifo(model / "metrics.json")
    refused(model, r"metrics\.json: expected a plain file")


@pytest.mark.parametrize(
    "name",
    ["../secret.json", "/etc/passwd", "a/b.json", "..", "", "C:\\x", "code.py", "model.json"],
)
def test_a_file_name_beyond_the_allowed_is_refused(model, name):
    entry = {"sha256": "0" * 64, "bytes": 0}
    forge(model, lambda manifest: manifest["files"].update({name: entry}))
    refused(model, r"model\.json: files: .* may not be in a model directory")


@pytest.mark.parametrize("version", [0, 2, 99, -1])
def test_another_format_says_which_are_read_and_to_upgrade(model, version):
    forge(model, lambda manifest: manifest.update(format=version, surprise=1))
    refused(model, rf"format {version} is not known .* which reads 1\. Upgrade")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda m: m.update(format="1"), "format: expected an integer"),
        (lambda m: m.update(format=True), "format: expected an integer"),
        (lambda m: m.pop("format"), 'key "format" is missing'),
        (lambda m: m.pop("sha256"), 'key "sha256" is missing'),
        (lambda m: m.update(task=3), "task: expected a string"),
        (lambda m: m.pop("training"), 'key "training" is missing'),
        (lambda m: m.update(pickle=[]), 'unknown key "pickle"'),
        (lambda m: m.update(network=[]), "network: expected an object"),
        (lambda m: m.update(files=[]), "files: expected an object"),
        (lambda m: m["files"].pop("weights.safetensors"), "weights.safetensors is missing"),
        (lambda m: m["files"]["metrics.json"].pop("bytes"), 'key "bytes" is missing'),
        (lambda m: m["files"]["metrics.json"].update(path="x"), 'unknown key "path"'),
        (lambda m: m["files"]["metrics.json"].update(bytes=1.5), "bytes: expected an integer"),
        (lambda m: m["files"]["metrics.json"].update(sha256=None), "sha256: expected a string"),
    ],
)
def test_model_json_of_another_schema_is_refused(model, change, message):
    forge(model, change)
    refused(model, f"model.json: .*{message}|{message}")


@pytest.mark.parametrize(
    "content", [b"[]", b"null", b"3", b"", b"\xff", b"[" * 10**6, b'{"format": NaN}']
)
def test_model_json_that_is_no_object_is_refused(model, content):
    (model / "model.json").write_bytes(content)
    refused(model, r"model\.json: ")


@pytest.mark.parametrize(
    "content", [b"[" * 10**5, b"[" * 99 + b"]" * 99, b"NaN", b'{"a": 1, "a": 2}', b"\xff", b""]
)
@pytest.mark.parametrize("name", ["vocabulary.json", "metrics.json"])
def test_a_forged_part_is_refused(model, name, content):
    forge_file(model, name, content)
    refused(model, f"{name}: ")


def test_a_report_that_is_not_utf8_is_refused(model):
    forge_file(model, "report.html", b"\xff")
    refused(model, r"report\.html: not UTF-8")


def header(content: object) -> bytes:
    data = content if isinstance(content, bytes) else json.dumps(content).encode()
    return struct.pack("<Q", len(data)) + data


ONE = {"dtype": "F32", "shape": [1], "data_offsets": [0, 4]}
VALUE = b"\0\0\x80?"


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "0 bytes, but the network in model.json has tensors of 4"),
        (b"\0" * 11, "11 bytes, but the network in model.json has tensors of 4"),
        (b"\0" * (2**20 + 13), f"{2**20 + 13} bytes, but the network"),
        (struct.pack("<Q", 2**63) + b"{}" + VALUE, f"its header claims {2**63} bytes"),
        (struct.pack("<Q", 7) + b"{}" + VALUE, "its header claims 7 bytes"),
        (header(b"[" * 10**5), "header: nested deeper than 64 levels"),
        (header(b"[" * 2**20), "as many as 1,048,577 values"),
        (header(b"\xff") + VALUE, "header: not UTF-8"),
        (header(b"{}{}") + VALUE, "header: not the JSON"),
        (header({}) + VALUE, 'tensor "w" is missing; the network needs it with (1,)'),
        (header([]) + VALUE, 'tensor "w" is missing'),
        (header({"w": 3}), 'tensor "w" must be F32, found None'),
        (header({"w": ONE | {"dtype": "F64"}}) + VALUE, 'tensor "w" must be F32, found F64'),
        (header({"w": ONE | {"dtype": "BF16"}}) + VALUE, 'tensor "w" must be F32, found BF16'),
        (header({"w": ONE, "v" * 99: ONE}) + VALUE, f'tensor "{"v" * 60}" does not belong'),
        (header({"w": ONE | {"shape": [2]}}) + VALUE, "of shape (1,), found float32 of shape (2,)"),
        (header({"w": ONE | {"shape": [-1]}}) + VALUE, "found float32 of shape (-1,)"),
        (header({"w": ONE | {"shape": [True]}}) + VALUE, 'tensor "w" has no shape'),
        (header({"w": ONE | {"shape": [10**18]}}) + VALUE, "of shape (1000000000000000000,)"),
        (header(json.dumps({"w": ONE}).replace("[1]", "9" * 5000).encode()) + VALUE, "beyond 9"),
        (header({"w": ONE}), "not a safetensors file"),
        (header({"w": ONE}) + b"\0" * 5, "not a safetensors file"),
        (header({"w": ONE | {"data_offsets": [0, 2**60]}}) + VALUE, "not a safetensors file"),
        (header({"w": ONE}) + struct.pack("<f", float("nan")), 'tensor "w" holds NaN or infinity'),
        (header({"w": ONE}) + struct.pack("<f", float("-inf")), 'tensor "w" holds NaN'),
    ],
    ids=lambda value: repr(value)[:12] if isinstance(value, bytes) else value[:40],
)
def test_forged_weights_are_refused(model, data, message):
    forge_file(model, "weights.safetensors", data)
    with pytest.raises(ArtifactError) as caught:
        read(model, {"w": (1,)})
    assert str(caught.value).startswith(f"{model / 'weights.safetensors'}: ")
    assert message in str(caught.value)


def test_a_pickle_in_the_place_of_weights_is_refused(model):
    forge_file(model, "weights.safetensors", b"\x80\x04\x95cos\nsystem\n(S'true'\ntR.")
    refused(model, "its header claims", {"w": (1,)})


def test_safetensors_written_elsewhere_are_read(model):
    forge_file(model, "weights.safetensors", safetensors.numpy.save(TENSORS, {"made": "elsewhere"}))
    assert read(model).tensors.keys() == TENSORS.keys()


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may write anywhere")
def test_a_directory_one_may_not_write_to_is_named(tmp_path):
    tmp_path.chmod(0o500)
    with pytest.raises(WorkError, match="Permission denied"):
        write(tmp_path / "model")
    tmp_path.chmod(0o700)


# Reading: no more than is needed.


def test_figures_and_report_are_not_read_before_they_are_asked_for(model):
    for name in ("metrics.json", "report.html"):
        data = bytearray((model / name).read_bytes())
        data[3] ^= 1
        (model / name).write_bytes(data)
    found = artifact.read(model, lambda task: ALLOWED, lambda network: SHAPES)
    assert found.parts["vocabulary.json"] == PARTS["vocabulary.json"]
    for name in ("metrics.json", "report.html"):
        with pytest.raises(ArtifactError, match=f"{name}: its sha256 is not"):
            found.part(name)


def test_weights_larger_than_the_network_are_refused_unread(model, monkeypatch):
    os.truncate(model / "weights.safetensors", 2**31)
    monkeypatch.setattr(artifact.weights, "verified", None)
    refused(model, r"2147483648 bytes, but the network in model\.json has tensors of 32")


def test_a_model_json_that_never_ends_is_not_waited_for(tmp_path):
    assert not artifact.is_ours(tmp_path)
    os.mkfifo(tmp_path / "model.json")
    assert not artifact.is_ours(tmp_path)
    refused(tmp_path, r"model\.json: expected a plain file, found no file")


@pytest.mark.parametrize("name", ["x" * 300, "a\0b", "file/model", "loop"])
def test_a_directory_out_of_reach_is_refused(tmp_path, name):
    (tmp_path / "file").write_text("")
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    refused(tmp_path / name, "expected a model directory made by")
    assert not artifact.is_ours(tmp_path / name)


@pytest.mark.parametrize("name", ["metrics.json", "report.html", "vocabulary.json"])
def test_the_size_of_a_part_is_looked_at_without_reading_it(model, name):
    with open(model / name, "ab") as file:
        file.write(b" ")
    with pytest.raises(ArtifactError, match=rf"{name}: \d+ bytes, but model\.json says"):
        artifact.read(model, lambda task: ALLOWED, lambda network: SHAPES)
