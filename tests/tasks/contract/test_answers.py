"""Every task: one answer to one item, however it is asked."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys

import pytest

import elman
from elman.errors import ArtifactError, InputError, OptionError
from elman.workflow.predict import predict_file, predict_typed


def test_alone_is_as_in_a_batch(kept):
    together = kept.model.predict(kept.sample.items)
    assert [kept.model.predict([item])[0] for item in kept.sample.items] == together
    assert kept.model.predict(kept.sample.items, batch_size=3) == together
    assert kept.model.predict(list(reversed(kept.sample.items))) == together[::-1]
    assert len(set(map(str, together))) > 3  # not one answer for all


def test_a_stream_ends_where_the_whole_is(kept):
    if "stream" not in kept.task.abilities:
        pytest.skip(f"models of the task {kept.name} do not stream")
    if not kept.sample.streams:
        with pytest.raises(OptionError, match="cannot stream"):
            kept.model.stream()
        return
    stream = kept.model.stream()
    numbers = kept.sample.numbers
    for n, word in enumerate(kept.sample.words, start=1):
        said = numbers([stream.feed(kept.model.codec.parse(word))])
        (whole,) = kept.model.predict([kept.sample.whole(kept.sample.words[:n])])
        # where every word is answered, a stream answers the newest
        newest = numbers([whole])[-len(said) :]
        assert said == pytest.approx(newest, abs=kept.sample.tolerance)
    assert stream.steps == len(kept.sample.words) > 5


def test_evaluate_counts_what_predict_says(kept, tmp_path):
    report = elman.evaluate(kept.model, kept.data)
    items = kept.sample.judged(kept.data, kept.model)
    labelled = kept.task.labelled(
        kept.data, kept.model, elman.tasks.options_of(kept.name)(), tmp_path
    )
    figures = labelled.yardstick.figures(kept.sample.numbers(kept.model.predict(items)))
    assert report["n"] == len(items) == len(labelled.steps)
    assert report["metrics"].keys() == figures.keys()
    for name, value in figures.items():
        assert report["metrics"][name] == pytest.approx(value, abs=1e-9), name


def test_a_wrong_row_is_named_with_its_line(kept, tmp_path):
    path, line = kept.sample.wrong(tmp_path)
    output = tmp_path / "answers.jsonl"
    if kept.sample.one_item:  # there is nothing to answer
        with pytest.raises(InputError, match=rf"\b{line}\b"):
            predict_file(kept.model, path, {}, output=output, rejects=None)
        assert not output.exists()
        return
    report = predict_file(kept.model, path, {}, output=output, rejects=None)
    rejects = (tmp_path / "answers.jsonl.rejects.jsonl").read_text().splitlines()
    assert [json.loads(reject)["line"] for reject in rejects] == [line]
    assert all(json.loads(reject)["reason"] for reject in rejects)
    assert report["rows"] == report["answered"] + report["rejected"]
    answered = [json.loads(row)["line"] for row in output.read_text().splitlines()]
    assert line not in answered
    assert len(answered) == report["answered"] > 0


def test_a_file_is_answered_as_its_items_are(kept, tmp_path):
    written = [tmp_path / f"answers{suffix}" for suffix in (".jsonl", ".csv")]
    for output in written:
        predict_file(kept.model, kept.data, {}, output=output, rejects=None)
    rows = [json.loads(row) for row in written[0].read_text().splitlines()]
    assert len(rows) == len(written[1].read_text().splitlines()) - 1
    typed = predict_typed(kept.model, list(kept.sample.words), {})
    assert typed["task"] == kept.name


def test_a_directory_with_one_part_swapped_is_refused(kept, tmp_path, few_steps):
    other = tmp_path / "other"
    elman.train(kept.data, other, task=kept.name, **kept.sample.options | kept.sample.another)
    for path in sorted(other.iterdir()):
        swapped = tmp_path / f"swapped-{path.name}"
        shutil.copytree(kept.model.directory, swapped)
        content = path.read_bytes()
        if content == (swapped / path.name).read_bytes():  # the same words: one letter more
            content = content[:-3] + b" " + content[-3:]
        (swapped / path.name).write_bytes(content)
        named = "weights" if path.name == "model.json" else path.name
        with pytest.raises(ArtifactError, match=named):
            dict(elman.load(swapped).info.parts)
    assert {path.name for path in other.iterdir()} >= {"model.json", *kept.task.parts}


def test_predicting_needs_no_torch(kept):
    code = """
import sys
class Refuse:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in ("torch", "sklearn", "scipy", "polars", "pandas"):
            raise ImportError(f"{name} is not to be imported")
sys.meta_path.insert(0, Refuse())
import json, elman
from elman.workflow.predict import predict_typed
model = elman.load(sys.argv[1])
print(json.dumps(predict_typed(model, sys.argv[2:], {})))
if getattr(model.network.spec, "bidirectional", False):
    sys.exit()
stream = model.stream()
for word in sys.argv[2:]:
    stream.feed(model.codec.parse(word))
"""
    words = list(kept.sample.words)
    done = subprocess.run(
        [sys.executable, "-c", code, str(kept.model.directory), *words],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert json.loads(done.stdout) == json.loads(json.dumps(predict_typed(kept.model, words, {})))
