"""What `elman export` writes answers as the model does, in a process that has no elman."""

from __future__ import annotations

import ast
import json
import math
import re
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from elman.data.series.read import read_panel
from elman.errors import OptionError
from elman.workflow.export import export_report
from tests.exporting.alone import loaded
from tests.tolerances import TOLERANCES

pytest.importorskip("onnx")
pytest.importorskip("onnxruntime")


@pytest.fixture(scope="module")
def exported(kept, tmp_path_factory):
    """The report, and the folder."""
    folder = tmp_path_factory.mktemp("exported")
    return export_report(kept.model, folder / "net.onnx"), folder


def test_it_is_checked_before_it_is_written(kept, exported):
    import onnx

    report, folder = exported
    found = report["checked"]
    assert found["whole"] <= TOLERANCES["onnx and runtime"]
    streams = "stream" in kept.task.abilities and kept.sample.streams
    assert report["streams"] is streams
    assert (found["streamed"] is None) is not streams
    written = sorted(path.name for path in folder.iterdir() if path.suffix != ".csv")
    two = ["net-step.onnx"] if kept.name == "translate" else []
    assert written == [*two, "net.json", "net.onnx", "net.py"]
    sealed = json.loads((kept.model.directory / "model.json").read_text())["sha256"]
    for path in folder.glob("*.onnx"):
        model = onnx.load(path)
        onnx.checker.check_model(model, full_check=True)
        onnx.shape_inference.infer_shapes(model, check_type=True, strict_mode=True, data_prop=True)
        held = {one.key: one.value for one in model.metadata_props}
        assert (model.producer_name, held["task"], held["model"]) == ("elman", kept.name, sealed)
        labels = json.loads(held["labels"])
        outputs = 0 if two else kept.model.network.spec.outputs
        assert len(labels) in (outputs, outputs + 1)  # a binary model has one
    assert {"steps", "lengths"} <= {*report["inputs"]}


def test_its_example_needs_no_elman_and_says_what_predict_says(kept, exported):
    _, folder = exported
    source = (folder / "net.py").read_text(encoding="utf-8")
    others = {
        name.split(".")[0]
        for node in ast.walk(ast.parse(source))
        if isinstance(node, (ast.Import, ast.ImportFrom))
        for name in ([node.module] if isinstance(node, ast.ImportFrom) else [node.names[0].name])
    }
    assert others - {*sys.stdlib_module_names} == {"numpy", "onnxruntime"}
    ASKED[kept.name](kept, folder)


def test_its_example_says_what_to_give_it(kept, exported):
    _, folder = exported
    command = [sys.executable, "-I", str(folder / "net.py")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout) == (1, "")
    assert re.search(r"^Give it what it is to read\. [A-Z].*\w", done.stderr, re.MULTILINE)
    if not isinstance(kept.sample.items[0], str):  # of a text whatever is typed is one
        done = subprocess.run([*command, "no such.wav"], capture_output=True, text=True, timeout=60)
        assert done.returncode == 1
        assert done.stderr.count("\n") == 1
        assert "no such.wav" in done.stderr


def test_a_call_of_no_rows_is_answered_with_none(exported, monkeypatch):
    film = loaded(exported[1] / "net.onnx", monkeypatch)
    said = film.run(film.opened()[0], [])
    assert {name: len(rows) for name, rows in said.items()} == dict.fromkeys(said, 0)


def said_by(folder: Path, *words: str) -> list[dict[str, Any]]:
    done = subprocess.run(
        [sys.executable, "-I", "-W", "error", str(folder / "net.py"), *words],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert done.stderr == ""
    return [json.loads(line) for line in done.stdout.splitlines()]


def same(found: dict[str, Any], expected: Any, *names: str) -> None:
    """Each name's value is that of the model's answer; texts are equal, numbers within 1e-5."""
    for name in names:
        there = getattr(expected, name)
        if name in ("label", "tags", "words"):
            assert found[name] == json.loads(json.dumps(there)), name
        else:
            assert found[name] == pytest.approx(there, abs=TOLERANCES["onnx and runtime"]), name


CLASSES = ("label", "probability", "probabilities")
TAGS = ("words", "tags", "probabilities")


def texts(names: Sequence[str]) -> Callable[[Any, Path], None]:
    def asked(kept: Any, folder: Path) -> None:
        items = [item for item in kept.sample.items if isinstance(item, str)]
        last = " ".join(kept.sample.words)
        items = [*items[:5], "", "xyzzy", "It isn't &quot;xyzzy&quot;, e\u0301te\u0301!", last]
        said = said_by(folder, *items)
        for found, item in zip(said, items, strict=False):
            same(found, kept.model.predict([item])[0], *names)
        streamed = said[len(items) :]
        assert bool(streamed) is kept.sample.streams
        if streamed:
            stream = kept.model.stream()
            (whole,) = kept.model.predict([last])
            words = [[word] for word in whole.words] if names is TAGS else last.split()
            for found, word in zip(streamed, words, strict=True):
                same(found, stream.feed(word), *names)

    return asked


def values(kept: Any, folder: Path) -> None:
    for item in list(kept.sample.items)[:3]:
        (found,) = said_by(folder, *map(str, item))
        (said,) = kept.model.predict([item])
        scale = max(np.abs(said.values).max(), 1)
        near = scale * TOLERANCES["onnx and runtime"]
        assert found["forecast"] == pytest.approx(said.values, abs=near)
        for level, interval in said.intervals.items():
            assert found[f"lower-{level}"] == pytest.approx(interval.lower, abs=near)
            assert found[f"upper-{level}"] == pytest.approx(interval.upper, abs=near)
    (found,) = said_by(folder, str(kept.data))
    (series,) = kept.model.codec.items_of(read_panel(kept.data))
    (said,) = kept.model.predict([series])
    assert found["series"] == said.name
    assert found["forecast"] == pytest.approx(said.values, abs=near)
    with pytest.MonkeyPatch.context() as patch:
        film = loaded(folder / "net.onnx", patch)
        reader = film.Reader(film.opened()[1])
        gap = [1.0, *[math.nan] * kept.model.codec.window]
        for item in ([math.inf, 1.0], [1.0, -math.inf], [1e308, 1.0], [math.nan], gap, [[1.0]]):
            with pytest.raises(OptionError) as refused:
                kept.model.predict([item])
            with pytest.raises(ValueError, match=f"^{re.escape(str(refused.value))}$"):
                reader.steps(item)


def signals(kept: Any, folder: Path) -> None:
    if kept.model.codec.input.sound is not None:
        paths = sorted(map(str, kept.data.rglob("*.wav")))[:3]
        items: list[Any] = paths
    else:
        items = [np.asarray(item, np.float32).reshape(len(item), -1) for item in kept.sample.items]
        paths = [str(folder / f"{n}.csv") for n in range(len(items))]
        for path, item in zip(paths, items, strict=True):
            lines = (",".join("" if v != v else repr(float(v)) for v in row) for row in item)
            Path(path).write_text("\n".join(lines))
    said = said_by(folder, *paths)
    for found, expected in zip(said, kept.model.predict(items), strict=False):
        same(found, expected, *CLASSES)
    assert len(said) == len(paths) + 8
    same(said[-1], expected, *CLASSES)  # the stream ends where the whole is


def translations(kept: Any, folder: Path) -> None:
    items = [item for item in kept.sample.items if isinstance(item, str)]
    items += ["", "xyzzy Ω", kept.sample.whole(kept.sample.words)]
    for found, item in zip(said_by(folder, *items), items, strict=True):
        (said,) = kept.model.predict([item])
        assert found["text"] == said.text
        assert found["score"] == pytest.approx(said.score, abs=1e-4)  # a sum over all its pieces


ASKED: dict[str, Callable[[Any, Path], None]] = {
    "classify": texts(CLASSES),
    "tag": texts(TAGS),
    "forecast": values,
    "signal": signals,
    "translate": translations,
}
